import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from schemas import CleanArticle, EnrichedArticle, RawArticle
from streams.cleaning import clean
from streams.outlets.direction import Setting, without_isolates
from streams.outlets.explained import RUN, Explainer
from streams.outlets.explanations import CLOSE, OPEN, Explanation, explain
from streams.pipeline import enrich

PAGE = """سياسة

وصول وفد طبي إلى حلب

قال المتحدث سامر الحلبي إن الوفد وصل مساء اليوم إلى المدينة ، وإن الزيارة تستمر يومين.
وتابع أن المشـــاريع ستبدأ الأسبوع المقبل في ثلاثة أحياء من المدينة. اقرأ أيضا: انطلاق موسم الحصاد في الحسكة

مقالات ذات صلة
اشترك في النشرة البريدية
"""


def cleaned(text: str, **fields: str) -> CleanArticle:
    return clean(RawArticle(source="daily", text=text, **fields))


def passages(explanation: Explanation) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.label, without_isolates(one.text)) for one in explanation.passages]


def shown(explanation: Explanation, rtl: Setting, width: int, *, terminal: bool = True, colour: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system="standard" if colour else None, highlight=False
    )
    Explainer(rtl, console).show(explanation)
    return file.getvalue()


def test_every_line_of_the_page_is_told_with_what_became_of_it() -> None:
    found = passages(explain(cleaned(PAGE), "a.txt"))
    assert found[:2] == [("field", "section", "سياسة"), ("field", "headline", "وصول وفد طبي إلى حلب")]
    assert [verdict for verdict, _, _ in found] == ["field", "field", "kept", "kept", "removed", "removed", "removed"]
    assert ("removed", "teaser", "اقرأ أيضا: انطلاق موسم الحصاد في الحسكة") in found
    assert found[-2][1:] == ("related", "مقالات ذات صلة")


def test_repairs_are_marked_where_they_were_made() -> None:
    kept = [text for verdict, _, text in passages(explain(cleaned(PAGE), "a.txt")) if verdict == "kept"]
    assert "إلى المدينة⟦␣،←،⟧ وإن" in kept[0]
    assert "المش⟦ـــ←∅⟧اريع" in kept[1]


def test_repairs_of_a_headline_are_marked_in_its_line() -> None:
    found = passages(explain(cleaned(PAGE.replace("وفد طبي", "وفـــد طبي")), "a.txt"))
    assert ("field", "headline", "وصول وف⟦ـــ←∅⟧د طبي إلى حلب") in found


def test_what_a_repair_took_is_seen_even_where_it_is_invisible() -> None:
    article = cleaned(PAGE.replace("قال المتحدث", "قال الم\u200bتحدث"))
    kept = next(text for verdict, _, text in passages(explain(article, "a.txt")) if verdict == "kept")
    assert "الم⟦U+200B←∅⟧تحدث" in kept


def test_the_card_tells_what_was_found_and_how_much_was_taken() -> None:
    card = explain(cleaned(PAGE), "a.txt").card
    rows = dict(card.rows)
    assert card.headline == "وصول وفد طبي إلى حلب"
    assert (rows["input"], rows["section"], rows["type"]) == ("a.txt", "سياسة", "article")
    assert "teaser 1" in without_isolates(rows["removed"])
    assert "tatweel 1" in without_isolates(rows["repairs"])


def test_what_only_the_feed_says_is_told_as_stated() -> None:
    article = cleaned("وصل الوفد إلى المدينة مساء اليوم.", headline="زيارة إلى حلب", section="محليات")
    card = explain(article, "a.txt").card
    assert card.headline == "زيارة إلى حلب (stated)"
    assert dict(card.rows)["section"] == "محليات (stated)"


def test_text_of_the_page_cannot_steer_the_terminal() -> None:
    explanation = explain(
        cleaned("وصل الوفد\x1b]0;bad\x07 إلى المدينة\u202e مساء اليوم.\n\x1b[2Jمشاركة"), "a\x1b[31m.txt"
    )
    assert not {"\x1b", "\u202e", "\x07"} & set(shown(explanation, "terminal", 80))


def enriched(text: str, **fields: str) -> EnrichedArticle:
    return enrich(cleaned(text, **fields))


