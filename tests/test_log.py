"""What an operator reads: one line an event, and not the same line hundreds of times."""

import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from streams import log
from streams.settings import Settings


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """Give handlers and levels back afterwards: other tests read the engine's log."""
    handlers, level = logging.root.handlers[:], logging.root.level
    levels = {name: logging.getLogger(name).level for name in log.QUIET}
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def records(name: str, message: str, count: int) -> list[logging.LogRecord]:
    return [logging.LogRecord(name, logging.ERROR, "", 0, message, (number,), None) for number in range(count)]


def test_what_aiokafka_repeats_is_said_once() -> None:
    calm = log.Calm()
    assert sum(map(calm.filter, records("aiokafka", "Unable connect to node with id %s", 1000))) == 1
    assert sum(map(calm.filter, records("aiokafka", "Something else %s", 3))) == 1
    assert sum(map(calm.filter, records("streams.worker", "Unable connect to node with id %s", 3))) == 3


def test_json_lines_hold_the_message_and_the_traceback(
    monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None
) -> None:
    output = io.StringIO()
    monkeypatch.setattr("sys.stderr", output)
    log.configure(Settings(_env_file=None, log_format="json"), "test")
    try:
        raise ValueError("x")  # noqa: TRY301  # to have one
    except ValueError:
        logging.getLogger("streams.test").exception("failed on %s", "a\nb")
    (line,) = output.getvalue().splitlines()
    entry = orjson.loads(line)
    assert (entry["level"], entry["message"]) == ("error", "failed on a\nb")
    assert "ValueError: x" in entry["exception"]
