"""A receiver on 127.0.0.1 that answers as it is told and notes what came."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from schemas import Alert
from streams.alerts.making import window
from streams.identity import alert_id


@dataclass
class Receiver:
    """Answers with these statuses in turn, then with 200. requests: path, headers and body of each."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hang: bool = False

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def keys(self) -> list[str]:
        return [headers["idempotency-key"] for _, headers, _ in self.requests]

    async def handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((request.path, headers, await request.read()))
        if self.hang:
            await asyncio.sleep(60)
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.headers)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


def alert_of(number: int, **changes: Any) -> Alert:
    fetched_at = "2026-11-20T10:00:00Z"
    article, revision = f"{number:032x}", "b" * 32
    cooldown = window(fetched_at, 6 * 3600)
    return Alert.model_validate(
        {
            "id": alert_id(article, revision, "killed"),
            "rule": {"id": "killed", "version": "0" * 12, "title": {"ar": "قتلى", "en": "Killed"}},
            "level": "warning",
            "timeliness": "breaking",
            "groups": [f"g{number}"],
            "count": 12,
            "cooldown": cooldown.model_dump() if cooldown else None,
            "matched": {},
            "explanation": {"ar": "قتلى: العدد 12", "en": "Killed: count 12"},
            "deliver": ["hook"],
            "article": {
                "id": article,
                "revision": revision,
                "url": "https://news.example/1",
                "source": "news.example",
                "headline": "Twelve killed\u202e",
                "published_at": "2026-11-20",
                "fetched_at": fetched_at,
            },
            "pipeline": {"version": "0", "fingerprint": "0"},
        }
        | changes
    )


@pytest.fixture
def alert() -> Callable[..., Alert]:
    """``alert(7, level="info")``: an alert on article 7, for the destination hook, in a group of its own."""
    return alert_of
