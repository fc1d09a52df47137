"""What a worker survives, and how it stops. Every test runs real processes against the embedded Kafka."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.admin import create_topics
from streams.kafka.client import client_options
from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, RAW
from streams.worker import EXIT_DEAD_LETTERS, EXIT_ENVIRONMENT


def articles(*texts: str) -> list[bytes]:
    return [orjson.dumps({"url": f"https://a.example/{number}", "text": text}) for number, text in enumerate(texts)]


def code(record: Any) -> str:
    headers: dict[str, bytes] = dict(record.headers)
    return headers["khabar-error-code"].decode()


async def committed(settings: Settings) -> int:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(f"{settings.group_prefix}khabar.clean")
        return sum(meta.offset for meta in offsets.values())
    finally:
        await admin.close()


async def committed_reaches(settings: Settings, count: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while (now := await committed(settings)) != count:
        assert time.monotonic() < deadline, f"{now} committed, not {count}"
        await asyncio.sleep(0.2)


@pytest.fixture
def names(settings: Settings, topics: list[str]) -> tuple[str, str, str]:
    return RAW.full_name(settings), CLEAN.full_name(settings), DEAD_LETTERS.full_name(settings)


async def test_the_last_record_of_a_quiet_topic_is_committed(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    start.under_test()
    await produce(names[0], *articles("a"))
    await until(names[1], 1)
    await committed_reaches(settings, 1)


async def test_sigterm_drains_commits_and_exits_with_zero(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, read_all: Any
) -> None:
    workers = start.under_test()
    await workers.says("ready")
    await produce(names[0], *articles(*["work 0.02"] * 400))
    await asyncio.sleep(2)
    began = time.monotonic()
    assert await workers.stop() == 0, workers.text()
    assert time.monotonic() - began < 10
    done = len(await read_all(names[1]))
    assert 0 < done < 400
    assert await committed(settings) == done


async def test_a_record_that_kills_its_worker_three_times_becomes_a_dead_letter(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test()
    await produce(names[0], *articles("a", "die", "b"))
    (letter,) = await until(names[2], 1)
    assert code(letter) == "killed_worker"
    assert dict(letter.headers)["khabar-error-attempts"] == b"3"
    assert orjson.loads(letter.value)["text"] == "die"
    texts = {orjson.loads(record.value)["body"] for record in await until(names[1], 2)}
    assert texts == {"a", "b"}
    await committed_reaches(settings, 3)
    assert list((settings.state_dir / "clean-deaths").iterdir()) == []
    assert "death 3 of 3" in workers.text()


async def test_running_out_of_memory_on_a_record_three_times_counts_the_same(
    names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    start.under_test()
    await produce(names[0], *articles("memory"))
    assert code((await until(names[2], 1))[0]) == "killed_worker"


async def test_a_record_worked_on_for_too_long_is_given_up(
    names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    start.under_test(KHABAR_WORK_TIMEOUT="1")
    await produce(names[0], *articles("hang", "a"))
    assert code((await until(names[2], 1))[0]) == "killed_worker"
    await until(names[1], 1)


async def test_a_full_disk_stops_the_worker_with_nothing_acknowledged(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, read_all: Any
) -> None:
    workers = start.under_test()
    await produce(names[0], *articles("disk"))
    await workers.says("No space left on device")
    await workers.says(f"ended with exit code {EXIT_ENVIRONMENT}; restarting it")
    assert await read_all(names[2]) == []
    assert await committed(settings) == 0


async def test_a_supervisor_outlives_a_full_disk_and_then_starts_its_worker_again(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test()
    await workers.says("ready")
    full = settings.state_dir / "clean-0" / "telling"
    full.symlink_to("/dev/full")
    (child,) = workers.children()
    child.kill()
    await workers.says("clean-0 cannot be started: [Errno 28] No space left on device; trying again in 1 s")
    full.unlink()
    await produce(names[0], *articles("a"))
    await until(names[1], 1)
    assert await workers.stop() == 0, workers.text()


async def test_a_stage_stops_when_most_records_are_dead_letters(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test()
    await produce(names[0], *articles(*["bad"] * 300))
    assert await workers.ends(40) == EXIT_DEAD_LETTERS
    assert "200 of the last 200 records were dead letters, most of them invalid_json" in workers.text()
    assert len(await until(names[2], 200)) == 200
    assert await committed(settings) == 200


async def test_an_output_over_the_topics_limit_is_a_dead_letter_of_its_input(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    start.under_test()
    await produce(names[0], *articles("grow 8388000", "grow 9000000", "a"))
    (letter,) = await until(names[2], 1)
    assert code(letter) == "output_too_large"
    assert len(await until(names[1], 2)) == 2


async def test_topics_that_take_too_little_are_named_at_the_start(settings: Settings, start: Any) -> None:
    await create_topics(settings.model_copy(update={"max_record_bytes": 1024 * 1024}))
    workers = start.under_test()
    await workers.says("ready")
    assert f"{CLEAN.full_name(settings)} takes records of 1064960 bytes, 8404992 are wanted" in workers.text()


async def test_workers_die_with_their_supervisor(names: tuple[str, str, str], start: Any) -> None:
    workers = start.under_test(processes=2)
    await workers.says("ready")
    children = workers.children()
    assert len(children) == 2
    workers.process.kill()
    await asyncio.to_thread(psutil.wait_procs, children, 5)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


async def test_two_supervisors_share_a_state_folder(names: tuple[str, str, str], start: Any) -> None:
    first, second = start.under_test(), start.under_test()
    await first.says("ready")
    await second.says("ready")
    assert {Path(child.cmdline()[-3]).name for child in first.children() + second.children()} == {
        "clean-0",
        "clean-1",
    }


async def test_an_unwritable_state_folder_is_one_clear_line(
    names: tuple[str, str, str], start: Any, settings: Settings
) -> None:
    settings.state_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.state_dir.write_text("a file")
    workers = start("clean")
    assert await workers.ends() == 1
    (line,) = workers.text().strip().splitlines()
    assert "KHABAR_STATE_DIR" in line


async def test_a_worker_waits_for_missing_topics_and_says_so(
    settings: Settings, start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test()
    await workers.says(RAW.full_name(settings))
    await create_topics(settings)
    await workers.says("ready")
    await produce(RAW.full_name(settings), *articles("a"))
    await until(CLEAN.full_name(settings), 1)


async def test_a_committed_offset_beyond_the_end_of_the_log_does_not_stall_the_worker(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    part = TopicPartition(names[0], 0)
    async with AIOKafkaConsumer(
        **client_options(settings), group_id=f"{settings.group_prefix}khabar.clean", enable_auto_commit=False
    ) as consumer:
        consumer.assign([part])
        await consumer.commit({part: 1000})  # as after a log that lost its tail
    await produce(names[0], *articles("a", "b"), partition=0)
    start.under_test()
    await until(names[1], 2)
    await committed_reaches(settings, 2)


async def test_a_standby_without_partitions_takes_over(
    settings: Settings, names: tuple[str, str, str], start: Any, produce: Any, until: Any
) -> None:
    active = start.under_test(processes=4, KHABAR_WORK_TIMEOUT="1")
    await active.says("ready")
    standby = start.under_test(KHABAR_WORK_TIMEOUT="1")
    await standby.says("ready")
    await asyncio.sleep(6)  # a member that aiokafka takes for idle is out of the group by now
    assert await active.stop() == 0
    await produce(names[0], *articles("a"))
    await until(names[1], 1)


async def lost_after_kill(start: Any, produce: Any, read_all: Any, names: tuple[str, str, str], **faults: str) -> int:
    """Feed 300 records with slow deliveries, kill the worker in the middle, let it finish: how many are lost?"""
    workers = start.under_test(KHABAR_TEST_SLOW="0.7", **faults)
    await workers.says("ready")
    await produce(names[0], *articles(*[f"n{number}" for number in range(300)]))
    deadline = time.monotonic() + 40
    while not await committed(start.settings):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    (child,) = workers.children()
    child.send_signal(signal.SIGKILL)
    await committed_reaches(start.settings, 300, 40)
    await asyncio.sleep(2)  # what was committed too early may still be on its way
    return 300 - len({orjson.loads(record.value)["body"] for record in await read_all(names[1])})


async def test_a_kill_between_work_and_delivery_loses_nothing(
    names: tuple[str, str, str], start: Any, produce: Any, read_all: Any
) -> None:
    assert await lost_after_kill(start, produce, read_all, names) == 0


async def test_the_same_check_fails_when_acknowledgement_is_moved_before_delivery(
    names: tuple[str, str, str], start: Any, produce: Any, read_all: Any
) -> None:
    assert await lost_after_kill(start, produce, read_all, names, KHABAR_TEST_ACK_FIRST="1") > 0
