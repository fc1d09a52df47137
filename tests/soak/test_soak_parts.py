"""The parts of the fault test: its ledger, its proxy, its plan."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.soak import ledger
from tests.soak.articles import BAD_EVERY, article, number_in
from tests.soak.cluster import free_ports
from tests.soak.faults import KINDS
from tests.soak.ledger import Ledger, State
from tests.soak.plan import plan
from tests.soak.proxy import Mode, Proxy


def test_the_ledger_holds_the_latest_state_and_what_has_none_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    with Ledger(path) as book:
        book.write((number, State.SENT) for number in range(4))
        book.write([(0, State.ACKNOWLEDGED), (1, State.FAILED), (2, State.UNKNOWN)])
    assert ledger.read(path) == {
        0: State.ACKNOWLEDGED,
        1: State.FAILED,
        2: State.UNKNOWN,
        3: State.UNKNOWN,
    }


def test_the_ledger_tells_whether_something_is_on_its_way(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    with Ledger(path) as book:
        assert not ledger.is_open(path)
        book.write([(0, State.SENT), (1, State.SENT)])
        assert ledger.is_open(path)
        book.write([(0, State.ACKNOWLEDGED), (1, State.ACKNOWLEDGED)])
        assert not ledger.is_open(path)


def test_a_line_that_was_half_written_when_the_writer_died_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    with Ledger(path) as book:
        book.write([(0, State.ACKNOWLEDGED)])
    with path.open("ab") as half:
        half.write(b'{"id": 1, "sta')
    with Ledger(path) as book:
        book.write([(2, State.ACKNOWLEDGED)])
    assert ledger.read(path) == {0: State.ACKNOWLEDGED, 2: State.ACKNOWLEDGED}


def test_an_article_carries_its_number_and_bad_ones_are_broken() -> None:
    for number in (0, 1, 2, BAD_EVERY - 1, 49_999):
        assert number_in(article(number).value) == number
    assert not article(BAD_EVERY - 1).good
    assert not article(BAD_EVERY - 1).value.endswith(b"}")
    assert article(7) == article(7)


def test_a_plan_holds_at_least_thirty_faults_of_eight_kinds_in_the_order_of_its_seed() -> None:
    faults = plan(1)
    assert plan(1) == faults
    assert plan(2) != faults
    assert Counter(kind for kind, _ in faults) == Counter({kind: len(of_it) for kind, of_it in KINDS.items()})
    assert len(faults) >= 30
    assert len(KINDS) >= 8


def test_every_kind_of_fault_is_documented_with_how_often_it_comes() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
    assert [kind for kind, faults in KINDS.items() if f"\n| {kind} | {len(faults)} | " not in documented] == []


@pytest.mark.parametrize(
    ("mode", "asked", "answered"),
    [(Mode.OPEN, b"x", b"X"), (Mode.ANSWERLESS, b"x", None), (Mode.MUTE, b"", None), (Mode.CLOSED, b"", b"")],
)
async def test_the_proxy_passes_on_what_its_mode_lets_through(mode: Mode, asked: bytes, answered: bytes | None) -> None:
    """asked: what reaches the broker. answered: what comes back; None: nothing for now, and no end."""
    came = bytearray()

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            came.extend(data)
            writer.write(data.upper())
        writer.close()

    outer, inner = free_ports(2)
    server = await asyncio.start_server(broker, "127.0.0.1", inner)
    proxy = Proxy(outer, inner)
    await proxy.start()
    proxy.turn(mode)
    reader, writer = await asyncio.open_connection("127.0.0.1", outer)
    writer.write(b"x")

    async def answer() -> bytes | None:
        try:
            async with asyncio.timeout(1):
                return await reader.read(100)
        except TimeoutError:
            return None
        except ConnectionResetError:
            return b""

    assert await answer() == answered
    assert bytes(came) == asked
    if mode in (Mode.ANSWERLESS, Mode.MUTE):
        proxy.turn(Mode.OPEN)
        assert await answer() == b""  # cut, since something is missing in it
    writer.close()
    server.close()
    await proxy.stop()
