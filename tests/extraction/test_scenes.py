"""Where an event took place: the place that its sentence tells as the scene, not just any place near the trigger."""

import pytest

from schemas import CleanArticle, Place
from streams.extraction.reading import Sentence, read
from streams.extraction.scenes import Scenes
from streams.extraction.text import fields


def scenes(body: str, *names: str, kinds: dict[str, str] | None = None) -> tuple[Scenes, tuple[Sentence, ...]]:
    article = CleanArticle(id="0" * 32, language="ar", body=body)
    places = []
    for number, name in enumerate(names, 1):
        at = body.find(name)
        row = {"entity": f"e{number}", "name": name, "sense": "mentioned", "start": at, "end": at + len(name)}
        row |= {"confidence": 1, "method": "test", "kind": (kinds or {}).get(name)}
        places.append(Place.model_validate(row))
    return Scenes(fields(article), places, "ar"), read(body)


def scene(
    body: str, trigger: str, *names: str, origin: bool = False, kinds: dict[str, str] | None = None
) -> str | None:
    found, sentences = scenes(body, *names, kinds=kinds)
    at = body.find(trigger)
    for sentence in sentences:
        if sentence.start <= at < sentence.end:
            first = next(index for index, word in enumerate(sentence.words) if word.start == at)
            place = found.of(None, sentence, first, first + 1, origin=origin)
            return place.name if place else None
    return None


@pytest.mark.parametrize(
    ("body", "trigger", "names", "expected"),
    [
        ("وقع انفجار في بلدة الزيتون قضاء النهر.", "انفجار", ("الزيتون", "النهر"), "الزيتون"),
        ("قتل جندي قرب الزيتون بعد وصوله من النهر.", "قتل", ("الزيتون", "النهر"), "الزيتون"),
        ("قال قائد الشرطة في النهر إن انفجارا وقع في الزيتون.", "انفجارا", ("النهر", "الزيتون"), "الزيتون"),
        ("اقتحمت القوات بلدة الزيتون صباحا.", "اقتحمت", ("الزيتون",), "الزيتون"),
        ("اعتقل تاجر من النهر أمس.", "اعتقل", ("النهر",), None),
    ],
)
def test_the_place_that_is_told_as_the_scene_wins(
    body: str, trigger: str, names: tuple[str, ...], expected: str | None
) -> None:
    assert scene(body, trigger, *names) == expected


def test_who_was_arrested_was_arrested_where_he_is_from() -> None:
    assert scene("اعتقل الجنود شابا من النهر.", "اعتقل", "النهر", origin=True) == "النهر"


def test_a_country_that_is_named_is_no_scene() -> None:
    assert scene("قصف الجيش موقعا وطالبت النهر بالتهدئة.", "قصف", "النهر", kinds={"النهر": "country"}) is None


def test_a_place_lies_in_the_one_that_follows_it() -> None:
    found, _ = scenes("وقع انفجار في بلدة الزيتون بمحافظة النهر.", "الزيتون", "النهر")
    assert found.within("e1", "e2")
    assert not found.within("e2", "e1")


def test_the_place_before_a_dash_at_the_start_is_a_dateline() -> None:
    body = "النهر - قتل جندي برصاص مسلحين."
    assert scene(body, "قتل", "النهر") is None


def test_a_statement_is_where_the_sentence_puts_it() -> None:
    found, sentences = scenes("وفي النهر، رفض المجلس الخطة.", "النهر")
    place = found.stated(None, sentences[0])
    assert place is not None
    assert place.name == "النهر"


def test_the_paragraph_says_where_its_later_sentences_are() -> None:
    found, sentences = scenes("وقع انفجار في الزيتون. وقتل ثلاثة.", "الزيتون")
    place = found.before(None, sentences[1])
    assert place is not None
    assert place.name == "الزيتون"


def test_what_only_opens_the_sentence_yields_to_what_follows_the_deed() -> None:
    assert scene("وفي النهر، قتل ضابط في حي الزيتون.", "قتل", "النهر", "الزيتون") == "الزيتون"


def test_a_place_that_holds_another_is_no_scene_beside_it() -> None:
    assert scene("استعاد الجيش بلدة الزيتون في النهر.", "استعاد", "الزيتون", "النهر") == "الزيتون"


def test_a_body_that_decides_sits_in_the_place_that_it_is_named_after() -> None:
    found, sentences = scenes("أعلن عميد بلدية النهر إغلاق الجسر. وصلت قافلة من النهر.", "النهر")
    seats = [found.seat(sentence, len(sentence.words)) for sentence in sentences]
    assert [place.name if place else None for place in seats] == ["النهر", None]


def test_a_court_sits_where_its_name_or_its_hall_says() -> None:
    body = "قضت محكمة جنايات الزيتون، المنعقدة في النهر، بسجن تاجر. وبرأت المحكمة شقيقه."
    found, sentences = scenes(body, "النهر")
    courts = [found.court(None, sentence) for sentence in sentences]
    assert [place.name if place else None for place in courts] == ["النهر", "النهر"]


def test_what_a_party_says_in_court_is_said_where_the_court_sits() -> None:
    found, sentences = scenes("قضت محكمة النهر بسجن تاجر. وأنكر المتهم ذلك. وأنكر الوزير ذلك.", "النهر")
    heard = [found.heard(sentence, 0, 1) for sentence in sentences[1:]]
    assert [place.name if place else None for place in heard] == ["النهر", None]


def test_an_organisation_is_no_scene() -> None:
    body = "أحرق محتجون قنصلية النهر."
    article = CleanArticle(id="0" * 32, language="ar", body=body)
    at = body.find("قنصلية")
    row = {"entity": "e1", "name": "قنصلية النهر", "sense": "mentioned", "start": at, "end": len(body) - 1}
    place = Place.model_validate(row | {"confidence": 1, "method": "test"})
    found = [
        Scenes(fields(article), [place], "ar", bodies).of(None, read(body)[0], 0, 1)
        for bodies in (frozenset[str](), frozenset({"e1"}))
    ]
    assert [place.name if place else None for place in found] == ["قنصلية النهر", None]
