"""The demo: the seed articles through a real broker and real workers, watched in a live view."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import aclosing, suppress
from importlib import resources
from pathlib import Path

from rich.console import Console

from schemas import Alert, EnrichedArticle
from streams.alerts.cooldown import Cooldowns
from streams.kafka.admin import overview
from streams.kafka.client import connected, producer
from streams.outlets.direction import Setting as Rtl
from streams.outlets.subscription import Duplicates, subscribe
from streams.outlets.view import LiveView
from streams.pipeline import STAGES, clean, extract
from streams.settings import Settings
from streams.together import Together, beside, running
from streams.topics import ALERTS, DEAD_LETTERS, ENRICHED, RAW
from streams.wire import header

ALERT_GROUP = "khabar.alert"

ALERT_TRIES = 30
"""How often the alert stage is asked whether it is done, at most."""

PATIENCE_SECONDS = 60.0
"""Without a new record for so long the demo gives up."""


def seeds() -> list[bytes]:
    """The seed articles as raw records, in feed order."""
    return resources.files("seeds").joinpath("articles.jsonl").read_bytes().splitlines()


def enriched_seeds() -> list[EnrichedArticle]:
    """The seed articles as they come out of both stages, in feed order."""
    limit = Settings.model_fields["max_record_bytes"].default
    return [extract(clean(value, limit).to_json(), limit) for value in seeds()]


async def demo(console: Console, rtl: Rtl, *, rate: float, keep: bool) -> int:
    """Run it. Gives the exit code: 0 only if every seed came out enriched.

    rate: articles a second that are fed. keep: leave all running until it is interrupted.
    """

    def say(line: str) -> None:
        console.print(f"· {line}", style="dim", highlight=False)

    with tempfile.TemporaryDirectory(prefix="khabar-demo-") as folder:
        async with running(Path(folder), say, stages=tuple(STAGES)) as here:
            values = seeds()
            say(f"feeding {len(values)} seed articles to {RAW.full_name(here.settings)}, {rate:g} a second")
            missing = await _watch(here, values, console, rtl, rate)
            for line in missing:
                console.print(line, style="red", highlight=False)
            if keep:
                await _keep(here, say)
    return 1 if missing else 0


async def _watch(here: Together, values: list[bytes], console: Console, rtl: Rtl, rate: float) -> list[str]:
    """Feed and show. Gives a line for each seed that did not come out."""
    expected = {here.enriched_event(value): number for number, value in enumerate(values, 1)}
    letters: list[str] = []
    topic = ENRICHED.full_name(here.settings)
    loop = asyncio.get_running_loop()
    with LiveView(console, rtl) as view:
        async with (
            beside(_feed(here, values, rate), _collect_dead_letters(here, letters), _show_alerts(here, view)),
            aclosing(subscribe(topic, "beginning", here.settings, Duplicates())) as records,
        ):
            quiet_since = loop.time()
            async for record in records:
                here.check()
                if record is not None:
                    quiet_since = loop.time()
                    view.add(EnrichedArticle.from_json(record.value))
                    expected.pop(header(record.headers, "ce_id") or "", None)
                quiet = loop.time() - quiet_since > PATIENCE_SECONDS
                if not expected or quiet or len(letters) >= len(expected):
                    break
            await _alerts_are_out(here)
        view.summary()
    came = len(values) - len(expected)
    console.print(f"{came} of {len(values)} seed articles came out enriched.", style="bold", highlight=False)
    return [*letters, *(f"seed {number} did not come out enriched" for number in expected.values())]


async def _feed(here: Together, values: list[bytes], rate: float) -> None:
    async with connected(producer, here.settings) as sender:
        for value in values:
            await sender.send_and_wait(RAW.full_name(here.settings), value)
            await asyncio.sleep(1 / rate)


async def _collect_dead_letters(here: Together, letters: list[str]) -> None:
    topic = DEAD_LETTERS.full_name(here.settings)
    async with aclosing(subscribe(topic, "beginning", here.settings, Duplicates())) as records:
        async for record in records:
            if record is not None:
                code, message = (header(record.headers, f"khabar-error-{name}") for name in ("code", "message"))
                letters.append(f"dead letter: {code}: {message}")


async def _show_alerts(here: Together, view: LiveView) -> None:
    """Those that khabar deliver would send."""
    cooldowns = Cooldowns()
    topic = ALERTS.full_name(here.settings)
    async with aclosing(subscribe(topic, "beginning", here.settings, Duplicates())) as records:
        async for record in records:
            if record is not None and cooldowns.judge(alert := Alert.from_json(record.value)) == "sent":
                view.add(alert)


async def _alerts_are_out(here: Together) -> None:
    """Wait until the alert stage has seen what is enriched, and a moment for its alerts to be shown."""
    for _ in range(ALERT_TRIES):
        if not any(group.lag for group in (await overview(here.settings)).groups if group.name == ALERT_GROUP):
            break
        await asyncio.sleep(0.5)
    await asyncio.sleep(1)


async def _keep(here: Together, say: Callable[[str], None]) -> None:
    say(f"left running, Ctrl-C ends it: Kafka at {here.settings.bootstrap_servers}, workers' log {here.log}")
    address = f"--bootstrap-servers {here.settings.bootstrap_servers}"
    say(f"try: khabar subscribe {address} --from beginning")
    say(f"or:  khabar subscribe alerts {address} --from beginning")
    say(f"or:  khabar feed {address} YOUR-ARTICLES.jsonl")
    with suppress(asyncio.CancelledError):  # Ctrl-C is how this is meant to end
        while True:
            here.check()
            await asyncio.sleep(0.5)
