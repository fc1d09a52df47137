"""OpenTelemetry spans of what stages did, under the ids that the records' ``traceparent`` says."""

import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from streams import __version__, identity, wire
from streams.errors import UsageError
from streams.settings import Settings
from streams.stage import Incoming, Outgoing

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

LAST_SECONDS = 1.0
"""How long what is left may take to go out at the end: a worker has ten seconds to stop."""


def check(settings: Settings) -> None:
    """Raise UsageError where spans are wanted without the extra ``khabar[otel]``."""
    if settings.otlp_endpoint is not None and find_spec("opentelemetry") is None:
        raise UsageError("KHABAR_OTLP_ENDPOINT needs khabar[otel]")


class Spans(Protocol):
    """Where spans go."""

    def begin(self, record: Incoming) -> None:
        """Work on a record begins."""

    def end(self, record: Incoming, made: Sequence[Outgoing]) -> None:
        """All that came of it is delivered."""

    def close(self) -> None:
        """Send what is left."""


def spans(endpoint: str, stage: str) -> Spans:
    """Send the spans of a stage to a collector; see `check`."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # as above
    from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415  # as above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # as above
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  # as above
    from opentelemetry.trace.status import Status, StatusCode  # noqa: PLC0415  # as above

    class Collector:
        """Spans as OpenTelemetry's own exporter sends them, in a thread of its own, in batches."""

        def __init__(self) -> None:
            self._processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))
            self._resource = Resource.create({"service.name": f"khabar-{stage}", "service.version": __version__})
            self._begun: dict[tuple[int, int], int] = {}

        def begin(self, record: Incoming) -> None:
            """See Spans."""
            self._begun[record.partition, record.offset] = time.time_ns()

        def end(self, record: Incoming, made: Sequence[Outgoing]) -> None:
            """One span for each output: its ids are those of the output, so the next stage's span is its child."""
            now = time.time_ns()
            begun = self._begun.pop((record.partition, record.offset), now)
            event = identity.input_event_id(wire.header(record.headers, "ce_id"), record.value or b"")
            came = wire.header(record.headers, "traceparent")
            for outgoing in made:
                context = _context(identity.traceparent(came, event, wire.header(outgoing.headers, "ce_id") or ""))
                if not context.trace_flags.sampled:
                    continue
                attributes: dict[str, str | int] = {
                    "messaging.system": "kafka",
                    "messaging.destination.name": record.topic,
                    "messaging.destination.partition.id": str(record.partition),
                    "messaging.kafka.offset": record.offset,
                    "khabar.event": wire.header(outgoing.headers, "ce_id") or "",
                    "khabar.article": wire.header(outgoing.headers, "ce_subject") or "",
                }
                self._processor.on_end(
                    ReadableSpan(
                        name=stage,
                        context=context,
                        parent=_context(came) if _is_whole(came) else None,
                        resource=self._resource,
                        attributes=attributes,
                        kind=SpanKind.CONSUMER,
                        status=Status(StatusCode.ERROR, outgoing.code) if outgoing.code else Status(StatusCode.OK),
                        start_time=begun,
                        end_time=now,
                    )
                )

        def close(self) -> None:
            """See Spans."""
            self._processor.force_flush(int(LAST_SECONDS * 1000))

    return Collector()


def _context(traceparent: str | None) -> "SpanContext":
    from opentelemetry.trace import SpanContext, TraceFlags  # noqa: PLC0415  # an extra

    _, trace, span, flags = (traceparent or "").split("-")
    return SpanContext(int(trace, 16), int(span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def _is_whole(traceparent: str | None) -> bool:
    """Whether a record came with a trace that goes on in its outputs."""
    return traceparent is not None and identity.traceparent(traceparent, "", "")[:35] == traceparent[:35]
