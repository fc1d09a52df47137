"""What came of each source, counted."""

from collections import Counter
from dataclasses import dataclass, field

_SINGULARS = {"entries": "entry", "polls": "poll"}


@dataclass
class SourceReport:
    """Counts of one source.

    accepted, rejected, delivered: records. Of feeds also: polls, unchanged (answered with 304), entries listed, seen
    (delivered before), fetched (pages), failed (entries, by reason), postponed (left for the next poll), undated.
    malformed: polls whose XML had to be repaired.
    problem: why the source as a whole failed, the last time.
    """

    is_feed: bool
    accepted: int = 0
    rejected: int = 0
    delivered: int = 0
    polls: int = 0
    unchanged: int = 0
    malformed: int = 0
    entries: int = 0
    seen: int = 0
    fetched: int = 0
    postponed: int = 0
    undated: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    problem: str | None = None

    @property
    def empty(self) -> bool:
        """Whether the source could be read and had nothing in it."""
        nothing = not self.accepted and not self.rejected and not self.entries
        return nothing and not self.unchanged and self.problem is None

    def line(self) -> str:
        """The counts that are not zero, on one line."""
        named = ["accepted", "rejected", "delivered"]
        if self.is_feed:
            named += ["entries", "seen", "fetched", "postponed", "undated", "polls", "unchanged", "malformed"]
        parts = [
            f"{count} {_SINGULARS.get(name, name) if count == 1 else name}"
            for name in named
            if (count := getattr(self, name))
        ]
        if self.failed:
            reasons = ", ".join(f"{count} x {reason}" for reason, count in self.failed.most_common(3))
            entries = "entry" if self.failed.total() == 1 else "entries"
            parts.append(f"{self.failed.total()} {entries} failed ({reasons})")
        if self.problem is not None:
            parts.insert(0, f"FAILING: {self.problem}")
        elif self.empty:
            parts.insert(0, "EMPTY")
        return "; ".join(parts)


@dataclass
class Report:
    """Counts of all sources, by SOURCE as it was given."""

    sources: dict[str, SourceReport] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Records that passed the check."""
        return sum(source.accepted for source in self.sources.values())

    @property
    def rejected(self) -> int:
        """What was no record."""
        return sum(source.rejected for source in self.sources.values())

    @property
    def delivered(self) -> int:
        """Records that the caller said were delivered."""
        return sum(source.delivered for source in self.sources.values())

    @property
    def failing(self) -> list[str]:
        """Sources that failed as a whole, the last time they were read."""
        return [name for name, source in self.sources.items() if source.problem is not None]

    def lines(self) -> list[str]:
        """A summary for a person: one line in all, then one for each source."""
        total = f"{self.accepted} accepted, {self.rejected} rejected, {self.delivered} delivered"
        return [total, *(f"{name}: {source.line()}" for name, source in self.sources.items())]
