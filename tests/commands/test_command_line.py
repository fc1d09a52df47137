import errno
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import click
import pytest
from click.testing import CliRunner

from streams.commands import COMMANDS, main
from streams.errors import AuthenticationRefused, BrokerUnreachable, EnvironmentFault, RecordFault, UsageError

KHABAR = [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()"]


def khabar(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KHABAR, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def test_help_is_quick_and_complete() -> None:
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        shown = khabar("--help")
        best = min(best, time.perf_counter() - started)
    assert best < 0.15
    assert shown.returncode == 0
    assert all(f"\n  {name} " in shown.stdout for name in COMMANDS)
    for code in ("0 ", "1 ", "2 ", "69 ", "77 "):
        assert f"\n    {code}" in shown.stdout


@pytest.mark.parametrize("name", ["enrich", "subscribe", "schemas", "asyncapi", "topics", "broker", "feed"])
def test_a_commands_help_needs_nothing_heavy(name: str) -> None:
    code = f"import sys; from streams.commands import main; sys.argv = ['khabar', {name!r}, '--help']\n"
    code += "try: main()\nexcept SystemExit: print(sorted({'aiokafka', 'pydantic', 'cel', 'lxml'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"Usage: khabar {name} ")
    assert shown.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["enrch"], "khabar: no command 'enrch'; did you mean 'enrich'? See 'khabar --help'."),
        (["xyz"], "khabar: No such command 'xyz'. See 'khabar --help'."),
        (["--nope"], "khabar: No such option: --nope. See 'khabar --help'."),
        (["enrich", "--processes", "0", "-"], None),
        (["subscribe", "--limit", "many"], None),
        (["subscribe", "nothing"], "khabar: no topic 'nothing'; there are: raw, clean, enriched, dead-letters"),
        (["subscribe", "--bootstrap-servers", "nonsense/"], None),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], line: str | None) -> None:
    done = khabar(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("khabar: ")
    if line is not None:
        assert done.stderr == line + "\n"


def test_no_arguments_show_the_help() -> None:
    done = khabar()
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: khabar ")


def test_a_bad_setting_is_named() -> None:
    done = khabar("subscribe", env={"KHABAR_PARTITIONS": "none\x1b[31m"})
    assert done.returncode == 2
    assert done.stderr.startswith("khabar: bad setting: KHABAR_PARTITIONS: ")
    assert "\x1b" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_broker() -> None:
    done = khabar("subscribe", "--bootstrap-servers", "127.0.0.1:1")
    assert done.returncode == 69
    assert done.stderr.count("\n") == 1


def _raise(error: BaseException) -> Callable[[], None]:
    def callback() -> None:
        raise error

    return callback


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BrokerUnreachable("no answer"), 69, "khabar: no answer\n"),
        (AuthenticationRefused("who are you"), 77, "khabar: who are you\n"),
        (EnvironmentFault("disk\nfull"), 1, "khabar: disk full\n"),
        (RecordFault("empty_text"), 1, "khabar: empty_text: the content holds no visible text\n"),
        (UsageError("not \x1b[1mso\x07"), 2, "khabar: not so\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "out.json"),
            1,
            "khabar: out.json: No space left on device\n",
        ),
        (OSError(errno.EIO, "Input/output error"), 1, "khabar: Input/output error\n"),
        (click.BadParameter("bad"), 2, "khabar: Invalid value: bad. See 'khabar failing --help'.\n"),
        (KeyboardInterrupt(), 130, "khabar: interrupted\n"),
        (click.Abort(), 130, ""),
    ],
)
def test_errors_and_exit_codes(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str) -> None:
    monkeypatch.setattr(main, "get_command", lambda *_: click.Command("failing", callback=_raise(error)))
    monkeypatch.setitem(COMMANDS, "failing", "")
    done = CliRunner().invoke(main, ["failing"], prog_name="khabar")
    assert (done.exit_code, done.stderr) == (code, line)


def test_a_bug_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "get_command", lambda *_: click.Command("failing", callback=_raise(ZeroDivisionError())))
    monkeypatch.setitem(COMMANDS, "failing", "")
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(main, ["failing"], catch_exceptions=False)
