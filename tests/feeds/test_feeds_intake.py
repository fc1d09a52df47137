import asyncio
import base64
import gzip
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from aiohttp import web

from streams.errors import EnvironmentFault, UsageError
from streams.feeds import FeedOptions, Intake, Item, Rejected

if TYPE_CHECKING:
    from tests.feeds.conftest import Clock, Site

MAX = 64 * 1024
Found = list[Item | Rejected]


def rss(*items: tuple[str, str], extra: str = "") -> bytes:
    """A feed of (link, pubDate)."""
    listed = "".join(
        f"<item><title>خبر</title><link>{link}</link><pubDate>{date}</pubDate><description>نص</description>{extra}</item>"
        for link, date in items
    )
    return f'<rss version="2.0"><channel><language>ar</language>{listed}</channel></rss>'.encode()


def dated(hour: int) -> str:
    return f"Fri, 20 Nov 2026 {hour:02}:30:00 +0300"


@pytest.fixture
def run(clock: "Clock", tmp_path: Path) -> Callable[..., Any]:
    """Reads sources once, over a state file of the test. confirm: say of each record that it was delivered."""

    async def once(*sources: str, confirm: bool = True, **options: Any) -> tuple[Found, Intake]:
        settings = {"delay": 0.0, "allow_private": True, "timeout": 5.0, "state": tmp_path / "state.sqlite", **options}
        intake = Intake(sources, FeedOptions(MAX, **settings), clock=clock, sleep=clock.sleep)
        found: Found = []
        async with intake:
            async for item in intake.items():
                found.append(item)
                if confirm and isinstance(item, Item):
                    intake.delivered(item)
        return found, intake

    return once


def records(found: Sequence[Item | Rejected]) -> list[dict[str, Any]]:
    return [orjson.loads(item.value) for item in found if isinstance(item, Item)]


async def test_entries_become_records_of_their_pages(site: "Site", run: Any) -> None:
    page = "<meta charset=windows-1256><p>خبر".encode("cp1256")
    site.put("/rss", rss(("/1", dated(8)), ("/gone", dated(9)), ("/2", "")), "application/rss+xml")
    site.put("/1", page, "text/html; charset=utf-8", ETag='"x"', X_Other="y")
    site.put("/2", b"<p>x")
    found, intake = await run(site.url("/rss"))
    first, second = records(found)
    assert base64.b64decode(first.pop("content_base64")) == page
    headers = first.pop("http_headers")
    assert headers["content-type"] == first.pop("content_type") == "text/html; charset=utf-8"
    assert headers["etag"] == '"x"'
    assert set(headers) == {"content-type", "etag", "date"}
    assert first == {
        "url": site.url("/1"),
        "published_at": "2026-11-20T08:30:00+03:00",
        "language": "ar",
        "headline": "خبر",
        "fetched_at": "2026-09-21T14:13:20+00:00",
    }
    assert "published_at" not in second
    tally = intake.report.sources[site.url("/rss")]
    assert (tally.entries, tally.fetched, tally.accepted, tally.delivered, tally.undated) == (3, 2, 2, 2, 1)
    assert dict(tally.failed) == {"HTTP 404": 1}
    assert intake.report.lines()[1] == (
        f"{site.url('/rss')}: 2 accepted; 2 delivered; 3 entries; 2 fetched; 1 undated; 1 poll;"
        " 1 entry failed (1 x HTTP 404)"
    )


async def test_no_fetch_takes_the_feeds_own_text(site: "Site", run: Any) -> None:
    site.put("/rss", rss(("/1", dated(8)), extra="<guid isPermaLink='false'>a</guid>"), "application/rss+xml")
    site.put(
        "/json",
        b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","content_text":"a"},{"id":"2"}]}',
        "application/feed+json",
    )
    found, intake = await run(site.url("/rss"), site.url("/json"), fetch=False)
    texts = sorted(
        (record.get("html") or record["text"], record.get("url"), record.get("source")) for record in records(found)
    )
    assert texts == [("a", None, "127.0.0.1"), ("نص", site.url("/1"), None)]
    assert sorted(site.paths()) == ["/json", "/rss"]
    assert dict(intake.report.sources[site.url("/json")].failed) == {"the feed gives no text": 1}