def test_each_claim_stands_below_the_words_that_bear_it_out() -> None:
    found = passages(explain(enriched(PAGE), "a.txt"))
    at = next(number for number, (_, label, _) in enumerate(found) if label == "body")
    assert "⟦سامر الحلبي⟧" in found[at][2]
    below = {label: text for verdict, label, text in found[at + 1 : at + 4] if verdict == "claimed"}
    assert below["person"].startswith("سامر الحلبي · e2 · متحدث")
    assert below["statement"].startswith("سامر الحلبي · قال · “الوفد وصل مساء اليوم")


def test_titles_have_their_claims_too() -> None:
    found = passages(explain(enriched(PAGE), "a.txt"))
    assert found[0] == ("field", "headline", "وصول وفد طبي إلى ⟦حلب⟧")
    verdict, label, text = found[1]
    assert (verdict, label) == ("claimed", "place")
    assert text.startswith("حلب · e1 · ")
    assert text.endswith("SY · 36.20, 37.16 (1)")


def test_every_claim_with_a_span_is_told() -> None:
    article = enriched(PAGE, published_at="2026-03-04T10:00:00Z")
    told = Counter(label for verdict, label, _ in passages(explain(article, "a")) if verdict == "claimed")
    mentions = sum(len(entity.mentions) for entity in article.entities)
    counted = len(article.dates) + len(article.figures)
    said = len(article.quotes) + len(article.cited_sources)
    assert told.total() == mentions + counted + said + len(article.events)
    assert told["date"] == len(article.dates) > 0


def test_a_record_of_another_stage_is_refused() -> None:
    with pytest.raises(TypeError, match="RawArticle"):
        explain(RawArticle(source="daily", text="x"), "a")


@pytest.mark.parametrize("rtl", ["terminal", "visual"])
@pytest.mark.parametrize("width", [12, 30, 43, 44, 60, 110, 200])
def test_every_line_fits_the_terminal(rtl: Setting, width: int) -> None:
    lines = shown(explain(cleaned(PAGE * 3), "a.txt"), rtl, width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_labels_stand_where_the_article_begins_to_be_read() -> None:
    arabic = shown(explain(cleaned(PAGE), "a.txt"), "terminal", 80).splitlines()
    assert any(line.endswith("section =") for line in arabic)
    english = "Delegation arrives in Aleppo\n\nThe delegation arrived in the city on Monday evening, a spokesman said."
    assert any(
        line.startswith("= headline") for line in shown(explain(cleaned(english), "a"), "terminal", 80).splitlines()
    )


def test_colours_are_for_terminals_only() -> None:
    explanation = explain(cleaned(PAGE), "a.txt")
    assert "\x1b[" in shown(explanation, "terminal", 80, colour=True)
    assert "\x1b" not in shown(explanation, "terminal", 80, terminal=False)


def test_long_menus_are_shortened_for_terminals_and_whole_in_pipes() -> None:
    menu = "\n".join(["Facebook", "Twitter"] * RUN)
    explanation = explain(cleaned(f"{PAGE}\n{menu}"), "a.txt")
    assert shown(explanation, "terminal", 80).count("Facebook") < RUN
    assert "more lines: " in shown(explanation, "terminal", 100)
    assert shown(explanation, "terminal", 80, terminal=False).count("Facebook") == RUN


def test_nothing_is_cut_in_pipes() -> None:
    line = "قال المتحدث إن الوفد وصل. " * 60
    assert line.strip() in shown(explain(cleaned(line), "a.txt"), "auto", 40, terminal=False)


@given(st.lists(st.text(alphabet='ab .،"ـ()\u200bوفدحلب:', max_size=60), min_size=1, max_size=4))
def test_the_marks_are_the_repairs(lines: list[str]) -> None:
    sentence = "وصل الوفد إلى المدينة مساء اليوم في زيارة تستمر يومين."
    article = cleaned("\n".join(f"{sentence} {line}" for line in lines))
    kept = [one.text for one in explain(article, "a").passages if one.verdict == "kept"]
    marks = [repair for repair in article.repairs if repair.field == "body"]
    assert len(kept) == len(article.paragraphs)
    assert sum(text.count(OPEN) for text in kept) == sum(text.count(CLOSE) for text in kept) == len(marks)
