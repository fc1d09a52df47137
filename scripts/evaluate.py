"""Prints how well articles are cleaned, beside trafilatura on the same pages, and fails when a figure fell below its floor.

Usage: python -m scripts.evaluate [DATA] [--raise]

DATA, by default ../shared/data, holds the sets and the scorers that judge (``score/``, ``gold/``); where it does not exist
there is nothing to measure, and this says so and succeeds. ``scripts/floors.json`` holds the floors; ``--raise`` lifts them
to what was reached, never lowers them. The classifiers were trained on these very pages: what to expect on others is what
``scripts/train_blocks.py --check`` and ``scripts/train_lines.py --check`` print, with each publisher held out.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from schemas import RawArticle
from scripts import sets
from streams import cleaning

ROOT = Path(__file__).parents[1]
FLOORS = Path(__file__).with_name("floors.json")
OURS = f"{Path(sys.executable).with_name('khabar')} enrich"
THEIRS = f"{sys.executable} -m scripts.beside -"
GOLD = ("body_f1", "paragraph_exact", "chrome_left", "headline", "section", "published", "byline", "span_exact")
LOWER_IS_BETTER = "chrome_left"
SLACK = 0.002
"""What a figure may lie below its floor: rounding, and ties that another release of a library breaks another way."""

_RUN = ("seconds", "records_per_second")
"""What the scorers say of one run through the command line, start-up and all."""

_WARM_UP = 20
Figures = dict[str, float]
R = TypeVar("R")


def scored(data: Path, name: str, command: str) -> Figures:
    """The summary of one scorer."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        arguments = [sys.executable, str(data / "score" / f"score_{name}.py"), "--cmd", command, "--json", report.name]
        subprocess.run(arguments, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 -- the given scorers
        summary: dict[str, Any] = json.loads(Path(report.name).read_text(encoding="utf-8"))["summary"]
    return {key: value for key, value in summary.items() if isinstance(value, float) and key not in _RUN}


def gold(data: Path) -> Figures:
    """Figures of the marked-up articles."""
    arguments = [sys.executable, str(data / "gold" / "score_gold.py"), "--cmd", f"{OURS} -", str(data / "gold")]
    output = subprocess.run(arguments, check=True, cwd=ROOT, capture_output=True, text=True).stdout  # noqa: S603
    pairs = (pair.split("=") for pair in output.splitlines()[-1].split() if "=" in pair)
    return {key: float(value) for key, value in pairs if key in GOLD}


def speed(data: Path, name: str) -> float:
    """Records a second of the clean stage's function, one process."""
    rows = sets.read(data, name)
    kind = "html" if "html" in rows[0] else "text"
    return _rate(cleaning.clean, [RawArticle.model_validate({"url": row["url"], kind: row[kind]}) for row in rows])


def speed_beside(data: Path, name: str) -> float:
    """Pages a second of trafilatura, one process."""
    from scripts import beside  # noqa: PLC0415 -- only where the package is installed

    return _rate(beside.answer, sets.read(data, name))


def _rate(work: Callable[[R], object], records: list[R]) -> float:
    """Records a second, after a warm-up."""
    for record in records[:_WARM_UP]:
        work(record)
    start = time.perf_counter()
    for record in records:
        work(record)
    return len(records) / (time.perf_counter() - start)


def measure(data: Path, *, compared: bool) -> tuple[Figures, Figures]:
    """All figures, ours and theirs, by names such as ``pages_news.F1``."""
    ours: Figures = {}
    theirs: Figures = {}
    for name in sets.PAGES:
        ours |= {f"{name}.{key}": value for key, value in scored(data, name, OURS).items()}
        if compared:
            theirs |= {f"{name}.{key}": value for key, value in scored(data, name, THEIRS).items()}
    ours |= {f"flattened.{key}": value for key, value in scored(data, "flattened", OURS).items()}
    ours |= {f"gold.{key}": value for key, value in gold(data).items()}
    ours["speed.pages"] = speed(data, "pages_scrapinghub")
    ours["speed.texts"] = speed(data, "flattened")
    if compared:
        theirs["speed.pages"] = speed_beside(data, "pages_scrapinghub")
    return ours, theirs


def fallen(ours: Figures, floors: Figures) -> list[str]:
    """A line for each figure below its floor; where less is better the floor is a ceiling."""
    lines = []
    for key, floor in floors.items():
        value = ours.get(key)
        sign = -1 if key.endswith(LOWER_IS_BETTER) else 1
        if value is None or sign * value < sign * floor - SLACK:
            lines.append(f"{key}: {value} (floor {floor})")
    return lines


def lifted(ours: Figures, floors: Figures) -> Figures:
    """The floors, each at the better of what it was and what was reached, to three places. Speeds have none."""
    found = dict(floors)
    for key, value in ours.items():
        if key.startswith("speed."):
            continue
        down = key.endswith(LOWER_IS_BETTER)
        rounded = (math.ceil if down else math.floor)(value * 1000) / 1000
        found[key] = min(found.get(key, 1.0), rounded) if down else max(found.get(key, 0.0), rounded)
    return dict(sorted(found.items()))


def main() -> None:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, nargs="?", default=ROOT.parent / "shared" / "data")
    parser.add_argument("--raise", action="store_true", dest="lift", help="lift the floors to what was reached")
    options = parser.parse_args()
    if not (options.data / "eval").is_dir():
        print(f"No evaluation data in {options.data}: nothing was measured.")
        return
    ours, theirs = measure(options.data, compared=find_spec("trafilatura") is not None)
    print(f"{'figure':38} {'Khabar':>9} {'trafilatura':>12}")
    for key, value in ours.items():
        beside = f"{theirs[key]:12.4f}" if key in theirs else f"{'-':>12}"
        print(f"{key:38} {value:9.4f} {beside}")
    floors: Figures = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    if options.lift:
        FLOORS.write_text(json.dumps(lifted(ours, floors), indent=2) + "\n")
    elif lines := fallen(ours, floors):
        sys.exit("below the floor:\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
