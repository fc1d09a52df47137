import pytest

from streams.extraction import places, votes
from streams.extraction.encoder import Tagged
from streams.extraction.evidence import Candidate, Words
from streams.extraction.text import Field


def weighed(
    text: str, tagged: list[tuple[str, str, float]], rules: list[tuple[str, str, float]] | None = None
) -> list[tuple[str, str, float]]:
    """(text, type, score) of the candidates; tagged: (text, label, probability); rules: (text, type, score)."""
    words = Words(0, Field(None, text), clitics=True)
    told = places.context([words])
    seen = [Tagged(at := text.index(part), at + len(part), label, odds, 0) for part, label, odds in tagged]
    by_rule = [_candidate(words, part, label, score) for part, label, score in rules or []]
    found = votes.weigh(words, by_rule, seen, told)
    return sorted((text[one.start : one.end], one.type, round(one.score, 2)) for one in found)


def _candidate(words: Words, part: str, label: str, score: float) -> Candidate:
    start = words.text.index(part)
    first = next(index for index, token in enumerate(words.tokens) if token.start == start)
    found = words.candidate((first, first + len(part.split())), "person", score, "names")
    return found._replace(type="organisation" if label == "organisation" else "person")


def test_a_name_that_both_see_is_surer() -> None:
    alone = weighed("زار سامي الكاظم بغداد", [("سامي الكاظم", "person", 0.9)])
    both = weighed("زار سامي الكاظم بغداد", [("سامي الكاظم", "person", 0.9)], [("سامي الكاظم", "person", 0.7)])
    assert [one[:2] for one in alone] == [one[:2] for one in both] == [("سامي الكاظم", "person")]
    assert both[0][2] > alone[0][2]


def test_what_is_only_suspected_confirms_a_rule_and_nothing_else() -> None:
    text, name = "زار سامي الكاظم بغداد", "سامي الكاظم"
    assert weighed(text, [(name, "person", 0.2)]) == []
    (confirmed,) = weighed(text, [(name, "person", 0.2)], [(name, "person", 0.65)])
    (doubted,) = weighed(text, [], [(name, "person", 0.65)])
    assert confirmed[2] > 0.65 > doubted[2]


def test_a_name_seen_otherwise_is_worth_little() -> None:
    found = weighed(
        "زار مركز سامي الكاظم", [("مركز سامي الكاظم", "organisation", 0.95)], [("سامي الكاظم", "person", 0.9)]
    )
    assert [one[:2] for one in found if one[2] > 0.5] == [("مركز سامي الكاظم", "organisation")]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("عاد سامي الكاظم معزياً", ("سامي الكاظم معزياً", "person"), ["سامي الكاظم"]),
        ("قضت محكمة الجنايات في حلب", ("محكمة الجنايات في", "organisation"), ["محكمة الجنايات"]),
        ("وصل الوفد إلى محافظة حلب في سوريا", ("محافظة حلب", "place"), ["حلب"]),
        ("عاد إلى المدينة مساء", ("المدينة", "place"), []),
        ("أعلنت لجان الدفاع عن الأراضي", ("لجان الدفاع عن الأراضي", "organisation"), ["لجان الدفاع عن الأراضي"]),
    ],
)
def test_a_span_is_cut_to_the_name(text: str, tagged: tuple[str, str], expected: list[str]) -> None:
    assert [one[0] for one in weighed(text, [(*tagged, 0.9)])] == expected


def test_the_gazetteer_has_a_say_on_places_that_only_the_encoder_sees() -> None:
    assert weighed("يعيش النازحون في الخيام قرب تعز في اليمن.", [("الخيام", "place", 0.9)]) == []
    assert weighed("قصفت مسيرة مواقع في الخيام في لبنان.", [("الخيام", "place", 0.9)]) != []
    assert weighed("وصل إلى زرنوقيا مساء", [("زرنوقيا", "place", 0.7)]) == []
    assert weighed("وصل إلى زرنوقيا مساء", [("زرنوقيا", "place", 0.9)]) != []
