"""Logging for commands and worker processes: one line an event on standard error."""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from streams.settings import Settings

QUIET = (
    "faust",
    "mode",
    "aiokafka",
    "asyncio",
    "httpx",
    "httpcore",
    "urllib3",
    "requests_oauthlib",
    "oauthlib",
    "opentelemetry",
)
"""Loggers of our engine, whose information is noise to an operator, and may hold addresses with secrets; warnings stay."""


CALM_SECONDS = 60.0

IDS = ("article", "event", "trace")
"""What a line says it is about, where it is about one record."""


class Calm(logging.Filter):
    """Lets the same message of an aiokafka logger through once a minute: it repeats itself hundreds of times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be shown; the messages of a template are one, whatever is filled in."""
        if not record.name.startswith("aiokafka"):
            return True
        what = (record.name, str(record.msg))
        now = time.monotonic()
        if now - self._said.get(what, -CALM_SECONDS) < CALM_SECONDS:
            return False
        self._said[what] = now
        return True


Ids = Callable[[], Mapping[str, str]]
"""The ids of what is worked on, made only when a line needs them."""

_ABOUT: ContextVar[Ids | None] = ContextVar("about", default=None)


@contextmanager
def about(ids: Ids) -> Iterator[None]:
    """Every line that is logged within, by whomever, carries these ids."""
    token = _ABOUT.set(ids)
    try:
        yield
    finally:
        _ABOUT.reset(token)


def _entry(process: str) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    """What makes a whole entry of an event. process: what the process is."""

    def whole(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record: logging.LogRecord = event["_record"]
        ids = _ABOUT.get()
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": process,
            "process": record.process,
            "message": event["event"],
            **(ids() if ids is not None else {}),
        }
        return entry | ({"exception": event["exception"]} if "exception" in event else {})

    return whole


def _as_json(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> str:
    return orjson.dumps(entry).decode()


def _as_text(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> str:
    """For people: the time of day here, and the ids behind the message."""
    time_of_day = datetime.fromisoformat(entry["time"]).astimezone().strftime("%H:%M:%S")
    ids = "".join(f" {name}={entry[name]}" for name in IDS if name in entry)
    exception = "\n" + entry["exception"] if "exception" in entry else ""
    return f"{time_of_day} {entry['level'].upper():<7} {entry['worker']} {entry['message']}{ids}{exception}"


def configure(settings: Settings, name: str) -> None:
    """Send the log to standard error. name: what the process is, shown in every line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Calm())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.processors.format_exc_info,
                _entry(name),
                _as_json if settings.log_format == "json" else _as_text,
            ]
        )
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for logger in QUIET:
        logging.getLogger(logger).setLevel(max(logging.WARNING, logging.root.level))
