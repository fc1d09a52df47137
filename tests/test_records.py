"""Records of every minor version that was published stay readable and valid: tests/records/MINOR/KIND*.json."""

from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from schemas import Alert, CleanArticle, EnrichedArticle, RawArticle, Record

ROOT = Path(__file__).parent.parent
TYPES: dict[str, type[Record]] = {
    "raw-article": RawArticle,
    "clean-article": CleanArticle,
    "enriched-article": EnrichedArticle,
    "alert": Alert,
}
FILES = sorted((ROOT / "tests" / "records").glob("1.*/*.json"))


def kind_of(path: Path) -> str:
    return next(kind for kind in TYPES if path.name.startswith(kind))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_committed_record_is_valid_and_readable(path: Path) -> None:
    record = orjson.loads(path.read_bytes())
    schema = orjson.loads((ROOT / "schemas" / "json" / f"{kind_of(path)}.json").read_bytes())
    Draft202012Validator(schema).validate(record)
    assert TYPES[kind_of(path)].model_validate(record)


def test_there_is_a_record_of_every_kind() -> None:
    assert {kind_of(path) for path in FILES} == set(TYPES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_unknown_fields_are_ignored(path: Path) -> None:
    record = orjson.loads(path.read_bytes()) | {"a_field_of_a_newer_minor": [1]}
    assert "a_field_of_a_newer_minor" not in TYPES[kind_of(path)].model_validate(record).model_dump()


@pytest.mark.parametrize("path", [path for path in FILES if kind_of(path) != "raw-article"], ids=lambda path: path.stem)
def test_reading_and_writing_gives_the_same_record(path: Path) -> None:
    record = orjson.loads(path.read_bytes())
    assert orjson.loads(TYPES[kind_of(path)].model_validate(record).to_json()) == record
