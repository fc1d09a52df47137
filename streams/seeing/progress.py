"""Whether a worker gets on: partitions with records waiting that do not move. Pure bookkeeping, told the time."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_STEP = 2.0
"""Seconds that one step counts at most: a process that was frozen, or a machine that slept, did not stall meanwhile."""


@dataclass(frozen=True)
class Where:
    """Where a worker is in one partition.

    position: of the next record to fetch; None: the client does not know. end: of the partition; None: not known.
    pending: records fetched and not done. done: the offset up to which all is done; None before the first.
    """

    position: int | None
    end: int | None
    pending: int = 0
    done: int | None = None

    @property
    def lag(self) -> int:
        """Records waiting; one where the client does not even know its position."""
        if self.position is None:
            return max(1, self.pending)
        return self.pending + max(0, (self.end or 0) - self.position)


class Progress:
    """The clock of each partition: seconds in which it had records waiting, did not move, and the worker did nothing else.

    What the worker spends on other records does not count, as partitions take turns, nor does a long record: the
    supervisor bounds that. limit: seconds until the worker counts as stalled. Safe for several threads.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._guard = threading.Lock()
        self._where: dict[str, Where] = {}
        self._stuck: dict[str, float] = {}
        self._unseen: float | None = None
        self._worked = 0.0
        self._began: float | None = None
        self._stepped: float | None = None

    def begin(self, now: float) -> None:
        """Work on a record begins."""
        with self._guard:
            self._began = now

    def end(self, now: float) -> None:
        """It ended."""
        with self._guard:
            if self._began is not None:
                self._worked += now - max(self._began, self._stepped or 0.0)
            self._began = None

    def looked(self, where: Mapping[str, Where]) -> None:
        """What is assigned, by name, and where we are in it; an end that is not known is as it was before."""
        with self._guard:
            self._unseen = 0.0
            before = self._where
            self._where = {
                part: now if now.end is not None or part not in before else _with_end(now, before[part].end)
                for part, now in where.items()
            }
            self._stuck = {
                part: 0.0 if part not in before or not now.lag or _moved(before[part], now) else self._stuck[part]
                for part, now in self._where.items()
            }

    def step(self, now: float) -> None:
        """Time goes by; to be called about once a second."""
        with self._guard:
            if self._began is not None:
                self._worked += now - max(self._began, self._stepped or 0.0)
            passed = min(now - self._stepped, LONGEST_STEP) if self._stepped is not None else 0.0
            idle = max(0.0, passed - self._worked)
            self._worked, self._stepped = 0.0, now
            for part, where in self._where.items():
                self._stuck[part] = self._stuck[part] + idle if where.lag else 0.0
            if self._unseen is not None:
                self._unseen += idle

    @property
    def stuck(self) -> float:
        """The seconds on the clock that is farthest."""
        with self._guard:
            return max([*self._stuck.values(), self._unseen or 0.0])

    @property
    def stalled(self) -> str | None:
        """Why the worker counts as stalled; None as long as it does not."""
        with self._guard:
            if (self._unseen or 0.0) > self._limit:
                return f"nothing was heard of its consumer for {self._unseen:.0f} s"
            for part, seconds in self._stuck.items():
                if seconds > self._limit:
                    return f"{part} has {self._where[part].lag} records waiting and did not move for {seconds:.0f} s"
            return None


def _moved(before: Where, now: Where) -> bool:
    return (before.position, before.done, before.pending) != (now.position, now.done, now.pending)


def _with_end(where: Where, end: int | None) -> Where:
    return Where(where.position, end, where.pending, where.done)
