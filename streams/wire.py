"""From a Kafka record's bytes to a record type and back, and the CloudEvents headers around it."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

import orjson
from pydantic import ValidationError

from schemas import Alert, Article, Record, Settlement
from schemas.export import urn
from streams import identity
from streams.errors import RECORD_FAULTS, RecordFault

R = TypeVar("R", bound=Record)

Headers = Sequence[tuple[str, bytes]]

Output = Article | Alert
"""What stages put on their topics."""

LANE = "khabar-lane"
"""The header that marks events which are worked on again; stages pass it on."""
BACKFILL = "backfill"

CARRIED = "khabar-carried"
"""The header that names the stages which whoever wrote a record runs over it by itself; workers of these leave it."""

REDRIVES = "khabar-redrives"
"""The header that says how often a dead letter was sent back to its topic."""


def decode(value: bytes | None, record: str, max_bytes: int) -> dict[str, Any]:
    """Parse a value as one JSON object.

    value: UTF-8 JSON; None is a tombstone.
    record: the kind that is expected, as in the schema's name: ``raw-article``. A value without ``schema`` passes.
    max_bytes: the longest value that is looked at.
    Raises RecordFault with the code that fits.
    """
    if value is None:
        raise RecordFault("tombstone")
    if len(value) > max_bytes:
        raise RecordFault("record_too_large", f"{len(value)} bytes, {max_bytes} are allowed")
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise RecordFault("invalid_utf8", f"byte {error.start} is no UTF-8") from None
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        _raise_json_fault(text, error)
    if not isinstance(data, dict):
        raise RecordFault("not_an_object", f"the JSON is of type {type(data).__name__}")
    _refuse_duplicate_keys(text)
    # Only an escape can bring U+0000 into valid JSON, so most values are not walked.
    if b"\\u0000" in value and _holds_nul(data):
        raise RecordFault("nul_character")
    schema = data.get("schema")
    if schema is not None and not str(schema).startswith(f"{record}/1."):
        raise RecordFault("unsupported_schema", f"this stage reads {record}/1.x")
    return data


def _raise_json_fault(text: str, error: orjson.JSONDecodeError) -> NoReturn:
    """Tell apart what orjson reports as one error, with the standard library's parser, which lets more through."""

    def constant(name: str) -> NoReturn:
        raise RecordFault("not_a_number", f"{name} is no JSON")

    try:
        json.loads(text, parse_constant=constant)
    except RecursionError:
        raise RecordFault("too_deep") from None
    except ValueError:
        raise RecordFault("invalid_json", f"line {error.lineno} column {error.colno}") from None
    if "depth limit" in error.msg:
        raise RecordFault("too_deep") from None
    if "surrogate" in error.msg:
        raise RecordFault("lone_surrogate") from None
    raise RecordFault("invalid_json", f"line {error.lineno} column {error.colno}") from None


def _refuse_duplicate_keys(text: str) -> None:
    def distinct(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if len(keys) != len(set(keys)):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise RecordFault("duplicate_key", f"the key {twice[:40]!r} stands twice in one object")

    try:
        json.loads(text, object_pairs_hook=distinct)
    except RecursionError:
        raise RecordFault("too_deep") from None


def _holds_nul(data: Any) -> bool:
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, dict):
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def validate(record_type: type[R], data: dict[str, Any]) -> R:
    """Make a record of a decoded object. Raises RecordFault naming the field, never its content."""
    try:
        return record_type.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        code = "missing_field" if problem["type"] == "missing" else problem["type"]
        if code not in RECORD_FAULTS:
            code = "invalid_field"
        message = problem["msg"] if not where else f"{where}: {problem['msg']}"
        raise RecordFault(code, message) from None


def header(headers: Headers, name: str) -> str | None:
    """The value of the first header of this name, or None; one that is no UTF-8 counts as absent."""
    for key, value in headers:
        if key == name:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return None
    return None


def event_headers(stage: str, event_id: str, record: Output | Settlement, trace: str) -> list[tuple[str, bytes]]:
    """CloudEvents 1.0 headers in binary mode for an output event, the same bytes on every replay."""
    kind = record.schema_.partition("/")[0]
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": f"khabar.{kind}",
        "ce_source": f"/khabar/{stage}",
        "ce_subject": record.subject,
        "ce_time": record.time,
        "ce_dataschema": urn(record.schema_),
        "content-type": "application/json",
        "traceparent": trace,
    }
    return [(name, value.encode()) for name, value in headers.items() if value is not None]


def trace_of(headers: Headers, input_id: str, output_id: str) -> str:
    """The ``traceparent`` of an output event."""
    return identity.traceparent(header(headers, "traceparent"), input_id, output_id)
