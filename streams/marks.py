"""What a worker process is working on and how it is, in files, so that its supervisor knows when and on what it died."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from streams.stage import Incoming

SIZE = 512
"""Bytes of a mark file; Kafka's topic names have 249 characters at most."""


STARTING, READY, STALLED = "starting", "ready", "stalled: "
"""How a process is; behind the last stands why."""


def _name(record: Incoming) -> str:
    return f"{record.topic}-{record.partition}-{record.offset}"


def _count(path: Path) -> int:
    """The number in the file; 0 where there is none, or where a full disk left it empty."""
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0


class FileMarks:
    """The mark of one worker process, and the deaths that its stage has seen.

    folder: the process's own, holding ``working``; deaths: shared by the stage's processes on this machine, one small
    file a record. Both must exist.
    """

    def __init__(self, folder: Path, deaths: Path) -> None:
        self._deaths = deaths
        self._file = os.open(folder / "working", os.O_RDWR | os.O_CREAT, 0o600)
        self.end()

    def deaths(self, record: Incoming) -> int:
        """How many processes died while working on this record."""
        return _count(self._deaths / _name(record))

    def begin(self, record: Incoming) -> None:
        """Note that work on the record begins."""
        os.pwrite(self._file, _name(record).encode().ljust(SIZE), 0)

    def end(self) -> None:
        """Note that it ended."""
        os.pwrite(self._file, b" " * SIZE, 0)

    def forget(self, record: Incoming) -> None:
        """The record is done with: forget its deaths."""
        (self._deaths / _name(record)).unlink(missing_ok=True)


@dataclass(frozen=True)
class Mark:
    """What a process was working on: a record's name, and for how many seconds."""

    record: str
    seconds: float


def read(folder: Path) -> Mark | None:
    """What the process of this folder is working on, or was when it died; None between records."""
    path = folder / "working"
    try:
        record = path.read_text().strip()
        return Mark(record, time.time() - path.stat().st_mtime) if record else None
    except FileNotFoundError:
        return None


def count_death(folder: Path, deaths: Path) -> tuple[str, int] | None:
    """After a process died: add one to the record that it was working on. Gives the record's name and its deaths."""
    mark = read(folder)
    if mark is None:
        return None
    path = deaths / mark.record
    count = _count(path) + 1
    whole = folder / "deaths"  # of this process alone, and replaced at once: others read meanwhile
    whole.write_text(str(count))
    whole.replace(path)
    (folder / "working").write_bytes(b"")
    return mark.record, count


def tell(folder: Path, state: str) -> None:
    """Say how this folder's process is."""
    whole = folder / "telling"  # replaced at once: the supervisor reads meanwhile
    whole.write_text(state)
    whole.replace(folder / "state")


def told(folder: Path) -> str:
    """How the process of this folder is; it starts until it says something else."""
    try:
        return (folder / "state").read_text()
    except FileNotFoundError:
        return STARTING
