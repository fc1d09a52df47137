"""Webhooks: the alert as JSON, signed as https://www.standardwebhooks.com says, with an Idempotency-Key."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable

import httpx

from streams.errors import DeliveryFault
from streams.feeds.addresses import NotPublic, PublicBackend, PublicTransport
from streams.sending.messages import Message
from streams.sending.tries import fault_of

TRY_SECONDS = 20.0
"""For one try, whatever the other side does."""

_PREFIX = "whsec_"


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC-SHA256 over key, time and body, joined by full stops.

    secret: any text; after ``whsec_`` the base64 of the key's bytes. Raises ValueError where it is none.
    """
    secret_key = (
        base64.b64decode(secret.removeprefix(_PREFIX), validate=True) if secret.startswith(_PREFIX) else secret.encode()
    )
    digest = hmac.new(secret_key, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


class Webhooks:
    """Sends messages to webhooks; one for all destinations. allow_private: also to addresses that are not public."""

    def __init__(self, *, allow_private: bool, clock: Callable[[], float] = time.time) -> None:
        self._client = httpx.AsyncClient(
            transport=PublicTransport(PublicBackend(allow_private=allow_private)),
            timeout=10.0,
            follow_redirects=False,
            headers={"user-agent": "khabar-deliver", "accept-encoding": "identity"},
        )
        self._clock = clock

    async def send(self, url: str, secret: str, message: Message) -> None:
        """Try once. Raises DeliveryFault."""
        timestamp = int(self._clock())
        try:
            signed = signature(secret, message.key, timestamp, message.value)
            headers = {
                "content-type": "application/json",
                "idempotency-key": message.key,
                "webhook-id": message.key,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signed,
            }
            async with (
                asyncio.timeout(TRY_SECONDS),
                self._client.stream("POST", url, content=message.value, headers=headers) as response,
            ):
                # What it answers is not read: the status says all.
                fault = fault_of(response.status_code, response.headers.get("retry-after"))
        except TimeoutError:
            raise DeliveryFault(f"no answer in {TRY_SECONDS:g} s", lasting=False) from None
        except httpx.TransportError as error:
            if isinstance(error.__cause__, NotPublic):
                raise DeliveryFault("the address is not public (see --allow-private)", lasting=True) from None
            raise DeliveryFault("no connection, or it broke", lasting=False) from None
        except (httpx.InvalidURL, ValueError):
            raise DeliveryFault("URL or secret cannot be used", lasting=True) from None
        if fault is not None:
            raise fault

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()
