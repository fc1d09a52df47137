"""Sources in, records out: each source in a task of its own, so that none holds up or stops another."""

import asyncio
import base64
import hashlib
import logging
import random
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from streams.cleaning.urls import ascii_host, host_of, normalise, registrable_domain
from streams.errors import EnvironmentFault, KhabarError, UsageError
from streams.feeds import files
from streams.feeds.fetch import NOT_MODIFIED, Clock, Fetcher, FetchFailed, Response, Sleep, Validators
from streams.feeds.records import Item, Rejected, SourceFailed, check, page_bytes, sendable, to_json
from streams.feeds.report import Report, SourceReport
from streams.feeds.state import Seen, State
from streams.feeds.syndication import Document, Entry, NotAFeed, parse

log = logging.getLogger(__name__)

FEED_BYTES = 16 * 1024 * 1024
"""The longest feed or sitemap, gunzipped."""

MAX_BACKOFF = 6 * 3600.0
"""Seconds at most between polls of a failing feed, where the interval itself is not longer."""

_QUEUE = 8
_RETRY_SECONDS = 60.0
_JITTER = 0.1
_MAX_DOUBLINGS = 10
_INDEX_DEPTH = 2
_HEADERS = ("content-type", "content-language", "last-modified", "etag", "date")
_HEADER_CHARS = 500
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")

Put = Callable[[Item | Rejected], Awaitable[None]]


@dataclass(frozen=True)
class FeedOptions:
    """What ``khabar feed`` was asked for. Times in seconds.

    max_record_bytes: of one value, as in the settings.
    fetch: fetch each entry's page; False takes the feed's own text.
    follow, interval: poll feeds again and again, that long after the end of each poll, give or take a tenth.
    delay: between two requests to one host; timeout: for one request.
    allow_private: fetch from addresses that are not public, too.
    state: the state file; None forgets everything at the end.
    source: ``source`` of records made from .html and .txt files; None takes the folder's name.
    contact: an address for the operators of sites, sent in User-Agent.
    max_entries: taken from one document in one poll, the newest first; the rest is left for the next.
    max_sitemaps: read of one sitemap index in one poll, the newest first.
    refetch_after: an entry whose date in the feed moved on is fetched again, not earlier than this after the last time.
    """

    max_record_bytes: int
    fetch: bool = True
    follow: bool = False
    interval: float = 300.0
    delay: float = 1.0
    timeout: float = 30.0
    allow_private: bool = False
    state: Path | None = None
    source: str | None = None
    contact: str | None = None
    max_entries: int = 1000
    max_sitemaps: int = 50
    refetch_after: float = 6 * 3600.0


def check_sources(sources: Sequence[str]) -> None:
    """Raises UsageError for a SOURCE that is an address of another scheme, or a file or folder that is not there."""
    for source in sources:
        if source == "-" or source.lower().startswith(("http://", "https://")):
            continue
        if scheme := _SCHEME.match(source):
            raise UsageError(f"{source}: unsupported scheme {scheme[1]}; http and https are fetched")
        if not Path(source).exists():
            raise UsageError(f"{source}: no such file or folder")


class _Settling:
    """A version of a feed. Only once all that it lists is delivered may a later poll be answered with 304."""

    def __init__(self, state: State, url: str, validators: Validators) -> None:
        self._state = state
        self._url = url
        self._validators = validators
        self._waiting: set[bytes] = set()
        self._is_whole = False
        self.is_spoilt = False
        """Some entry was left for a later poll."""

    def wait_for(self, key: bytes) -> None:
        """An entry's record is on its way."""
        self._waiting.add(key)

    def arrived(self, key: bytes) -> None:
        """An entry's record was delivered."""
        self._waiting.discard(key)
        self._settle()

    def whole(self) -> None:
        """All entries were looked at."""
        self._is_whole = True
        self._settle()

    def _settle(self) -> None:
        if self._is_whole and not self.is_spoilt and not self._waiting:
            self._state.settled(self._url, self._validators)


@dataclass
class _Poll:
    """What one poll brought: told in the log, with ``follow``, when the last of its records is delivered."""

    source: str
    waiting: int = 0
    delivered: int = 0
    is_over: bool = False

    def tell(self) -> None:
        """Once it is over and all has arrived."""
        if self.is_over and not self.waiting and self.delivered:
            log.info("%s: %d delivered", self.source, self.delivered)


