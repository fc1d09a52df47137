"""``khabar deliver`` against a real broker and a receiver of webhooks."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import Alert
from streams.kafka.admin import overview
from streams.sending.messages import message
from streams.settings import Settings
from streams.topics import ALERTS, DEAD_LETTERS
from tests.conftest import Khabar
from tests.engine.test_stall import asked
from tests.sending.conftest import Receiver

Produce = Callable[..., Awaitable[list[tuple[int, int]]]]
ReadAll = Callable[[str], Awaitable[list[Any]]]
MakeAlert = Callable[..., Alert]


@dataclass
class Deliver:
    """Starts ``khabar deliver`` and ends what is still running after the test."""

    settings: Settings
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __call__(self, *arguments: str, allow_private: bool = True, **more: str) -> subprocess.Popen[bytes]:
        own = self.settings.model_dump(exclude_none=True)
        environment = {f"KHABAR_{name.upper()}": str(value) for name, value in own.items()}
        options = ["--destinations", str(self.folder / "d.yaml"), "--from", "beginning", *arguments]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "streams", "deliver", *options]
                + ["--allow-private"] * allow_private,
                env=os.environ | environment | {"HOOK_SECRET": "s3cret"} | more,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def log(self) -> str:
        return (self.folder / "log").read_text()

    async def stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 15) == 0, self.log()


@pytest.fixture
def deliver(settings: Settings, topics: list[str], tmp_path: Path, receiver: Receiver) -> Iterator[Deliver]:
    """``deliver(*arguments)``: run it with the destinations hook and default, both at the receiver."""
    (tmp_path / "d.yaml").write_text(
        f"hook: {{webhook: '{receiver.url('/hook')}', secret: {{env: HOOK_SECRET}}}}\n"
        f"default: {{webhook: '{receiver.url('/default')}', secret: {{env: HOOK_SECRET}}}}\n"
        f"loud: {{webhook: '{receiver.url('/loud')}', secret: {{env: HOOK_SECRET}}, level: critical}}\n"
    )
    starter = Deliver(settings, tmp_path)
    yield starter
    for process in starter.running:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def put(settings: Settings, produce: Produce) -> Callable[..., Awaitable[None]]:
    """``await put(alert, event="e", partition=0)``: an alert on the topic, as its stage writes it."""

    async def one(alert: Alert, event: str | None = None, partition: int = 0, **headers: str) -> None:
        more = [(name.replace("_", "-"), value.encode()) for name, value in headers.items()]
        await produce(
            ALERTS.full_name(settings),
            alert.to_json(),
            key=alert.article.id.encode(),
            headers=[("ce_id", (event or f"{alert.id}{alert.count}").encode()), *more],
            partition=partition,
        )

    return one


async def came(receiver: Receiver, count: int, seconds: float = 30) -> list[str]:
    deadline = time.monotonic() + seconds
    while len(receiver.requests) < count:
        assert time.monotonic() < deadline, f"{len(receiver.requests)} of {count}"
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert len(receiver.requests) == count
    return [f"{path} {orjson.loads(body)['article']['id'][-2:]}" for path, _, body in receiver.requests]


async def lag(settings: Settings) -> int:
    return next(group.lag for group in (await overview(settings)).groups if group.name.endswith("khabar.deliver"))


async def committed(settings: Settings) -> None:
    deadline = time.monotonic() + 20
    while await lag(settings):
        assert time.monotonic() < deadline, await lag(settings)
        await asyncio.sleep(0.2)


async def test_alerts_go_where_their_rules_say_and_once(
    deliver: Deliver, put: Callable[..., Awaitable[None]], alert: MakeAlert, receiver: Receiver, settings: Settings
) -> None:
    await put(alert(1))
    await put(alert(1), partition=0)  # the same event again
    await put(alert(2, deliver=[]), partition=1)
    await put(alert(3, deliver=["hook", "loud"]), partition=2)
    await put(alert(4, deliver=["loud"], level="critical"), partition=2)
    await put(alert(5, timeliness="old"), partition=3)
    await put(alert(6, timeliness="undated"), partition=3)
    running = deliver()
    assert sorted(await came(receiver, 5)) == ["/default 02", "/hook 01", "/hook 03", "/hook 06", "/loud 04"]
    await committed(settings)
    await deliver.stop(running)
    again = deliver()
    await put(alert(7))
    assert (await came(receiver, 6))[-1] == "/hook 07"
    await deliver.stop(again)
    assert "s3cret" not in deliver.log()


async def test_a_cooldown_outlives_a_restart_and_swallows_nothing_higher(
    deliver: Deliver, put: Callable[..., Awaitable[None]], alert: MakeAlert, receiver: Receiver, settings: Settings
) -> None:
    def later(number: int, minute: int, **changes: Any) -> Alert:
        article = alert(number).article.model_copy(update={"fetched_at": f"2026-11-20T10:{minute:02}:00Z"})
        return alert(number, groups=["aleppo"], article=article.model_dump(), **changes)

    await put(later(1, 0))
    running = deliver()
    await came(receiver, 1)
    await committed(settings)
    running.kill()
    await asyncio.to_thread(running.wait)
    running = deliver()
    for number, minute, changes in (
        (2, 1, {}),
        (3, 2, {"count": 20}),
        (4, 3, {"count": 19}),
        (5, 4, {"level": "critical"}),
    ):
        await put(later(number, minute, **changes), partition=number % 4)
        await asyncio.sleep(0.6)
    assert await came(receiver, 3) == ["/hook 01", "/hook 03", "/hook 05"]
    await deliver.stop(running)


async def test_what_fails_is_tried_again_and_one_dead_letter_in_the_end(
    deliver: Deliver,
    put: Callable[..., Awaitable[None]],
    alert: MakeAlert,
    receiver: Receiver,
    settings: Settings,
    read_all: ReadAll,
    produce: Produce,
) -> None:
    receiver.statuses = [500, 200]
    running = deliver(KHABAR_DELIVERY_TRIES="2")
    await put(alert(1))
    await came(receiver, 2)
    receiver.statuses = [500, 500]
    await put(alert(2))
    await came(receiver, 4)
    receiver.statuses = [404]
    await put(alert(3))
    await came(receiver, 5)
    await put(alert(4, deliver=["absent", "hook"]))
    await came(receiver, 6)
    await produce(ALERTS.full_name(settings), b"nope", partition=1)
    await committed(settings)
    letters = await read_all(DEAD_LETTERS.full_name(settings))
    headers = [{name: value.decode() for name, value in letter.headers} for letter in letters]
    assert Counter(
        (one["khabar-error-stage"], one["khabar-error-code"], one["khabar-error-attempts"]) for one in headers
    ) == {
        ("deliver/hook", "delivery_failed", "2"): 1,
        ("deliver/hook", "delivery_refused", "1"): 1,
        ("deliver/absent", "no_such_destination", "0"): 1,
        ("deliver", "invalid_json", "1"): 1,
    }
    values = {letter.value for letter in letters}
    assert {alert(2).to_json(), alert(3).to_json(), b"nope"} <= values
    assert len({one["ce_id"] for one in headers}) == 4

    await put(alert(2), khabar_redrives="1")
    assert (await came(receiver, 7))[-1] == "/hook 02"
    await deliver.stop(running)


async def test_a_slow_destination_holds_back_no_other_and_what_is_in_hand_is_sent_again_with_its_key(
    deliver: Deliver, put: Callable[..., Awaitable[None]], alert: MakeAlert, receiver: Receiver, settings: Settings
) -> None:
    (deliver.folder / "d.yaml").write_text(
        (deliver.folder / "d.yaml").read_text().replace(receiver.url("/hook"), "http://127.0.0.1:1/hook")
    )
    running = deliver()
    await put(alert(1), partition=0)
    for number in range(2, 12):
        await put(alert(number, deliver=["default"]), partition=number % 4)
    assert Counter(await came(receiver, 10)) == {f"/default {number:02x}": 1 for number in range(2, 12)}
    deadline = time.monotonic() + 10
    while await lag(settings) > 3:  # those behind the one that is in hand, on its partition
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    assert await lag(settings) == 3
    await deliver.stop(running)
    (deliver.folder / "d.yaml").write_text(
        (deliver.folder / "d.yaml").read_text().replace("http://127.0.0.1:1/hook", receiver.url("/hook"))
    )
    again = deliver()
    await committed(settings)
    await deliver.stop(again)
    paths = Counter(f"{path} {headers['idempotency-key']}" for path, headers, _ in receiver.requests)
    assert paths[f"/hook {message(alert(1)).key}"] == 1
    assert len(paths) == 11  # what was sent twice came with the same key


async def test_only_public_addresses_unless_allowed_at_the_command_line(
    deliver: Deliver,
    put: Callable[..., Awaitable[None]],
    alert: MakeAlert,
    receiver: Receiver,
    settings: Settings,
    read_all: ReadAll,
) -> None:
    running = deliver(allow_private=False)
    await put(alert(1))
    deadline = time.monotonic() + 30
    while not (letters := await read_all(DEAD_LETTERS.full_name(settings))):
        assert time.monotonic() < deadline, deliver.log()
        await asyncio.sleep(0.2)
    assert dict(letters[0].headers)["khabar-error-message"] == b"hook: the address is not public (see --allow-private)"
    assert receiver.requests == []
    await deliver.stop(running)


async def test_without_destinations_or_topics_it_says_so(deliver: Deliver) -> None:
    (deliver.folder / "d.yaml").write_text("hook: {}")
    assert await asyncio.to_thread(deliver().wait, 30) == 2
    assert "hook: needs either apprise or webhook" in deliver.log()
    (deliver.folder / "d.yaml").write_text("hook: {apprise: {env: HOOK_SECRET}}")
    assert await asyncio.to_thread(deliver(KHABAR_TOPIC_PREFIX="absent.").wait, 30) == 2
    assert "no topic absent.khabar.alerts on the broker" in deliver.log()


async def test_it_tells_prometheus_what_became_of_the_alerts(
    deliver: Deliver, put: Callable[..., Awaitable[None]], alert: MakeAlert, receiver: Receiver
) -> None:
    receiver.statuses = [400]
    running = deliver(KHABAR_METRICS_PORT="0")
    await put(alert(1, deliver=["hook"]))
    await put(alert(2, deliver=["default"]))
    await came(receiver, 2)
    await asyncio.sleep(3)
    (port,) = re.findall(r"metrics at 127.0.0.1:(\d+)", deliver.log())
    _, text = await asked(int(port), "/metrics")
    for line in (
        'khabar_alerts_total{outcome="sent"} 2.0',
        'khabar_alerts_total{outcome="delivered"} 1.0',
        'khabar_dead_letters_total{code="delivery_refused",stage="deliver"} 1.0',
        'khabar_lag_records{partition="0",stage="deliver"} 0.0',
    ):
        assert line in text
    assert await asked(int(port), "/live") == (200, "yes\n")
    await deliver.stop(running)


async def test_an_alert_that_was_refused_and_is_sent_back_goes_out_under_the_same_key(
    deliver: Deliver, put: Callable[..., Awaitable[None]], alert: MakeAlert, receiver: Receiver, khabar: Khabar
) -> None:
    receiver.statuses = [400]
    running = deliver()
    await put(alert(1, groups=["aleppo"]))
    await came(receiver, 1)
    await asyncio.sleep(1)
    listed = await khabar("dead-letters", "ls", "--stage", "deliver", "--format", "jsonl")
    assert orjson.loads(listed.stdout)["error"]["stage"] == "deliver/hook"
    sent = await khabar("dead-letters", "redrive", "--code", "delivery_refused", "--apply")
    assert sent.stderr == "1 redriven\n"
    await came(receiver, 2)
    assert len(set(receiver.keys())) == 1
    await deliver.stop(running)
