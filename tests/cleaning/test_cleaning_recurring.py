from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import CleanArticle, RawArticle
from streams.cleaning import clean, recurring
from streams.cleaning.assembly import rebuild
from streams.cleaning.folding import fold
from streams.cleaning.recurring import NOTHING, Learner, Source, Table
from streams.errors import UsageError

TOWNS = ("حمص", "نابلس", "صفاقس", "أربيل", "طنجة", "عدن", "بورتسودان", "مصراتة", "المنيا", "الزرقاء", "صيدا", "كركوك")
WORKS = ("جسر", "مدرسة", "ميناء", "مستشفى", "سوق", "محطة مياه")
SLOGAN = "مرايا الساحل نافذتكم على البحر"
BOX = "نشرة الصباح في صندوقكم قبل القهوة"


def story(number: int) -> tuple[str, list[str]]:
    town, work = TOWNS[number % len(TOWNS)], WORKS[number % len(WORKS)]
    return f"افتتاح {work} جديد في {town}", [
        f"افتتح محافظ {town} صباح الأحد {work} جديدا في المدينة بعد عامين من أعمال البناء التي تأخرت مرات عدة.",
        f"وقال المهندس المشرف إن {work} {town} كلف {number + 3} ملايين، وإن العمل فيه يبدأ مطلع الشهر المقبل.",
        f"وأضاف أن سكان {town} طالبوا به منذ سنوات، وأن البلدية ستمهد الطرق المؤدية إليه قبل الشتاء.",
    ]


def text(number: int, *extra: str) -> RawArticle:
    headline, (first, *rest) = story(number)
    lines = [SLOGAN, headline, first, BOX, *rest, *extra]
    return RawArticle(url=f"https://maraya.example/{number}", text="\n".join(lines))


def html(number: int) -> RawArticle:
    headline, (first, *rest) = story(number)
    paragraphs = "".join(f"<p>{line}</p>" for line in (first, BOX, *rest))
    page = f"<body><div>{SLOGAN}</div><article><h1>{headline}</h1>{paragraphs}</article></body>"
    return RawArticle(url=f"https://maraya.example/{number}", html=page)


def learnt(*articles: RawArticle, least: int = 8) -> Table:
    learner = Learner()
    for article in articles:
        learner.add(clean(article))
    return learner.table(least)


def lines(table: Table, source: str = "maraya.example") -> set[str]:
    return set(table.lines_of(source))


@pytest.mark.parametrize("page", [text, html])
def test_what_a_source_repeats_goes_out_and_its_story_stays(page: Callable[[int], RawArticle]) -> None:
    table = learnt(*map(page, range(12)))
    headline, paragraphs = story(14)
    article = clean(page(14), table)
    assert article.headline == headline
    assert article.body == "\n\n".join(paragraphs)
    assert {part.text: part.reason for part in article.removed} == {SLOGAN: "recurring", BOX: "recurring"}
    assert rebuild(article) == article.page_text


def test_without_the_table_the_box_stays_in_the_body() -> None:
    assert BOX in (clean(text(14)).body or "")
    assert clean(text(14), NOTHING) == clean(text(14))


def test_another_source_is_left_alone() -> None:
    other = text(14).model_copy(update={"url": "https://afaq.example/14"})
    assert clean(other, learnt(*map(text, range(12)))) == clean(other)


def test_www_before_a_host_does_not_matter() -> None:
    table = learnt(*map(text, range(12)))
    assert lines(table, "WWW.maraya.example") == lines(table) != set()


def test_a_source_needs_enough_articles() -> None:
    assert learnt(*map(text, range(7))).sources == {}
    assert learnt(*map(text, range(8))).sources["maraya.example"].articles == 8


def test_an_article_counts_once_however_often_it_comes() -> None:
    assert learnt(*[text(3)] * 20).sources == {}
    addresses = [text(3).model_copy(update={"url": f"https://maraya.example/{n}"}) for n in range(20)]
    assert learnt(*addresses).sources == {}


