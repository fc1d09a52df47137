"""A rule's examples, run as articles: whether it fires where its author says so."""

from collections.abc import Iterator
from typing import Any

import orjson

from schemas import Example, Rule
from streams.alerts.rulebook import Match, Rulebook
from streams.errors import RecordFault

FETCHED_AT = "2026-11-20T12:00:00Z"
"""When an example's text was fetched."""

MAX_BYTES = 1024 * 1024


def failed_examples(rule: Rule) -> Iterator[str]:
    """One line for each example that does not turn out as it says. Raises BadRule."""
    rulebook = Rulebook([rule])
    for example in rule.examples:
        try:
            record = example_record(example)
        except RecordFault as fault:
            yield f"{example.name}: {fault}"
            continue
        matches = rulebook.matches(record)
        differences = list(_differences(example, matches[0] if matches else None))
        if differences:
            yield f"{example.name}: {', '.join(differences)}"
    if rulebook.failures:
        yield f"an expression failed on {rulebook.failures[rule.id]} of {len(rule.examples)} examples"


def example_record(example: Example) -> dict[str, Any]:
    """The enriched record that an example stands for. Raises RecordFault for a text that is no article."""
    if example.record is not None:
        return example.record
    from streams.pipeline import clean, extract  # noqa: PLC0415  # which imports this package

    raw = {"source": "example", "text": example.text, "fetched_at": FETCHED_AT}
    cleaned = clean(orjson.dumps(raw), MAX_BYTES)
    record: dict[str, Any] = orjson.loads(extract(cleaned.to_json(), MAX_BYTES).to_json())
    return record


def _differences(example: Example, match: Match | None) -> Iterator[str]:
    if example.fires != (match is not None):
        yield "should fire and does not" if example.fires else "should not fire and does"
    if match is None:
        return
    for name, wanted, actual in (
        ("level", example.level, match.level),
        ("count", example.count, match.count),
        ("groups", example.groups, list(match.groups)),
    ):
        if wanted is not None and wanted != actual:
            yield f"{name} should be {wanted} and is {actual}"
