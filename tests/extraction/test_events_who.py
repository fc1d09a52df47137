"""Who acts in an event: only whom the sentence names as its subject; nobody by where he stands."""

import pytest

from schemas import CleanArticle, Event
from streams.extraction import extract


def read(body: str, language: str = "ar", **more: object) -> list[Event]:
    article = CleanArticle.model_validate(
        {"id": "0" * 32, "body": body, "language": language, "published_at": "2026-10-02", **more}
    )
    return extract(article).events


def roles(body: str, language: str = "ar", **more: object) -> list[tuple[str, list[str | None], list[str | None]]]:
    return [
        (
            event.plover.type,
            [actor.name for actor in event.actors],
            [recipient.name for recipient in event.recipients],
        )
        for event in read(body, language, **more)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "قُتل أربعة جنود وأصيب تسعة آخرون في انفجار مستودع ذخيرة شرق مدينة حلب، ولم تعرف أسباب الانفجار.",
        "مقتل ثلاثة أشخاص في حريق بمصنع في حلب.",
        "قتل خمسة عسكريين في انقلاب شاحنة تقل جنودا قرب حلب.",
        "انفجرت سيارة في حلب من جراء تماس كهربائي.",
        "قتل ستة أشخاص في انهيار مبنى وسط حلب وصلت إليه قوات الدفاع المدني.",
    ],
)
def test_an_accident_without_a_culprit_is_no_attack(body: str) -> None:
    assert roles(body) == []


def test_the_agency_of_the_dateline_is_no_actor() -> None:
    body = "حلب - وكالة الشمال - هاجم مسلحون حاجزا قرب حلب وقتلوا شرطيا. واعتقل ثلاثة أشخاص."
    dateline = {"place": "حلب", "agency": "وكالة الشمال"}
    assert [actors for _, actors, _ in roles(body, dateline=dateline)] == [[], []]


@pytest.mark.parametrize(
    "body",
    [
        "وكالة الشمال: قصفت طائرة سوقا في حلب.",
        "نابلس - وفا - اعتقل ستة شبان في مدينة نابلس.",
        "قتل ستة مدنيين في قصف استهدف سوقا في حلب، بحسب وزارة الصحة.",
        "اعتقلت دورية شابين في نابلس، وفق نادي الأسير الفلسطيني.",
    ],
)
def test_media_and_sources_neither_act_nor_suffer(body: str) -> None:
    assert [(actors, recipients) for _, actors, recipients in roles(body)] == [([], [])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("اعتقلت قوات الأمن السورية شابين في حلب.", ("COERCE", ["قوات الأمن السورية"], [])),
        ("وأفاد شهود بأن قوات الاحتلال دهمت منازل في نابلس واعتقلت شابين.", ("COERCE", ["قوات الاحتلال"], [])),
        ("وقع هجوم في حلب نفذه تنظيم داعش وأدى إلى مقتل ثلاثة.", ("ASSAULT", ["تنظيم داعش"], [])),
        ("اتهم الجيش السوداني قوات الدعم السريع بالتقصير.", ("ACCUSE", ["الجيش السوداني"], ["قوات الدعم السريع"])),
        (
            "أعلن الوسيط أن الجيش السوداني وقوات الدعم السريع اتفقا على هدنة.",
            ("AGREE", ["الجيش السوداني", "قوات الدعم السريع"], []),
        ),
    ],
)
def test_whom_the_sentence_names_acts(body: str, expected: tuple[str, list[str], list[str]]) -> None:
    assert roles(body) == [expected]


def test_the_judge_is_not_the_one_sentenced() -> None:
    body = "قضت محكمة الجنايات في الكويت برئاسة المستشار راشد المسيلم بحبس موظفين سبع سنوات."
    assert roles(body) == [("SANCTION", ["محكمة الجنايات في الكويت"], [])]


def test_the_arrested_are_no_actors() -> None:
    assert roles("واعتقل الناشط سالم الحلواني في حلب.") == [("COERCE", [], [])]
    assert roles("Yılmaz Demir Ankara'da gözaltına alındı.", "tr")[0][1] == []


def test_who_is_asked() -> None:
    assert roles('وأضاف أن البلدية "طلبت من طرابلس وبنغازي معا" خياما.')[0][1] == []
    body = "وأدان الرئيس سالم الحلواني الهجوم، وطلب من قيادة الجيش تقديم تقرير."
    assert ("REQUEST", [], ["قيادة الجيش"]) in roles(body)


@pytest.mark.parametrize(
    "body",
    [
        "وقد قطعوا الطريق سيرا على الأقدام أو في عربات.",
        "وقال الدكتور محمد طالب النعيمي إن المكتبة جمعت الكتب.",
        "وأفاد القاضي منصف السديري بأن النيابة أذنت بفتح بحث تحقيقي.",
        "عثرت القوات على مضافتين تحويان مواد غذائية وهواتف.",
    ],
)
def test_what_is_no_event(body: str) -> None:
    assert roles(body) == []


def test_a_verdict_is_no_criticism_and_a_decree_no_arrest() -> None:
    body = "Le tribunal de Marseille a condamné mardi Jean Dupont à de la prison. La ville a pris 312 arrêtés."
    assert [kind for kind, _, _ in roles(body, "fr") if kind in {"ACCUSE", "COERCE"}] == []


def test_a_meeting_without_a_place_is_put_nowhere() -> None:
    body = "قتل ثلاثة أشخاص في قصف على مدينة حلب. والتقى وفدان من البلدين واتفقا على تبادل القوائم."
    assert {event.plover.type: event.place is not None for event in read(body)} == {
        "ASSAULT": True,
        "CONSULT": False,
        "AGREE": False,
    }