def test_a_line_of_a_few_articles_is_not_learnt() -> None:
    table = learnt(*(text(n, "ملف خاص بالموانئ الجديدة") if n < 3 else text(n) for n in range(12)))
    assert lines(table) == {fold(SLOGAN), fold(BOX)}


def test_the_background_of_a_running_story_is_not_learnt() -> None:
    background = "وكانت الحكومة قد أعلنت في آذار خطة لإعادة بناء المرافق العامة في عشر محافظات خلال خمس سنوات."
    table = learnt(*(text(n, background) for n in range(12)))
    assert fold(background) not in lines(table)
    assert background in (clean(text(14, background), table).body or "")


@pytest.mark.parametrize("line", ["سياسة", "بقلم: سلمى الحوراني", "الأحد 22 نوفمبر 2026", "اقرأ أيضا"])
def test_what_the_stage_knows_by_itself_is_not_learnt(line: str) -> None:
    articles = [RawArticle(source="a", text="\n".join((line, story(n)[0], *story(n)[1]))) for n in range(12)]
    assert lines(learnt(*articles), "a") == set()


def test_the_headline_that_a_page_states_stays() -> None:
    table = Table({"a": Source(9, {fold("نشرة الأحد"): 9})})
    body = "".join(f"<p>{line}</p>" for line in story(1)[1])
    page = f'<head><meta property="og:title" content="نشرة الأحد"></head><body><h1>نشرة الأحد</h1>{body}</body>'
    assert [
        span.text for span in clean(RawArticle(source="a", html=page), table).layout if span.role == "headline"
    ] == ["نشرة الأحد"]


WORDS = st.sampled_from([SLOGAN, BOX, *story(1)[1], story(1)[0], "x", "1", "اقرأ أيضا", ""])


@settings(max_examples=50, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.sets(WORDS.map(fold).filter(bool)))
def test_whatever_a_table_holds_the_page_can_be_rebuilt(page: list[str], known: set[str]) -> None:
    table = Table({"a": Source(9, dict.fromkeys(known, 9))})
    raw = RawArticle(source="a", text="\n".join(["-", *page]))
    article = clean(raw, table)
    assert rebuild(article) == article.page_text
    assert not any(fold(line) in known for line in (article.body or "").split("\n\n"))


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    table = learnt(*map(text, range(12)))
    path = tmp_path / "table.json"
    path.write_bytes(table.to_json())
    assert recurring.read(path) == table


def test_the_fingerprint_tells_lines_and_not_their_order() -> None:
    forward, backward = (learnt(*map(text, order)) for order in (range(12), reversed(range(12))))
    assert forward.to_json() == backward.to_json()
    assert forward.fingerprint != learnt(*map(text, range(11))).fingerprint


GOOD = orjson.loads(Table({"a": Source(9, {"x y": 9})}).to_json())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"{", "no JSON"),
        (b"[]", "no source-table/1.0"),
        (orjson.dumps({**GOOD, "schema": "source-table/2.0"}), "no source-table/1.0"),
        (orjson.dumps({**GOOD, "sources": []}), "sources is no object"),
        (orjson.dumps({**GOOD, "sources": {"a": {"lines": {"x y": 9}}}}), "a: articles is to be a number"),
        (orjson.dumps({**GOOD, "sources": {"a": {"articles": 9, "lines": {"X": 9}}}}), "a: 'X' is no folded line"),
        (orjson.dumps({**GOOD, "sources": {"a": {"articles": 9, "lines": {"x": 9}}}}), "its fingerprint is not"),
    ],
)
def test_a_bad_table_is_told(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "table.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        recurring.read(path)


def test_articles_without_text_say_nothing() -> None:
    learner = Learner()
    learner.add(CleanArticle(id="0" * 32, source="a"))
    assert learner.articles == {}
