"""Which alerts reach people: not twice the same, nothing old, and a group once in a window, but for what is worse."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from schemas import LEVELS, Alert

Verdict = Literal["sent", "quiet", "old", "repeated"]
"""quiet: the group was alerted in this window before. repeated: the same revision of the article, worked on again."""

REMEMBERED = 200_000
"""Windows and alerts that are kept in mind, at most; of the oldest ones nothing more is to come."""


@dataclass(frozen=True)
class _Height:
    """What a later alert must exceed in one of both to be heard."""

    level: int
    count: float

    def covers(self, other: "_Height") -> bool:
        return self.level >= other.level and self.count >= other.count


@dataclass(frozen=True)
class _Seen:
    order: tuple[str, str]
    height: _Height

    def covers(self, other: "_Seen") -> bool:
        """Whether this one makes the other superfluous. Of two at the same moment the smaller id counts as earlier."""
        return self.order < other.order and self.height.covers(other.height)


class Cooldowns:
    """Judges alerts one after the other.

    An alert is quiet when in each of its groups an earlier one of the same rule and window had at least its level and its
    count. Earlier means fetched earlier, whichever came first here: so a replay in the order of fetching gives what a live
    run gave, and nothing that is read again after a crash is silenced by what came after it.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._windows: OrderedDict[tuple[str, str, str, int], list[_Seen]] = OrderedDict()
        self._alerts: OrderedDict[str, _Height] = OrderedDict()

    def judge(self, alert: Alert) -> Verdict:
        """What becomes of the alert. Old ones silence nothing."""
        height = _Height(LEVELS.index(alert.level), -1.0 if alert.count is None else alert.count)
        if alert.timeliness == "old":
            return "old"
        before = self._alerts.get(alert.id)
        if before is not None and before.covers(height):
            return "repeated"
        self._alerts[alert.id] = height
        _bound(self._alerts, self._remembered)
        if alert.cooldown is None:
            return "sent"
        seen = _Seen((alert.article.fetched_at or "", alert.id), height)
        heard = [
            self._is_heard((alert.rule.id, group, alert.cooldown.since, alert.cooldown.seconds), seen)
            for group in alert.groups
        ]
        return "sent" if any(heard) else "quiet"

    def _is_heard(self, window: tuple[str, str, str, int], seen: _Seen) -> bool:
        """Whether nothing earlier in this window of a group covers it; then it is kept, and what it covers is dropped."""
        others = self._windows.setdefault(window, [])
        self._windows.move_to_end(window)
        _bound(self._windows, self._remembered)
        if any(other.covers(seen) for other in others):
            return False
        others[:] = [other for other in others if not seen.covers(other)] + [seen]
        return True


def _bound(
    memory: "OrderedDict[str, _Height] | OrderedDict[tuple[str, str, str, int], list[_Seen]]", size: int
) -> None:
    while len(memory) > size:
        memory.popitem(last=False)
