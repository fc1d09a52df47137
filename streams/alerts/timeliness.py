"""Whether an article is news: its own date against when it was fetched. No clock is asked."""

from datetime import UTC, datetime, time, timedelta
from typing import Literal

Timeliness = Literal["breaking", "old", "undated"]

AHEAD = timedelta(days=1)
"""How far after its fetching an article may be dated: clocks and time zones differ. Beyond, its date says nothing."""


def timeliness(published_at: str | None, fetched_at: str | None, max_age: timedelta) -> Timeliness:
    """What the article's date says of it; without one, or without knowing when it was fetched, it is undated.

    published_at: as in records. A day counts to its end, a time without zone as UTC.
    """
    published, fetched = _latest(published_at), _latest(fetched_at)
    if published is None or fetched is None:
        return "undated"
    if published - fetched > AHEAD + (timedelta(days=1) if _is_day(published_at) else timedelta()):
        return "undated"
    return "old" if fetched - published > max_age else "breaking"


def _is_day(text: str | None) -> bool:
    return text is not None and "T" not in text and " " not in text


def _latest(text: str | None) -> datetime | None:
    """The latest moment that a date or time may mean."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if _is_day(text):
            moment = datetime.combine(moment, time.max)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
