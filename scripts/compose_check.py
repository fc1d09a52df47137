"""What scripts/test-compose checks from this machine, over the port that Kafka publishes.

containers: read ``docker inspect`` of every container from standard input; each must be shut in as docker-compose.yml says.
feed: put generated articles on the raw topic, evenly over some time, whatever the broker does meanwhile.
alerts: print the keys of the alerts that khabar deliver must send, one a line; when outcome has held.
metrics: wait until Prometheus has heard of every process, and look at its rules.
outcome: read every topic and compare it with what the same stages make of the raw topic here.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from schemas import Alert
from streams.alerts.cooldown import Cooldowns
from streams.kafka.admin import overview
from streams.pipeline import ALERT, CLEAN, EXTRACT
from streams.sending.messages import message
from streams.settings import Settings
from streams.stage import Incoming, Outgoing, outputs, work
from streams.topics import ALERTS, DEAD_LETTERS, ENRICHED, RAW, max_message_bytes
from streams.wire import header

LARGE_BYTES = 3 * 1024 * 1024
BROKEN_EVERY = 100
PATIENCE = 90.0
"""Seconds without a new outcome until the rest counts as lost."""

GIVE_UP = 180.0
"""Seconds in which the broker must take a record; longer than any outage of the scenario."""


DELIVER = "khabar.deliver"
"""The group that is behind while nobody delivers."""

UNNAMED = 64
"""Characters in the name that Docker gives to a volume without one."""


class Failed(Exception):
    """A check that did not hold."""


@dataclass(frozen=True)
class Fed:
    """A generated article: its value, and its URL, which is also in a broken one."""

    url: str
    value: bytes


def article(number: int) -> Fed:
    """The generated article of this number: the first is large, a few are broken, all others are small."""
    url = f"https://daily-{number % 7}.example/news/{number}"
    place = ("دمشق", "بغداد", "بيروت", "عمان", "القاهرة")[number % 5]
    text = (
        f"أعلنت السلطات في {place}، يوم الأحد، افتتاح الطريق رقم {number} بعد أشهر من الإغلاق.\n\n"
        f"وقال المهندس سامر الحلبي إن الأعمال كلفت {number + 100} ألف دولار، وإن الطريق يخدم أهالي المنطقة.\n"
    )
    record = {"url": url, "fetched_at": "2026-10-04T08:00:00Z"}
    if number == 0:
        paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line)
        noise = "<!-- " + "x" * LARGE_BYTES + " -->"
        record["html"] = f"<html><head><title>{place}</title></head><body>{noise}<article>{paragraphs}</article></body>"
    else:
        record["headline"] = f"افتتاح الطريق رقم {number}"
        record["text"] = text
    value = json.dumps(record, ensure_ascii=False).encode()
    broken = number % BROKEN_EVERY == BROKEN_EVERY // 2
    return Fed(url, value[:-1] if broken else value)


async def feed(settings: Settings, count: int, seconds: float) -> str:
    """Put the articles on the raw topic. Raises what the producer raises when one was not taken in the end."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=int(GIVE_UP * 1000),
        max_request_size=max_message_bytes(settings),
    )
    waits: list[float] = []

    async def deliver(fed: Fed) -> None:
        started = time.monotonic()
        await producer.send_and_wait(RAW.full_name(settings), fed.value, key=fed.url.encode())
        waits.append(time.monotonic() - started)

    await producer.start()
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(deliver(article(number)))
                await asyncio.sleep(seconds / count)
    finally:
        await producer.stop()
    return f"{count} articles delivered, the longest wait for the broker {max(waits):.1f} s"


