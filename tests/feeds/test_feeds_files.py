import asyncio
import base64
import gzip
import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import RECORD_FAULTS, UsageError
from streams.feeds import FeedOptions, Intake, Item, Rejected
from streams.feeds.bounded import Gunzip, Line, Lines, TooLarge
from streams.feeds.files import feed_list
from streams.feeds.records import SourceFailed

GOOD = '{"url":"https://example.org/خبر","text":"نص الخبر"}'.encode()
MAX = 64 * 1024


async def read(*sources: str | Path, stdin: int = 0, **options: Any) -> tuple[list[Item | Rejected], Intake]:
    intake = Intake([str(source) for source in sources], FeedOptions(MAX, **options), stdin=stdin)
    async with intake:
        found = [item async for item in intake.items()]
        for item in found:
            if isinstance(item, Item):
                intake.delivered(item)
    return found, intake


def rejected(found: list[Item | Rejected]) -> list[tuple[int | None, str]]:
    return [(item.line, item.code) for item in found if isinstance(item, Rejected)]


def values(found: list[Item | Rejected]) -> list[bytes]:
    return [item.value for item in found if isinstance(item, Item)]


async def test_json_lines_are_sent_as_they_are_and_bad_ones_are_named_by_line(tmp_path: Path) -> None:
    odd = b' {"text": "x" , "source":"a", "unknown":[1.50]}\t'
    lines = [
        GOOD,
        b"{",
        odd,
        b"",
        b"[]",
        b'{"url":"https://a.example/"}',
        b'{"text":"x"}',
        b'{"url":"https://a.example/","text":"a","html":"b"}',
        b'{"url":"https://a.example/","text":"\xff"}',
        b'{"url":"https://a.example/","text":NaN}',
        b'{"schema":"clean-article/1.0","url":"https://a.example/","text":"a"}',
    ]
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    found, intake = await read(path)
    assert values(found) == [GOOD, odd]
    assert rejected(found) == [
        (2, "invalid_json"),
        (5, "not_an_object"),
        (6, "no_content"),
        (7, "missing_field"),
        (8, "ambiguous_content"),
        (9, "invalid_utf8"),
        (10, "not_a_number"),
        (11, "unsupported_schema"),
    ]
    assert all(item.code in RECORD_FAULTS and item.reason for item in found if isinstance(item, Rejected))
    assert all(item.origin == str(path) for item in found)
    report = intake.report
    assert (report.accepted, report.rejected, report.delivered) == (2, 8, 2)
    assert report.lines() == [
        "2 accepted, 8 rejected, 2 delivered",
        f"{path}: 2 accepted; 8 rejected; 2 delivered",
    ]


async def test_crlf_byte_order_mark_and_no_last_line_end(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n" + GOOD + b"\n" + GOOD)
    found, _ = await read(path)
    assert values(found) == [GOOD] * 3
    assert [item.line for item in found] == [1, 3, 4]


async def test_a_line_may_be_as_long_as_a_record_and_not_longer(tmp_path: Path) -> None:
    start, end = b'{"source":"a","text":"', b'"}'
    fits = start + b"x" * (MAX - len(start) - len(end)) + end
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + fits + b"\r\n" + fits + b" \n" + b"x" * (20 * MAX) + b"\n" + GOOD)
    found, _ = await read(path)
    assert values(found) == [fits, GOOD]
    assert rejected(found) == [(2, "record_too_large"), (3, "record_too_large")]
    assert isinstance(found[2], Rejected)
    assert f"{20 * MAX} bytes" in found[2].reason


async def test_key_is_of_the_normalised_url_or_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"url":"HTTPS://Example.org:443/a?utm_source=x#top","text":"a"}\n'
        b'{"url":"https://example.org/a","text":"b"}\n'
        b'{"source":"SANA","text":"c"}\n'
    )
    found, _ = await read(path)
    keys = [item.key for item in found if isinstance(item, Item)]
    assert keys[0] == keys[1] == hashlib.sha256(b"https://example.org/a").hexdigest()[:32].encode()
    assert keys[2] == hashlib.sha256(b"SANA").hexdigest()[:32].encode()


async def test_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD + b"\n") + gzip.compress(b"x\n"))
    found, _ = await read(path)
    assert values(found) == [GOOD]
    assert rejected(found) == [(2, "invalid_json")]


async def test_broken_gzip_fails_after_what_could_be_read_and_does_not_stop_the_next(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(GOOD + os.urandom(40).hex().encode() + b"\n" for _ in range(5000)))
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "c.jsonl").write_bytes(GOOD)
    sources = [tmp_path / name for name in ("a.jsonl.gz", "b.jsonl.gz", "missing.jsonl", "c.jsonl")]
    found, intake = await read(*sources)
    assert found[-1].origin == str(sources[3])
    assert isinstance(found[-1], Item)
    assert len(found) > 100
    assert intake.report.failing == [str(source) for source in sources[:3]]
    assert "No such file" in str(intake.report.sources[str(sources[2])].problem)


