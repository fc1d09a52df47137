import asyncio
import gzip
import ssl
from collections.abc import Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpcore
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.addresses import PublicBackend, PublicTransport, is_public, resolve
from streams.feeds.fetch import NOT_MODIFIED, Fetcher, FetchFailed, Validators

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.feeds.conftest import Clock, Site

LIMIT = 100_000
PUBLIC = "93.184.216.34"


class Wire(httpcore.AsyncNetworkBackend):
    """Carries what goes to PUBLIC to 127.0.0.1, and refuses to carry anything else. connected: every address."""

    def __init__(self) -> None:
        self.connected: list[str] = []
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        if host != PUBLIC:
            raise httpcore.ConnectError("unreachable")
        return await self._real.connect_tcp("127.0.0.1", port, timeout, local_address, socket_options)


def names(table: dict[str, list[str]]) -> Any:
    async def look_up(host: str, port: int) -> list[str]:
        return table[host] if host in table else await resolve(host, port)

    return look_up


@asynccontextmanager
async def fetching(
    clock: "Clock", *, wire: Wire | None = None, table: dict[str, list[str]] | None = None, **options: Any
) -> "AsyncIterator[Fetcher]":
    """Without ``wire``, private addresses are allowed."""
    transport: httpx.AsyncBaseTransport | None = None
    if wire is not None:
        transport = PublicTransport(PublicBackend(allow_private=False, resolver=names(table or {}), inner=wire))
    settings: dict[str, Any] = {"timeout": 5.0, "delay": 0.0, "allow_private": True, **options}
    async with Fetcher(clock=clock, sleep=clock.sleep, transport=transport, **settings) as fetcher:
        yield fetcher


async def test_an_honest_agent_and_no_cookies(site: "Site", clock: "Clock") -> None:
    site.put("/a", b"x", Set_Cookie="id=1; Path=/")
    async with fetching(clock, contact="ops@khabar.example") as fetcher:
        await fetcher.get(site.url("/a"), LIMIT)
        await fetcher.get(site.url("/a"), LIMIT)
    for request in site.requests:
        assert request.headers["User-Agent"].startswith("Khabar/")
        assert "ops@khabar.example" in request.headers["User-Agent"]
        assert "Cookie" not in request.headers
    assert site.paths(robots=True) == ["/robots.txt", "/a", "/a"]


async def test_conditional_get(site: "Site", clock: "Clock") -> None:
    async def answer(request: web.Request) -> web.Response:
        fresh = request.headers.get("If-None-Match") == '"v1"' and "If-Modified-Since" in request.headers
        headers = {"ETag": '"v1"', "Last-Modified": "Fri, 20 Nov 2026 08:30:00 GMT"}
        return web.Response(status=304 if fresh else 200, body=None if fresh else b"x", headers=headers)

    site.answers["/a"] = answer
    async with fetching(clock) as fetcher:
        first = await fetcher.get(site.url("/a"), LIMIT, Validators())
        assert first.validators == Validators('"v1"', "Fri, 20 Nov 2026 08:30:00 GMT")
        second = await fetcher.get(site.url("/a"), LIMIT, first.validators)
    assert (second.status, second.body) == (NOT_MODIFIED, b"")


async def test_a_304_that_was_not_asked_for_is_a_failure(site: "Site", clock: "Clock") -> None:
    site.status("/a", 304)
    async with fetching(clock) as fetcher:
        with pytest.raises(FetchFailed, match="HTTP 304"):
            await fetcher.get(site.url("/a"), LIMIT)


async def test_three_redirects_and_not_four(site: "Site", clock: "Clock") -> None:
    for hop, status in enumerate((301, 302, 303, 307)):
        site.redirect(f"/{hop}", f"{hop + 1}#part", status)
    site.put("/4", b"there")
    async with fetching(clock) as fetcher:
        response = await fetcher.get(site.url("/1"), LIMIT)
        assert (response.url, response.body) == (site.url("/4"), b"there")
        with pytest.raises(FetchFailed, match="more than 3 redirects"):
            await fetcher.get(site.url("/0"), LIMIT)


