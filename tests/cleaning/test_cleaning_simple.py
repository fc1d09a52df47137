"""Small pages and texts, as somebody writes them by hand: nothing of the article may be lost."""

import pytest

from schemas import Byline, CleanArticle, Dateline, RawArticle
from streams.cleaning import bylines, clean

STORM = (
    "Two people were killed when a storm hit the harbour in the night, the city council said on Monday, and the ferry has stopped its trips.",
    "The council opened three schools for families who had to leave their homes near the river, and asked drivers to keep out of the town.",
    "Engineers will look at the harbour wall on Tuesday, a spokeswoman said, and a report on what the repair will cost is expected in June.",
)
TITLE = "<h1>Storm kills two in Bristol</h1>"
SEARCH = "أعلنت فرق الدفاع المدني في مدينة حمص، صباح الأحد، انتهاء أعمال البحث عن المفقودين تحت أنقاض المبنى المنهار."


def of_html(html: str) -> CleanArticle:
    return clean(RawArticle(url="https://daily.example/1", html=html))


def of_text(*lines: str) -> CleanArticle:
    return clean(RawArticle(source="daily.example", text="\n\n".join(lines)))


def in_p(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


@pytest.mark.parametrize(
    "body",
    [
        in_p(*STORM),
        "<br><br>".join(STORM),
        f"<div>{in_p(STORM[0])}</div><div>{in_p(STORM[1])}</div>{in_p(STORM[2])}",
        f"<div><div>{in_p(STORM[0])}</div></div><section>{in_p(STORM[1])}</section>{in_p(STORM[2])}",
        f"<main>{in_p(*STORM)}</main>",
        f"{in_p(*STORM)}<footer>© 2026 Daily. All rights reserved.</footer>",
    ],
)
def test_wherever_the_paragraphs_stand(body: str) -> None:
    article = of_html(f'<html><body>{TITLE}<p class="byline">By Jane Holt</p>{body}</body></html>')
    assert article.headline == "Storm kills two in Bristol"
    assert article.byline == [Byline(name="Jane Holt", type="person")]
    assert article.body == "\n\n".join(STORM)


def test_dateline_right_below_the_body_element() -> None:
    article = of_html(f"{TITLE}{in_p('BRISTOL — ' + STORM[0], *STORM[1:])}")
    assert article.dateline == Dateline(place="BRISTOL")
    assert article.body == "BRISTOL — " + "\n\n".join(STORM)


@pytest.mark.parametrize("chrome", ["", '<nav><a href="/">Home</a><a href="/sport">Sport</a></nav>'])
def test_short_paragraphs_of_a_page(chrome: str) -> None:
    paragraphs = ["Two people died.", STORM[0], "They were brothers.", STORM[1], "It rained."]
    article = of_html(f"<body>{chrome}{TITLE}{in_p(*paragraphs)}</body>")
    assert (article.body or "").split("\n\n") == paragraphs


def test_a_second_headline_is_none_of_the_paragraphs() -> None:
    article = of_html(f"<body>{TITLE}<h2>The ferry has stopped its trips</h2>{in_p(*STORM)}</body>")
    assert article.alternative_headline == ["The ferry has stopped its trips"]
    assert article.body == "\n\n".join(STORM)


def test_short_sentences_around_the_paragraphs_of_a_text() -> None:
    lines = ["انتهى البحث.", SEARCH, "وقال الرحال إن الفرق عملت طوال الليل.", "وغادرت الفرق."]
    article = of_text("انتهاء البحث تحت أنقاض مبنى حمص", *lines)
    assert article.headline == "انتهاء البحث تحت أنقاض مبنى حمص"
    assert (article.body or "").split("\n\n") == lines
    assert article.removed == []


def test_few_lines_left_of_a_text_belong_to_it() -> None:
    article = of_text("انتهاء البحث", SEARCH, "وغادرت الفرق المكان")
    assert article.headline == "انتهاء البحث"
    assert article.body == f"{SEARCH}\n\nوغادرت الفرق المكان"


def test_chrome_below_a_text_stays_outside() -> None:
    article = of_text("انتهاء البحث تحت أنقاض مبنى حمص", SEARCH, "مشاركة", "الحي القديم", "اترك تعليقاً")
    assert article.body == SEARCH


@pytest.mark.parametrize(
    ("lines", "section", "headline"),
    [
        (["سياسة", "عنوان الخبر", "قال المتحدث إن الأشغال انتهت في مدينة حمص."], "سياسة", "عنوان الخبر"),
        (["World", "Storm hits", "Two died.", "The council said the road would stay closed."], "World", "Storm hits"),
        (["World", "Storm hits", "Two died."], "World", "Storm hits"),
        (["A title", "The body."], None, "A title"),
        (["A title", "The body.", "Another line."], None, "A title"),
        (["سياسة", "قال المتحدث إن الأشغال انتهت في مدينة حمص."], "سياسة", None),
        (["A single line of text"], None, None),
        (["A single line of text."], None, None),
        (["He came.", "He saw."], None, None),
        (["• one thing more", "• two things", "• three things"], None, None),
    ],
)
def test_short_titles(lines: list[str], section: str | None, headline: str | None) -> None:
    article = of_text(*lines)
    assert article.section == section
    assert article.headline == headline
    assert article.body == "\n\n".join(line for line in lines if line not in {section, headline})


HEADLINE = "توقف العبارة بين ضفتي النهر بعد عاصفة ليلية"
MENU = "الرئيسية محليات شؤون الموانئ رياضة"


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        ([MENU, "شؤون الموانئ", HEADLINE], "شؤون الموانئ"),
        ([MENU, "شؤون الموانئ", "15 مارس 2026", HEADLINE], "شؤون الموانئ"),
        ([MENU, "أحوال الملاحة", HEADLINE], "أحوال الملاحة"),
        ([MENU, "شبكة الميناء", HEADLINE], None),
        ([MENU, "خبر عاجل", HEADLINE], None),
        ([MENU, "حجم الخط", HEADLINE], None),
        ([MENU, "12° الميناء", HEADLINE], None),
        ([MENU, HEADLINE], None),
    ],
)
def test_a_section_is_told_by_where_it_stands(lines: list[str], section: str | None) -> None:
    article = of_text(*lines, *[SEARCH] * 3)
    assert article.headline == HEADLINE
    assert article.section == section


