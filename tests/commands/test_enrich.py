import base64
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from streams import enrich
from streams.errors import EnvironmentFault, RecordFault
from streams.pipeline import CLEAN, EXTRACT
from streams.settings import Settings
from streams.stage import Incoming, work

KHABAR = [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()", "enrich"]
SETTINGS = Settings(_env_file=None)
ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
PAGE = "<html><body><article><h1>عنوان</h1><p>وصل وفد إلى غزة اليوم في زيارة رسمية تستمر يومين.</p></article></body></html>"


def run(*arguments: str, stdin: bytes = b"", **environ: str) -> tuple[int, list[Any], str]:
    done = subprocess.run(
        [*KHABAR, *arguments], input=stdin, capture_output=True, env={**os.environ, **environ}, timeout=120, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def raw(text: str, **fields: str) -> bytes:
    return json.dumps({"source": "s", "text": text, **fields}, ensure_ascii=False).encode()


def test_pages_give_what_the_workers_emit(tmp_path: Path) -> None:
    folder = tmp_path / "daily"
    folder.mkdir()
    (folder / "1.html").write_bytes(PAGE.encode("cp1256"))
    (folder / "2.TXT").write_text("\ufeffوصل وفد إلى غزة اليوم.")
    (folder / "3.txt").write_bytes("وصل وفد إلى غزة اليوم في زيارة رسمية تستمر يومين.".encode("cp1256"))
    done = subprocess.run(
        [*KHABAR, *map(str, sorted(folder.iterdir())), "--fetched-at", "2026-11-20T10:00:00+02:00"],
        capture_output=True,
        check=False,
    )
    inputs: list[dict[str, str]] = [
        {"content_base64": base64.b64encode(PAGE.encode("cp1256")).decode(), "content_type": "text/html"},
        {"text": "وصل وفد إلى غزة اليوم."},
        {"content_base64": base64.b64encode((folder / "3.txt").read_bytes()).decode(), "content_type": "text/plain"},
    ]
    expected = []
    for fields in inputs:
        value = json.dumps({"source": "daily", "fetched_at": "2026-11-20T08:00:00Z", **fields}).encode()
        for stage in (CLEAN, EXTRACT):
            value = work(stage, SETTINGS, Incoming("t", 3, 9, 7, b"k", value)).value or b""
        expected.append(value)
    assert done.stderr == b""
    assert done.stdout.splitlines() == expected
    assert done.returncode == 0
    for line in expected:
        record = json.loads(line)
        assert record["schema"] == "enriched-article/1.0"
        assert record["fetched_at"] == "2026-11-20T08:00:00Z"
        assert "غزة" in record["body"]


def test_source_and_time_of_a_bare_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("وصل وفد إلى غزة اليوم.")
    done = subprocess.run([*KHABAR, "a.txt", "--stage", "clean"], capture_output=True, cwd=tmp_path, check=True)
    record = json.loads(done.stdout)
    assert record["source"] == tmp_path.name
    assert record["schema"] == "clean-article/1.0"
    assert "fetched_at" not in record


def test_lines_failures_and_order() -> None:
    lines = [raw("الخبر الأول"), b"", b"nope", b"  ", b'{"text": "x"}', raw("الخبر الثاني") + b"\r", b"[]"]
    code, records, err = run("-", "--stage", "clean", stdin=b"\n".join(lines))
    assert (code, err) == (1, "")
    assert [record.get("body") or record["error"]["code"] for record in records] == [
        "الخبر الأول", "invalid_json", "missing_field", "الخبر الثاني", "not_an_object",
    ]  # fmt: skip
    assert [record["error"].get("input") for record in records if "error" in record] == ["-:3", "-:5", "-:7"]
    assert records[1]["error"]["message"] == "column 1"
    assert set(records[1]["error"]) == {"code", "message", "input"}


def test_extract_takes_bare_cleaned_records() -> None:
    body = "وصل  وفد إلى غزة.\n\n\nقال  الوزير إن الزيارة ناجحة."
    lines = [{"url": "https://a.example/1", "body": body}, {"source": "s", "body": body}, {"body": body}, {"url": "u"}]
    code, records, _ = run("-", "--stage", "extract", stdin="\n".join(map(json.dumps, lines)).encode())
    assert code == 1
    assert [record["body"] for record in records[:2]] == [body, body]
    assert all(re.fullmatch("[0-9a-f]{32}", record["id"] + "") for record in records[:2])
    assert records[0]["revision"] == records[1]["revision"]
    assert [record["error"]["code"] for record in records[2:]] == ["missing_field", "missing_field"]


def test_too_long_records_are_not_read_whole(tmp_path: Path) -> None:
    limit = 64 * 1024
    exact = raw("x" * (limit - len(raw(""))))
    assert len(exact) == limit
    (tmp_path / "a.html").write_bytes(b"<p>x" * limit)
    (tmp_path / "b.jsonl").write_bytes(b"\r\n".join([b"x" * (limit * 5), exact, b"y" * (limit + 1), raw("الخبر")]))
    code, records, _ = run(
        str(tmp_path / "a.html"), str(tmp_path / "b.jsonl"), "--stage", "clean", KHABAR_MAX_RECORD_BYTES=str(limit)
    )
    assert code == 1
    codes = [record.get("error", {}).get("code") for record in records]
    assert codes[0] == codes[1] == codes[3] == "record_too_large"
    assert records[4]["body"] == "الخبر"
    assert records[0]["error"]["message"] == f"{4 * limit} bytes, {limit} are allowed"


@pytest.mark.parametrize("processes", ["1", "3"])
def test_results_come_as_input_comes(processes: str) -> None:
    with subprocess.Popen(
        [*KHABAR, "-", "--stage", "clean", "--processes", processes], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(raw(f"الخبر {number}") + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["body"] == f"الخبر {number}"
        running.stdin.close()
        assert running.stdout.read() == b""
    assert running.returncode == 0


@pytest.mark.parametrize("processes", ["1", "2"])
def test_interrupted_while_waiting_for_a_line(processes: str) -> None:
    with subprocess.Popen(
        [*KHABAR, "-", "--stage", "clean", "--processes", processes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(raw("الخبر") + b"\n")
        running.stdin.flush()
        running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)
        assert running.stderr.read() == b"khabar: interrupted\n"
        assert running.wait(20) == 130


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_reader_of_the_output_goes_away(processes: str, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes((raw("الخبر " * 500) + b"\n") * 300)
    with subprocess.Popen(
        [*KHABAR, str(tmp_path / "many.jsonl"), "--stage", "clean", "--processes", processes],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(20) == 141


def test_many_processes_give_the_same_bytes(tmp_path: Path) -> None:
    lines = [raw(f"الخبر رقم {number} " * (number * 37 % 200)) for number in range(200)]
    lines[50] = b"nope"
    (tmp_path / "many.jsonl").write_bytes(b"\n".join(lines))
    outputs = [
        subprocess.run(
            [*KHABAR, str(tmp_path / "many.jsonl"), "--stage", "clean", "--processes", processes],
            capture_output=True,
            check=False,
        ).stdout
        for processes in ("1", "3")
    ]
    assert outputs[0].count(b"\n") == 200
    assert outputs[0] == outputs[1]


def named(task: enrich.Task) -> enrich.Input:
    return enrich.Input(task, "a")


def serve_and_die(connection: Connection, _names: Sequence[str], _settings: Settings) -> None:
    """A child that dies over some values, fails over others and is slow over the rest."""
    try:
        while True:
            value = connection.recv_bytes()
            if value.startswith(b"die"):
                os.kill(os.getpid(), signal.SIGKILL)
            if value == b"fault":
                connection.send(EnvironmentFault("no memory"))
                continue
            time.sleep(int(value) * 37 % 20 / 1000)
            connection.send(enrich.Done(value))
    except EOFError:
        return


def test_a_process_that_dies_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "_serve", serve_and_die)
    tasks: list[enrich.Task] = [str(number).encode() for number in range(40)]
    tasks[7] = b"die"
    tasks[21] = b"die" + b"x" * 1_000_000
    tasks[30] = RecordFault("record_too_large")
    pairs = list(enrich.results(map(named, tasks), (CLEAN,), SETTINGS, processes=3))
    assert [one.task for one, _ in pairs] == tasks
    done = [one for _, one in pairs]
    assert [number for number, one in enumerate(done) if one.code == "killed_worker"] == [7, 21]
    assert done[30].code == "record_too_large"
    assert [int(one.value) for one in done if one.code is None] == [n for n in range(40) if n not in {7, 21, 30}]


def test_a_fault_of_the_machine_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "_serve", serve_and_die)
    with pytest.raises(EnvironmentFault, match="no memory"):
        list(enrich.results(map(named, [b"1", b"2", b"fault", b"3"]), (CLEAN,), SETTINGS, processes=2))


def test_an_input_that_cannot_be_read_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "_serve", serve_and_die)

    def failing() -> Any:
        yield named(b"1")
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        list(enrich.results(failing(), (CLEAN,), SETTINGS, processes=2))


def test_reading_ahead_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "_serve", serve_and_die)
    read = 0

    def counted() -> Any:
        nonlocal read
        for number in range(1000):
            read += 1
            yield named(str(number).encode())

    results = enrich.results(counted(), (CLEAN,), SETTINGS, processes=2)
    next(results)
    time.sleep(1)
    assert read <= 2 * enrich.READ_AHEAD + 2
    results.close()  # type: ignore[attr-defined]


def test_names_are_checked_first(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    code, records, err = run("-", str(tmp_path / "a.pdf"))
    assert (code, records) == (2, [])
    assert err == f"khabar: {tmp_path}/a.pdf: the name ends in none of .html, .htm, .txt, .jsonl, .ndjson\n"
    code, _, err = run(str(tmp_path / "absent.txt"))
    assert code == 2
    assert err.count("\n") == 1
    code, _, err = run("-", "--fetched-at", "yesterday")
    assert (code, err) == (2, "khabar: 'yesterday': not an RFC 3339 date-time\n")


def test_a_fault_names_its_input(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(raw("الخبر") + b"\n\nnope\n")
    (tmp_path / "empty.html").write_text("<p> </p>")
    for processes in ("1", "2"):
        code, records, _ = run(str(tmp_path / "bad.jsonl"), str(tmp_path / "empty.html"), "--processes", processes)
        assert code == 1
        assert [record["error"] for record in records[1:]] == [
            {"code": "invalid_json", "message": "column 1", "input": f"{tmp_path}/bad.jsonl:3"},
            {"code": "empty_text", "message": records[2]["error"]["message"], "input": f"{tmp_path}/empty.html"},
        ]


def test_a_folder_stands_for_its_pages(tmp_path: Path) -> None:
    folder = tmp_path / "daily"
    (folder / "a").mkdir(parents=True)
    (folder / "b.txt").write_text("الخبر الثاني")
    (folder / "a" / "c.HTML").write_text("<p>الخبر الأول</p>")
    for other in ("x.jsonl", ".hidden.txt", "x.pdf"):
        (folder / other).write_text("nope")
    code, records, err = run(str(folder), "--stage", "clean")
    assert (code, err) == (0, "")
    assert [(record["source"], record["body"]) for record in records] == [
        ("daily", "الخبر الأول"),
        ("daily", "الخبر الثاني"),
    ]
    (tmp_path / "none").mkdir()
    code, _, err = run(str(tmp_path / "none"))
    assert (code, err) == (2, f"khabar: {tmp_path}/none: no .html, .htm, .txt in this folder\n")


def test_extract_takes_no_pages(tmp_path: Path) -> None:
    (tmp_path / "a.html").touch()
    for path in (tmp_path / "a.html", tmp_path):
        code, _, err = run(str(path), "--stage", "extract")
        assert (code, err) == (2, f"khabar: {path}: --stage extract takes cleaned records (.jsonl or -)\n")


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("begun", [True, False])
def test_sigterm_ends_it_with_its_children(processes: str, begun: bool) -> None:  # noqa: FBT001  # a parameter
    with subprocess.Popen(
        [*KHABAR, "-", "--stage", "clean", "--processes", processes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(raw("الخبر") + b"\n" + raw("الخبر") + b"\n")
        running.stdin.flush()
        if begun:
            running.stdout.readline()
        else:
            time.sleep(0.6)
        running.terminate()
        assert running.stderr.read() == b""
        assert running.wait(20) in ({143} if begun else {143, -signal.SIGTERM})
        deadline = time.monotonic() + 5
        while _group_lives(running.pid) and time.monotonic() < deadline:  # multiprocessing's own helper is the last
            time.sleep(0.05)
        assert not _group_lives(running.pid)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_starts_within_a_second_of_processor_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("وصل وفد إلى غزة اليوم.")
    best = float("inf")
    for _ in range(3):
        started = processor_time()
        subprocess.run([*KHABAR, str(tmp_path / "a.txt"), "--stage", "clean"], check=True, capture_output=True)
        best = min(best, processor_time() - started)
    assert best < 1


def processor_time() -> float:
    """Seconds that the children which ended have used: what else the machine does is not counted."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_seeds_pass() -> None:
    code, records, err = run(*map(str, sorted(ARTICLES.glob("0*.[ht]*"))[:10]), "--stage", "clean")
    assert (code, err) == (0, "")
    assert len(records) == 10


def test_explain_shows_pages_to_people_and_tells_failures_apart(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("سياسة\n\nوصل وفد إلى غزة اليوم في زيارة رسمية تستمر يومين.\n\nمشاركة")
    (tmp_path / "b.txt").write_text(" ")
    done = subprocess.run(
        [*KHABAR, "--stage", "clean", "--explain", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert re.search(r"^  body +وصل وفد إلى غزة", done.stdout, re.MULTILINE)
    assert re.search(r"^- share +مشاركة$", done.stdout, re.MULTILINE)
    assert done.stderr.startswith(f"khabar: {tmp_path}/b.txt: empty_text: ")
    assert "\x1b" not in done.stdout


def test_explain_shows_the_text_with_what_was_found_in_it() -> None:
    stdin = raw("وصل وزير الصحة سامر الحلبي إلى مدينة حلب مساء اليوم.")
    done = subprocess.run([*KHABAR, "--explain", "-"], input=stdin, capture_output=True, check=True)
    shown = done.stdout.decode()
    assert "⟦سامر الحلبي⟧" in shown
    assert re.search(r"^\+ place +حلب", shown, re.MULTILINE)
