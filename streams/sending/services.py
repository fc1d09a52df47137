"""Mail, chat and telephone services, through apprise."""

import asyncio
import logging
import warnings
from functools import cache
from importlib import import_module
from typing import Any

from streams.errors import DeliveryFault
from streams.sending.guard import public_only
from streams.sending.messages import Message

KINDS = {"info": "info", "warning": "warning", "critical": "failure"}
"""What apprise calls our levels."""


async def send(url: str, message: Message, *, allow_private: bool) -> None:
    """Try once, in a thread. Raises DeliveryFault; apprise tells no more than that it failed."""
    await asyncio.to_thread(_send, url, message, allow_private=allow_private)


def _send(url: str, message: Message, *, allow_private: bool) -> None:
    service = service_of(url)
    if service is None:
        raise DeliveryFault("apprise knows no such service", lasting=True)
    if allow_private:
        taken = _notify(service, message)
    else:
        with public_only() as guard:
            taken = _notify(service, message)
        if guard.refused:
            raise DeliveryFault("the address is not public (see --allow-private)", lasting=True)
    if not taken:
        raise DeliveryFault("apprise could not send it", lasting=False)


def service_of(url: str) -> Any:
    """The service of an apprise URL; None where there is none."""
    return load().Apprise.instantiate(url, suppress_exceptions=True)


@cache
def load() -> Any:
    """Apprise with all its services: half a second, which only those pay who need it. Not to be called in a thread."""
    with warnings.catch_warnings():
        # Of what the standard library is about to lose, which its services import one by one.
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise = import_module("apprise")
        apprise.Apprise.instantiate("json://localhost")
    # It logs addresses, in which there are credentials.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return apprise


def _notify(service: Any, message: Message) -> bool:
    try:
        return bool(service.notify(title=message.title, body=message.text, notify_type=KINDS[message.level]))
    except Exception as error:  # noqa: BLE001  # a hundred services, each with errors of its own
        raise DeliveryFault(f"apprise: {type(error).__name__}", lasting=False) from None
