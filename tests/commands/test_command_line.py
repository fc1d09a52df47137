import errno
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from streams.commands import COMMANDS, main
from streams.errors import AuthenticationRefused, BrokerUnreachable, EnvironmentFault, RecordFault, UsageError
from streams.settings import COMPOSE, Settings, unknown

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
    for code in ("0 ", "1 ", "2 ", "65 ", "69 ", "75 ", "77 "):
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
        (
            ["subscribe", "nothing"],
            "khabar: no topic 'nothing'; there are: raw, clean, enriched, dead-letters, alerts, settled",
        ),
        (["subscribe", "--bootstrap-servers", "nonsense/"], None),
        *(
            ([name, "--bootstrap-servers", f"127.0.0.1:{port}"], f"khabar: KHABAR_BOOTSTRAP_SERVERS: {shown}")
            for name, port in (("subscribe", 99999), ("topics", 65536), ("topics", 0))
            for shown in [f"'127.0.0.1:{port}' is not host:port, host:port, …"]
        ),
        (["subscribe", "--where", 'headline.matches("(")'], 'khabar: "(" is no regular expression: unclosed group'),
        (["feed", "nope.txt"], "khabar: nope.txt: no such file or folder"),
        (["feed", "nope.json"], "khabar: nope.json: no such file or folder"),
        (
            ["feed", "ftp://a.example/x"],
            "khabar: ftp://a.example/x: unsupported scheme ftp; http and https are fetched",
        ),
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
    assert done.stderr == "khabar: KHABAR_PARTITIONS is none; allowed: whole numbers, 1 to 1024\n"


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"PARTITIONS": "0"}, "KHABAR_PARTITIONS is 0; allowed: 1 to 1024"),
        ({"SESSION_TIMEOUT": "500"}, "KHABAR_SESSION_TIMEOUT is 500; allowed: 1 to 300"),
        (
            {"SECURITY_PROTOCOL": "TLS"},
            "KHABAR_SECURITY_PROTOCOL is TLS; allowed: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL",
        ),
        (
            {"TOPIC_PREFIX": "a b"},
            "KHABAR_TOPIC_PREFIX is a b; allowed: at most 100 of the characters A-Z a-z 0-9 . _ -",
        ),
        (
            {"LOG_FORMAT": "", "REPLICATION_FACTOR": "10"},
            "KHABAR_REPLICATION_FACTOR is 10; allowed: 1 to 9, and KHABAR_LOG_FORMAT is empty; allowed: text, json",
        ),
        (
            {"SECURITY_PROTOCOL": "SASL_SSL"},
            "KHABAR_SECURITY_PROTOCOL SASL_SSL needs KHABAR_SASL_USERNAME and KHABAR_SASL_PASSWORD_FILE",
        ),
    ],
)
def test_what_a_setting_may_be_is_told(environ: dict[str, str], line: str) -> None:
    done = khabar("subscribe", env={f"KHABAR_{name}": value for name, value in environ.items()})
    assert (done.returncode, done.stderr) == (2, f"khabar: {line}\n")


def test_a_name_that_is_nearly_a_settings_is_told_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KHABAR_LOG_LEVL=debug\nKHABAR_KAFKA_PORT=1\nPATH_OF_OTHERS=x\n")
    environ = {"KHABAR_PARTITION": "1", "KHABAR_TEST_PARTITIONS": "1", "KHABAR_SOMETHING_ELSE": "1"}
    done = khabar("topics", "--bootstrap-servers", "127.0.0.1:1", "create", env=environ, cwd=tmp_path)
    assert done.returncode == 69
    assert done.stderr.splitlines()[:-1] == [
        "khabar: there is no setting KHABAR_LOG_LEVL; did you mean KHABAR_LOG_LEVEL?",
        "khabar: there is no setting KHABAR_PARTITION; did you mean KHABAR_PARTITIONS?",
    ]


def test_the_variables_of_the_compose_file_are_known() -> None:
    root = Path(__file__).parents[2]
    text = (root / ".env.example").read_text() + (root / "docker-compose.yml").read_text()
    assert unknown(re.findall(r"KHABAR_[A-Z_]+[A-Z]", text)) == []
    names = {f"KHABAR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"(?m)^# (KHABAR_[A-Z_]+)=", text)) - names == set(COMPOSE)


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
