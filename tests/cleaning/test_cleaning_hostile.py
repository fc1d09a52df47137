"""Pages and texts that somebody made to be slow: each comes back within about a second, as an article or as a dead letter."""

import time

import pytest

from schemas import RawArticle
from streams.cleaning import clean
from streams.errors import RecordFault

MEGABYTE = 1 << 20
LIMIT = 2.5
"""Seconds of processor time; on an idle core all stay below one."""

SENTENCE = "قال المتحدث باسم البلدية إن أعمال الصيانة في الجسر القديم ستبدأ قريبا."
PARAGRAPH = "<p>" + f"{SENTENCE} " * 25 + "</p>"
STORY = f"<article>{f'<p>{SENTENCE}</p>' * 4}</article>"
UNITS = [
    "(", "،.", "..", "“", " ", "\t", "&amp;", "&", "#", "@", "ـ", "a ", "a\t", "، ", "كلمة ", "كلمة. مشيراً إلى ", "1 ", "12 مارس 2024 ", "كتب: ", "كلمة، ", "|", "«", "\u200c",
    "Ã©", "â€", "ط§", "www.", "x@", "https://", "pic.twitter.com/abcdefgh", "اقرأ أيضا ", "- ", "\n", "a\n", "كلمة\n", "سياسة\n", "كلمة كلمة كلمة كلمة كلمة كلمة كلمة كلمة.\n",
    "منذ 3 ساعات\n", "كتب أحمد 12 مارس 2024\n",
]  # fmt: skip
TAGS = [
    "<div>", "<b>", "<p>", "<a href=x>y", "<table><tr><td>", "<ul><li>", "</div>", "<", "<a", "<!--", "<div class='a b'>x</div>", "<p>كلمة كلمة.</p>", "<script>", "<br>", "<svg>",
    "<h1>x</h1>", "<time>12 مارس 2024</time>", "<span hidden>x", "<select><option>", '<a x="', "&quot;", "&#xD800;", "\x00",
]  # fmt: skip


def outcome(raw: RawArticle) -> str:
    """``article`` or the code of the dead letter, once the time was looked at."""
    start = time.process_time()
    try:
        found = "article" if clean(raw).body else "no body"
    except RecordFault as fault:
        found = fault.code
    assert time.process_time() - start < LIMIT
    return found


def of_html(html: str) -> str:
    return outcome(RawArticle.model_construct(url="https://daily.example/1", html=html))


def of_text(text: str) -> str:
    return outcome(RawArticle.model_construct(source="daily.example", text=text))


@pytest.mark.parametrize("unit", UNITS)
def test_a_megabyte_of_one_thing(unit: str) -> None:
    of_text("بداية " + unit * (MEGABYTE // len(unit.encode())))


@pytest.mark.parametrize("unit", TAGS)
def test_a_megabyte_of_one_tag(unit: str) -> None:
    of_html("<html><body><p>بداية</p>" + unit * (MEGABYTE // len(unit.encode())))


@pytest.mark.parametrize(
    "html",
    [
        "<body>" + "<div>" * (4 * MEGABYTE // 5) + STORY,
        "<p>" + "<b>x</b>" * MEGABYTE + "</p>" + STORY,
        f'<div class="{"a " * (3 * MEGABYTE)}">{STORY}',
        f'<div id="{"a" * (7 * MEGABYTE)}">{STORY}',
        f'<div style="{"display:" * (MEGABYTE // 2)}">{STORY}',
        f'{STORY}<a href="{"a" * (5 * MEGABYTE)}">',
        f"<div {' '.join(f'a{number}=1' for number in range(300_000))}>{STORY}",
        f"<div {' '.join(f'a{number}' for number in range(300_000))}>{STORY}",
        "<div " + " ".join(f'a{number}="<>"' for number in range(200_000)) + f">{STORY}",
        STORY + '<a href="/x">رابط</a> ' * 10_000,
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + "&b;" * 500_000 + STORY,
        '<script type="application/ld+json">{"@type":"NewsArticle","a":[' + '{"b":1},' * 500_000 + f"1]}}</script>{STORY}",
        f'<script type="application/ld+json">{"[" * 200_000}</script>{STORY}',
        '<script type="application/ld+json">' + '{"a":' * 200_000 + f"</script>{STORY}",
        '<script type="application/ld+json">["\\ud800"]</script>' + STORY,
        '<script type="application/ld+json">{}</script>' * 100_000 + STORY,
        "".join(f'<meta name="author" content="A{number} B">' for number in range(50_000)) + STORY,
        f"<title>{'a - ' * MEGABYTE}</title>{STORY}",
        f'<link rel="canonical" href="/{"%d8" * 500_000}">{STORY}',
        f'<div itemscope itemtype="https://schema.org/NewsArticle">{"<span itemprop=headline>x " * 3000}{STORY}',
        f"<p>\x00{STORY}\ud800",
    ],
    ids=range(21),
)  # fmt: skip
def test_the_article_beside_it_is_found(html: str) -> None:
    assert of_html(html) == "article"


def test_a_page_of_eight_megabytes() -> None:
    assert of_html(f"<article>{PARAGRAPH * (8 * MEGABYTE // 3400)}</article>") == "article"


@pytest.mark.parametrize(
    "text", ["ك" * 4_000_000, "كلمة " * 1_500_000, SENTENCE * 50_000], ids=["no space", "words", "sentences"]
)
def test_one_line_of_megabytes(text: str) -> None:
    of_text(f"{SENTENCE}\n{text}\n{SENTENCE}")


@pytest.mark.parametrize("line", ["a", SENTENCE])
def test_more_lines_than_any_article_has(line: str) -> None:
    assert of_text(f"{line}\n" * 100_000) == "too_many_lines"
    assert of_html(f"<p>{line}</p>" * 100_000) == "too_many_lines"


def test_empty_lines_are_none() -> None:
    assert of_text("\n" * 1_000_000 + SENTENCE) == "article"


def test_an_article_of_thousands_of_paragraphs() -> None:
    paragraph = f'<div class="row"><p data-state="{"x" * 2000}">{SENTENCE}</p></div>\n'
    article = clean(
        RawArticle.model_construct(url="https://daily.example/1", html=f"<article>{paragraph * 3500}</article>")
    )
    assert article.body is not None
    assert article.body.count("\n\n") > 3000


@pytest.mark.parametrize("sign", ["", "=1", "=<", "<", "='>'", '="<"', "/"])
@pytest.mark.parametrize("count", [60_000, 300_000])
def test_a_tag_of_very_many_attributes(sign: str, count: int) -> None:
    attributes = " ".join(f"a{number:x}{sign}" for number in range(count))
    of_html(f"<div {attributes}><p>{SENTENCE}</p></div>")
