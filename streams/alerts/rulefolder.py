"""Rules that are read again when their files change, without a restart."""

import logging
import time
from pathlib import Path

from streams.alerts.reading import STARTERS, read_rules, rule_paths
from streams.alerts.rulebook import Rulebook
from streams.errors import BadRule

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often files are looked at, at most."""

_Signature = tuple[tuple[str, int, int, int], ...] | str


class RuleFolder:
    """The rules of a folder or file, as they are now; of the starter rules without one.

    rulebook: the rules as `current` gave them last. Where a changed file is no rule, the rules that were read before stay, and the log says so, once for each change.
    """

    def __init__(self, place: Path | None) -> None:
        """Read the rules. Raises BadRule."""
        self._place = place or STARTERS
        self._signature = self._look()
        self.rulebook = self._read()
        self._due = time.monotonic() + LOOK_SECONDS

    def current(self) -> Rulebook:
        """The rules, read again where their files have changed."""
        if (now := time.monotonic()) < self._due:
            return self.rulebook
        self._due = now + LOOK_SECONDS
        signature = self._look()
        if signature != self._signature:
            self._signature = signature
            try:
                self.rulebook = self._read()
                log.info("rules read again: %d, version %s", len(self.rulebook.rules), self.rulebook.version)
            except BadRule as fault:
                log.error("the rules stay as they were (version %s): %s", self.rulebook.version, fault)
        return self.rulebook

    def _read(self) -> Rulebook:
        return Rulebook(file.rule for file in read_rules([self._place]))

    def _look(self) -> _Signature:
        """What changes with the files: their names, times and sizes. Files that cannot be looked at differ, too."""
        try:
            found = [(path, path.stat()) for path in rule_paths(self._place)]
        except (BadRule, OSError) as error:
            return str(error)
        return tuple((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino) for path, stat in found)
