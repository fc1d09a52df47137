import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemas import CleanArticle, EnrichedArticle, RawArticle
from schemas.export import DIALECT, SCHEMAS, file_name, json_schema, urn
from streams.asyncapi import document
from streams.commands import main
from streams.errors import RecordFault
from streams.outlets.shapes import shape_of
from streams.pipeline import CLEAN
from streams.settings import Settings
from streams.stage import Incoming, dead_letter, work
from streams.topics import TOPICS

SAMPLES = Path(__file__).parents[1] / "outlets" / "samples.jsonl"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(str(ended.value.code))


def test_the_committed_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schemas", "export", "--check") == 0
    assert run("asyncapi", "--check") == 0
    assert capsys.readouterr() == ("", "")


def test_writing_and_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schemas", "export", "--to", str(tmp_path / "new"), "--check") == 1
    assert not (tmp_path / "new").exists()
    assert capsys.readouterr().err.count("is not what the code generates\n") == 6
    assert run("schemas", "export", "--to", str(tmp_path / "new")) == 0
    assert run("schemas", "export", "--to", str(tmp_path / "new"), "--check") == 0
    (tmp_path / "new" / "raw-article.json").write_text("{}")
    assert run("schemas", "export", "--to", str(tmp_path / "new"), "--check") == 1
    assert run("asyncapi", "--to", str(tmp_path / "a.json")) == 0
    assert json.loads((tmp_path / "a.json").read_text()) == document()


def test_a_dash_is_standard_output(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("asyncapi", "--to", "-") == 0
    assert json.loads(capsysbinary.readouterr().out) == document()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_schemas_say_what_is_on_the_wire(schema: str) -> None:
    exported = json_schema(schema)
    jsonschema.Draft202012Validator.check_schema(exported)
    assert exported["$schema"] == DIALECT
    assert exported["$id"] == urn(schema)
    assert exported["title"] == SCHEMAS[schema].__name__
    text = json.dumps(exported)
    assert "null" not in text
    assert '"default"' not in text
    for part in (exported, *exported.get("$defs", {}).values()):
        assert part["title"]
        assert part["description"]
        for name, value in part["properties"].items():
            assert "title" not in value
            if value.get("type") == "array" and schema != "raw-article/1.0":
                assert name in part["required"]


@pytest.mark.parametrize("schema", ["clean-article/1.0", "enriched-article/1.0"])
def test_output_records_are_valid(schema: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(schema))
    full = shape_of(SCHEMAS[schema]).full() | {"id": "0" * 32, "revision": "0" * 32}
    validator.validate(full)
    for absent in ("schema", "id", "byline"):
        assert not validator.is_valid({name: value for name, value in full.items() if name != absent})
    assert not validator.is_valid(full | {"headline": None})
    assert validator.is_valid(full | {"added_later": 1})


def test_real_records_are_valid() -> None:
    enriched = jsonschema.Draft202012Validator(json_schema("enriched-article/1.0"))
    for line in SAMPLES.read_bytes().splitlines():
        enriched.validate(json.loads(EnrichedArticle.from_json(line).to_json()))
    minimal = CleanArticle.model_validate({"schema": "clean-article/1.0", "id": "0" * 32})
    jsonschema.Draft202012Validator(json_schema("clean-article/1.0")).validate(json.loads(minimal.to_json()))


@pytest.mark.parametrize(
    "record",
    [
        {"url": "u", "html": "h"},
        {"source": "s", "text": "t", "schema": "raw-article/1.0", "http_headers": {"etag": "1"}},
        {"source": "s", "content_base64": "YQ==", "content_type": "text/html"},
        {"url": "u", "status": "withdrawn"},
        {"url": "u", "text": "t", "status": "withdrawn"},
        {"html": "h"},
        {"url": "u"},
        {"url": "u", "html": "h", "text": "t"},
        {"url": "u", "content_base64": "YQ=="},
        {"url": "u", "html": "h", "status": "gone"},
        {"url": 7, "html": "h"},
    ],
)
def test_the_raw_schema_and_the_type_agree(record: dict[str, Any]) -> None:
    try:
        RawArticle.model_validate(record)
    except ValueError:
        accepted = False
    else:
        accepted = True
    assert jsonschema.Draft202012Validator(json_schema("raw-article/1.0")).is_valid(record) == accepted


def test_the_asyncapi_document_is_whole() -> None:
    made = document()
    assert made["asyncapi"] == "3.0.0"
    assert [channel["address"] for channel in made["channels"].values()] == [topic.name for topic in TOPICS]
    for reference in _references(made):
        if reference.startswith("#/"):
            found: Any = made
            for part in reference[2:].split("/"):
                found = found[part]
        else:
            assert reference.removeprefix("./json/") in map(file_name, SCHEMAS)
    assert "retention.ms" in made["channels"]["deadLetters"]["bindings"]["kafka"]["topicConfiguration"]


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in _references(value)]
    return [found for item in part for found in _references(item)] if isinstance(part, list) else []


def test_the_documented_headers_are_those_that_are_sent() -> None:
    settings = Settings(_env_file=None)
    messages = document()["components"]["messages"]
    value = '{"source": "s", "text": "وصل وفد إلى غزة.", "fetched_at": "2026-11-20T08:00:00Z"}'.encode()
    incoming = Incoming("t", 0, 0, 0, None, value, [("khabar-lane", b"backfill")])
    sent = {name for name, _ in work(CLEAN, settings, incoming).headers}
    sent.add("khabar-carried")  # by khabar reprocess alone
    assert sent == set(messages["cleanArticle"]["headers"]["properties"])
    assert sent == set(messages["alert"]["headers"]["properties"])
    letter = {
        name
        for name, _ in dead_letter(CLEAN, settings, replace(incoming, headers=[]), RecordFault("empty_text")).headers
    }
    assert letter == set(messages["deadLetter"]["headers"]["properties"])
