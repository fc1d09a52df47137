"""``khabar dead-letters``: what is chosen, what goes back, and what cannot."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from streams.errors import EnvironmentFault, RecordFault
from streams.outlets.dead_letters import Reason
from streams.repair import settling
from streams.repair.letters import Choice, Letter, Unfit, original, source_of
from streams.repair.settling import Search, Settling
from streams.settings import Settings
from streams.stage import Incoming, Outgoing, dead_letter
from streams.topics import DEAD_LETTERS, ENRICHED, RAW, SETTLED
from tests.conftest import Khabar

Produce = Callable[..., Awaitable[list[tuple[int, int]]]]
ReadAll = Callable[[str], Awaitable[list[Any]]]

SETTINGS = Settings(_env_file=None)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Stage:
    """Who a dead letter is from."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fingerprint = "0" * 16


def outgoing(
    settings: Settings,
    value: bytes | None,
    *,
    code: str = "stage_failed",
    stage: str = "clean",
    offset: int = 0,
    headers: list[tuple[str, bytes]] | None = None,
    key: bytes | None = b"k",
) -> Outgoing:
    topic = ENRICHED if stage == "alert" else RAW
    record = Incoming(topic.full_name(settings), 1, offset, 1_700_000_000_000, key, value, headers or [])
    return dead_letter(Stage(stage), settings, record, RecordFault(code))


def letter(value: bytes | None = b"{}", **how: Any) -> Letter:
    made = outgoing(how.pop("settings", SETTINGS), value, **how)
    reason = Reason.from_headers(made.headers)
    event = dict(made.headers)["ce_id"].decode()
    return Letter(event, NOON, reason, source_of(made.value), made.key, made.value, made.headers)


@pytest.fixture
def bury(settings: Settings, produce: Produce) -> Callable[..., Awaitable[str]]:
    """``await bury(value, code="stage_failed", stage="clean")``: a dead letter on its topic. Gives its id."""
    count = 0

    async def put(value: bytes | None, **how: Any) -> str:
        nonlocal count
        count += 1
        made = outgoing(settings, value, **{"offset": count, **how})
        await produce(made.topic, made.value, key=made.key, headers=made.headers)
        return dict(made.headers)["ce_id"].decode()

    return put


def test_what_goes_back_is_what_came_with_one_redrive_more() -> None:
    came = [("traceparent", b"t"), ("x", b"\xff"), ("x", b""), ("khabar-lane", b"backfill"), ("ce_id", b"e1")]
    sent = original(letter(b"\xff\x00", headers=came), SETTINGS)
    assert (sent.topic, sent.key, sent.value) == ("khabar.articles.raw", b"k", b"\xff\x00")
    assert sorted(sent.headers) == sorted([*came, ("khabar-redrives", b"1")])
    again = original(letter(b"\xff\x00", headers=sent.headers), SETTINGS)
    assert sorted(again.headers) == sorted([*came, ("khabar-redrives", b"2")])


@pytest.mark.parametrize("count", [b"", b"-1", b"x", b"\xff", b"9" * 5000])
def test_a_count_of_redrives_that_makes_no_sense_begins_anew(count: bytes) -> None:
    assert ("khabar-redrives", b"1") in original(letter(headers=[("khabar-redrives", count)]), SETTINGS).headers


def test_a_tombstone_goes_back_as_one() -> None:
    assert original(letter(None, code="tombstone"), SETTINGS).value is None


