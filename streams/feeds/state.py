"""What was seen, in one SQLite file: written by one process at a time, whole after kill -9, bounded."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from streams.errors import EnvironmentFault, UsageError
from streams.feeds.fetch import Validators

MAX_ENTRIES = 200_000
"""Entries that are remembered. The ones that no feed has listed for longest are forgotten."""

MAX_TRIES = 6
"""Failures in a row after which an entry is given up."""

_FORMAT = 1
_PRUNE_EVERY = 1000
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, stamp REAL, at REAL NOT NULL, failures INTEGER NOT NULL, listed REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_listed ON entries (listed);
CREATE TABLE IF NOT EXISTS documents (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Seen:
    """What is known of an entry.

    stamp: the entry's own latest date, in seconds since 1970, when it was last delivered or given up; None before.
    at: when that was, or when fetching it failed last.
    failures: in a row.
    """

    stamp: float | None
    at: float
    failures: int


class State:
    """The state file. Every method raises EnvironmentFault where the file cannot be read or written.

    path: None keeps the state in memory.
    """

    def __init__(self, path: Path | None, max_entries: int = MAX_ENTRIES) -> None:
        """Raises UsageError where another process holds the file, or where it is no state file."""
        self._max_entries = max_entries
        self._added = 0
        self._path = path or Path(":memory:")
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"state file {self._path}: {error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._file.close()
            if "locked" in str(error):
                raise UsageError(f"state file {self._path}: another process uses it") from None
            raise UsageError(f"state file {self._path}: {error}; move it away to start anew") from None
        except UsageError:
            self._file.close()
            raise

    def _prepare(self) -> None:
        # Exclusive from the first statement until the file is closed or the process dies: the lock of the one writer.
        self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute("BEGIN IMMEDIATE")
        (version,) = self._file.execute("PRAGMA user_version").fetchone()
        if version not in (0, _FORMAT):
            raise UsageError(f"state file {self._path}: format {version}, and this version knows {_FORMAT}")
        for statement in filter(str.strip, _TABLES.split(";")):
            self._file.execute(statement)
        self._file.execute(f"PRAGMA user_version = {_FORMAT}")
        self._file.execute("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def seen(self, keys: Iterable[bytes]) -> dict[bytes, Seen]:
        """What is known of these entries; unknown ones are left out."""
        found = {}
        for key in keys:
            for row in self._run("SELECT stamp, at, failures FROM entries WHERE key = ?", key):
                found[key] = Seen(*row)
        return found

    def listed(self, keys: Iterable[bytes], now: float) -> None:
        """A feed still lists these entries, so they are not forgotten."""
        self._run("BEGIN")
        for key in keys:
            self._run("UPDATE entries SET listed = ? WHERE key = ?", now, key)
        self._run("COMMIT")

    def delivered(self, key: bytes, stamp: float, now: float) -> None:
        """The entry's record is in Kafka."""
        self._run(
            "INSERT INTO entries VALUES (?, ?, ?, 0, ?) ON CONFLICT (key) DO UPDATE"
            " SET stamp = excluded.stamp, at = excluded.at, failures = 0, listed = excluded.listed",
            *(key, stamp, now, now),
        )
        self._prune()

    def failed(self, key: bytes, stamp: float, now: float) -> None:
        """The entry could not be fetched; after MAX_TRIES of these in a row it counts as seen."""
        self._run(
            "INSERT INTO entries VALUES (?, NULL, ?, 1, ?) ON CONFLICT (key) DO UPDATE"
            " SET at = excluded.at, failures = failures + 1",
            *(key, now, now),
        )
        self._run("UPDATE entries SET stamp = ?, failures = 0 WHERE key = ? AND failures >= ?", stamp, key, MAX_TRIES)
        self._prune()

    def validators(self, url: str) -> Validators:
        """For a conditional GET of a document."""
        for etag, last_modified in self._run("SELECT etag, last_modified FROM documents WHERE url = ?", url):
            return Validators(etag, last_modified)
        return Validators()

    def settled(self, url: str, validators: Validators) -> None:
        """Nothing that this version of a document lists is left to deliver."""
        self._run(
            "INSERT INTO documents (url, etag, last_modified) VALUES (?, ?, ?) ON CONFLICT (url) DO UPDATE"
            " SET etag = excluded.etag, last_modified = excluded.last_modified",
            *(url, validators.etag, validators.last_modified),
        )

    def failures(self, url: str) -> int:
        """How often in a row polling a source failed, until now."""
        for (failures,) in self._run("SELECT failures FROM documents WHERE url = ?", url):
            return int(failures)
        return 0

    def polled(self, url: str, failures: int) -> None:
        """Remember how often in a row polling a source failed."""
        self._run(
            "INSERT INTO documents (url, failures) VALUES (?, ?) ON CONFLICT (url) DO UPDATE"
            " SET failures = excluded.failures",
            *(url, failures),
        )

    def _prune(self) -> None:
        self._added += 1
        if self._added >= min(_PRUNE_EVERY, self._max_entries):
            self._added = 0
            self._run(
                "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY listed DESC LIMIT -1 OFFSET ?)",
                self._max_entries,
            )

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._file.execute(statement, values)
        except sqlite3.Error as error:
            raise EnvironmentFault(f"state file {self._path}: {error}") from error
