"""Brings one message to one destination: tries again with back-off, and gives up in time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Self

from streams.errors import DeliveryFault, RecordFault, UsageError
from streams.sending import services
from streams.sending.destinations import Destination
from streams.sending.messages import Message
from streams.sending.tries import pause
from streams.sending.webhook import Webhooks

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
"""Messages under way to one destination at most."""


class Courier:
    """Brings messages to destinations, by their names.

    tries: of one message. allow_private: also to addresses that are not public.
    """

    def __init__(
        self,
        destinations: dict[str, Destination],
        *,
        tries: int,
        allow_private: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._destinations = destinations
        self._tries = tries
        self._allow_private = allow_private
        self._sleep = sleep
        self._webhooks = Webhooks(allow_private=allow_private)
        if any(destination.apprise is not None for destination in destinations.values()):
            services.load()
        self._room = {name: asyncio.Semaphore(SIDE_BY_SIDE) for name in destinations}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._webhooks.aclose()

    async def bring(self, name: str, message: Message) -> None:
        """Bring the message there. Raises GivenUp."""
        if name not in self._destinations:
            raise GivenUp("no_such_destination", f"there is no destination {name}", 0)
        async with self._room[name]:
            for tried in range(1, self._tries + 1):
                try:
                    await self._try(self._destinations[name], message)
                except DeliveryFault as fault:
                    if fault.lasting:
                        raise GivenUp("delivery_refused", f"{name}: {fault}", tried) from None
                    if tried == self._tries:
                        raise GivenUp("delivery_failed", f"{name}: {fault}", tried) from None
                    wait = pause(tried, fault.retry_after)
                    log.warning("%s: %s; trying again in %g s", name, fault, wait)
                    await self._sleep(wait)
                else:
                    log.info("%s: %s sent", name, message.key)
                    return

    async def _try(self, destination: Destination, message: Message) -> None:
        try:
            address = destination.address()
            secret = None if destination.secret is None else destination.secret.read()
        except UsageError as error:  # secrets are read for each try, so that they may be changed meanwhile
            raise DeliveryFault(str(error), lasting=False) from None
        if secret is None:
            await services.send(address, message, allow_private=self._allow_private)
        else:
            await self._webhooks.send(address, secret, message)


class GivenUp(RecordFault):
    """A message was not delivered. attempts: how often it was tried."""

    def __init__(self, code: str, message: str, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(code, message)