@pytest.mark.parametrize(
    ("location", "what"),
    [
        ("ftp://a.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://user:secret@a.example/", "user name"),
        ("http://[", "no URL"),
        ("", "without a location"),
    ],
)
async def test_redirects_that_lead_nowhere(site: "Site", clock: "Clock", location: str, what: str) -> None:
    site.redirect("/a", location)
    async with fetching(clock) as fetcher:
        with pytest.raises(FetchFailed, match=what):
            await fetcher.get(site.url("/a"), LIMIT)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0.0.0.0", "[::]"],  # noqa: S104
)
async def test_private_is_refused_however_it_is_written(site: "Site", clock: "Clock", host: str) -> None:
    site.put("/a", b"x")
    async with fetching(clock, allow_private=False) as fetcher:
        with pytest.raises(FetchFailed, match="not public"):
            await fetcher.get(site.url("/a", host), LIMIT)
    assert site.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "inside.example", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]"])
async def test_redirect_from_public_to_private_is_refused(site: "Site", clock: "Clock", host: str) -> None:
    site.redirect("/a", site.url("/secret", host))
    site.put("/secret", b"x")
    wire = Wire()
    table = {"news.example": [PUBLIC], "inside.example": ["10.0.0.1"]}
    async with fetching(clock, wire=wire, table=table) as fetcher:
        with pytest.raises(FetchFailed, match="not public"):
            await fetcher.get(site.url("/a", "news.example"), LIMIT)
    assert set(wire.connected) == {PUBLIC}
    assert "/secret" not in site.paths()
    assert site.requests[-1].headers["Host"] == f"news.example:{site.port}"


async def test_a_name_that_changes_its_address_after_the_check_gains_nothing(site: "Site", clock: "Clock") -> None:
    site.put("/robots.txt", b"#")
    site.put("/a", b"x")
    answers = [[PUBLIC], ["127.0.0.1"]]
    asked = []

    async def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    wire = Wire()
    transport = PublicTransport(PublicBackend(allow_private=False, resolver=rebinding, inner=wire))
    async with Fetcher(
        timeout=5, delay=0, allow_private=False, clock=clock, sleep=clock.sleep, transport=transport
    ) as fetcher:
        # The connection that was checked is used, not the name once more.
        assert (await fetcher.get(site.url("/a", "news.example"), LIMIT)).body == b"x"
        site.put("/a", b"x", Connection="close")
        await fetcher.get(site.url("/a", "news.example"), LIMIT)
        with pytest.raises(FetchFailed, match="not public"):
            await fetcher.get(site.url("/a", "news.example"), LIMIT)
    assert asked == ["news.example"] * 2
    assert wire.connected == [PUBLIC]


async def test_of_several_addresses_only_public_ones_are_tried(site: "Site", clock: "Clock") -> None:
    site.put("/robots.txt", b"#")
    site.put("/a", b"x")
    wire = Wire()
    table = {"news.example": ["10.0.0.1", "93.184.216.35", PUBLIC]}
    async with fetching(clock, wire=wire, table=table) as fetcher:
        assert (await fetcher.get(site.url("/a", "news.example"), LIMIT)).body == b"x"
    assert wire.connected == ["93.184.216.35", PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1"),  # noqa: S104
        *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:10.0.0.1", "::127.0.0.1", "fc00::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1"),
        *("2001:db8::1", "2001::1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::a00:1", "64:ff9b:1::1", "3fff::1"),
        "4000::1",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"],
)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.integers(0, 2**32 - 1))
def test_an_embedded_address_counts_as_itself(number: int) -> None:
    inner = IPv4Address(number)
    for outer in (0xFFFF << 32 | number, 0x2002 << 112 | number << 80 | 1, 0x64FF9B << 96 | number):
        assert is_public(IPv6Address(outer)) == is_public(inner)


