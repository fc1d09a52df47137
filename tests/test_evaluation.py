"""The evaluation's gate: floors that only rise, a table that says what fell."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import evaluate, floors, judges
from scripts.rows import ROWS, Row

ROOT = Path(__file__).parent.parent

F1 = Row("pages.F1", "body F1", 0.9)
LEFT = Row("pages.left", "chrome left", 0.1, less=True)
SPEED = Row("speed.ratio", "speed", noise=0.2)
ABSOLUTE = Row("speed.pages", "pages a second", 100, floored=False)
SOME = (F1, LEFT, SPEED, ABSOLUTE)

FIGURES = st.dictionaries(st.sampled_from([row.key for row in SOME]), st.floats(0, 1000))


def test_floors_rise_to_what_was_reached_and_ceilings_come_down() -> None:
    found = floors.raised(SOME, {F1.key: 0.95678, LEFT.key: 0.01234}, {F1.key: 0.9, LEFT.key: 0.05})
    assert found == {F1.key: 0.9567, LEFT.key: 0.0124}


def test_a_figure_that_got_worse_leaves_its_floor() -> None:
    held = {F1.key: 0.9, LEFT.key: 0.05}
    assert floors.raised(SOME, {F1.key: 0.8, LEFT.key: 0.5}, held) == held


def test_a_floor_under_a_speed_leaves_room_for_noise() -> None:
    assert floors.raised(SOME, {SPEED.key: 2.0}, {}) == {SPEED.key: 1.6}


def test_records_a_second_have_no_floor() -> None:
    assert floors.raised(SOME, {ABSOLUTE.key: 500.0}, {}) == {}


@given(FIGURES, FIGURES)
def test_no_floor_ever_gets_worse(figures: dict[str, float], held: dict[str, float]) -> None:
    found = floors.raised(SOME, figures, held)
    floored = {row.key: row for row in SOME if row.floored}
    assert not [key for key, floor in held.items() if key in floored and floored[key].below(found[key], floor)]


@given(FIGURES)
def test_what_was_just_reached_holds(figures: dict[str, float]) -> None:
    assert floors.fallen(SOME, figures, floors.raised(SOME, figures, {})) == []


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ({F1.key: 0.8999}, "pages.F1: 0.8999, floor 0.9"),
        ({}, "pages.F1: not measured, floor 0.9"),
    ],
)
def test_a_fall_is_told(figures: dict[str, float], line: str) -> None:
    assert floors.fallen(SOME, figures, {F1.key: 0.9}) == [line]


def test_more_chrome_is_a_fall() -> None:
    assert floors.fallen(SOME, {LEFT.key: 0.06}, {LEFT.key: 0.05}) == ["pages.left: 0.0600, floor 0.05"]


def test_a_floor_without_a_row_is_told() -> None:
    assert floors.fallen(SOME, {}, {"pages.gone": 0.5}) == ["pages.gone: has a floor but no row"]


def test_a_floor_that_a_commit_lowered_still_holds(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"

    def git(*arguments: str) -> None:
        author = ("-c", "user.name=Rana", "-c", "user.email=rana@news.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *author, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    for floor in (0.5, 0.9, 0.7):
        floors.write({F1.key: floor, LEFT.key: floor}, file)
        git("add", file.name)
        git("commit", "--message", "floors")
    assert [version[F1.key] for version in floors.committed(file)] == [0.7, 0.9, 0.5]
    assert floors.highest(SOME, floors.committed(file)) == {F1.key: 0.9, LEFT.key: 0.5}


def test_outside_of_git_the_file_alone_counts(tmp_path: Path) -> None:
    floors.write({F1.key: 0.5}, tmp_path / "floors.json")
    assert floors.committed(tmp_path / "floors.json") == []


def test_the_committed_floors_are_those_of_the_rows() -> None:
    assert set(floors.read()) == {row.key for row in ROWS if row.floored}


def test_no_row_stands_twice_and_each_has_a_judge() -> None:
    keys = [row.key for row in ROWS]
    assert len(keys) == len(set(keys))
    assert {key.split(".")[0] for key in keys} == {judge.name for judge in judges.JUDGES} | {"speed"}


def test_the_table_shows_both_and_says_what_fell() -> None:
    lines = evaluate.table(SOME, {F1.key: 0.95, LEFT.key: 0.2}, {F1.key: 0.85}, {F1.key: 0.96}).splitlines()
    assert lines[1].split() == ["body", "F1", "0.9500", "0.8500", "≥", "0.9", "0.9600", "below", "its", "floor"]
    assert lines[2].endswith("not yet")
    assert lines[3].endswith("not measured")


def test_figures_are_named_by_where_they_stand() -> None:
    report = {"F1": 0.5, "table": {"arabic whole": {"F1": 1}}, "notes": ["none"], "title": None}
    assert dict(judges.flat(report, "flattened")) == {"flattened.F1": 0.5, "flattened.table.arabic whole.F1": 1.0}


def test_our_headlines_are_a_set_of_ten_languages(tmp_path: Path) -> None:
    judges.lines_set(judges.HEADLINES, tmp_path / "lid.jsonl.gz")
    with gzip.open(tmp_path / "lid.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert {row["lang"] for row in rows} == {"ar", "fa", "ur", "ckb", "ps", "he", "en", "fr", "tr", "ku-Latn"}
    assert len({row["id"] for row in rows}) == len(rows)


def test_without_data_the_evaluation_says_that_it_skips_and_succeeds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.evaluate", "--data", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (
        0,
        f"No evaluation data in {tmp_path}: skipped, nothing was measured.\n",
    )


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder taken for evaluation data: every figure without noise is 0.5, trafilatura's speed is half of ours."""
    (tmp_path / "eval").mkdir()
    found = {row.key: 0.5 for row in ROWS if not row.key.startswith("speed.")}
    speeds = SimpleNamespace(figures=lambda _: ({"speed.pages_ratio": 2.0}, {"speed.pages": 40.0}))
    monkeypatch.setattr(judges, "all_figures", lambda _: (found, {}))
    monkeypatch.setitem(sys.modules, "scripts.speeds", speeds)
    monkeypatch.setattr("scripts.speeds", speeds, raising=False)
    monkeypatch.setattr(floors, "committed", list)
    monkeypatch.setenv("EVAL_DATA", str(tmp_path))
    return tmp_path


def test_the_command_succeeds_when_every_floor_holds(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluate"])
    monkeypatch.setattr(floors, "read", lambda: {"pages_news.F1": 0.5})
    evaluate.main()


def test_the_command_fails_when_a_figure_is_below_its_floor(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluate"])
    monkeypatch.setattr(floors, "read", lambda: {"pages_news.F1": 0.5001})
    with pytest.raises(SystemExit, match=r"below the floor:\npages_news\.F1: 0\.5000, floor 0\.5001"):
        evaluate.main()


def test_raising_writes_what_was_reached_and_keeps_what_was_better(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[dict[str, float]] = []
    monkeypatch.setattr(sys, "argv", ["evaluate", "--raise"])
    monkeypatch.setattr(floors, "read", lambda: {"pages_news.F1": 0.6, "pages_arabic.F1": 0.4})
    monkeypatch.setattr(floors, "write", written.append)
    with pytest.raises(SystemExit, match=r"pages_news\.F1"):
        evaluate.main()
    assert written[0]["pages_news.F1"] == 0.6
    assert written[0]["pages_arabic.F1"] == 0.5
    assert written[0]["speed.pages_ratio"] == 1.6
