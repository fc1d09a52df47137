"""Every metric, in one place. Labels are bounded: stages, codes, partitions, and so many sources."""

from collections import OrderedDict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

SOURCES = 500
"""Sources that one process tells of, those with the latest articles."""

CANDIDATES = 5000
"""Sources whose articles it counts until they are regular."""

REGULAR = 3
"""Articles that a source must have had in this process: names come from outside, and each makes a series."""

NAME = 100
"""Characters of a source's name."""

WORK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
LATENCY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)


class Meters:
    """What one process tells Prometheus. registry: holds all of it, and the process's memory and CPU time."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._counted: OrderedDict[str, int] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._reached: dict[tuple[Counter, str], int] = {}
        self.records = self._counter("khabar_records", "Records that were done with, whatever came of them.", "stage")
        self.outputs = self._counter("khabar_outputs", "Records that were delivered to the stage's topic.", "stage")
        self.dead_letters = self._counter("khabar_dead_letters", "Dead letters, by error code.", "stage", "code")
        self.work = self._histogram("khabar_work_seconds", "Time of a stage's own work on a record.", WORK_BUCKETS)
        self.latency = self._histogram(
            "khabar_latency_seconds", "From a record's timestamp until what comes of it is delivered.", LATENCY_BUCKETS
        )
        self.end_to_end = self._histogram(
            "khabar_end_to_end_seconds", "From fetched_at until the stage's record is delivered.", LATENCY_BUCKETS
        )
        self.lag = self._gauge("khabar_lag_records", "Records of a partition that are not done.", "stage", "partition")
        self.stuck = self._gauge(
            "khabar_stuck_seconds", "How long a partition with records waiting has not moved, at most.", "stage"
        )
        self.partitions = self._gauge("khabar_assigned_partitions", "Partitions that this process reads.", "stage")
        self.rebalances = self._counter("khabar_rebalances", "Assignments of partitions.", "stage")
        self.reconnects = self._counter(
            "khabar_reconnects", "Connections of the consumer that replaced a lost one.", "stage"
        )
        self.source_seen = self._gauge(
            "khabar_source_seen_timestamp_seconds", "When the latest article of a regular source was cleaned.", "source"
        )
        self.fingerprint = self._gauge("khabar_stage_info", "Always 1.", "stage", "version", "fingerprint")
        self.workers = self._gauge("khabar_workers", "Worker processes that run, told by their supervisor.", "stage")
        self.restarts = self._counter(
            "khabar_worker_restarts", "Worker processes that ended and are started again.", "stage", "reason"
        )
        self.alerts = self._counter(
            "khabar_alerts", "Alerts that khabar deliver read, by what became of them.", "outcome"
        )
        self.fed = self._counter(
            "khabar_feed_records", "Records that khabar feed read, by what became of them.", "outcome"
        )
        self.failing = self._gauge("khabar_feed_failing_sources", "Sources that khabar feed cannot read now.")

    def reach(self, counter: Counter, label: str, total: int) -> None:
        """Let a counter of one label stand at what was counted elsewhere."""
        before = self._reached.get((counter, label), 0)
        counter.labels(label).inc(total - before)
        self._reached[counter, label] = total

    def saw(self, source: str, now: float) -> None:
        """An article of this source was worked on. The source that was silent for longest makes room."""
        source = source[:NAME]
        if source not in self._seen:
            self._counted[source] = self._counted.pop(source, 0) + 1
            if len(self._counted) > CANDIDATES:
                self._counted.popitem(last=False)
            if self._counted[source] < REGULAR:
                return
            del self._counted[source]
        self._seen[source] = None
        self._seen.move_to_end(source)
        self.source_seen.labels(source).set(now)
        if len(self._seen) > SOURCES:
            self.source_seen.remove(self._seen.popitem(last=False)[0])

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, meaning, ("stage",), registry=self.registry, buckets=buckets)
