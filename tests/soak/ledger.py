"""The ledger of inputs: what was sent and what is known of it, in JSON Lines that are on the disk before the next step."""

import json
import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

LINE_BYTES = 100
"""A line is shorter."""


class State(StrEnum):
    """What is known of an input. What was sent and has no other state yet is unknown, too."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Ledger:
    """Open for writing at its end; what an interrupted writer left half written there is ended first."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if os.fstat(self._file).st_size:
            os.write(self._file, b"\n")

    def write(self, states: Iterable[tuple[int, State]]) -> None:
        """Note states by the numbers of the inputs; they are on the disk when this returns."""
        lines = "".join(json.dumps({"id": number, "state": state}) + "\n" for number, state in states)
        os.write(self._file, lines.encode())
        os.fsync(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)


def read(path: Path) -> dict[int, State]:
    """The latest state of each input. Lines that are not whole are left out: their inputs were never sent."""
    states: dict[int, State] = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
            states[entry["id"]] = State(entry["state"])
        except ValueError:
            continue
    return {number: State.UNKNOWN if state is State.SENT else state for number, state in states.items()}


def is_open(path: Path) -> bool:
    """Whether the latest entry is of an input that is on its way."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LINE_BYTES))
        return file.read().endswith(f'"{State.SENT}"}}\n'.encode())
