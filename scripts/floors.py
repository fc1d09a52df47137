"""The floors below which no figure may fall: a file of figures by key that is committed, and only ever raised.

What a floor once was, it stays: the history of the file counts as well as the file.
"""

import json
import math
import subprocess
from collections.abc import Iterable
from pathlib import Path

from scripts.rows import Figures, Row

FILE = Path(__file__).with_name("floors.json")
PLACES = 4
"""Decimal places of a floor."""


def raised(rows: Iterable[Row], figures: Figures, floors: Figures) -> dict[str, float]:
    """The floors of these rows, each at the better of what it was and what was reached, less the noise of it."""
    rows = [row for row in rows if row.floored]
    reached = {row.key: rounded(row, figures[row.key]) for row in rows if row.key in figures}
    return highest(rows, [floors, reached])


def rounded(row: Row, value: float) -> float:
    """The floor that a figure gives: noise taken off, rounded away from the better."""
    scale = 10.0**PLACES
    if row.less:
        return math.ceil(value * (1 + row.noise) * scale) / scale
    return math.floor(value * (1 - row.noise) * scale) / scale


def fallen(rows: Iterable[Row], figures: Figures, floors: Figures) -> list[str]:
    """A line for each floor that does not hold: a figure is worse, was not measured, or has no row any more."""
    named = {row.key: row for row in rows}
    lines = []
    for key, floor in floors.items():
        if key not in named:
            lines.append(f"{key}: has a floor but no row")
        elif key not in figures:
            lines.append(f"{key}: not measured, floor {floor}")
        elif named[key].below(figures[key], floor):
            lines.append(f"{key}: {figures[key]:.{PLACES}f}, floor {floor}")
    return lines


def highest(rows: Iterable[Row], versions: Iterable[Figures]) -> dict[str, float]:
    """The best floor of each row in all versions of the file."""
    found: dict[str, float] = {}
    named = {row.key: row for row in rows}
    for version in versions:
        for key, floor in version.items():
            if key in named:
                found[key] = named[key].better(floor, found.get(key, floor))
    return found


def read(file: Path = FILE) -> dict[str, float]:
    """The floors of the file; none where there is no file yet."""
    floors: dict[str, float] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return floors


def write(floors: Figures, file: Path = FILE) -> None:
    """Write the file anew."""
    file.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")


def committed(file: Path = FILE) -> list[dict[str, float]]:
    """The floors of every commit that changed the file, as far back as this checkout goes; none outside of git."""
    commits = _git(file, "log", "--format=%H", "--", file.name)
    texts = (_git(file, "show", f"{commit}:./{file.name}") for commit in commits.split())
    return [json.loads(text) for text in texts if text]


def _git(file: Path, *arguments: str) -> str:
    """What git prints in the file's folder; nothing when it fails, as where the file was deleted."""
    try:
        return subprocess.run(  # noqa: S603 -- the file and what this module asks for
            ["git", *arguments],  # noqa: S607 -- the git of whoever works here
            cwd=file.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
