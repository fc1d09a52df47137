"""What ``khabar subscribe`` does: read a topic, choose, show."""

import sys
import time
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import click
import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from schemas.export import SCHEMAS
from streams import identity, wire
from streams.commands import INCOMPLETE, OK
from streams.commands.signals import on_signal, until
from streams.errors import BrokerUnreachable, RecordFault
from streams.outlets.dead_letters import DeadLetter
from streams.outlets.direction import Setting as Rtl
from streams.outlets.expressions import Filter
from streams.outlets.subscription import Duplicates, Start, parse_start, subscribe, topic_named
from streams.outlets.text import one_line
from streams.outlets.view import LiveView
from streams.settings import Settings
from streams.topics import Topic


@dataclass(frozen=True)
class Choices:
    """What to show and how.

    view: cards; None for JSON lines.
    limit: records shown at most. timeout: seconds without a new record until the end.
    """

    topic: Topic
    start: Start
    settings: Settings
    chosen: Filter | None = None
    view: LiveView | None = None
    limit: int | None = None
    timeout: float | None = None

    @classmethod
    def parse(  # noqa: PLR0917  # as many as the command has
        cls,
        topic: str,
        start: str,
        expression: str | None,
        form: str | None,
        rtl: Rtl,
        settings: Settings,
        *,
        limit: int | None,
        timeout: float | None,
    ) -> Self:
        """From the words of the command line. form: ``pretty``, ``jsonl``, or None for what fits standard output.

        Raises UsageError.
        """
        named = topic_named(topic, settings)
        pretty = form == "pretty" or (form is None and sys.stdout.isatty())
        return cls(
            named,
            parse_start(start, datetime.now(UTC)),
            settings,
            None if expression is None else Filter(expression, named.record or DeadLetter),
            LiveView(rtl=rtl, scroll=True) if pretty else None,
            limit,
            timeout,
        )


async def show(choices: Choices) -> int:
    """Show records until a signal, the limit or the timeout. Gives the exit code.

    Raises what `subscribe` raises, and BrokerUnreachable when the timeout ends the wait for a broker.
    """
    name = choices.topic.full_name(choices.settings)
    sieve = _Sieve(choices.chosen)
    gone: str | None = None

    def ready() -> None:
        click.echo(f"reading {name}; Ctrl-C ends", err=True)

    def away(reason: str | None) -> None:
        nonlocal gone
        gone = reason
        click.echo(f"khabar: {one_line(reason)}; waiting for it" if reason else f"reading {name} again", err=True)

    ended = on_signal()
    latest = time.monotonic()
    shown = 0
    async with (
        aclosing(subscribe(name, choices.start, choices.settings, Duplicates(), ready=ready, away=away)) as records,
        aclosing(until(records, ended)) as coming,
    ):
        async for record in coming:
            if record is None:
                if choices.timeout is not None and time.monotonic() - latest >= choices.timeout:
                    break
                continue
            latest = time.monotonic()
            data = _decoded(choices, record)
            if data is not None and sieve.takes(data, record):
                _show_one(choices, data, record)
                shown += 1
                if shown == choices.limit:
                    break
    if gone is not None and not ended.is_set():
        raise BrokerUnreachable(gone)
    return sieve.result()


class _Sieve:
    """The expression, if there is one, and on how many of the records it failed."""

    def __init__(self, chosen: Filter | None) -> None:
        self._chosen = chosen
        self._seen = 0

    def takes(self, data: dict[str, Any], record: ConsumerRecord) -> bool:
        """Whether to show the record. Complains of the first on which the expression fails."""
        self._seen += 1
        if self._chosen is None:
            return True
        before = self._chosen.failures
        matches = self._chosen.matches(data)
        if self._chosen.failures and not before:
            article = f" (article {data['id']})" if isinstance(data.get("id"), str) else ""
            _complain(record, f"the expression failed on this record{article}: {self._chosen.first_failure}")
        return matches

    def result(self) -> int:
        """The exit code; tells how often the expression failed."""
        failures = self._chosen.failures if self._chosen is not None else 0
        if failures > 1:
            of = "all" if failures == self._seen else f"{failures} of"
            click.echo(f"khabar: the expression failed on {of} {self._seen} records", err=True)
        return INCOMPLETE if failures and failures == self._seen else OK


def _decoded(choices: Choices, record: ConsumerRecord) -> dict[str, Any] | None:
    """The record as JSON; None for what is none, or of another kind, which the stages refuse as well."""
    if choices.topic.record is None:
        letter = DeadLetter.from_kafka(record.key, record.value, record.headers)
        return letter.model_dump(by_alias=True, exclude_none=True)
    schema = next(name for name, kind in SCHEMAS.items() if kind is choices.topic.record)
    try:
        return wire.decode(record.value, schema.partition("/")[0], choices.settings.max_record_bytes)
    except RecordFault as fault:
        _complain(record, str(fault))
        return None


def _show_one(choices: Choices, data: dict[str, Any], record: ConsumerRecord) -> None:
    if choices.view is not None:
        try:
            choices.view.add((choices.topic.record or DeadLetter).model_validate(data))
        except ValidationError as error:
            _complain(record, f"not as its schema says: {error.errors()[0]['msg']}")
        return
    event_id = identity.input_event_id(wire.header(record.headers, "ce_id"), record.value or b"")
    line = orjson.dumps({**data, "event_id": event_id})
    sys.stdout.buffer.write((_tame(line) if sys.stdout.isatty() else line) + b"\n")
    sys.stdout.buffer.flush()


def _tame(line: bytes) -> bytes:
    """The same JSON with what steers a terminal as escapes: JSON itself escapes only the older control characters."""
    steering = {*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    return line.decode().translate({code: f"\\u{code:04x}" for code in steering}).encode()


def _complain(record: ConsumerRecord, what: str) -> None:
    click.echo(one_line(f"khabar: {record.topic}[{record.partition}]@{record.offset}: {what}"), err=True)
