import contextlib
import time

import pytest

from schemas import RawArticle
from streams.cleaning import clean
from streams.errors import RecordFault

MEGABYTE = 1 << 20
UNITS = [
    "(", "،.", "..", "“", " ", "&amp;", "&", "#", "@", "ـ", "a ", "، ", "كلمة ", "كلمة. مشيراً إلى ", "1 ", "12 مارس 2024 ", "كتب: ", "كلمة، ", "|", "«", "\u200c",
    "Ã©", "â€", "ط§", "www.", "x@", "https://", "pic.twitter.com/abcdefgh", "اقرأ أيضا ", "- ", "\n", "كلمة\n", "سياسة\n", "كلمة كلمة كلمة كلمة كلمة كلمة كلمة كلمة.\n",
]  # fmt: skip
LIMIT = 20.0
"""Seconds for a megabyte of the worst, hundreds of thousands of repairs or lines; anything quadratic takes hours."""


def seconds(raw: RawArticle) -> float:
    start = time.process_time()
    with contextlib.suppress(RecordFault):
        clean(raw)
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_a_megabyte_of_one_thing(unit: str) -> None:
    text = "بداية " + unit * (MEGABYTE // len(unit.encode()))
    assert seconds(RawArticle(source="daily.example", text=text)) < LIMIT


@pytest.mark.parametrize("unit", ["(", "،.", "كلمة "])
def test_a_megabyte_in_two_seconds(unit: str) -> None:
    assert seconds(RawArticle(source="daily.example", text=unit * (MEGABYTE // len(unit.encode())))) < 2


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<b>",
        "<p>",
        "<a href=x>y",
        "<table><tr><td>",
        "<ul><li>",
        "</div>",
        "<",
        "<!--",
        "<div class='a b'>x</div>",
        "<p>كلمة كلمة.</p>",
        "<script>",
        "<br>",
    ],
)
def test_a_megabyte_of_one_tag(unit: str) -> None:
    html = "<html><body><p>بداية</p>" + unit * (MEGABYTE // len(unit.encode()))
    assert seconds(RawArticle(url="https://daily.example/1", html=html)) < LIMIT


def test_a_very_large_page() -> None:
    paragraph = '<div class="row"><p>قال المتحدث باسم البلدية إن أعمال الصيانة في <a href="/x">الجسر القديم</a> ستبدأ قريبا.</p></div>\n'
    html = "<html><body><article>" + paragraph * (7_900_000 // len(paragraph.encode())) + "</article></body></html>"
    start = time.process_time()
    article = clean(RawArticle(url="https://daily.example/1", html=html))
    assert time.process_time() - start < LIMIT
    assert article.body is not None
    assert article.body.count("\n\n") > 30_000
