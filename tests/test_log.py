"""What an operator reads: one line an event, and not the same line hundreds of times."""

import asyncio
import io
import logging
from collections.abc import Iterator
from functools import partial

import orjson
import pytest

from streams import log
from streams.identity import input_event_id, traceparent
from streams.settings import Settings
from streams.stage import Incoming, ids
from tests.test_stage import MemoryOutbox, runner
from tests.test_stage import records as records_of


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


@pytest.mark.parametrize("form", ["json", "text"])
def test_lines_about_a_record_carry_its_ids_whoever_logs_them(
    monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None, form: str
) -> None:
    output = io.StringIO()
    monkeypatch.setattr("sys.stderr", output)
    log.configure(Settings(_env_file=None, log_format=form), "test")
    record = Incoming("raw", 0, 0, 0, None, b"{}", [("ce_id", b"e1"), ("ce_subject", b"a1")])
    with log.about(partial(ids, record)):
        logging.getLogger("streams.test").warning("on it")
    logging.getLogger("streams.test").warning("done")
    first, second = output.getvalue().splitlines()
    trace = traceparent(None, "e1", "")[3:35]
    if form == "json":
        assert {"article": "a1", "event": "e1", "trace": trace}.items() <= orjson.loads(first).items()
        assert "trace" not in orjson.loads(second)
    else:
        assert first.endswith(f" WARNING test on it article=a1 event=e1 trace={trace}")
        assert second.endswith(" WARNING test done")


def test_what_a_stage_logs_of_a_record_names_it(logging_as_it_was: None, monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr("sys.stderr", output)
    log.configure(Settings(_env_file=None, log_format="json"), "test")
    acknowledged = list[int]()
    asyncio.run(runner(MemoryOutbox()).run(records_of(["bug"], acknowledged)))
    failed, buried = map(orjson.loads, output.getvalue().splitlines())
    assert "KeyError" in failed["exception"]
    assert failed["event"] == buried["event"] == input_event_id(None, b"bug")
