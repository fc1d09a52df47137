"""Break, fix, redrive: what died comes out once, whatever dies on the way."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import orjson

from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, RAW
from tests.engine.conftest import environment

LETTERS = 1000

DIES_IN_THE_FOURTH_TRANSACTION = """
import os, signal
from aiokafka import AIOKafkaProducer
from streams.commands import main
commit, count = AIOKafkaProducer.commit_transaction, 0
async def dying(self):
    global count
    count += 1
    if count == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    await commit(self)
AIOKafkaProducer.commit_transaction = dying
main()
"""


def article(text: str) -> bytes:
    return orjson.dumps({"url": f"https://a.example/{text.replace(' ', '-')}", "text": text})


async def redrive(settings: Settings, *options: str, program: str = "from streams.commands import main; main()") -> Any:
    command = [sys.executable, "-c", program, "dead-letters", "redrive", *options]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment(settings), capture_output=True, text=True, timeout=120, check=False
    )


async def test_a_thousand_dead_letters_come_out_once_after_the_fix_also_when_the_redrive_is_killed(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, read_all: Any
) -> None:
    raw = RAW.full_name(settings)
    broken = start.under_test(KHABAR_TEST_BROKEN="1")
    for number in range(LETTERS):
        headers = [("traceparent", b"00-%032x-%016x-01" % (number + 1, 1)), ("ce_id", b"e%d" % number)]
        await produce(raw, article(f"good {number}"), partition=0)
        await produce(raw, article(f"sound {number}"), key=b"k%d" % number, headers=headers, partition=0)
    await until(DEAD_LETTERS.full_name(settings), LETTERS, 60)
    assert await broken.stop() == 0, broken.text()
    came = [record for record in await read_all(raw) if b'"sound ' in record.value]

    rehearsed = await redrive(settings, "--code", "stage_failed")
    assert rehearsed.stderr == f"{LETTERS} would be redriven; --apply does it\n"
    assert len(await read_all(raw)) == 2 * LETTERS

    start.under_test()
    killed = await redrive(settings, "--code", "stage_failed", "--apply", program=DIES_IN_THE_FOURTH_TRANSACTION)
    assert killed.returncode == -signal.SIGKILL
    rest = await redrive(settings, "--code", "stage_failed", "--apply")
    assert rest.stderr == "700 redriven, 300 settled before\n"
    assert rest.returncode == 0
    nothing = await redrive(settings, "--apply")
    assert nothing.stderr == f"0 redriven, {LETTERS} settled before\n"

    again = [record for record in await read_all(raw) if dict(record.headers).get("khabar-redrives") == b"1"]
    assert len(again) == LETTERS
    untouched = {(record.value, record.key, tuple(sorted(record.headers)), record.partition) for record in came}
    sent_back = {
        (
            record.value,
            record.key,
            tuple(sorted(h for h in record.headers if h[0] != "khabar-redrives")),
            record.partition,
        )
        for record in again
    }
    assert sent_back == untouched

    cleaned = await until(CLEAN.full_name(settings), 2 * LETTERS, 60)
    bodies = Counter(orjson.loads(record.value)["body"] for record in cleaned)
    assert set(bodies.values()) == {1}
    assert {f"sound {number}" for number in range(LETTERS)} <= set(bodies)
    assert len(await read_all(DEAD_LETTERS.full_name(settings))) == LETTERS
