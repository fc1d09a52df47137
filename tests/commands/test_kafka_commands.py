import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.kafka.client import client_options
from streams.settings import Settings
from tests.engine.conftest import environment
from tests.engine.test_stall import asked

Khabar = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]
ReadAll = Callable[[str], Awaitable[list[Any]]]


async def test_topics(khabar: Khabar, settings: Settings) -> None:
    listed = await khabar("topics")
    assert listed.returncode == 1
    assert listed.stderr.count("is missing; see khabar topics create\n") == 6

    created = await khabar("topics", "create")
    assert (created.returncode, created.stderr) == (0, "")
    assert created.stdout.count(": created\n") == 6
    again = await khabar("topics", "create")
    assert (again.returncode, again.stdout.count(": there\n")) == (0, 6)

    listed = await khabar("topics")
    assert (listed.returncode, listed.stderr) == (0, "")
    table = [line.split() for line in listed.stdout.splitlines()]
    assert [f"{settings.topic_prefix}khabar.dead-letters", "4", "1", "0", "0", "30"] in table
    assert [f"{settings.group_prefix}khabar.clean", "Dead", "0", "0"] in table


async def test_topics_that_are_not_as_they_should_be(khabar: Khabar, settings: Settings) -> None:
    name = f"{settings.topic_prefix}khabar.articles.clean"
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, 1, topic_configs={"retention.ms": "1000"})])
    await admin.close()
    created = await khabar("topics", "create")
    assert created.returncode == 1
    assert f"{name}: retention.ms is 1000, wanted 259200000\n" in created.stderr
    altered = await khabar("topics", "create", "--alter")
    assert altered.returncode == 1
    assert altered.stderr == f"{name}: partitions is 1, wanted 4\n"
    assert f"{name}: retention.ms was 1000, wanted 259200000\n" in altered.stdout


async def test_the_address_may_stand_before_the_subcommand(khabar: Khabar) -> None:
    refused = await khabar("topics", "--bootstrap-servers", "127.0.0.1:1", "create")
    assert refused.returncode == 69
    assert refused.stderr.count("\n") == 1


async def test_feed_from_files(khabar: Khabar, topics: list[str], read_all: ReadAll, tmp_path: Path) -> None:
    (tmp_path / "daily").mkdir()
    (tmp_path / "daily" / "a.html").write_text("<p>وصل وفد إلى غزة</p>")
    lines = tmp_path / "b.jsonl"
    lines.write_text('{"url": "https://a.example/1", "text": "خبر"}\nnope\n\n{"text": "x"}\n')
    done = await khabar("feed", str(tmp_path / "daily"), str(lines), "-", stdin='{"source": "s", "text": "ثالث"}\n')
    assert done.returncode == 1
    assert done.stdout == ""
    err = done.stderr.splitlines()
    assert err[0] == f"{lines}:2: invalid_json: column 1"
    assert err[1].startswith(f"{lines}:4: missing_field: ")
    assert err[2] == "3 accepted, 2 rejected, 3 delivered"
    records = [json.loads(record.value) for record in await read_all(topics[0])]
    assert sorted(record.get("source") or record["url"] for record in records) == [
        "daily",
        "https://a.example/1",
        "s",
    ]
    assert (await khabar("feed", str(tmp_path / "absent.html"))).returncode == 2


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><guid>1</guid><link>{0}/1</link><title>عنوان</title><description>نص الخبر الأول</description></item>
<item><guid>2</guid><link>{0}/2</link><title>عنوان</title><description>نص الخبر الثاني</description></item>
</channel></rss>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        host = self.headers["Host"]
        body = FEED.format(f"http://{host}").encode() if self.path == "/feed" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


async def test_a_feed_is_delivered_once(khabar: Khabar, topics: list[str], read_all: ReadAll) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/feed"
        arguments = ("feed", address, "--no-fetch", "--allow-private", "--delay", "0")
        first = await khabar(*arguments)
        second = await khabar(*arguments)
        server.shutdown()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "2 accepted, 0 rejected, 2 delivered" in first.stderr
    assert "0 accepted, 0 rejected, 0 delivered" in second.stderr
    assert len(await read_all(topics[0])) == 2


async def test_a_feed_that_is_followed_tells_prometheus_how_it_goes(settings: Settings, topics: list[str]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        options = ["--follow", "--no-fetch", "--allow-private", "--delay", "0"]
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-m", "streams", "feed", f"{site}/feed", f"{site}/none", *options),
            env=environment(settings, KHABAR_METRICS_PORT="0"),
            stderr=subprocess.PIPE,
        )
        assert running.stderr is not None
        while b"metrics at " not in (line := await asyncio.wait_for(running.stderr.readline(), 30)):
            assert line
        port = int(line.rpartition(b":")[2])
        await asyncio.sleep(7)
        _, text = await asked(port, "/metrics")
        running.send_signal(signal.SIGTERM)
        await running.communicate()
        server.shutdown()
    assert 'khabar_feed_records_total{outcome="delivered"} 2.0' in text
    assert "khabar_feed_failing_sources 1.0" in text


async def test_feed_without_topic_or_broker(khabar: Khabar, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("خبر")
    refused = await khabar("feed", str(tmp_path / "a.txt"), "--bootstrap-servers", "127.0.0.1:1")
    assert refused.returncode == 69
    assert refused.stderr.count("\n") == 1
    started = time.monotonic()
    refused = await khabar("feed", str(tmp_path / "a.txt"))
    assert time.monotonic() - started < 10
    name = f"{settings.topic_prefix}khabar.articles.raw"
    assert refused.returncode == 2
    assert refused.stderr == f"khabar: no topic {name} on the broker; see khabar topics create\n"


async def test_a_source_table_from_a_topic(khabar: Khabar, topics: list[str], produce: Any) -> None:
    towns = ("حمص", "نابلس", "صفاقس", "أربيل")
    story = (
        "افتتح محافظ {0} صباح الأحد جسرا جديدا في المدينة بعد عامين من أعمال البناء.\nمرايا الساحل نافذتكم على البحر"
    )
    values = [
        json.dumps({"source": "s", "text": f"جسر جديد في {town}\n{story.format(town)}"}).encode() for town in towns
    ]
    await produce(topics[0], *values, b"nope")
    done = await khabar("sources", "learn", "--topic", "raw", "--articles", "4", "--timeout", "2")
    assert done.returncode == 1
    assert "invalid_json" in done.stderr
    assert done.stderr.endswith("s: 4 articles, lines that recur: 1\n")
    assert json.loads(done.stdout)["sources"]["s"]["lines"] == {"مرايا الساحل نافذتكم علي البحر": 4}


@pytest.mark.kafka
async def test_broker() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", "from streams.commands import main; main()", "broker", "--port", str(port),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    line = (await asyncio.wait_for(running.stdout.readline(), 60)).decode()
    assert line == f"Kafka listens at 127.0.0.1:{port}; Ctrl-C ends it\n"
    running.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(running.communicate(), 60)
    assert (running.returncode, out, err) == (0, b"", b"")
