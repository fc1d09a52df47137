"""What ``khabar reprocess`` does: work on a span again, or show what would differ."""

import os
import sys
from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime

import click

from streams import enrich
from streams.commands import INCOMPLETE, OK
from streams.commands.signals import on_signal
from streams.errors import RecordFault, UsageError
from streams.outlets.subscription import parse_end, parse_start
from streams.outlets.text import one_line, printable
from streams.repair.reprocess import Run, Span, compare, span
from streams.settings import Settings

NICENESS = 10
"""Below the live workers of the same machine."""

EVERY = 500
"""Events after which a line tells how far it is."""


def span_of(start: str, end: str, expression: str | None, stage: str, settings: Settings) -> Span:
    """From the words of the command line. Raises UsageError."""
    now = datetime.now(UTC)
    first, last = parse_start(start, now), parse_end(end, now)
    if not isinstance(first, datetime):
        raise UsageError(f"--from {start}: a time (2026-11-20T08:00Z) or an age (30m, 2h, 3d)")
    if first >= last:
        raise UsageError("--from is not before --to")
    return span(settings, first, last, expression, extract_only=stage == "extract")


async def run(wanted: Span, rate: float) -> int:
    """Work on it again. Gives the exit code."""
    os.nice(NICENESS)
    enrich.hush(wanted.settings)
    told = 0

    def say(line: str) -> None:
        nonlocal told
        if work.outcomes["events"] - told >= EVERY:
            told = work.outcomes["events"]
            click.echo(line, err=True)

    work = Run(wanted, rate, say)
    click.echo(
        f"from {wanted.start.isoformat()} to {wanted.end.isoformat()}, group {wanted.group}, "
        f"fingerprints {' '.join(stage.fingerprint for stage in wanted.stages)}",
        err=True,
    )
    whole = await work.apply(on_signal())
    counts = ", ".join(f"{count} {what}" for what, count in work.outcomes.items()) or "no events"
    click.echo(counts if whole else f"{counts}; not at the end: the same times go on from here", err=True)
    return OK if whole and not work.outcomes["dead letters"] else INCOMPLETE


async def dry(wanted: Span, count: int) -> int:
    """Show what would differ in a sample. Gives the exit code."""
    enrich.hush(wanted.settings)
    outcomes, fields = Counter[str](), Counter[str]()
    async with aclosing(compare(wanted, count)) as compared:
        async for one in compared:
            if isinstance(one, RecordFault):
                outcomes["cannot be worked on"] += 1
                click.echo(one_line(f"khabar: {one}"), err=True)
                continue
            outcomes[_outcome(one.before, one.now, one.differences)] += 1
            fields.update(list(one.differences))
            parts = [f"{name} {how}" for name, how in one.differences.items()]
            shown = f"{one.article}  {one.before or 'nothing'} -> {one.now}  {', '.join(parts) or 'the same'}"
            sys.stdout.write(printable(shown) + "\n")
    click.echo(", ".join(f"{number} {what}" for what, number in outcomes.items()) or "no events", err=True)
    for name, number in fields.most_common():
        click.echo(f"{number} with another {name}", err=True)
    return INCOMPLETE if outcomes["cannot be worked on"] else OK


def _outcome(before: str | None, now: str, differing: dict[str, str]) -> str:
    if before is None:
        return "without an earlier record"
    if before == now:
        return "made by this version already"
    return "would differ" if differing else "would be the same"
