"""Connections to public addresses only, checked on the address that is connected to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore
import httpx

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

CONNECT_SECONDS = 5.0
"""On one address, before the next one of the host is tried."""

_MOST_ADDRESSES = 4

_RELAYS = ip_network("192.88.99.0/24")
_UNICAST = IPv6Network("2000::/3")
_PROTOCOLS = IPv6Network("2001::/23")  # Teredo, ORCHID and others that are no hosts
_DOCUMENTATION = (IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64) is judged by that one.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved and address not in _RELAYS
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    if address not in _UNICAST or address in _PROTOCOLS:
        return False
    return address.is_global and not any(address in network for network in _DOCUMENTATION)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order in which to try them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class NotPublic(httpcore.ConnectError):
    """No address of the host is public."""


class PublicBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host once and connects to one of the addresses that it checked, never to a name.

    So nothing can change between check and connection. TLS still verifies the host's name.
    allow_private: skips the check.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolve = resolve,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the host. Raises httpcore.ConnectError, and NotPublic where no address is."""
        try:
            addresses = [ip_address(found) for found in await self._resolver(host, port)]
        except (OSError, ValueError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from None
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if not allowed:
            shown = ", ".join(map(str, addresses))
            raise NotPublic(f"{host} is at {shown or 'no address'}, which is not public (see --allow-private)")
        problem: Exception | None = None
        for address in allowed[:_MOST_ADDRESSES]:
            seconds = CONNECT_SECONDS if timeout is None else min(timeout, CONNECT_SECONDS)
            try:
                return await self._inner.connect_tcp(str(address), port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise httpcore.ConnectError(f"no connection to {host}: {problem or 'timed out'}")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class PublicTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over a backend that checks addresses. Knows no proxy: behind one, nothing would be left to check."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_keepalive_connections=32,
            keepalive_expiry=15,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises httpx.TransportError."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        try:
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except _FAULTS as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


_FAULTS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_stream():
                yield chunk
        except _FAULTS as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error

    async def aclose(self) -> None:
        await self._response.aclose()
