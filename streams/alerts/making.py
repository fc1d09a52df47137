"""From an enriched record to its alerts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas import Alert, AlertArticle, AlertRule, Both, Cooldown, EnrichedArticle, Pipeline
from schemas.rule import seconds
from streams.alerts.explanation import explanation
from streams.alerts.rulebook import Match, Rulebook
from streams.alerts.timeliness import timeliness
from streams.identity import alert_id


def alerts(article: EnrichedArticle, record: dict[str, Any], rulebook: Rulebook, made: Pipeline) -> Iterator[Alert]:
    """One alert for each rule that holds; none for an article that was withdrawn.

    record: the article as it stands on the wire, which rules are about.
    """
    if article.revision is None or article.status is not None:
        return
    about = AlertArticle(**{name: getattr(article, name) for name in AlertArticle.model_fields})
    for match in rulebook.matches(record):
        yield _alert(about, match, made)


def _alert(about: AlertArticle, match: Match, made: Pipeline) -> Alert:
    rule = match.rule
    age = timeliness(about.published_at, about.fetched_at, timedelta(seconds=seconds(rule.max_age)))
    return Alert(
        id=alert_id(about.id, about.revision, rule.id),
        rule=AlertRule(id=rule.id, version=match.version, title=Both(ar=rule.title.ar, en=rule.title.en)),
        level=match.level,
        timeliness=age,
        # Without a group of its own an article is alone in one: nothing else is silenced by it.
        groups=list(match.groups) or [f"article:{about.id}"],
        count=match.count,
        cooldown=None if rule.cooldown is None else window(about.fetched_at, seconds(rule.cooldown)),
        matched=match.matched,
        explanation=explanation(match, age),
        deliver=rule.deliver,
        article=about,
        pipeline=made,
    )


def window(fetched_at: str | None, length: int) -> Cooldown | None:
    """The window of the cooldown that a moment lies in; windows of a length follow each other since 1970.

    They do not begin with the first alert, so that every process, and every replay from whatever time, sees the same ones.
    """
    if fetched_at is None:
        return None
    try:
        since = datetime.fromisoformat(fetched_at).timestamp() // length * length
        return Cooldown(seconds=length, since=_instant(since), until=_instant(since + length))
    except (ValueError, OverflowError):
        return None  # at the very ends of the calendar


def _instant(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