@pytest.mark.parametrize(
    ("unfit", "reason"),
    [
        (letter(b"x" * 300_000, settings=Settings(_env_file=None, max_record_bytes=100_000)), "end of the value"),
        (letter(headers=[("x", b"y" * 100_000)]), "without headers"),
        (letter(key=b"k" * 100_000), "without key"),
        (letter(settings=Settings(_env_file=None, topic_prefix="other.")), "other.khabar.articles.raw is no topic"),
    ],
)
def test_what_its_letter_does_not_hold_whole_cannot_go_back(unfit: Letter, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        original(unfit, SETTINGS)


def test_a_value_that_is_not_the_one_that_died_does_not_go_back() -> None:
    one = letter(b"a")
    with pytest.raises(Unfit, match="hash"):
        original(Letter(one.id, NOON, one.reason, None, None, b"b", one.headers), SETTINGS)


@pytest.mark.parametrize(
    ("value", "source"),
    [
        (b'{"url": "https://www.a.example/1"}', "www.a.example"),
        (b'{"source": "a.example", "url": "https://b.example/1"}', "a.example"),
        (b'{"article": {"source": "a.example"}, "id": "1"}', "a.example"),
        (b'{"url": "https://a.example/1", "text": ', "a.example"),
        (b'{"source": "daily", "url": "x', "daily"),
        (b"[1]", None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_the_source_of_a_letter_is_read_also_where_the_json_is_broken(value: bytes | None, source: str | None) -> None:
    assert source_of(value) == source


def test_letters_are_chosen_by_id_code_stage_source_and_time() -> None:
    one = letter(b'{"url": "https://www.a.example/1"}', stage="deliver/desk", code="delivery_failed")
    assert Choice().takes(one)
    assert Choice(ids=(one.id[:6],)).takes(one)
    assert not Choice(ids=("x",)).takes(one)
    assert Choice(codes=("x", "delivery_failed")).takes(one)
    assert not Choice(codes=("x",)).takes(one)
    assert Choice(stages=("deliver",)).takes(one)
    assert Choice(stages=("deliver/desk",)).takes(one)
    assert not Choice(stages=("deliver/d",)).takes(one)
    assert Choice(source="a.example").takes(one)
    assert not Choice(source="example.com").takes(one)
    assert not Choice(until=NOON).takes(one)


async def test_ls_and_show(khabar: Khabar, topics: list[str], bury: Any) -> None:
    first = await bury(b'{"url": "https://a.example/1"}', code="no_content")
    await bury(b'{"url": "https://b.example/1", ', code="invalid_json")
    await bury(b'{"url": "https://b.example/2", ', code="invalid_json")
    listed = await khabar("dead-letters", "ls")
    assert listed.returncode == 0
    assert listed.stderr == "2 clean invalid_json\n1 clean no_content\n"
    assert any(
        line.startswith(first[:12]) and "  clean  no_content  a.example  " in line
        for line in listed.stdout.splitlines()
    )
    chosen = await khabar("dead-letters", "ls", "--source", "a.example", "--format", "jsonl")
    (record,) = map(orjson.loads, chosen.stdout.splitlines())
    assert (record["id"], record["error"]["code"], record["source"]) == (first, "no_content", "a.example")
    assert (await khabar("dead-letters", "ls", "--to", "1h")).stderr == "no dead letters\n"
    shown = await khabar("dead-letters", "show", first[:8])
    assert shown.returncode == 0
    assert '\n{"url": "https://a.example/1"}\n' in shown.stdout
    assert "  khabar-error-code: no_content\n" in shown.stdout
    absent = await khabar("dead-letters", "show", "nothing")
    assert (absent.returncode, absent.stderr) == (1, "khabar: no such dead letter\n")


async def test_hostile_text_does_not_reach_the_terminal(khabar: Khabar, topics: list[str], bury: Any) -> None:
    await bury(b'{"source": "a\\u001b[31m.example", "x": "\x1b]0;t\x07"', headers=[("x\x1b[2J", b"\x1b[2J")])
    for action in ("ls", "show", "redrive"):
        assert "\x1b" not in (await khabar("dead-letters", action)).stdout


async def test_what_is_discarded_is_done_with(
    khabar: Khabar, settings: Settings, topics: list[str], bury: Any, read_all: ReadAll
) -> None:
    first, second = await bury(b"{}"), await bury(b"{}")
    shown = await khabar("dead-letters", "discard", first)
    assert shown.stderr == "1 would be discarded; --apply does it\n"
    assert shown.stdout.endswith("  would be discarded\n")
    done = await khabar("dead-letters", "discard", first, "--apply")
    assert (done.returncode, done.stderr) == (0, "1 discarded\n")
    listed = await khabar("dead-letters", "ls")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [second[:12]]
    assert "  discarded  " in (await khabar("dead-letters", "ls", first, "--settled")).stdout
    sent = await khabar("dead-letters", "redrive", "--apply")
    assert sent.stderr == "1 redriven, 1 settled before\n"
    assert len(await read_all(RAW.full_name(settings))) == 1
    assert len(await read_all(DEAD_LETTERS.full_name(settings))) == 2
    (settlement, _) = await read_all(SETTLED.full_name(settings))
    assert {"discarded", "redriven"} == {
        orjson.loads(record.value)["action"] for record in await read_all(SETTLED.full_name(settings))
    }
    assert settlement.key == dict(settlement.headers)["ce_subject"]


async def test_a_letter_that_was_delivered_twice_goes_back_once(
    khabar: Khabar, settings: Settings, topics: list[str], bury: Any, read_all: ReadAll
) -> None:
    assert await bury(b"{}", offset=7) == await bury(b"{}", offset=7)
    assert (await khabar("dead-letters", "redrive", "--apply")).stderr == "1 redriven\n"
    (record,) = await read_all(RAW.full_name(settings))
    assert record.partition == 1


async def test_what_cannot_go_back_is_said_and_the_others_go(khabar: Khabar, topics: list[str], bury: Any) -> None:
    await bury(b"{}", headers=[("x", b"y" * 100_000)])
    await bury(b"{}")
    done = await khabar("dead-letters", "redrive", "--apply")
    assert done.returncode == 1
    assert "cannot go back: without headers, which were too large\n" in done.stderr
    assert done.stderr.endswith("1 redriven, 1 cannot go back\n")


async def test_a_limit_leaves_the_rest_open(khabar: Khabar, topics: list[str], bury: Any) -> None:
    for _ in range(3):
        await bury(b"{}")
    assert (await khabar("dead-letters", "redrive", "--limit", "2", "--apply")).stderr == "2 redriven\n"
    assert (await khabar("dead-letters", "redrive", "--apply")).stderr == "1 redriven, 2 settled before\n"


async def test_a_run_that_begins_ends_the_one_before_and_each_letter_goes_back_once(
    settings: Settings, topics: list[str], bury: Any, read_all: ReadAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await bury(b"%d" % number)
    search = Search(settings, "beginning", Choice())
    commit, count = settling._commit, 0

    async def interrupted(*arguments: Any) -> None:
        nonlocal count
        count += 1
        if count == 2:
            await Settling("redriven", search, None, lambda *_: None).apply()
        await commit(*arguments)

    monkeypatch.setattr(settling, "BATCH", 1)
    monkeypatch.setattr(settling, "_commit", interrupted)
    with pytest.raises(EnvironmentFault, match="another run"):
        await Settling("redriven", search, None, lambda *_: None).apply()
    values = [record.value for record in await read_all(RAW.full_name(settings))]
    assert sorted(values) == [b"%d" % number for number in range(5)]


async def test_without_its_topics_it_says_so(khabar: Khabar) -> None:
    refused = await khabar("dead-letters", "ls")
    assert refused.returncode == 2
    assert "see khabar topics create" in refused.stderr