async def read(settings: Settings, topic: str) -> list[Incoming]:
    """Everything that is on a topic now."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=settings.bootstrap_servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=max_message_bytes(settings),
    )
    await consumer.start()
    try:
        partitions = list(consumer.assignment())
        if not partitions:
            raise Failed(f"no topic {topic}")
        ends = await consumer.end_offsets(partitions)
        records = []
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                batch = await consumer.getmany(partition, timeout_ms=1000)
                records += [
                    Incoming(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, list(r.headers))
                    for r in batch.get(partition, ())
                ]
        return records
    finally:
        await consumer.stop()


def ce_id(headers: Iterable[tuple[str, bytes]]) -> str:
    """The id of an output event."""
    return header(list(headers), "ce_id") or ""


def as_input(record: Outgoing) -> Incoming:
    """What the next stage reads; where on the topic it stands is not known here."""
    return Incoming(record.topic, 0, 0, None, record.key, record.value, record.headers)


class Expected:
    """What must come of the raw topic: the same stages, run here."""

    def __init__(self, settings: Settings, raw: list[Incoming]) -> None:
        self.cleaned: dict[str, Outgoing] = {}
        self.enriched: dict[str, Outgoing] = {}
        self.alerts: dict[str, Outgoing] = {}
        self.dead: dict[str, Outgoing] = {}
        self.dead_later: dict[str, Outgoing] = {}
        for record in raw:
            cleaned = work(CLEAN, settings, record)
            if cleaned.code is not None:
                self.dead[ce_id(cleaned.headers)] = cleaned
                continue
            self.cleaned[ce_id(cleaned.headers)] = cleaned
        for event, cleaned in self.cleaned.items():
            extracted = work(EXTRACT, settings, as_input(cleaned))
            if extracted.code is None:
                self.enriched[ce_id(extracted.headers)] = extracted
                for alert in outputs(ALERT, settings, as_input(extracted)):
                    self.alerts[ce_id(alert.headers)] = alert
            else:  # its id is made of its place on the clean topic, so it is found by the event that it came from
                self.dead_later[event] = extracted

    def missing(self, enriched: list[Incoming], dead: list[Incoming]) -> list[str]:
        """The outcomes that are not there yet."""
        seen = {ce_id(record.headers) for record in enriched + dead}
        of_events = {header(record.headers, "khabar-error-ce-id") for record in dead}
        return [
            *(event for event in (*self.enriched, *self.dead) if event not in seen),
            *(event for event in self.dead_later if event not in of_events),
        ]

    def compare(self, name: str, records: list[Incoming], expected: dict[str, Outgoing]) -> int:
        """Each expected event is there, with the same bytes, and no other. Gives the number of duplicates."""
        times = Counter(ce_id(record.headers) for record in records)
        if times.keys() != expected.keys():
            lost, strange = expected.keys() - times.keys(), times.keys() - expected.keys()
            raise Failed(f"{name}: {len(lost)} events are missing and {len(strange)} unexpected: {lost or strange}")
        for record in records:
            wanted = expected[ce_id(record.headers)]
            if (record.key, record.value) != (wanted.key, wanted.value):
                raise Failed(f"{name}: {record} is not byte for byte what the same stage makes here")
        return times.total() - len(times)

    def compare_dead(self, records: list[Incoming]) -> int:
        """As `compare`, for dead letters."""
        own = {ce_id(record.headers): record for record in records}
        later = {header(own[event].headers, "khabar-error-ce-id") for event in own.keys() - self.dead.keys()}
        if self.dead.keys() - own.keys() or later != self.dead_later.keys():
            raise Failed(f"{len(own)} dead letters, not the {len(self.dead) + len(self.dead_later)} that are expected")
        if any(own[event].value != wanted.value for event, wanted in self.dead.items()):
            raise Failed("a dead letter does not hold the record as it came")
        return len(records) - len(own)


async def outcome(settings: Settings, seeds: Path, generated: int) -> str:
    """Wait until every raw record has its outcome, then check that nothing is lost, doubled or different."""
    raw = await read(settings, RAW.full_name(settings))
    expected = Expected(settings, raw)
    least, since = len(raw) + 1, time.monotonic()
    while True:
        enriched = await read(settings, ENRICHED.full_name(settings))
        dead = await read(settings, DEAD_LETTERS.full_name(settings))
        missing = expected.missing(enriched, dead)
        if not missing:
            break
        if len(missing) < least:
            least, since = len(missing), time.monotonic()
        if time.monotonic() - since > PATIENCE:
            raise Failed(f"{len(missing)} of {len(raw)} raw records have no outcome, among them {missing[:3]}")
        await asyncio.sleep(1)
    since = time.monotonic()
    while behind := sum(group.lag for group in (await overview(settings)).groups if not group.name.endswith(DELIVER)):
        if time.monotonic() - since > PATIENCE:
            raise Failed(f"{behind} records are not committed")
        await asyncio.sleep(1)
    # Once more: what is written twice may have come after the last one that was missing.
    cleaned = await read(settings, CLEAN.writes.full_name(settings))
    enriched = await read(settings, ENRICHED.full_name(settings))
    dead = await read(settings, DEAD_LETTERS.full_name(settings))
    twice = expected.compare("clean", cleaned, expected.cleaned)
    twice += expected.compare("enriched", enriched, expected.enriched)
    twice += expected.compare("alerts", await read(settings, ALERTS.full_name(settings)), expected.alerts)
    twice += expected.compare_dead(dead)
    all_fed(raw, enriched, seeds, generated)
    return (
        f"{len(raw)} raw records: {len(expected.enriched)} enriched, {len(expected.alerts)} alerts, {len(expected.dead) + len(expected.dead_later)} dead letters, none missing;"
        f" {twice} written twice on the way, none left when duplicates are dropped"
    )


async def alerts(settings: Settings) -> str:
    """The keys of the alerts that are on the topic and are to be sent, sorted."""
    cooldowns = Cooldowns()
    records = await read(settings, ALERTS.full_name(settings))
    made = [Alert.from_json(record.value or b"") for record in sorted(records, key=lambda one: one.timestamp or 0)]
    return "\n".join(sorted(message(alert).key for alert in made if cooldowns.judge(alert) == "sent"))


def all_fed(raw: list[Incoming], enriched: list[Incoming], seeds: Path, generated: int) -> None:
    """Every seed came out, and every generated article reached the raw topic as it was."""
    lines = [line for line in seeds.read_bytes().splitlines() if line.strip()]
    ids = {CLEAN.work(line, len(line)).id.encode() for line in lines}
    absent = ids - {record.key for record in enriched}
    if absent:
        raise Failed(f"{len(absent)} of {len(ids)} seeds did not come out: {sorted(absent)[:3]}")
    values = {record.value for record in raw}
    lost = [fed.url for fed in map(article, range(generated)) if fed.value not in values]
    if lost:
        raise Failed(f"{len(lost)} generated articles are not on the raw topic: {lost[:3]}")


def containers(found: list[dict[str, Any]]) -> str:
    """Check what Docker says of each container."""
    for container in found:
        name, host, user = container["Name"].lstrip("/"), container["HostConfig"], container["Config"]["User"]
        published = [address["HostIp"] for ports in (host["PortBindings"] or {}).values() for address in ports]
        rules = {
            "runs as root": user.partition(":")[0] in ("", "0", "root"),
            "has a writable root file system": not host["ReadonlyRootfs"],
            "keeps capabilities": host["CapDrop"] != ["ALL"] or bool(host["CapAdd"]),
            "may gain privileges": "no-new-privileges:true" not in (host["SecurityOpt"] or []),
            "has no memory limit": not host["Memory"],
            "has no limit of processes": not host["PidsLimit"],
            "has no CPU limit": not host["NanoCpus"],
            "logs without a bound": "max-size" not in host["LogConfig"]["Config"],
            "publishes a port beyond this machine": bool(set(published) - {"127.0.0.1"}),
            "has an unnamed volume": any(len(m.get("Name", "")) == UNNAMED for m in container["Mounts"]),
        }
        broken = [rule for rule, holds in rules.items() if holds]
        if broken:
            raise Failed(f"{name} {', '.join(broken)}")
    return f"{len(found)} containers: not root, read-only, without capabilities, with limits"


def metrics(prometheus: str) -> str:
    """Wait until Prometheus has heard of every supervisor and worker, and look at its rules."""
    since, problem = time.monotonic(), ""
    while time.monotonic() - since < PATIENCE:
        try:
            up = _asked(prometheus, "query?query=up")["result"]
            records = _asked(prometheus, "query?query=sum(khabar_records_total)")["result"]
            rules = [rule for group in _asked(prometheus, "rules")["groups"] for rule in group["rules"]]
        except OSError as error:
            problem = str(error)
        else:
            jobs = Counter(found["metric"]["job"] for found in up if found["value"][1] == "1")
            broken = [rule["name"] for rule in rules if rule["health"] != "ok"]
            problem = f"up: {dict(jobs)}, rules that do not work: {broken}"
            if set(jobs.values()) == {3} and len(jobs) == 2 and records and rules and not broken:  # noqa: PLR2004  # three stages
                return f"6 processes, {float(records[0]['value'][1]):.0f} records counted, {len(rules)} rules"
        time.sleep(1)
    raise Failed(f"Prometheus: {problem}")


def _asked(prometheus: str, question: str) -> Any:
    with urllib.request.urlopen(f"{prometheus}/api/v1/{question}", timeout=10) as answer:  # noqa: S310  # our own
        return json.load(answer)["data"]


def main() -> int:
    """Run one check. Exit code 1 says that it did not hold, and standard error why."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", choices=("alerts", "containers", "feed", "metrics", "outcome"))
    parser.add_argument("--bootstrap-servers", default="127.0.0.1:9092")
    parser.add_argument("--topic-prefix", default="")
    parser.add_argument("--count", type=int, default=0, help="generated articles")
    parser.add_argument("--seconds", type=float, default=30.0, help="to feed them in")
    parser.add_argument("--seeds", type=Path, default=Path("seeds/articles.jsonl"))
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090", help="its address")
    options = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells every try while Kafka is away
    settings = Settings(_env_file=None, bootstrap_servers=options.bootstrap_servers, topic_prefix=options.topic_prefix)
    try:
        if options.check == "containers":
            print(containers(json.load(sys.stdin)))
        elif options.check == "metrics":
            print(metrics(options.prometheus))
        elif options.check == "feed":
            print(asyncio.run(feed(settings, options.count, options.seconds)))
        elif options.check == "alerts":
            print(asyncio.run(alerts(settings)))
        else:
            print(asyncio.run(outcome(settings, options.seeds, options.count)))
    except Failed as failure:
        print(f"compose_check: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
