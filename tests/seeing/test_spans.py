"""Spans as a collector gets them, from real workers."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from streams.errors import UsageError
from streams.seeing import spans
from streams.settings import Settings
from streams.topics import DEAD_LETTERS, ENRICHED, RAW


class Collector:
    """Takes spans."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []

    async def take(self, request: web.Request) -> web.Response:
        assert request.path == "/v1/traces"
        message = ExportTraceServiceRequest.FromString(await request.read())
        self.spans += [span for of in message.resource_spans for scope in of.scope_spans for span in scope.spans]
        return web.Response()

    async def has(self, count: int) -> list[Span]:
        deadline = time.monotonic() + 30
        while len(self.spans) < count:
            assert time.monotonic() < deadline, self.spans
            await asyncio.sleep(0.1)
        return sorted(self.spans, key=lambda span: span.start_time_unix_nano)


@pytest_asyncio.fixture
async def collector() -> AsyncIterator[Collector]:
    made = Collector()
    app = web.Application()
    app.router.add_route("POST", "/{path:.*}", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def test_each_stage_sends_a_span_under_the_ids_of_its_record(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, collector: Collector
) -> None:
    value = orjson.dumps({"url": "https://a.example/1", "text": "خبر قصير من مدينة حلب."})
    await produce(RAW.full_name(settings), value)
    workers = start("clean", "extract", KHABAR_OTLP_ENDPOINT=collector.url)
    (record,) = await until(ENRICHED.full_name(settings), 1)
    assert await workers.stop() == 0  # what is left goes out
    cleaned, extracted = await collector.has(2)
    _, trace, span, _ = dict(record.headers)["traceparent"].decode().split("-")
    assert (cleaned.name, extracted.name) == ("clean", "extract")
    assert cleaned.trace_id.hex() == extracted.trace_id.hex() == trace
    assert extracted.span_id.hex() == span
    assert (cleaned.parent_span_id, extracted.parent_span_id) == (b"", cleaned.span_id)
    assert extracted.end_time_unix_nano > extracted.start_time_unix_nano
    attributes = {pair.key: pair.value.string_value for pair in extracted.attributes}
    assert attributes["khabar.article"] == record.key.decode()


async def test_a_trace_that_comes_in_goes_on_and_one_that_is_not_sampled_sends_nothing(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, collector: Collector
) -> None:
    for flags, number in ((b"01", b"1"), (b"00", b"2")):
        await produce(
            RAW.full_name(settings),
            b'{"url": "https://a.example/%s", ' % number,
            headers=[("traceparent", b"00-" + number * 32 + b"-" + b"a" * 16 + b"-" + flags)],
        )
    workers = start("clean", KHABAR_OTLP_ENDPOINT=collector.url)
    await until(DEAD_LETTERS.full_name(settings), 2)
    assert await workers.stop() == 0
    (span,) = await collector.has(1)
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == ("1" * 32, "a" * 16)
    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, "invalid_json")


async def test_a_collector_that_is_away_stops_nobody(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    await produce(RAW.full_name(settings), orjson.dumps({"url": "https://a.example/1", "text": "خبر قصير."}))
    workers = start("clean", "extract", KHABAR_OTLP_ENDPOINT="http://127.0.0.1:1")
    await until(ENRICHED.full_name(settings), 1)
    assert await workers.stop() == 0


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "find_spec", lambda _: None)
    spans.check(Settings(_env_file=None))
    with pytest.raises(UsageError, match=r"needs khabar\[otel\]"):
        spans.check(Settings(_env_file=None, otlp_endpoint="http://127.0.0.1:4318"))


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="otlp_endpoint"):
        Settings(_env_file=None, otlp_endpoint="127.0.0.1:4318")
