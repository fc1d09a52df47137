import pytest

from schemas import Dateline
from streams.cleaning import bylines, dateline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("كتب: أيمن سالم ومنى وليد", [("أيمن سالم", "person"), ("منى وليد", "person")]),
        ("بقلم سامر وليد", [("سامر وليد", "person")]),
        ("By City Monitor staff and AFP", [("City Monitor", "agency"), ("AFP", "agency")]),
        ("By Jane Roe in Aden", [("Jane Roe", "person")]),
        ("Par Inès Morel, à Lyon", [("Inès Morel", "person")]),
        ("(AFP, TAP)", [("AFP", "agency"), ("TAP", "agency")]),
        ("ن.ع/ح.م", [("ن.ع", "person"), ("ح.م", "person")]),
        ("ن.ع/ح.م (د ب أ، رويترز)", [("ن.ع", "person"), ("ح.م", "person"), ("د ب أ", "agency"), ("رويترز", "agency")]),
        ("R.T.K.", [("R.T.K.", "person")]),
        ("DM/lk", [("DM", "person"), ("lk", "person")]),
        ("وردة. ن", [("وردة. ن", "person")]),
        ("/قنا/", [("قنا", "agency")]),
        ("نص: هالة الوردي / عدسة: بشير الحاج", [("هالة الوردي", "person"), ("بشير الحاج", "person")]),
        (
            "(إعداد هالة الوردي للنشرة العربية - تحرير بشير الحاج)",
            [("هالة الوردي", "person"), ("بشير الحاج", "person")],
        ),
        ("حاورتها عبر الهاتف: هالة الوردي", [("هالة الوردي", "person")]),
        ("حوار: هالة الوردي", [("هالة الوردي", "person")]),
        ("متابعة: هالة و.", [("هالة و", "person")]),
        ("الكاتب: بشير الحاج", [("بشير الحاج", "person")]),
        ("مراسلنا في حلب: بشير الحاج", [("بشير الحاج", "person")]),
        ("نمائندہ خصوصی: حسن علی", [("حسن علی", "person")]),
        ("گزارش\u200cگر: مینا کاظمی", [("مینا کاظمی", "person")]),
        ("Haber: Deniz Demir - Kamera: Ece Uzun", [("Deniz Demir", "person"), ("Ece Uzun", "person")]),
    ],
)
def test_marked(line: str, names: list[tuple[str, str]]) -> None:
    assert [(byline.name, byline.type) for byline in bylines.marked(line) or []] == names


@pytest.mark.parametrize(
    "line",
    [
        "كتب الوزير على حسابه أن القرار نهائي.",
        "By the time they came it was over.",
        "(انظر الصورة)",
        "(إعدادات الصفحة)",
        "a/b/c/d/e",
        "/انتهى/",
        "والدي",
        "",
    ],
)
def test_not_marked(line: str) -> None:
    assert not bylines.marked(line)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("النهضة اليوم / خاص", ["النهضة اليوم"]),
        ("بلاد نيوز - يونس العلوي", ["بلاد نيوز", "يونس العلوي"]),
        ("مايا الحاج", ["مايا الحاج"]),
        ("Deniz Demir / ANTAKYA", ["Deniz Demir"]),
        ("أسيوط - رحاب الوردي", ["رحاب الوردي"]),
        ("رونق الحاج - الموصل", ["رونق الحاج"]),
    ],
)
def test_plain(line: str, names: list[str]) -> None:
    assert [byline.name for byline in bylines.plain(line) or []] == names


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("حلب - سانا: افتتح", Dateline(place="حلب", agency="سانا")),
        ("القدس المحتلة-سانا\n\nقال", Dateline(place="القدس المحتلة", agency="سانا")),
        ("طرابلس - (د ب أ) قال", Dateline(place="طرابلس", agency="د ب أ")),
        ("الكويت - 6 - 11 (كونا) -- أعلنت", Dateline(place="الكويت", agency="كونا")),
        ("PARIS (AFP) - The", Dateline(place="PARIS", agency="AFP")),
        ("جدة (المشرق) - أعلنت", Dateline(place="جدة", agency="المشرق")),
        ("نخيل نيوز - كركوك\n\nقتل", Dateline(place="كركوك", agency="نخيل نيوز")),
        ("PORT SUDAN — A convoy", Dateline(place="PORT SUDAN")),
        ("وصل أحمد (ستة أعوام) إلى", None),
        ("قال الوزير - وهو يبتسم - إن", None),
        ("", None),
    ],
)
def test_datelines(body: str, expected: Dateline | None) -> None:
    assert dateline.read(body) == expected


@pytest.mark.parametrize(
    ("body", "fetched_at", "expected"),
    [
        ("الكويت - 6 - 11 (كونا) -- أعلنت", "2025-11-06T19:00:00Z", "2025-11-06"),
        ("الكويت - 30 - 12 (كونا) -- أعلنت", "2026-01-02T08:00:00Z", "2025-12-30"),
        ("الكويت - 31 - 2 (كونا) -- أعلنت", "2026-01-02T08:00:00Z", None),
        ("الكويت - 6 - 11 (كونا) -- أعلنت", None, None),
        ("الكويت (كونا) -- أعلنت", "2025-11-06T19:00:00Z", None),
    ],
)
def test_day_of_a_dateline(body: str, fetched_at: str | None, expected: str | None) -> None:
    assert dateline.day(body, fetched_at) == expected


@pytest.mark.parametrize("line", ["حلب/ هالة الوردي", "حلب ـ هالة الوردي", "هالة الوردي / حلب"])
def test_a_place_beside_a_name(line: str) -> None:
    assert [byline.name for byline in bylines.plain(line) or []] == ["هالة الوردي"]


def test_a_section_beside_another_is_no_name() -> None:
    assert bylines.plain("سياسة / شؤون محلية") is None
