import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from streams.errors import EnvironmentFault, UsageError
from streams.feeds.fetch import Validators
from streams.feeds.state import MAX_TRIES, Seen, State


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_remembers_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.sqlite"
    with State(path) as state:
        state.delivered(key(1), 5.0, 100.0)
        state.settled("https://a.example/", Validators('"e"', "yesterday"))
        state.polled("https://a.example/", 3)
    with State(path) as state:
        assert state.seen([key(1), key(2)]) == {key(1): Seen(5.0, 100.0, 0)}
        assert state.validators("https://a.example/") == Validators('"e"', "yesterday")
        assert state.failures("https://a.example/") == 3
        assert state.validators("https://b.example/") == Validators()
        assert state.failures("https://b.example/") == 0


def test_gives_an_entry_up_after_some_failures() -> None:
    with State(None) as state:
        for tries in range(1, MAX_TRIES):
            state.failed(key(1), 7.0, tries)
            assert state.seen([key(1)])[key(1)] == Seen(None, tries, tries)
        state.failed(key(1), 7.0, 99.0)
        assert state.seen([key(1)])[key(1)] == Seen(7.0, 99.0, 0)


def test_forgets_what_was_not_listed_for_longest() -> None:
    with State(None, max_entries=10) as state:
        for number in range(10):
            state.delivered(key(number), 0, number)
        state.listed([key(0), key(1)], 100)
        for number in range(10, 20):
            state.delivered(key(number), 0, number)
        left = sorted(state.seen(key(number) for number in range(20)))
        assert left == [key(0), key(1), *map(key, range(12, 20))]


def test_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with State(path), pytest.raises(UsageError, match="another process uses it"):
        State(path)
    with State(path):
        pass


def test_what_is_no_state_file(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"x" * 5000)
    with pytest.raises(UsageError, match="move it away"):
        State(path)
    with pytest.raises(UsageError):
        State(tmp_path)
    other = tmp_path / "other.sqlite"
    file = sqlite3.connect(other)
    file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(UsageError, match="format 99"):
        State(other)


def test_a_file_that_fails_later_is_a_fault_of_the_environment() -> None:
    with State(None) as state:
        state._file.execute("DROP TABLE entries")
        with pytest.raises(EnvironmentFault):
            state.delivered(key(1), 0, 0)


WRITER = """
import sys
from pathlib import Path
from streams.feeds.state import State
with State(Path(sys.argv[1])) as state:
    for number in range(1, 10**9):
        state.delivered(number.to_bytes(16, "big"), 0, number)
        print(number, flush=True)
"""


def test_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(500):
            last = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        process.stdout.read()
    with State(path) as state:
        assert len(state.seen(key(number) for number in range(1, last + 1))) == last
