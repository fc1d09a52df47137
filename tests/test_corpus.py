"""The marked-up pages: their form, and that its checker finds what is wrong."""

from pathlib import Path

import pytest

from scripts import marked

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(CORPUS.rglob("*.gold"))
HEADER = "id: 1-x\nurl: https://a.example/1\nsource: a.example\nfetched_at: 2026-01-01T00:00:00Z\nlanguage: ar\ntopics: medtop:11000000\n---\n"


def page(tmp_path: Path, lines: str, events: str = "") -> marked.Page:
    file = tmp_path / "page.gold"
    file.write_text(f"{HEADER}{lines}\n---\n{events}", encoding="utf-8")
    return marked.read(file)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_page_keeps_to_the_form(path: Path) -> None:
    assert list(marked.faults(marked.read(path))) == []


def test_names_of_files_are_the_ids() -> None:
    assert [marked.read(path).header["id"] for path in FILES] == [path.stem for path in FILES]


def test_two_halves_of_which_one_is_never_trained_on() -> None:
    folders = {path.parent.name for path in FILES}
    assert folders == {"train", "test"}
    assert len(FILES) >= 150


def test_marks_count_in_the_clean_text(tmp_path: Path) -> None:
    text = (
        'B قال<fix to=" "></fix><per id="p1" name="سعد">سعد</per><c> اقرأ أيضا</c> و<loc id="l1" name="حمص">حمص</loc> .'
    )
    line = page(tmp_path, text).lines[0]
    assert line.raw == "قالسعد اقرأ أيضا وحمص ."
    assert line.clean == "قال سعد وحمص ."
    assert [line.clean[mark.start : mark.end] for mark in line.marks] == ["سعد", "حمص"]
    assert line.fixes == 1


@pytest.mark.parametrize(
    "text", ["B <per>x", "B x</per>", "B <q><n><t>x</t></n></q>", "Z x", "B <b>x</b>", "B <fix>x</fix>"]
)
def test_what_breaks_the_form(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="page line 1"):
        page(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "events", "fault"),
    [
        ('T x\nB <per id="p1">y</per>', "", "no name"),
        ('T x\nB <per id="l1" name="y">y</per>', "", "another kind"),
        ('T x\nB <n what="dead" low="1">y</n>', "", "unknown kind of figure"),
        ('T x\nB <n what="killed">y</n>', "", "no number"),
        ('T x\nB <n what="money" low="1">y</n>', "", "without a unit"),
        ('T x\nB <t v="2026-13-01" p="day">y</t>', "", "no date"),
        ('T x\nB <loc id="l1" name="y" lat="95" lon="1">y</loc>', "", "lat 95"),
        ('T x\nB <q by="p9">y</q>', "", "unknown id p9"),
        ("B y", "", "not one headline"),
        ("T x\nC y\nB z", '{"plover": "ASSAULT", "line": 2}', "which tells nothing"),
        ("T x\nB z", '{"plover": "FIGHT", "line": 2}', "unknown event type"),
    ],
)
def test_what_a_second_reader_strikes_out(tmp_path: Path, lines: str, events: str, fault: str) -> None:
    assert any(fault in found for found in marked.faults(page(tmp_path, lines, events)))
