import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import CleanArticle
from streams.cleaning import recurring
from streams.cleaning.folding import fold
from streams.cleaning.recurring import Source, Table
from streams.commands.sources import learn
from streams.errors import UsageError
from streams.pipeline import CLEAN, EXTRACT, configured
from streams.settings import Settings

KHABAR = [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()"]
TOWNS = ("Homs", "Nablus", "Sfax", "Erbil", "Tangier", "Aden", "Misrata", "Minya", "Zarqa", "Sidon")
CALL = "The harbour paper for people who get up early"


def khabar(*arguments: str, stdin: bytes = b"", table: Path | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*KHABAR, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **({} if table is None else {"KHABAR_SOURCE_TABLE": str(table)})},
        timeout=60,
        check=False,
    )


def page(town: str) -> str:
    return (
        f"<body><article><h1>New bridge opens in {town}</h1><p>The mayor of {town} opened a new bridge across the river on "
        f"Sunday after two years of work.</p><p>{CALL}</p><p>Engineers in {town} said that the bridge would carry lorries "
        "from next month on.</p></article></body>"
    )


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "harbour"
    folder.mkdir()
    for town in TOWNS:
        (folder / f"{town}.html").write_text(page(town))
    return folder


def test_a_table_from_pages_serves_the_clean_stage(pages: Path, tmp_path: Path) -> None:
    made = khabar("sources", "learn", str(pages))
    assert (made.returncode, made.stderr) == (0, b"harbour: 10 articles, lines that recur: 1\n")
    table = tmp_path / "table.json"
    table.write_bytes(made.stdout)
    assert list(recurring.read(table).lines_of("harbour")) == [fold(CALL)]
    one = str(pages / "Homs.html")
    before, after = (
        orjson.loads(khabar("enrich", "--stage", "clean", one, table=named).stdout) for named in (None, table)
    )
    assert CALL in before["body"]
    assert CALL not in after["body"]
    assert after["body"].count("\n\n") == before["body"].count("\n\n") - 1
    assert before["pipeline"]["fingerprint"] != after["pipeline"]["fingerprint"]


def test_records_raw_or_cleaned_give_the_same_table(pages: Path) -> None:
    raw = [orjson.dumps({"source": "harbour", "html": page(town)}) for town in TOWNS]
    cleaned = [CLEAN.work(value, len(value)).to_json() for value in raw]
    tables = [khabar("sources", "learn", "-", stdin=b"\n".join(lines)).stdout for lines in (raw, cleaned)]
    assert tables[0] == tables[1] == khabar("sources", "learn", str(pages)).stdout


def test_the_source_can_be_named(pages: Path) -> None:
    made = khabar("sources", "learn", str(pages), "--source", "harbour.example")
    assert list(json.loads(made.stdout)["sources"]) == ["harbour.example"]


def test_too_few_articles_are_told(pages: Path) -> None:
    made = khabar("sources", "learn", str(pages), "--articles", "11")
    assert (made.returncode, made.stderr) == (1, b"harbour: 10 articles, too few\n")
    assert json.loads(made.stdout)["sources"] == {}


def test_a_record_that_cannot_be_read_is_told(pages: Path) -> None:
    lines = [b"nope", *(orjson.dumps({"source": "harbour", "html": page(town)}) for town in TOWNS)]
    made = khabar("sources", "learn", "-", stdin=b"\n".join(lines))
    assert made.returncode == 1
    assert made.stderr.splitlines()[0] == b"khabar: -:1: invalid_json: line 1 column 1"
    assert json.loads(made.stdout)["sources"]["harbour"]["articles"] == 10


@pytest.mark.parametrize("arguments", [(), ("--topic", "raw", "-")])
def test_either_files_or_a_topic(arguments: tuple[str, ...]) -> None:
    made = khabar("sources", "learn", *arguments)
    assert (made.returncode, made.stdout) == (2, b"")
    assert made.stderr == b"khabar: khabar sources learn takes files or --topic, and not both\n"


@pytest.mark.parametrize(
    "arguments",
    [("enrich", "-"), ("enrich", "-", "--processes", "2"), ("worker", "--bootstrap-servers", "127.0.0.1:1")],
)
def test_a_bad_table_ends_the_start(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "table.json").write_text("{}")
    done = khabar(*arguments, stdin=orjson.dumps({"source": "a", "text": "x"}), table=tmp_path / "table.json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().endswith("table.json: no source-table/1.0, as khabar sources learn writes it\n")


def stage_settings(table: Path | None) -> Settings:
    fields: dict[str, Any] = {"source_table": table}
    return Settings(_env_file=None, **fields)


def test_the_table_is_part_of_the_clean_stages_fingerprint_alone(tmp_path: Path) -> None:
    fingerprints = set()
    for number, line in enumerate(("x y", "x z", "x y")):
        path = tmp_path / f"{number}.json"
        path.write_bytes(Table({"a": Source(9, {line: 9})}).to_json())
        set_up = configured(CLEAN, stage_settings(path))
        fingerprints.add(set_up.fingerprint)
        article = set_up.work(b'{"source": "a", "text": "x"}', 100)
        assert isinstance(article, CleanArticle)
        assert article.pipeline is not None
        assert article.pipeline.fingerprint == set_up.fingerprint
        assert configured(EXTRACT, stage_settings(path)) == EXTRACT
    assert len(fingerprints) == 2
    assert CLEAN.fingerprint not in fingerprints
    assert configured(CLEAN, stage_settings(None)) == CLEAN


def test_a_table_is_read_once_a_process(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_bytes(Table({"a": Source(9, {"x y": 9})}).to_json())
    first = configured(CLEAN, stage_settings(path)).fingerprint
    path.write_text("{}")
    assert configured(CLEAN, stage_settings(path)).fingerprint == first
    with pytest.raises(UsageError):
        configured(CLEAN, stage_settings(tmp_path / "none.json"))


def test_the_thresholds_of_the_command_are_those_of_the_learner() -> None:
    defaults = {parameter.name: parameter.default for parameter in learn.params}
    assert (defaults["articles"], defaults["share"]) == (recurring.ARTICLES, recurring.SHARE)