async def test_folder(tmp_path: Path) -> None:
    folder = tmp_path / "وكالة"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "2.html").write_bytes("<p>خبر</p>".encode("cp1256"))
    (folder / "a.txt").write_bytes("\ufeffنص".encode())
    (folder / "c.TXT").write_bytes("نص".encode("cp1256"))
    (folder / "d.htm").write_bytes(b" ")
    (folder / "e.jsonl").write_bytes(GOOD + b"\n")
    (folder / ".hidden.txt").write_bytes(b"x")
    (folder / "f.pdf").write_bytes(b"x")
    os.utime(folder / "a.txt", (1_790_000_000, 1_790_000_000))
    found, _ = await read(folder)
    assert [Path(item.origin).name for item in found] == ["a.txt", "2.html", "c.TXT", "d.htm", "e.jsonl"]
    first, second, third = (orjson.loads(value) for value in values(found)[:3])
    assert first == {"source": "وكالة", "text": "نص", "fetched_at": "2026-09-21T14:13:20+00:00"}
    assert base64.b64decode(second["content_base64"]) == "<p>خبر</p>".encode("cp1256")
    assert (second["content_type"], third["content_type"]) == ("text/html", "text/plain")
    assert rejected(found) == [(None, "empty_text")]


async def test_single_page_and_source_option(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>x")
    (tmp_path / "b.txt").write_bytes(b"x" * MAX)
    found, _ = await read(tmp_path / "a.html", tmp_path / "b.txt", source="SANA")
    assert orjson.loads(values(found)[0])["source"] == "SANA"
    assert rejected(found) == [(None, "record_too_large")]


async def test_empty_sources_and_unknown_kinds_are_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "a.pdf").touch()
    sources = [str(tmp_path / name) for name in ("folder", "a.jsonl", "a.pdf")]
    found, intake = await read(*sources)
    assert found == []
    assert [intake.report.sources[source].empty for source in sources] == [True, True, False]
    assert "not a kind of file" in str(intake.report.sources[sources[2]].problem)
    assert f"{sources[0]}: EMPTY" in intake.report.lines()


async def test_file_names_that_are_no_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xe3.txt"
    with open(path, "wb") as stream:  # noqa: ASYNC230, PTH123  # pathlib takes no bytes
        stream.write(b"x")
    found, _ = await read(tmp_path)
    assert found[0].origin.endswith("/\ufffd.txt")
    assert isinstance(found[0], Item)


async def test_standard_input_in_pieces() -> None:
    reader, writer = os.pipe()

    def write() -> None:
        for piece in (GOOD[:10], GOOD[10:] + b"\n{", b"\n", GOOD):
            os.write(writer, piece)
        os.close(writer)

    thread = threading.Thread(target=write)
    thread.start()
    found, _ = await read("-", stdin=reader)
    thread.join()
    os.close(reader)
    assert values(found) == [GOOD, GOOD]
    assert rejected(found) == [(2, "invalid_json")]
    assert {item.origin for item in found} == {"-"}


async def test_a_silent_standard_input_does_not_hold_up_the_end() -> None:
    reader, writer = os.pipe()
    async with asyncio.timeout(10):
        async with Intake(["-"], FeedOptions(MAX), stdin=reader) as intake:
            os.write(writer, GOOD + b"\n")
            items = intake.items()
            assert isinstance(await anext(items), Item)
            waiting = asyncio.ensure_future(anext(items))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        # As asyncio.run does at its end: a thread stuck in a read would hang here.
        await asyncio.get_running_loop().shutdown_default_executor()
    os.close(writer)
    os.close(reader)


def test_lists_of_feeds(tmp_path: Path) -> None:
    path = tmp_path / "feeds.json"
    path.write_bytes(b'{"feeds":[{"url":"https://a.example/rss","name":"A"},{"name":"B"},7]}')
    assert feed_list(path) == ["https://a.example/rss"]
    path.write_bytes(b'[{"url":"https://a.example/rss"}]')
    assert feed_list(path) == ["https://a.example/rss"]
    opml = tmp_path / "feeds.opml"
    opml.write_bytes(
        b'<?xml version="1.0"?><opml version="2.0"><body><outline text="n">'
        b'<outline xmlUrl="https://b.example/atom"/></outline></body></opml>'
    )
    assert feed_list(opml) == ["https://b.example/atom"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.json", b"{", "no JSON"),
        ("a.json", b'{"url":"https://a.example/","text":"x"}', "JSON Lines"),
        ("a.opml", b"<opml>", "no OPML"),
        ("a.opml", b"<opml/>", "names no feeds"),
    ],
)
async def test_what_is_no_list_of_feeds(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceFailed, match=what):
        feed_list(path)
    _, intake = await read(path)
    assert what in str(intake.report.sources[str(path)].problem)


def test_no_source_at_all() -> None:
    with pytest.raises(UsageError):
        Intake([], FeedOptions(MAX))


@given(st.binary(max_size=400), st.lists(st.integers(1, 50), max_size=40), st.integers(0, 30))
def test_lines_do_not_depend_on_the_chunks(content: bytes, sizes: list[int], limit: int) -> None:
    content = content.replace(b"\0", b"\n").replace(b"\1", b"\r\n")
    lines = Lines(limit)
    got: list[Line] = []
    rest = content
    for size in sizes:
        got += lines.feed(rest[:size])
        rest = rest[size:]
    got += [*lines.feed(rest), *lines.close()]
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    expected = [line.removesuffix(b"\r") for line in expected]
    if expected:
        expected[0] = expected[0].removeprefix(b"\xef\xbb\xbf")
    assert [line.number for line in got] == list(range(1, len(expected) + 1))
    assert [line.content for line in got] == [line if len(line) <= limit else None for line in expected]


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), st.integers(1, 100))
def test_gunzip_gives_all_or_refuses(parts: list[bytes], size: int) -> None:
    whole = b"".join(parts)
    packed = b"".join(map(gzip.compress, parts))
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    gunzip = Gunzip(len(whole))
    assert b"".join(map(gunzip.feed, chunks)) == whole
    assert gunzip.complete
    with pytest.raises(TooLarge):
        Gunzip(len(whole) - 1).feed(packed)
