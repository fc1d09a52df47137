"""Prints how well and how fast articles are cleaned, beside trafilatura on the same pages, and holds it to the floors.

Usage: python -m scripts.evaluate [--data FOLDER] [--raise]

The evaluation data holds the sets and the scorers that judge; where it is not there, this says so and succeeds. The
classifiers learnt from these very pages: docs/evaluation.md has the figures with publishers held out.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts import floors, judges
from scripts.rows import ROWS, Figures, Row

DATA = judges.ROOT.parent / "shared" / "data"
LARGE = 10
"""From here on a figure is printed without decimal places."""


def number(value: float | None) -> str:
    """A figure as the table shows it."""
    return "-" if value is None else f"{value:.0f}" if value >= LARGE else f"{value:.4f}"


def goal(row: Row) -> str:
    """What a row is to reach."""
    return "" if row.goal is None else f"{'≤' if row.less else '≥'} {row.goal:g}"


def verdict(row: Row, value: float | None, floor: float | None) -> str:
    """Whether a figure holds its floor and reaches its goal."""
    if value is None:
        return "not measured"
    if floor is not None and row.below(value, floor):
        return "below its floor"
    if row.goal is None:
        return ""
    return "not yet" if row.below(value, row.goal) else "reached"


def table(rows: Iterable[Row], ours: Figures, theirs: Figures, held: Figures) -> str:
    """The whole table. held: the floors."""
    line = "{:48} {:>8} {:>8} {:>8} {:>8}  {}"
    lines = [line.format("", "Khabar", "beside", "to reach", "floor", "")]
    for row in rows:
        value, floor = ours.get(row.key), held.get(row.key)
        cells = (row.what, number(value), number(theirs.get(row.key)), goal(row), number(floor))
        lines.append(line.format(*cells, verdict(row, value, floor)).rstrip())
    lines.append("Beside: trafilatura for pages, a rule of one line for text without tags (scripts/beside.py).")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, compare; exit status 1 when a figure is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("EVAL_DATA") or DATA),
        metavar="FOLDER",
        help="evaluation data; else $EVAL_DATA, else ../shared/data beside the project",
    )
    parser.add_argument("--raise", action="store_true", dest="lift", help="raise the floors to what was reached")
    options = parser.parse_args()
    if not (options.data / "eval").is_dir():
        print(f"No evaluation data in {options.data}: skipped, nothing was measured.")
        return
    from scripts import speeds  # noqa: PLC0415 -- needs trafilatura, which is there only where there is data

    data = options.data.resolve()
    ours, theirs = judges.all_figures(data)
    our_speeds, their_speeds = speeds.figures(data)
    ours, theirs = {**ours, **our_speeds}, {**theirs, **their_speeds}
    held = floors.highest(ROWS, [floors.read(), *floors.committed()])
    print(table(ROWS, ours, theirs, held))
    if options.lift:
        floors.write(floors.raised(ROWS, ours, held))
    if lines := floors.fallen(ROWS, ours, {**floors.read(), **held}):
        sys.exit("\n".join(["", "below the floor:", *lines]))


if __name__ == "__main__":
    main()
