"""Cross-headings, lists and hours between the paragraphs of a text without tags."""

import pytest

from streams.cleaning import between, flattened, linetraits
from streams.cleaning.evidence import look

LEAD = "أعلنت بلدية المدينة، صباح الأحد، إعادة فتح الجسر الشرقي أمام السيارات بعد عام من الإصلاح الذي تأخر مرتين بسبب الفيضان."
NEXT = "وقال المهندس المشرف إن الدعامات الجديدة تحتمل ضعف الوزن السابق، وإن الفحص الأخير لم يظهر أي تشقق في البيتون المسلح."
LAST = "وينتظر أهالي الضفة الأخرى منذ الشتاء عودة الحافلات التي كانت تقل أبناءهم إلى المدارس، بحسب لجنة الحي التي زارت الجسر."
CALL = "وضمت اللجنة التي ستتابع أعمال الصيانة في الأعوام المقبلة، كما جاء في قرار البلدية المنشور مساء الأحد، كلاً من:"


def found(*lines: str, odds: dict[str, float]) -> list[str]:
    """The lines that are added to a body of all lines that ``odds`` does not name. odds: those of lines that were left out."""
    page = flattened.split("\n".join(lines))
    text = linetraits.gather(page.text, page.blocks, [look(block) for block in page.blocks])
    values = [odds.get(block.text, 3.0) for block in page.blocks]
    body = [index for index, value in enumerate(values) if value > 0]
    return [page.blocks[index].text for index in between.found(text, values, body)]


@pytest.mark.parametrize("heading", ["هدنة", "موعد الحافلات", "What next", "ماذا بعد؟ الجسر مفتوح"])
def test_a_cross_heading_between_two_paragraphs(heading: str) -> None:
    assert found(LEAD, NEXT, heading, LAST, odds={heading: -1.5}) == [heading]


def test_a_cross_heading_below_a_teaser() -> None:
    teaser, heading = "اقرأ أيضاً: انخفاض سعر الأغنام إلى النصف", "موعد الحافلات"
    assert found(LEAD, teaser, heading, LAST, odds={heading: -1.5, teaser: -3.0}) == [heading]


@pytest.mark.parametrize(
    "line",
    [
        "منوعات",  # a section
        "بالفيديو: حريق في معمل",
        "◄ فيديو السباق",
        "محرر@daily.example",
        "نمور المنتخب بلا أنياب أبدا",  # four words and more, none of them the article's
        "انتهى الفحص.",
    ],
)
def test_what_stands_in_the_gap_but_is_no_cross_heading(line: str) -> None:
    assert found(LEAD, NEXT, line, LAST, odds={line: -1.0}) == []


def test_the_classifier_may_be_sure() -> None:
    assert found(LEAD, NEXT, "موعد الحافلات", LAST, odds={"موعد الحافلات": -2.3}) == []


def test_a_line_that_returns_is_no_cross_heading() -> None:
    line = "تابع القراءة"
    assert found(LEAD, line, NEXT, line, LAST, odds={line: -1.0}) == []


def test_a_heading_between_doubtful_lines_is_left_out() -> None:
    assert found(LEAD, "موعد الحافلات", LAST, odds={"موعد الحافلات": -1.0, LAST: 0.4}) == []


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "– "])
def test_a_list_with_bullets(bullet: str) -> None:
    names = [f"{bullet}{name}" for name in ("المهندس سامر الحلبي", "رنا درويش، معلمة", "وائل سلوم")]
    assert found(LEAD, CALL, *names, LAST, odds=dict.fromkeys(names, -1.2)) == names


def test_the_items_that_the_classifier_left_out_of_a_list() -> None:
    first, second = "1- سامر الحلبي، مهندس", "2- رنا درويش، معلمة"
    assert found(LEAD, CALL, first, second, LAST, odds={second: -0.8}) == [second]


def test_one_bullet_is_no_list() -> None:
    line = "• ساعة واحدة في المتحف مع الأطفال"
    assert found(LEAD, NEXT, line, LAST, odds={line: -1.0}) == []


def test_labels_that_a_sentence_announces() -> None:
    rows = ["الرئيس: سامر الحلبي", "أمينة السر: رنا درويش"]
    assert found(LEAD, CALL, *rows, LAST, odds=dict.fromkeys(rows, -2.0)) == rows


def test_a_few_labels_that_nothing_announces_are_headlines() -> None:
    rows = ["حرب: محادثات في جنيف", "رياضة: هدف في الدقيقة الأخيرة", "طقس: غيوم وأمطار"]
    assert found(LEAD, NEXT, *rows, LAST, odds=dict.fromkeys(rows, -1.2)) == []


def test_many_labels_and_the_headings_among_them() -> None:
    rows = [
        "وزارة الصحة",
        "الأمين العام: سامر الحلبي",
        "مدير الموارد: وائل سلوم",
        "وزارة العدل",
        "المفتشة: رنا درويش",
        "الحاكم: أنس زيدان",
    ]
    assert found(LEAD, NEXT, *rows, LAST, odds=dict.fromkeys(rows, -1.2)) == rows
    assert found(LEAD, NEXT, *rows, LAST, odds=dict.fromkeys(rows, -2.2)) == []


def test_the_hours_of_a_live_report() -> None:
    hours = ["22:15", "21:30", "20:45"]
    lines = (hours[0], LEAD, hours[1], NEXT, hours[2], LAST)
    assert found(*lines, odds=dict.fromkeys(hours, -3.0)) == hours
    assert found(*lines[2:], odds=dict.fromkeys(hours, -3.0)) == []