@dataclass(frozen=True)
class _Sent:
    """An entry whose record is on its way."""

    stamp: float
    settling: _Settling
    poll: "_Poll"


class Intake:
    """Reads sources. An async context manager.

    sources: http:// and https:// are feeds or sitemaps, ``-`` is standard input, .json and .opml files list feeds, and
    everything else is a file or a folder.
    clock: seconds since 1970. transport: stands in for the network in tests. stdin: file descriptor.
    Entering it raises UsageError where the state file cannot be used.
    """

    def __init__(
        self,
        sources: Sequence[str],
        options: FeedOptions,
        *,
        clock: Clock = time.time,
        sleep: Sleep = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        stdin: int = 0,
    ) -> None:
        if not sources:
            raise UsageError("no SOURCE given")
        self.report = Report()
        self._sources = list(dict.fromkeys(sources))
        self._options = options
        self._clock = clock
        self._sleep = sleep
        self._stdin = stdin
        self._transport = transport
        self._sent: dict[bytes, _Sent] = {}
        self._polls: dict[str, _Poll] = {}
        self._stack = AsyncExitStack()
        self._state: State
        self._fetcher: Fetcher

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._state = stack.enter_context(State(self._options.state))
            self._fetcher = await stack.enter_async_context(
                Fetcher(
                    timeout=self._options.timeout,
                    delay=self._options.delay,
                    allow_private=self._options.allow_private,
                    clock=self._clock,
                    sleep=self._sleep,
                    contact=self._options.contact,
                    transport=self._transport,
                )
            )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def items(self) -> AsyncGenerator[Item | Rejected, None]:
        """The records of all sources, as they come. Ends with the sources; with ``follow`` and a feed, never.

        Close the iterator (contextlib.aclosing) to stop early. Raises EnvironmentFault where the state file fails.
        """
        queue: asyncio.Queue[Item | Rejected | None] = asyncio.Queue(_QUEUE)
        work = asyncio.create_task(self._work(queue))
        try:
            while not (work.done() and queue.empty()):
                found = await queue.get()
                if found is None:
                    break
                yield found
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    def delivered(self, item: Item) -> None:
        """The broker has this record. Only now does its entry count as seen.

        Raises EnvironmentFault where the state file cannot be written.
        """
        self.report.sources[item.source].delivered += 1
        sent = self._sent.pop(item.entry, None) if item.entry else None
        if sent is not None and item.entry is not None:
            self._state.delivered(item.entry, sent.stamp, self._clock())
            sent.settling.arrived(item.entry)
            sent.poll.waiting -= 1
            sent.poll.delivered += 1
            if self._options.follow:
                sent.poll.tell()

    async def _work(self, queue: "asyncio.Queue[Item | Rejected | None]") -> None:
        paths, feeds = self._sorted_out()
        try:
            async with asyncio.TaskGroup() as group:
                # One task for all files, so that their records come in the order of the sources.
                group.create_task(self._read_files(paths, queue.put))
                for feed in feeds:
                    group.create_task(self._read_feed(feed, queue.put))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            # A full queue needs no sign of the end: its reader looks for it after the last record.
            with suppress(asyncio.QueueFull):
                queue.put_nowait(None)

    def _sorted_out(self) -> tuple[list[str], list[str]]:
        """Files and feeds, with lists of feeds replaced by what they list."""
        paths: list[str] = []
        feeds: list[str] = []
        for source in self._sources:
            if source.lower().startswith(("http://", "https://")):
                feeds.append(source)
            elif source.lower().endswith(files.LIST_SUFFIXES) and not Path(source).is_dir():
                try:
                    feeds += files.feed_list(Path(source))
                except SourceFailed as error:
                    self.report.sources[source] = SourceReport(is_feed=False, problem=str(error))
            else:
                paths.append(source)
        feeds = list(dict.fromkeys(feeds))
        self.report.sources |= {path: SourceReport(is_feed=False) for path in paths}
        self.report.sources |= {feed: SourceReport(is_feed=True) for feed in feeds}
        return paths, feeds

    async def _read_files(self, paths: list[str], put: Put) -> None:
        limit = self._options.max_record_bytes
        for path in paths:
            tally = self.report.sources[path]
            records = (
                files.standard_input(self._stdin, limit)
                if path == "-"
                else files.path_records(path, limit, self._options.source)
            )
            try:
                async for found in records:
                    _count(tally, found)
                    await put(found)
            except SourceFailed as error:
                tally.problem = str(error)
                log.warning("%s", error)

    async def _read_feed(self, source: str, put: Put) -> None:
        tally = self.report.sources[source]
        failures = self._state.failures(source)
        while True:
            tally.polls += 1
            poll = self._polls[source] = _Poll(source)
            retry_after = 0.0
            try:
                await self._poll(source, source, _INDEX_DEPTH, put)
                failures, tally.problem = 0, None
            except FetchFailed as error:
                failures, tally.problem, retry_after = failures + 1, str(error), error.retry_after
            except SourceFailed as error:
                failures, tally.problem = failures + 1, str(error)
            except EnvironmentFault:
                raise
            except Exception as error:
                # A bug that one feed brings to light is no reason to leave the others.
                log.exception("reading %s", source)
                failures, tally.problem = failures + 1, f"{type(error).__name__}, see the log"
            if tally.problem is not None:
                log.warning("%s: %s", source, tally.problem)
            self._state.polled(source, failures)
            if not self._options.follow:
                return
            poll.is_over = True
            poll.tell()
            spread = 1 - _JITTER + 2 * _JITTER * random.random()  # noqa: S311  # spreads load only
            await self._sleep(max(_pause(self._options.interval, failures) * spread, retry_after))

    async def _poll(self, source: str, url: str, depth: int, put: Put) -> None:
        """One document, and with a sitemap index the sitemaps in it. Raises FetchFailed and SourceFailed."""
        tally = self.report.sources[source]
        response = await self._fetcher.get(url, FEED_BYTES, self._state.validators(url))
        if response.status == NOT_MODIFIED:
            tally.unchanged += 1
            return
        content_type = response.headers.get("content-type", "")
        try:
            # In a thread: a large feed must not hold up the others.
            document = await asyncio.to_thread(parse, response.body, content_type, response.url, FEED_BYTES)
        except NotAFeed as error:
            raise SourceFailed(str(error)) from None
        tally.malformed += document.malformed
        if document.sitemaps:
            await self._poll_sitemaps(source, document.sitemaps, depth, put)
        else:
            await self._take(source, document, _Settling(self._state, url, response.validators), put)

    async def _poll_sitemaps(self, source: str, sitemaps: list[str], depth: int, put: Put) -> None:
        """The sitemaps of an index. One that fails does not stop the next, but fails the source in the end."""
        if not depth:
            raise SourceFailed("sitemap indexes in one another, more than two deep")
        problem: KhabarError | None = None
        for sitemap in sitemaps[: self._options.max_sitemaps]:
            try:
                await self._poll(source, sitemap, depth - 1, put)
            except (FetchFailed, SourceFailed) as error:
                log.warning("%s: %s", sitemap, error)
                problem = SourceFailed(f"{sitemap}: {error}")
        if problem is not None:
            raise problem

    async def _take(self, source: str, document: Document, settling: _Settling, put: Put) -> None:
        tally = self.report.sources[source]
        entries = {_entry_key(source, entry): entry for entry in reversed(document.entries)}
        tally.entries += len(entries)
        tally.undated += sum(entry.published_at is None for entry in entries.values())
        due = self._due(entries, tally, settling)
        for position, (key, entry) in enumerate(due):
            try:
                found = await self._record(source, key, entry)
            except FetchFailed as error:
                tally.failed[str(error)] += 1
                log.info("%s: %s", entry.url, error)
                settling.is_spoilt = True
                self._state.failed(key, entry.updated, self._clock())
                if error.is_overload:
                    tally.postponed += len(due) - position - 1
                    raise
                continue
            _count(tally, found)
            if isinstance(found, Item):
                settling.wait_for(key)
                poll = self._polls[source]
                poll.waiting += 1
                self._sent[key] = _Sent(entry.updated, settling, poll)
            else:
                # It would be rejected the next time, too.
                self._state.delivered(key, entry.updated, self._clock())
            await put(found)
        settling.whole()

    def _due(self, entries: dict[bytes, Entry], tally: SourceReport, settling: _Settling) -> list[tuple[bytes, Entry]]:
        """The entries to work on now, the newest first."""
        now = self._clock()
        seen = self._state.seen(entries)
        self._state.listed(seen, now)
        due = []
        for key, entry in entries.items():
            if key in self._sent:
                # On its way already; whether it arrives, the next poll will know.
                settling.is_spoilt = True
                tally.seen += 1
            elif (known := seen.get(key)) and known.stamp is not None and entry.updated <= known.stamp:
                tally.seen += 1
            elif known is None or now - known.at >= self._patience(known):
                due.append((key, entry))
            else:
                settling.is_spoilt = True
                tally.postponed += 1
        due.sort(key=lambda pair: pair[1].updated, reverse=True)
        left = max(len(due) - self._options.max_entries, 0)
        if left:
            settling.is_spoilt = True
            tally.postponed += left
        return due[: self._options.max_entries]

    def _patience(self, known: Seen) -> float:
        """Seconds after which an entry may be fetched again."""
        return _RETRY_SECONDS * 4.0 ** (known.failures - 1) if known.failures else self._options.refetch_after

    async def _record(self, source: str, key: bytes, entry: Entry) -> Item | Rejected:
        """The record of an entry. Raises FetchFailed."""
        fields: dict[str, str | dict[str, str] | None] = {
            "url": entry.url,
            "published_at": entry.published_at,
            "language": entry.language,
            "headline": entry.headline,
            "byline": entry.byline,
            "section": entry.section,
        }
        if self._options.fetch:
            if entry.url is None:
                raise FetchFailed("the feed gives no URL of a page")
            limit = page_bytes(self._options.max_record_bytes)
            page = await self._fetcher.get(entry.url, limit)
            self.report.sources[source].fetched += 1
            fields |= _page_fields(entry.url, page)
        else:
            if not entry.html and not entry.text:
                raise FetchFailed("the feed gives no text")
            fields |= {"html": entry.html, "text": entry.text}
            if entry.url is None:
                fields["source"] = host_of(source)
        fields["fetched_at"] = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        return check(to_json(fields), self._options.max_record_bytes, origin=source, source=source, entry=key)


