"""The stage wrapper by itself: order, window, dead letters, and what stops it. The broker's side is tests/engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from schemas import Article, CleanArticle
from streams import stage as wrapper
from streams.errors import EnvironmentFault, RecordFault
from streams.pipeline import CLEAN, Stage
from streams.settings import Settings
from streams.stage import (
    Incoming,
    Outgoing,
    OutputRefused,
    Received,
    StageRunner,
    TooManyDeadLetters,
    dead_letter,
    work,
)


def echo(value: bytes | None, max_bytes: int) -> Article:
    text = (value or b"").decode()
    if text == "bad":
        raise RecordFault("invalid_json")
    if text == "bug":
        raise KeyError("secret")
    if text == "memory":
        raise MemoryError
    if text == "disk":
        raise OSError(28, "No space left on device")
    return CleanArticle(id="0" * 32, body=text)


STAGE = replace(CLEAN, work=echo)
SETTINGS = Settings(_env_file=None)


def incoming(value: str, offset: int = 0, headers: list[tuple[str, bytes]] | None = None) -> Incoming:
    return Incoming("raw", 0, offset, 1_700_000_000_000, b"key", value.encode(), headers or [])


@dataclass
class MemoryOutbox:
    """Keeps what is sent; deliveries finish when the test says so."""

    sent: list[Outgoing] = field(default_factory=list)
    deliveries: list[asyncio.Future[None]] = field(default_factory=list)
    at_once: bool = True
    refuse: str | None = None

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        delivery: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.at_once:
            delivery.set_result(None)
        self.sent.append(outgoing)
        self.deliveries.append(delivery)
        return delivery

    async def confirm(self, outgoing: Outgoing, delivery: Awaitable[object]) -> None:
        await delivery
        if outgoing.topic == self.refuse:
            raise OutputRefused(outgoing.topic)


@dataclass
class MemoryMarks:
    died: dict[int, int] = field(default_factory=dict)
    working: Incoming | None = None

    def deaths(self, record: Incoming) -> int:
        return self.died.get(record.offset, 0)

    def begin(self, record: Incoming) -> None:
        self.working = record

    def end(self) -> None:
        self.working = None

    def forget(self, record: Incoming) -> None:
        del self.died[record.offset]


def runner(outbox: MemoryOutbox, marks: MemoryMarks | None = None, stage: Stage = STAGE) -> StageRunner:
    return StageRunner(stage, SETTINGS, outbox, marks or MemoryMarks())


async def records(values: list[str], acknowledged: list[int]) -> AsyncIterator[Received]:
    for offset, value in enumerate(values):
        yield incoming(value, offset), partial(acknowledged.append, offset)


async def test_every_record_gives_one_output_and_is_acknowledged_in_order() -> None:
    outbox, acknowledged = MemoryOutbox(), list[int]()
    await runner(outbox).run(records(["a", "bad", "b", "bug"], acknowledged))
    assert acknowledged == [0, 1, 2, 3]
    assert [outgoing.code for outgoing in outbox.sent] == [None, "invalid_json", None, "stage_failed"]


async def test_nothing_is_acknowledged_before_its_delivery_even_when_a_later_one_is_delivered() -> None:
    outbox, acknowledged = MemoryOutbox(at_once=False), list[int]()
    task = asyncio.create_task(runner(outbox).run(records(["a", "b", "c"], acknowledged)))
    await asyncio.sleep(0.01)
    outbox.deliveries[2].set_result(None)
    await asyncio.sleep(0.01)
    assert acknowledged == []
    outbox.deliveries[0].set_result(None)
    await asyncio.sleep(0.01)
    assert acknowledged == [0]
    outbox.deliveries[1].set_result(None)
    await task
    assert acknowledged == [0, 1, 2]


async def test_the_last_record_of_a_quiet_topic_is_acknowledged() -> None:
    acknowledged = list[int]()

    async def quiet() -> AsyncIterator[Received]:
        yield incoming("a"), lambda: acknowledged.append(0)
        await asyncio.sleep(3600)

    task = asyncio.create_task(runner(MemoryOutbox()).run(quiet()))
    await asyncio.sleep(0.05)
    assert acknowledged == [0]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_no_more_than_a_window_of_deliveries_overlaps() -> None:
    outbox = MemoryOutbox(at_once=False)
    task = asyncio.create_task(runner(outbox).run(records(["a"] * 200, [])))
    await asyncio.sleep(0.05)
    assert len(outbox.sent) == wrapper.WINDOW
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("value", "counts_as_death"), [("memory", True), ("disk", False)])
async def test_a_fault_of_the_environment_stops_unacknowledged(value: str, counts_as_death: bool) -> None:  # noqa: FBT001
    outbox, marks, acknowledged = MemoryOutbox(), MemoryMarks(), list[int]()
    with pytest.raises(EnvironmentFault):
        await runner(outbox, marks).run(records([value, "a"], acknowledged))
    assert acknowledged == []
    assert outbox.sent == []
    assert (marks.working is not None) == counts_as_death


async def test_a_failed_delivery_stops_unacknowledged() -> None:
    outbox, acknowledged = MemoryOutbox(at_once=False), list[int]()
    task = asyncio.create_task(runner(outbox).run(records(["a", "b"], acknowledged)))
    await asyncio.sleep(0.01)
    outbox.deliveries[0].set_exception(EnvironmentFault("broker gone"))
    with pytest.raises(EnvironmentFault, match="broker gone"):
        await task
    assert acknowledged == []


async def test_an_output_that_the_broker_refuses_becomes_a_dead_letter() -> None:
    outbox, acknowledged = MemoryOutbox(refuse="khabar.articles.clean"), list[int]()
    await runner(outbox).run(records(["a"], acknowledged))
    assert [outgoing.code for outgoing in outbox.sent] == [None, "output_too_large"]
    assert acknowledged == [0]


async def test_a_refused_dead_letter_stops_the_stage() -> None:
    acknowledged = list[int]()
    with pytest.raises(EnvironmentFault, match="dead letter"):
        await runner(MemoryOutbox(refuse="khabar.dead-letters")).run(records(["bad"], acknowledged))
    assert acknowledged == []


async def test_a_record_that_killed_three_processes_is_given_up() -> None:
    outbox, marks, acknowledged = MemoryOutbox(), MemoryMarks({0: 3, 1: 2}), list[int]()
    await runner(outbox, marks).run(records(["memory", "a"], acknowledged))
    assert [outgoing.code for outgoing in outbox.sent] == ["killed_worker", None]
    assert dict(outbox.sent[0].headers)["khabar-error-attempts"] == b"3"
    assert marks.died == {}


async def test_the_stage_stops_when_most_of_the_latest_records_were_dead_letters() -> None:
    outbox, acknowledged = MemoryOutbox(), list[int]()
    with pytest.raises(TooManyDeadLetters, match=r"101 of the last 200 .* invalid_json"):
        await runner(outbox).run(records(["a"] * 99 + ["bad"] * 500, acknowledged))
    assert acknowledged == list(range(200))


async def test_the_stage_goes_on_when_half_of_them_were() -> None:
    acknowledged = list[int]()
    await runner(MemoryOutbox()).run(records(["a", "bad"] * 500, acknowledged))
    assert len(acknowledged) == 1000


def test_a_bug_in_a_stage_does_not_quote_the_article() -> None:
    outgoing = work(STAGE, SETTINGS, incoming("bug"))
    assert outgoing.code == "stage_failed"
    assert b"secret" not in b"".join(value for _, value in outgoing.headers)


def test_an_output_over_the_limit_is_a_dead_letter_of_its_input() -> None:
    settings = Settings(_env_file=None, max_record_bytes=65536)
    outgoing = work(STAGE, settings, incoming("x" * 65400))
    assert outgoing.code == "output_too_large"
    assert outgoing.value == b"x" * 65400


def test_a_dead_letter_holds_value_key_and_headers_as_they_came() -> None:
    record = incoming("bad", 7, [("source", b"\xff\xfe"), ("ce_id", b"abc")])
    outgoing = dead_letter(STAGE, SETTINGS, record, RecordFault("invalid_json", "line 1"))
    headers = dict(outgoing.headers)
    assert (outgoing.value, outgoing.key, headers["source"]) == (b"bad", b"key", b"\xff\xfe")
    assert headers["khabar-error-code"] == b"invalid_json"
    assert headers["khabar-error-offset"] == b"7"
    assert headers["khabar-error-ce-id"] == b"abc"
    assert [name for name, _ in outgoing.headers].count("ce_id") == 1


def test_a_value_that_the_dead_letter_topic_does_not_take_is_cut_and_said_so() -> None:
    settings = Settings(_env_file=None, max_record_bytes=300_000)
    outgoing = dead_letter(STAGE, settings, incoming("x" * 400_000), RecordFault("record_too_large"))
    headers = dict(outgoing.headers)
    assert len(outgoing.value or b"") == wrapper.TRUNCATED_BYTES
    assert (headers["khabar-error-truncated"], headers["khabar-error-size"]) == (b"true", b"400000")


def test_huge_foreign_headers_and_keys_do_not_make_a_dead_letter_undeliverable() -> None:
    record = replace(incoming("bad", headers=[("x", b"y" * 100_000)]), key=b"k" * 100_000)
    outgoing = dead_letter(STAGE, SETTINGS, record, RecordFault("invalid_json"))
    size = len(outgoing.key or b"") + sum(len(name) + len(value) for name, value in outgoing.headers)
    assert size < 60_000


def test_key_value_and_headers_but_the_timing_are_the_same_on_replay() -> None:
    first, second = work(STAGE, SETTINGS, incoming("a", 1)), work(STAGE, SETTINGS, incoming("a", 99))
    assert (first.key, first.value, first.topic) == (second.key, second.value, second.topic)
    assert [h for h in first.headers if h[0] != "khabar-timing"] == [
        h for h in second.headers if h[0] != "khabar-timing"
    ]


def test_long_headers_that_came_in_do_not_grow_what_goes_out() -> None:
    headers = [(name, b"a" * 100_000) for name in ("ce_id", "khabar-timing", "traceparent")]
    for value in ("bad", "good"):
        outgoing = work(STAGE, SETTINGS, incoming(value, headers=headers))
        assert max(len(content) for _, content in outgoing.headers) <= wrapper.MESSAGE_CHARACTERS
