from pathlib import Path

from scripts import train_places

GOLD = """\
id: 1
url: https://a.example/1
source: a.example
fetched_at: 2025-01-02T00:00:00Z
language: ar
topics: medtop:20000065
---
C القائمة
T انفجار في <loc id="l1" name="حلب" sense="event">حلب</loc>
B <loc id="l2" name="دمشق" sense="dateline">دمشق</loc> - وقع<fix to=" "></fix>انفجار في <loc id="l1">حلب</loc>.<c>اقرأ أيضا</c>
B وقال <per id="p1" name="علي حمد">علي حمد</per> إن <iq by="p1" cue="قال"><loc id="l3" name="سوريا">سوريا</loc> آمنة</iq>.
---
"""


def test_a_marked_article_is_read_as_the_clean_stage_hands_it_on(tmp_path: Path) -> None:
    path = tmp_path / "1.gold"
    path.write_text(GOLD, "utf-8")
    page = train_places.read(path)
    body = page.article.body or ""
    assert page.article.headline == "انفجار في حلب"
    assert body == "دمشق - وقع انفجار في حلب.\n\nوقال علي حمد إن سوريا آمنة."
    slices = {(mark.tag, body[mark.start : mark.end]) for mark in page.marks if mark.field is None}
    assert slices == {("loc", "دمشق"), ("loc", "حلب"), ("per", "علي حمد"), ("loc", "سوريا"), ("iq", "سوريا آمنة")}


def test_names_and_senses_become_examples(tmp_path: Path) -> None:
    path = tmp_path / "1.gold"
    path.write_text(GOLD, "utf-8")
    pages = [train_places.read(path)]
    names = list(train_places.name_examples(pages))
    assert sum(example.answer for example in names) == 4
    senses = list(train_places.sense_examples(pages))
    assert [example.answer for example in senses] == [True, False, False]  # the dateline is no example


def test_weights_tell_the_signs_apart() -> None:
    good = train_places.Example(["always", "good"], True, 1.0, 0)
    bad = train_places.Example(["always", "bad"], False, 1.0, 0)
    weights = train_places.fit([good, bad] * 50, ["always", "bad", "good"], 1.0)
    assert weights[2] > 1 > -1 > weights[1]