async def test_atom_json_news_sitemap_and_index(site: "Site", run: Any) -> None:
    site.put("/atom", b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/></entry></feed>')
    site.put("/json", b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/b"}]}')
    news = (
        "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>/c</loc><news:news>"
        "<news:publication_date>2026-11-20</news:publication_date></news:news></url></urlset>"
    )
    site.put(
        "/index.xml",
        b"<sitemapindex><sitemap><loc>/s.xml.gz</loc></sitemap><sitemap><loc>/no</loc></sitemap></sitemapindex>",
    )
    site.put("/s.xml.gz", gzip.compress(news.encode()), "application/gzip")
    for path in ("/a", "/b", "/c"):
        site.put(path, b"<p>x")
    found, intake = await run(*map(site.url, ("/atom", "/json", "/index.xml")))
    assert sorted(record["url"] for record in records(found)) == [site.url(path) for path in ("/a", "/b", "/c")]
    assert intake.report.failing == [site.url("/index.xml")]
    assert "/no: HTTP 404" in str(intake.report.sources[site.url("/index.xml")].problem)


async def test_an_index_that_names_itself_comes_to_an_end(site: "Site", run: Any) -> None:
    site.put("/index.xml", b"<sitemapindex><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>")
    _, intake = await run(site.url("/index.xml"))
    assert "more than two deep" in str(intake.report.sources[site.url("/index.xml")].problem)
    assert len(site.paths()) == 3


async def test_what_was_delivered_is_not_fetched_again(site: "Site", run: Any) -> None:
    site.put("/rss", rss(("/1?utm_source=rss", dated(8))))
    site.put("/1?utm_source=rss", b"<p>x")
    await run(site.url("/rss"))
    site.put("/rss", rss(("/1", dated(8))))
    found, intake = await run(site.url("/rss"))
    assert found == []
    assert intake.report.sources[site.url("/rss")].seen == 1
    assert site.paths() == ["/rss", "/1?utm_source=rss", "/rss"]


async def test_what_was_not_delivered_comes_again_even_if_the_feed_did_not_change(site: "Site", run: Any) -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=rss(("/1", dated(8)), ("/2", dated(9))), headers={"ETag": '"1"'})

    site.answers["/rss"] = feed
    site.put("/1", b"<p>x")
    site.put("/2", b"<p>x")
    first, _ = await run(site.url("/rss"), confirm=False)
    second, _ = await run(site.url("/rss"))
    third, intake = await run(site.url("/rss"))
    # Not the whole values: whoever had to wait, on a busy machine, fetched a little later.
    assert sorted(record["url"] for record in records(first)) == [site.url("/1"), site.url("/2")]
    assert sorted(record["url"] for record in records(second)) == [site.url("/1"), site.url("/2")]
    assert third == []
    tally = intake.report.sources[site.url("/rss")]
    assert (tally.unchanged, tally.empty) == (1, False)


async def test_a_feed_is_not_settled_while_one_of_its_records_is_on_its_way(
    site: "Site", clock: "Clock", tmp_path: Path
) -> None:
    site.put("/rss", rss(("/1", dated(8)), ("/2", dated(9)), ("/3", dated(10))), ETag='"1"')
    for path in ("/1", "/2", "/3"):
        site.put(path, b"<p>x")
    options = FeedOptions(MAX, delay=0, allow_private=True, state=tmp_path / "state.sqlite")
    async with Intake([site.url("/rss")], options, clock=clock, sleep=clock.sleep) as intake:
        found = []
        async for item in intake.items():
            found.append(item)
            if len(found) == 1 and isinstance(item, Item):
                intake.delivered(item)
        assert isinstance(found[1], Item)
        assert isinstance(found[2], Item)
        intake.delivered(found[2])
        assert intake._state.validators(site.url("/rss")).etag is None
        intake.delivered(found[1])
        assert intake._state.validators(site.url("/rss")).etag == '"1"'


async def test_a_page_that_fails_is_tried_again_later_and_given_up_in_the_end(
    site: "Site", clock: "Clock", run: Any
) -> None:
    site.put("/rss", rss(("/1", dated(8))), ETag='"1"')
    source = site.url("/rss")
    await run(source)
    _, intake = await run(source)
    assert (intake.report.sources[source].postponed, site.paths().count("/1")) == (1, 1)
    for _ in range(10):
        clock.now += 24 * 3600
        _, intake = await run(source)
    assert site.paths().count("/1") == 6
    assert intake.report.sources[source].seen == 1


async def test_an_entry_that_moved_on_is_fetched_again_but_not_at_once(site: "Site", clock: "Clock", run: Any) -> None:
    site.put("/1", b"<p>x")
    source = site.url("/rss")
    for hour, later in ((8, 0), (9, 3600), (9, 5 * 3600), (9, 6 * 3600), (8, 6 * 3600)):
        clock.now += later
        site.put("/rss", rss(("/1", dated(hour))))
        await run(source)
    assert site.paths().count("/1") == 2


async def test_at_most_so_many_entries_in_one_poll_the_newest_first(site: "Site", run: Any) -> None:
    site.put("/rss", rss(*((f"/{hour}", dated(hour)) for hour in range(10, 15))))
    for hour in range(10, 15):
        site.put(f"/{hour}", b"<p>x")
    found, intake = await run(site.url("/rss"), max_entries=2)
    assert [record["url"] for record in records(found)] == [site.url("/14"), site.url("/13")]
    assert intake.report.sources[site.url("/rss")].postponed == 3
    found, _ = await run(site.url("/rss"), max_entries=2)
    assert [record["url"] for record in records(found)] == [site.url("/12"), site.url("/11")]


async def test_overload_ends_the_poll(site: "Site", run: Any) -> None:
    site.put("/rss", rss(("/1", dated(9)), ("/2", dated(8))))
    site.status("/1", 429, Retry_After="60")
    _, intake = await run(site.url("/rss"))
    assert site.paths() == ["/rss", "/1"]
    tally = intake.report.sources[site.url("/rss")]
    assert (tally.postponed, tally.problem) == (1, "HTTP 429")


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF", "application/pdf", "no page of text"),
        (b" ", "text/html", "the page is empty"),
        (b"x" * MAX, "text/html", "more than"),
    ],
)
async def test_pages_that_are_none(site: "Site", run: Any, body: bytes, content_type: str, reason: str) -> None:
    site.put("/rss", rss(("/1", dated(9))))
    site.put("/1", body, content_type)
    found, intake = await run(site.url("/rss"))
    (failed,) = intake.report.sources[site.url("/rss")].failed
    assert found == []
    assert reason in failed