def _count(tally: SourceReport, found: Item | Rejected) -> None:
    if isinstance(found, Item):
        tally.accepted += 1
    else:
        tally.rejected += 1


def _pause(interval: float, failures: int) -> float:
    """Seconds until the next poll: the interval, doubled for each failure in a row."""
    return min(interval * 2.0 ** min(failures, _MAX_DOUBLINGS), max(interval, MAX_BACKOFF))


def _entry_key(source: str, entry: Entry) -> bytes:
    """What the state file knows an entry by: its URL in any feed, else its id or its words in this one."""
    identity = (
        normalise(entry.url)
        if entry.url
        else f"{source}\n{entry.identity or entry.headline or entry.html or entry.text}"
    )
    return hashlib.sha256(identity.encode()).digest()[:16]


def _page_fields(entry_url: str, page: Response) -> dict[str, str | dict[str, str] | None]:
    """What a fetched page brings to a record. Raises FetchFailed where it is no page of text."""
    content_type = page.headers.get("content-type", "").strip() or "text/html"
    if content_type.partition(";")[0].strip().lower() not in _PAGE_TYPES:
        raise FetchFailed(f"content type {content_type[:60]!r}, no page of text")
    if not page.body.strip():
        raise FetchFailed("the page is empty")
    headers = {name: sendable(page.headers[name])[:_HEADER_CHARS] for name in _HEADERS if name in page.headers}
    return {
        "url": entry_url if _same_site(entry_url, page.url) else page.url,
        "content_base64": base64.b64encode(page.body).decode(),
        "content_type": sendable(content_type)[:_HEADER_CHARS],
        "http_headers": headers,
    }


def _same_site(one: str, other: str) -> bool:
    hosts = [ascii_host(urlsplit(url).hostname or "") for url in (one, other)]
    if hosts[0] == hosts[1]:
        return True
    domain = registrable_domain(hosts[0])
    return domain is not None and domain == registrable_domain(hosts[1])
