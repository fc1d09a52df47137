"""What a worker process sees of itself: its metrics, its progress, its port, and what its supervisor must know."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Thread

from streams import marks, wire
from streams.pipeline import CLEAN
from streams.seeing.meters import Meters
from streams.seeing.port import Port
from streams.seeing.progress import Progress, Where
from streams.seeing.spans import spans
from streams.settings import Settings
from streams.stage import Incoming, Outgoing
from streams.wire import BACKFILL, LANE

STEP_SECONDS = 1.0


class Sight:
    """Of one worker process. folder: its own, where its supervisor reads how it is."""

    def __init__(self, stage: str, settings: Settings, folder: Path) -> None:
        self.meters = Meters()
        self._stage = stage
        self._folder = folder
        self._progress = Progress(settings.stall_timeout)
        self._ready = False
        self._spans = None if settings.otlp_endpoint is None else spans(settings.otlp_endpoint, stage)
        self._lags: set[str] = set()
        marks.tell(folder, marks.STARTING)

    def open(self, settings: Settings) -> None:
        """Open the port, and begin to watch the progress, both in threads of their own."""
        Port(settings.metrics_host, settings.metrics_port, self.meters.registry, self.live, self.ready)
        Thread(target=self._watch, name="progress", daemon=True).start()

    def live(self) -> str | None:
        """Why the process does not get on; None: it does."""
        return self._progress.stalled

    def ready(self) -> str | None:
        """Why it does not take records; None: it does."""
        return self.live() or (None if self._ready else "it is starting")

    def began(self, version: str, fingerprint: str) -> None:
        """The worker has joined its group."""
        self._ready = True
        self.meters.fingerprint.labels(self._stage, version, fingerprint).set(1)
        marks.tell(self._folder, marks.READY)

    def working(self, record: Incoming) -> None:
        """Work on a record begins."""
        if self._spans is not None:
            self._spans.begin(record)
        self._progress.begin(time.monotonic())

    def worked(self, seconds: float) -> None:
        """It ended and took so long."""
        self._progress.end(time.monotonic())
        self.meters.work.labels(self._stage).observe(seconds)

    def done(self, record: Incoming, made: Sequence[Outgoing]) -> None:
        """All that came of a record is delivered."""
        now = time.time()
        if self._spans is not None:
            self._spans.end(record, made)
        self.meters.records.labels(self._stage).inc()
        is_live = wire.header(record.headers, LANE) != BACKFILL
        if is_live and record.timestamp is not None:
            self.meters.latency.labels(self._stage).observe(max(0.0, now - record.timestamp / 1000))
        for outgoing in made:
            if outgoing.code is not None:
                self.meters.dead_letters.labels(self._stage, outgoing.code).inc()
                continue
            self.meters.outputs.labels(self._stage).inc()
            fetched = wire.header(outgoing.headers, "ce_time")
            if is_live and fetched is not None:
                age = now - datetime.fromisoformat(fetched).timestamp()
                self.meters.end_to_end.labels(self._stage).observe(max(0.0, age))
            if is_live and outgoing.source is not None and self._stage == CLEAN.name:
                self.meters.saw(outgoing.source, now)

    def close(self) -> None:
        """Nothing more comes."""
        if self._spans is not None:
            self._spans.close()

    def assigned(self) -> None:
        """Partitions were given out anew."""
        self.meters.rebalances.labels(self._stage).inc()

    def looked(self, where: Mapping[str, Where], reconnects: int) -> None:
        """Where we are in what is assigned, and how many connections were replaced since the last look."""
        self._progress.looked(where)
        self.meters.partitions.labels(self._stage).set(len(where))
        self.meters.reconnects.labels(self._stage).inc(reconnects)
        numbers = {part.rpartition("[")[2].rstrip("]"): there for part, there in where.items()}
        for gone in self._lags - set(numbers):
            self.meters.lag.remove(self._stage, gone)
        self._lags = set(numbers)
        for number, there in numbers.items():
            self.meters.lag.labels(self._stage, number).set(there.lag)

    def _watch(self) -> None:
        told = False
        while True:
            time.sleep(STEP_SECONDS)
            self._progress.step(time.monotonic())
            self.meters.stuck.labels(self._stage).set(self._progress.stuck)
            stalled = self._progress.stalled
            if stalled is not None and not told:
                marks.tell(self._folder, marks.STALLED + stalled)
                told = True