async def test_a_page_as_big_as_allowed_still_fits_into_a_record(site: "Site", run: Any) -> None:
    site.put("/rss", rss(("/1", dated(9))))
    site.put("/1", b"x" * (MAX * 3 // 4 - 16 * 1024))
    found, _ = await run(site.url("/rss"))
    assert len(found[0].value) <= MAX


async def test_a_record_that_is_too_large_is_rejected_once(site: "Site", run: Any) -> None:
    site.put(
        "/json",
        orjson.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_text": "x" * MAX}]}),
    )
    found, _ = await run(site.url("/json"), fetch=False)
    assert [(item.code, item.line, item.origin) for item in found] == [("record_too_large", None, site.url("/json"))]
    found, _ = await run(site.url("/json"), fetch=False)
    assert found == []


async def test_the_final_url_counts_where_it_is_on_another_site(site: "Site", run: Any) -> None:
    site.put("/rss", rss((site.url("/near"), dated(9)), (site.url("/far"), dated(8))))
    site.redirect("/near", site.url("/1"))
    site.redirect("/far", site.url("/1", "localhost"))
    site.put("/1", b"<p>x")
    found, _ = await run(site.url("/rss"))
    assert [record["url"] for record in records(found)] == [site.url("/near"), site.url("/1", "localhost")]


async def test_failing_sources_do_not_stop_the_others(
    site: "Site", run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.put("/html", b"<!doctype html><link rel=alternate type=application/rss+xml href=/rss>")
    site.put("/broken", b"<rss><channel><item>")
    site.put("/empty", rss())
    site.put("/rss", rss(("/1", "")))
    site.put("/1", b"<p>x")
    (tmp_path / "feeds.json").write_bytes(
        orjson.dumps({"feeds": [{"url": site.url("/rss")}, {"url": site.url("/404")}]})
    )
    listed = [site.url(path) for path in ("/html", "/empty", "/broken")]
    found, intake = await run(*listed, str(tmp_path / "feeds.json"), str(tmp_path / "none.opml"))
    assert len(records(found)) == 1
    problems = {name.rpartition("/")[2]: source.problem for name, source in intake.report.sources.items()}
    assert problems["html"] == f"an HTML page, no feed; it names {site.url('/rss')}"
    assert (problems["404"], problems["rss"], problems["empty"]) == ("HTTP 404", None, None)
    assert "No such file" in str(problems["none.opml"])
    assert intake.report.sources[site.url("/empty")].empty
    assert intake.report.sources[site.url("/rss")].undated == 1
    assert f"{site.url('/empty')}: EMPTY; 1 poll" in intake.report.lines()

    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("streams.feeds.intake.parse", bug)
    with caplog.at_level(logging.CRITICAL):
        _, intake = await run(site.url("/rss"))
    assert intake.report.sources[site.url("/rss")].problem == "ZeroDivisionError, see the log"


async def test_private_addresses_are_refused_unless_allowed(site: "Site", run: Any) -> None:
    site.put("/rss", rss(("/1", dated(9))))
    found, intake = await run(site.url("/rss", "localhost"), allow_private=False)
    assert (found, site.requests) == ([], [])
    assert "not public (see --allow-private)" in str(intake.report.sources[site.url("/rss", "localhost")].problem)


async def test_follow_polls_again_backs_off_and_recovers(
    site: "Site", clock: "Clock", tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "streams.feeds.intake")
    polls = 0

    async def feed(_: web.Request) -> web.Response:
        nonlocal polls
        polls += 1
        if polls in (2, 3):
            return web.Response(status=500)
        if polls == 4:
            return web.Response(status=503, headers={"Retry-After": "7200"})
        return web.Response(body=rss((f"/{polls}", dated(9))))

    site.answers["/rss"] = feed
    for poll in (1, 5, 6):
        site.put(f"/{poll}", b"<p>x")
    options = FeedOptions(MAX, follow=True, interval=100, delay=0, allow_private=True, state=tmp_path / "s.sqlite")
    found = []
    async with (
        asyncio.timeout(20),
        Intake([site.url("/rss")], options, clock=clock, sleep=clock.sleep) as intake,
        aclosing(intake.items()) as items,
    ):
        async for item in items:
            assert isinstance(item, Item)
            intake.delivered(item)
            found.append(item)
            if len(found) == 3:
                break
    assert [record["url"] for record in records(found)] == [site.url(path) for path in ("/1", "/5", "/6")]
    assert [line for line in caplog.messages if "delivered" in line] == [f"{site.url('/rss')}: 1 delivered"] * 3
    waits = clock.slept[:5]
    expected = [100, 200, 400, 7200, 100]
    assert waits[3] == 7200
    assert all(0.9 * wait <= slept <= 1.1 * wait for wait, slept in zip(expected, waits, strict=True))


async def test_follow_does_not_send_again_what_is_still_on_its_way(site: "Site", clock: "Clock") -> None:
    site.put("/rss", rss(("/1", dated(9))))
    site.put("/1", b"<p>x")
    options = FeedOptions(MAX, follow=True, interval=100, delay=0, allow_private=True)
    async with (
        asyncio.timeout(20),
        Intake([site.url("/rss")], options, clock=clock, sleep=clock.sleep) as intake,
        aclosing(intake.items()) as items,
    ):
        assert isinstance(await anext(items), Item)
        while site.paths().count("/rss") < 4:  # noqa: ASYNC110  # the site has no event for it
            await asyncio.sleep(0.01)
    assert site.paths().count("/1") == 1


async def test_the_state_file_has_one_writer_and_its_failure_ends_all(
    site: "Site", clock: "Clock", tmp_path: Path
) -> None:
    site.put("/rss", rss(("/1", dated(9))))
    site.put("/1", b"<p>x")
    options = FeedOptions(MAX, follow=True, interval=1, delay=0, allow_private=True, state=tmp_path / "s.sqlite")
    async with asyncio.timeout(20), Intake([site.url("/rss")], options, clock=clock, sleep=clock.sleep) as intake:
        with pytest.raises(UsageError, match="another process"):
            async with Intake([site.url("/rss")], options):
                pass
        intake._state._file.execute("DROP TABLE documents")
        with pytest.raises(EnvironmentFault, match="state file"):
            async for _ in intake.items():
                pass


async def test_many_records_reach_a_slow_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"source":"a","text":"x"}\n' * 50)
    async with Intake([str(path)], FeedOptions(MAX)) as intake:
        count = 0
        async for _ in intake.items():
            await asyncio.sleep(0.001)
            count += 1
    assert count == 50
