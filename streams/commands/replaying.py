"""What ``khabar rules replay`` does: rules over the enriched topic as it lies there, in the order of fetching."""

from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import click

from schemas import Alert
from streams.alerts import Rulebook, read_rules
from streams.alerts.cooldown import Cooldowns, Verdict
from streams.commands import OK
from streams.errors import RecordFault
from streams.outlets.subscription import Duplicates, parse_start, retained
from streams.outlets.text import printable
from streams.pipeline import ALERT
from streams.settings import Settings
from streams.topics import ENRICHED
from streams.wire import BACKFILL, LANE, header


async def replay(places: Sequence[Path], start: str, settings: Settings, *, form: str, quiet_too: bool) -> int:
    """Read the topic to its present end and show the alerts. Gives the exit code.

    Raises BadRule, UsageError as `parse_start` does and without the topic, and EnvironmentFault.
    """
    rulebook = Rulebook(file.rule for file in read_rules(places))
    count = Counter[str]()
    found: list[Alert] = []
    topic = ENRICHED.full_name(settings)
    async with aclosing(retained(topic, parse_start(start, datetime.now(UTC)), settings, Duplicates())) as records:
        async for record in records:
            if header(record.headers, LANE) == BACKFILL:
                continue
            count["records"] += 1
            try:
                found += ALERT.alerts(record.value, settings.max_record_bytes, rulebook)
            except RecordFault:
                count["unreadable"] += 1
    cooldowns = Cooldowns()
    for alert in sorted(found, key=lambda alert: (alert.article.fetched_at or "", alert.id)):
        verdict = cooldowns.judge(alert)
        count[verdict] += 1
        if verdict == "sent" or quiet_too:
            click.echo(alert.to_json() if form == "jsonl" else line(alert, verdict))
    click.echo(summary(count), err=True)
    return OK


def line(alert: Alert, verdict: Verdict) -> str:
    """One alert for a person."""
    what = alert.level if verdict == "sent" else verdict
    where = alert.article.url or alert.article.source or alert.article.id
    arabic = (alert.article.language or "").startswith("ar")
    text = alert.explanation.ar if arabic else alert.explanation.en
    return printable(f"{alert.article.fetched_at or '-'} {what} {alert.rule.id}: {text} {where}")


def summary(count: Counter[str]) -> str:
    """What came of how many records."""
    alerts = sum(count[verdict] for verdict in ("sent", "quiet", "old", "repeated"))
    unreadable = f" ({count['unreadable']} unreadable)" if count["unreadable"] else ""
    return (
        f"{count['records']} records{unreadable}, {alerts} alerts: {count['sent']} would have been sent, "
        f"{count['quiet']} within a cooldown, {count['old']} old, {count['repeated']} repeated"
    )