def test_a_page_that_tells_only_when_it_changed_has_that_date() -> None:
    article = of_text(HEADLINE, "آخر تحديث: 9 فبراير 2026 - 20:05", SEARCH, SEARCH)
    assert article.published_at == article.modified_at == "2026-02-09T20:05"


@pytest.mark.parametrize("label", ["بقلم: ", ""])
def test_byline_date_and_tools_on_one_line(label: str) -> None:
    line = f'<span class="author">{label}سامر الحلبي</span> <time>الأربعاء 4 مارس 2026</time> <span>حجم الخط</span> <a>طباعة</a>'
    article = of_html(f"<article><h1>انتهاء البحث في حمص</h1><div>{line}</div>{in_p(SEARCH, SEARCH)}</article>")
    assert article.byline == [Byline(name="سامر الحلبي", type="person")]
    assert article.published_at == "2026-03-04"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("بقلم: سامر الحلبي الأربعاء 4 مارس 2026 حجم الخط طباعة", ["سامر الحلبي"]),
        ("بقلم: سامر الحلبي تصوير: نور العلي", ["سامر الحلبي", "نور العلي"]),
        ("إعداد وتحرير: سامر الحلبي", ["سامر الحلبي"]),
        ("By Jane Holt Published: 4 March 2026 Updated: 5 March 2026", ["Jane Holt"]),
        ("Published 4 March 2026 by Jane Holt", ["Jane Holt"]),
        ("Jane Holt Print Share", ["Jane Holt"]),
        ("Yang Sun, 4 March 2026", ["Yang Sun"]),
        ("France 24", ["France 24"]),
        ("بقلم", []),
    ],
)
def test_names_without_what_stands_beside_them(line: str, names: list[str]) -> None:
    assert [byline.name for byline in bylines.names(line)] == names


MENU = "الرئيسية سياسة اقتصاد رياضة ثقافة منوعات"
RESCUE = "انتهاء أعمال البحث عن المفقودين تحت الأنقاض في حمص"


@pytest.mark.parametrize(
    "lines",
    [
        ["عربي ودولي /", RESCUE],
        ["[عربي ودولي]", RESCUE],
        ["عربي ودولي 13-11-2024, 08:57 | --", RESCUE],
        [RESCUE, "عربي ودولي | 13/11/2024 08:57"],
        [RESCUE, "عربي ودولي", "13/11/2024 08:57"],
    ],
)
def test_section_by_its_name(lines: list[str]) -> None:
    article = of_text(MENU, *lines, SEARCH, *STORM)
    assert (article.section, article.headline) == ("عربي ودولي", RESCUE)
    assert article.body == "\n\n".join((SEARCH, *STORM))


@pytest.mark.parametrize(
    "line", ["➡️ كل التفاصيل في العدد الورقي", "🟢 À lire ailleurs", "شاهد أيضا.. ملخص الجولة", "إشهار"]
)
def test_what_points_elsewhere_is_no_paragraph(line: str) -> None:
    article = of_text(RESCUE, SEARCH, STORM[0], line, *STORM[1:])
    assert article.body == "\n\n".join((SEARCH, *STORM))


def test_the_year_that_an_embedded_post_left_behind() -> None:
    article = of_text(RESCUE, STORM[0], f"2025و{SEARCH}", "2025م كان عام الفيضان الكبير في المدينة، كما تقول البلدية.")
    assert article.body == f"{STORM[0]}\n\nو{SEARCH}\n\n2025م كان عام الفيضان الكبير في المدينة، كما تقول البلدية."
