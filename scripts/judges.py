"""The judges: the scorers that come with the evaluation data, each run on `khabar enrich` and on what it is measured beside."""

import gzip
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.rows import Figures

ROOT = Path(__file__).parents[1]
HEADLINES = ROOT / "tests" / "cleaning" / "headlines.tsv"
"""Headlines of our own for the judge of languages, as the data has none: language, tab, headline."""

_MARKED = "gold/score_gold.py"

OURS = shlex.join([sys.executable, "-m", "streams", "enrich"])
BESIDE = shlex.join([sys.executable, "-m", "scripts.beside", "-"])

LINE_LANGUAGES = {tag: tag for tag in ("ar", "fa", "ur", "ckb", "ps", "he", "en", "fr", "tr")} | {"ku": "ku-Latn"}
"""The ten languages of one line, from our tag to the judge's."""


@dataclass(frozen=True)
class Judge:
    """One scorer.

    name: what the keys of its figures begin with.
    script: below the data's folder.
    pages: the folder of marked-up pages that it judges; None for one that brings its own set.
    compared: whether the command beside ours can answer it.
    """

    name: str
    script: str
    pages: Path | None = None
    compared: bool = True


JUDGES = (
    Judge("pages_scrapinghub", "score/score_pages_scrapinghub.py"),
    Judge("pages_news", "score/score_pages_news.py"),
    Judge("pages_arabic", "score/score_pages_arabic.py"),
    Judge("flattened", "score/score_flattened.py"),
    Judge("gold", _MARKED, Path("gold")),
    Judge("corpus", _MARKED, ROOT / "corpus" / "test"),
    Judge("lid", "score/score_lid.py", compared=False),
    Judge("ner_anercorp", "score/score_ner_anercorp.py", compared=False),
    Judge("geo", "score/score_geo.py", compared=False),
    Judge("events", "score/score_events.py", compared=False),
)


def figures(judge: Judge, data: Path, command: str) -> dict[str, float]:
    """All figures of one judge by key; none, with its last words on stderr, where it gave none."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        arguments = [sys.executable, str(data / judge.script), "--json", str(report), "--cmd", command]
        if judge.pages is not None:
            arguments[-1] = command.removesuffix(" -") + " -"
            arguments.append(str(data / judge.pages))
        elif judge.name == "lid":
            lines_set(HEADLINES, Path(folder, "lid.jsonl.gz"))
            arguments += ["--data", folder]
        done = subprocess.run(arguments, check=False, cwd=ROOT, capture_output=True, text=True)  # noqa: S603
        if not report.exists():
            print(f"{judge.name}: {(done.stdout + done.stderr).strip()[-300:]}", file=sys.stderr)
            return {}
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    summary = found.get("summary", found)
    for note in summary.get("notes", ()):
        print(f"{judge.name}: {note} ({' '.join(shlex.split(command)[2:])})", file=sys.stderr)
    return dict(flat(summary, judge.name))


def flat(value: object, key: str) -> Iterator[tuple[str, float]]:
    """The numbers of nested figures, each with the path to it: ``flattened.table.arabic whole.F1``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{key}.{name}")
    elif isinstance(value, (int, float)):
        yield key, float(value)


def lines_set(headlines: Path, target: Path) -> None:
    """Write our headlines of the ten languages as a set of the judge of languages."""
    pairs = [line.split("\t") for line in headlines.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    with gzip.open(target, "wt", encoding="utf-8") as file:
        for number, (tag, text) in enumerate(pairs):
            if tag in LINE_LANGUAGES:
                file.write(json.dumps({"id": str(number), "lang": LINE_LANGUAGES[tag], "text": text}) + "\n")


def all_figures(data: Path) -> tuple[Figures, Figures]:
    """The figures of all judges: ours, and those of what stands beside."""
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    for judge in JUDGES:
        ours |= figures(judge, data, OURS)
        if judge.compared:
            theirs |= figures(judge, data, BESIDE)
    return ours, theirs
