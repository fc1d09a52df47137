"""What a run tells: seed, versions, each fault, the counts; as JSON and as text."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib import resources
from importlib.metadata import version

from streams import __version__
from streams.pipeline import CLEAN, EXTRACT
from tests.soak.checker import FAULTS, Counts


@dataclass(frozen=True)
class Injected:
    """One fault. at: seconds since the start. held: until it was healed. recovered: from then until all moved again."""

    kind: str
    detail: str
    at: float
    held: float
    recovered: float


@dataclass(frozen=True)
class Report:
    """One run. seconds: from the start to the counts. cpu_seconds: of all processes that ended in order."""

    seed: int
    articles: int
    seconds: float
    cpu_seconds: float
    settled_after: float
    faults: list[Injected]
    worker_starts: int
    exit_codes: list[int]
    counts: Counts

    @property
    def faultless(self) -> bool:
        """Whether the pipeline kept what it promises."""
        return self.counts.faultless

    def to_json(self) -> str:
        """All of it."""
        return json.dumps({"versions": versions()} | asdict(self), indent=1, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """For people."""
        kinds = {fault.kind for fault in self.faults}
        lines = [
            f"seed {self.seed}: {self.articles} articles, {len(self.faults)} faults of {len(kinds)} kinds",
            f"{self.seconds:.0f} s ({self.cpu_seconds:.0f} s of CPU), settled {self.settled_after:.0f} s after the last article",
            f"{self.worker_starts} worker starts, exit codes of supervisors {self.exit_codes}",
            ", ".join(f"{name} {value}" for name, value in versions().items()),
            "",
            *(
                f"{fault.at:7.1f} s  {fault.kind}: {fault.detail}; {fault.held:.1f} s, "
                f"all moved {fault.recovered:.1f} s later"
                for fault in self.faults
            ),
            "",
            *(f"{name.replace('_', ' '):24} {value:7}" for name, value in asdict(self.counts).items()),
            "",
            "faultless" if self.faultless else "FAULTS: " + ", ".join(n for n in FAULTS if getattr(self.counts, n)),
        ]
        return "\n".join(lines) + "\n"


def versions() -> dict[str, str]:
    """Of what took part."""
    jars = resources.files("streams.kafka").joinpath("kafka-jars.lock").read_text()
    return {
        "khabar": __version__,
        "clean": CLEAN.fingerprint,
        "extract": EXTRACT.fingerprint,
        "kafka": jars.partition("Apache Kafka ")[2].partition(":")[0],
        "faust-streaming": version("faust-streaming"),
        "aiokafka": version("aiokafka"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": str(os.cpu_count()),
    }