async def test_tls_asks_for_the_name_and_not_for_the_address(
    tmp_path: Path, clock: "Clock", monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "cert.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    asked: list[str | None] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    context.sni_callback = lambda _socket, server_name, _context: asked.append(server_name)

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hello, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    table = {"news.example": [PUBLIC], "other.example": [PUBLIC]}
    async with server, fetching(clock, wire=Wire(), table=table) as fetcher:
        assert (await fetcher.get(f"https://news.example:{port}/", LIMIT)).status == 200
        with pytest.raises(FetchFailed, match="certificate"):
            await fetcher.get(f"https://other.example:{port}/", LIMIT)
    assert set(asked) == {"news.example", "other.example"}


async def test_environment_proxies_are_not_used(site: "Site", clock: "Clock", monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/a", b"x")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with fetching(clock) as fetcher:
        assert (await fetcher.get(site.url("/a"), LIMIT)).body == b"x"


@pytest.mark.parametrize("length", [True, False])
async def test_a_page_that_is_too_big_is_cut_off(site: "Site", clock: "Clock", *, length: bool) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Length": str(10**9)} if length else None)
        await response.prepare(request)
        for _ in range(100_000):
            await response.write(b"x" * 10_000)
            sent += 10_000
        return response

    site.answers["/a"] = endless
    async with fetching(clock) as fetcher:
        with pytest.raises(FetchFailed, match=f"more than {LIMIT} bytes"):
            await fetcher.get(site.url("/a"), LIMIT)
    assert sent < 100 * LIMIT


async def test_exactly_as_big_as_allowed(site: "Site", clock: "Clock") -> None:
    site.put("/a", b"x" * LIMIT)
    site.put("/b", gzip.compress(b"x" * LIMIT), Content_Encoding="gzip")
    async with fetching(clock) as fetcher:
        assert len((await fetcher.get(site.url("/a"), LIMIT)).body) == LIMIT
        assert len((await fetcher.get(site.url("/b"), LIMIT)).body) == LIMIT
        with pytest.raises(FetchFailed):
            await fetcher.get(site.url("/b"), LIMIT - 1)


@pytest.mark.parametrize(
    ("body", "encoding", "what"),
    [
        (gzip.compress(bytes(50_000_000)), "gzip", "more than"),
        (b"no gzip", "gzip", "no gzip"),
        (gzip.compress(b"x" * 1000)[:-5], "gzip", "ends early"),
        (b"x", "br", "not asked for"),
    ],
)
async def test_bombs_and_broken_encodings(site: "Site", clock: "Clock", body: bytes, encoding: str, what: str) -> None:
    site.put("/a", body, Content_Encoding=encoding)
    async with fetching(clock) as fetcher:
        with pytest.raises(FetchFailed, match=what):
            await fetcher.get(site.url("/a"), LIMIT)


async def test_a_slow_page_is_given_up(site: "Site", clock: "Clock") -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    site.answers["/a"] = drip
    async with fetching(clock, timeout=0.2) as fetcher:
        with pytest.raises(FetchFailed, match=r"no whole answer in 0\.2 s"):
            await fetcher.get(site.url("/a"), LIMIT)


async def test_no_server_and_a_broken_one(clock: "Clock") -> None:
    async def nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"nonsense\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with fetching(clock) as fetcher:
        async with server:
            with pytest.raises(FetchFailed):
                await fetcher.get(f"http://127.0.0.1:{port}/", LIMIT)
        with pytest.raises(FetchFailed, match=r"robots\.txt"):
            await fetcher.get(f"http://127.0.0.1:{port}/", LIMIT)


async def test_retry_after(site: "Site", clock: "Clock") -> None:
    site.status("/a", 503, Retry_After="120")
    site.status("/b", 429, Retry_After=formatdate(clock.now + 60, usegmt=True))
    site.status("/c", 503, Retry_After="999999999999")
    site.status("/d", 500, Retry_After="soon")
    got = []
    async with fetching(clock) as fetcher:
        for path in ("/a", "/b", "/c", "/d"):
            with pytest.raises(FetchFailed) as caught:
                await fetcher.get(site.url(path), LIMIT)
            got.append((caught.value.status, caught.value.retry_after, caught.value.is_overload))
    assert got == [(503, 120, True), (429, 60, True), (503, 86400, True), (500, 0, False)]


async def test_robots_rules(site: "Site", clock: "Clock") -> None:
    site.put(
        "/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n\nUser-agent: Khabar\nDisallow: /no\n", "text/plain"
    )
    site.put("/yes", b"x")
    site.redirect("/round", "/no/1")
    async with fetching(clock) as fetcher:
        assert (await fetcher.get(site.url("/yes"), LIMIT)).body == b"x"
        for path in ("/no/1", "/round"):
            with pytest.raises(FetchFailed, match=r"robots\.txt disallows it"):
                await fetcher.get(site.url(path), LIMIT)
        assert site.paths(robots=True) == ["/robots.txt", "/yes", "/round"]
        clock.now += 24 * 3600
        await fetcher.get(site.url("/yes"), LIMIT)
    assert site.paths(robots=True).count("/robots.txt") == 2


async def test_robots_in_trouble_disallow_for_now(site: "Site", clock: "Clock") -> None:
    site.status("/robots.txt", 503)
    site.put("/a", b"x")
    async with fetching(clock) as fetcher:
        for _ in range(2):
            with pytest.raises(FetchFailed, match=r"robots\.txt: HTTP 503"):
                await fetcher.get(site.url("/a"), LIMIT)
        assert site.paths(robots=True) == ["/robots.txt"]
        site.status("/robots.txt", 403)
        clock.now += 600
        assert (await fetcher.get(site.url("/a"), LIMIT)).body == b"x"


@pytest.mark.parametrize("way", ["redirect", "loop", "huge"])
async def test_robots_elsewhere_and_endless(site: "Site", clock: "Clock", way: str) -> None:
    rules = b"User-agent: *\nDisallow: /no\n"
    if way == "huge":
        site.put("/robots.txt", rules + b"#" * 2_000_000, "text/plain")
    else:
        site.redirect("/robots.txt", "/there.txt" if way == "redirect" else "/robots.txt")
        site.put("/there.txt", rules, "text/plain")
    site.put("/no", b"x")
    async with fetching(clock) as fetcher:
        if way == "loop":
            await fetcher.get(site.url("/no"), LIMIT)
        else:
            with pytest.raises(FetchFailed, match="disallows"):
                await fetcher.get(site.url("/no"), LIMIT)


async def test_one_request_at_a_time_with_a_delay_after_each(site: "Site", clock: "Clock") -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.01)
        return web.Response(body=b"x")

    paths = [f"/{number}" for number in range(5)]
    site.answers |= dict.fromkeys(paths, slow)
    async with fetching(clock, delay=2.0) as fetcher:
        await asyncio.gather(*(fetcher.get(site.url(path), LIMIT) for path in paths))
    assert site.most_at_once == 1
    assert clock.slept == [2.0] * 5
    assert len(site.requests) == 6


async def test_hosts_do_not_wait_for_one_another(site: "Site", clock: "Clock") -> None:
    together = asyncio.Barrier(2)

    async def meet(_: web.Request) -> web.Response:
        async with asyncio.timeout(3):
            await together.wait()
        return web.Response(body=b"x")

    site.answers["/a"] = meet
    async with fetching(clock) as fetcher:
        await asyncio.gather(*(fetcher.get(site.url("/a", host), LIMIT) for host in ("127.0.0.1", "localhost")))


@pytest.mark.parametrize(("asked", "kept"), [("7", 7.0), ("0.1", 1.0), ("86400", 60.0), ("nan", 1.0)])
async def test_crawl_delay(site: "Site", clock: "Clock", asked: str, kept: float) -> None:
    site.put("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}\n".encode(), "text/plain")
    site.put("/a", b"x")
    async with fetching(clock, delay=1.0) as fetcher:
        await fetcher.get(site.url("/a"), LIMIT)
        await fetcher.get(site.url("/a"), LIMIT)
    assert clock.slept == [kept, kept]


async def test_a_clock_that_is_set_back_does_not_stop_fetching(site: "Site", clock: "Clock") -> None:
    site.put("/a", b"x")
    async with fetching(clock, delay=1.0) as fetcher:
        await fetcher.get(site.url("/a"), LIMIT)
        clock.now -= 10_000
        await fetcher.get(site.url("/a"), LIMIT)
    assert max(clock.slept) <= 1.0


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://a.example:99999/", "http://" + "a" * 300 + ".example/"])
async def test_what_is_no_url(clock: "Clock", url: str) -> None:
    async with fetching(clock) as fetcher:
        with pytest.raises(FetchFailed):
            await fetcher.get(url, LIMIT)
