"""Fetching over HTTP: bounded in bytes and time, polite to hosts, and to public addresses only."""

import asyncio
import re
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self, TypeVar

import httpx
from protego import Protego

from streams import __version__
from streams.errors import KhabarError
from streams.feeds.addresses import PublicBackend, PublicTransport
from streams.feeds.bounded import Gunzip, TooLarge

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

AGENT = "Khabar"
"""The name that robots.txt files address."""

MAX_REDIRECTS = 3
NOT_MODIFIED = 304
MAX_CRAWL_DELAY = 60.0
MAX_RETRY_AFTER = 24 * 3600.0

_REQUESTS_IN_FLIGHT = 16
_KEPT = 10_000
_ROBOTS_BYTES = 512 * 1024
_ROBOTS_SECONDS = 24 * 3600.0
_ROBOTS_RETRY_SECONDS = 600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_UNAVAILABLE = 503
_OK = 200
_MULTIPLE_CHOICES = 300

_HOST = re.compile(rb"[a-z0-9._-]{1,253}|[0-9a-f:.]+")

T = TypeVar("T")


class FetchFailed(KhabarError):
    """A URL could not be fetched.

    status: of the response, where there was one.
    retry_after: seconds for which the server asked to be left alone; 0 where it did not.
    """

    def __init__(self, reason: str, status: int | None = None, retry_after: float = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after

    @property
    def is_overload(self) -> bool:
        """Whether the server asks for fewer requests."""
        return self.status in (_TOO_MANY_REQUESTS, _UNAVAILABLE)


@dataclass(frozen=True)
class Validators:
    """What makes a GET conditional."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Response:
    """An answer. url: after redirects; headers: lower-case names; body: decompressed, empty with status 304."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def validators(self) -> Validators:
        """For the next conditional GET."""
        return Validators(self.headers.get("etag"), self.headers.get("last-modified"))


@dataclass
class _Host:
    """last: when the last request ended, on the clock."""

    delay: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: float = float("-inf")


@dataclass
class _Robots:
    """The rules of one origin. refusal: why all is disallowed for now."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    refusal: str | None = None
    valid_until: float = float("-inf")


class Fetcher:
    """GETs of http and https URLs, one at a time per host with a delay after each, as robots.txt allows.

    timeout: seconds for one request and its body; delay: seconds between two requests to one host.
    contact: an address for the operators of sites, sent in User-Agent.
    transport: stands in for the network in tests.
    """

    def __init__(
        self,
        *,
        timeout: float,
        delay: float,
        allow_private: bool,
        clock: Clock,
        sleep: Sleep,
        contact: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        about = "open-source news reader" + (f"; {contact}" if contact else "")
        self._timeout = timeout
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._slots = asyncio.Semaphore(_REQUESTS_IN_FLIGHT)
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._robots: OrderedDict[str, _Robots] = OrderedDict()
        self._client = httpx.AsyncClient(
            transport=transport or PublicTransport(PublicBackend(allow_private=allow_private)),
            headers={
                "user-agent": f"{AGENT}/{__version__} ({about})",
                "accept": "*/*",
                "accept-encoding": "gzip",
            },
            timeout=timeout,
            # No cookie is kept: a reader that is a stranger each time sees what is public.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, max_bytes: int, validators: Validators | None = None) -> Response:
        """GET a URL, following up to three redirects, each checked like the first.

        max_bytes: of the body, decompressed. Raises FetchFailed for everything but a 2xx or a 304 answer.
        """
        headers = {}
        if validators and validators.etag:
            headers["if-none-match"] = validators.etag
        if validators and validators.last_modified:
            headers["if-modified-since"] = validators.last_modified
        for _ in range(MAX_REDIRECTS + 1):
            target = _target(url)
            await self._ask_robots(target)
            response = await self._request(target, max_bytes, headers)
            if response.status not in _REDIRECTS:
                return _answered(response, conditional=bool(headers), now=self._clock())
            url = _redirect(response)
        raise FetchFailed(f"more than {MAX_REDIRECTS} redirects")

    async def _request(
        self, target: httpx.URL, max_bytes: int, headers: Mapping[str, str] | None = None, *, cut: bool = False
    ) -> Response:
        """One request, when the host's turn comes. cut: a body that is too long is cut instead of refused."""
        host = _kept(self._hosts, target.host, lambda: _Host(self._delay))
        async with host.lock:
            # Not more than the delay even where the clock was set back.
            if (wait := min(host.last + host.delay - self._clock(), host.delay)) > 0:
                await self._sleep(wait)
            try:
                async with self._slots, asyncio.timeout(self._timeout):
                    return await self._exchange(target, max_bytes, headers, cut=cut)
            except TimeoutError:
                raise FetchFailed(f"no whole answer in {self._timeout:g} s") from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                raise FetchFailed(str(error) or type(error).__name__) from None
            finally:
                host.last = self._clock()

    async def _exchange(
        self, target: httpx.URL, max_bytes: int, headers: Mapping[str, str] | None, *, cut: bool
    ) -> Response:
        async with self._client.stream("GET", target, headers=headers) as answer:
            body = b""
            if answer.is_success:
                body = await _body(answer, max_bytes, cut=cut)
            return Response(str(target), answer.status_code, dict(answer.headers), body)

    async def _ask_robots(self, target: httpx.URL) -> None:
        """Raises FetchFailed where robots.txt disallows the URL, or cannot be asked."""
        origin = str(target.copy_with(raw_path=b"/robots.txt"))
        robots = _kept(self._robots, origin, _Robots)
        async with robots.lock:
            if self._clock() >= robots.valid_until:
                await self._read_robots(origin, robots)
        if robots.refusal:
            raise FetchFailed(robots.refusal)
        if robots.rules is None:
            return
        if not robots.rules.can_fetch(str(target), AGENT):
            raise FetchFailed("robots.txt disallows it")
        if crawl_delay := robots.rules.crawl_delay(AGENT):
            host = _kept(self._hosts, target.host, lambda: _Host(self._delay))
            host.delay = max(self._delay, min(crawl_delay, MAX_CRAWL_DELAY))

    async def _read_robots(self, url: str, robots: _Robots) -> None:
        """As RFC 9309 asks: no such file allows all; a server in trouble, or none, disallows all for now."""
        robots.rules, robots.refusal = None, None
        kept_for = _ROBOTS_SECONDS
        try:
            response = await self._follow_robots(url)
        except FetchFailed as error:
            robots.refusal = f"robots.txt: {error}"
        else:
            status = response.status
            if status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
                robots.refusal = f"robots.txt: HTTP {status}"
            elif status < _CLIENT_ERROR and response.body:
                text = response.body.decode("utf-8", "replace").removeprefix("\ufeff")
                robots.rules = await asyncio.to_thread(Protego.parse, text)
        if robots.refusal:
            kept_for = _ROBOTS_RETRY_SECONDS
        robots.valid_until = self._clock() + kept_for

    async def _follow_robots(self, url: str) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._request(_target(url), _ROBOTS_BYTES, cut=True)
            if response.status not in _REDIRECTS:
                return response
            url = _redirect(response)
        # RFC 9309: too many redirects are as good as no such file.
        return Response(url, _CLIENT_ERROR, {}, b"")


def _kept(table: "OrderedDict[str, T]", key: str, make: Callable[[], T]) -> T:
    """The table's value for a key, made where absent; the table forgets the keys that were not used for longest."""
    if key not in table:
        table[key] = make()
        if len(table) > _KEPT:
            table.popitem(last=False)
    table.move_to_end(key)
    return table[key]


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailed(f"no URL: {error}") from None
    if target.scheme not in ("http", "https") or not target.host:
        raise FetchFailed("only http and https URLs are fetched")
    if not _HOST.fullmatch(target.raw_host):
        raise FetchFailed("no URL: its host is no name and no address")
    if target.userinfo:
        # It would end up in records and logs.
        raise FetchFailed("a URL with a user name or password is not fetched")
    return target.copy_with(fragment=None)


def _redirect(response: Response) -> str:
    """Where a redirect leads. Raises FetchFailed."""
    location = response.headers.get("location")
    if not location:
        raise FetchFailed(f"HTTP {response.status} without a location", response.status)
    try:
        return str(httpx.URL(response.url).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailed(f"redirect to what is no URL: {error}") from None


def _answered(response: Response, *, conditional: bool, now: float) -> Response:
    """The response, where it is one of those that were asked for. Raises FetchFailed."""
    if _OK <= response.status < _MULTIPLE_CHOICES or (conditional and response.status == NOT_MODIFIED):
        return response
    retry_after = _seconds(response.headers.get("retry-after", ""), now)
    raise FetchFailed(f"HTTP {response.status}", response.status, retry_after)


def _seconds(retry_after: str, now: float) -> float:
    """Seconds that a Retry-After header asks for, at most a day; 0 where it makes no sense."""
    try:
        seconds = (
            float(retry_after) if retry_after.isdecimal() else parsedate_to_datetime(retry_after).timestamp() - now
        )
    except (ValueError, OverflowError):
        return 0
    return min(max(seconds, 0), MAX_RETRY_AFTER)


async def _body(answer: httpx.Response, max_bytes: int, *, cut: bool) -> bytes:
    """The body, decompressed by ourselves: httpx would inflate a whole chunk before anyone could look at its size."""
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchFailed(f"content encoding {encoding[:20]!r}, which was not asked for")
    gunzip = Gunzip(max_bytes) if encoding.endswith("gzip") else None
    body = bytearray()
    is_long = False
    try:
        async for chunk in answer.aiter_raw():
            body += gunzip.feed(chunk) if gunzip else chunk
            if is_long := len(body) > max_bytes:
                break
    except TooLarge:
        is_long = True
    except zlib.error:
        raise FetchFailed("the body is no gzip, though it says so") from None
    if is_long and not cut:
        raise FetchFailed(f"more than {max_bytes} bytes")
    if gunzip and body and not is_long and not gunzip.complete:
        raise FetchFailed("the body ends early")
    return bytes(body[:max_bytes])
