"""Alert: one rule that holds for one revision of an article, with the evidence."""

from typing import Literal

from pydantic import Field

from schemas.base import Model, Record
from schemas.clean import Pipeline
from schemas.enriched import Number
from schemas.raw import DateOrTime, Instant

Level = Literal["info", "warning", "critical"]

LEVELS: tuple[Level, ...] = ("info", "warning", "critical")
"""From the lowest to the highest."""


class Both(Model):
    """One text in Arabic and in English."""

    ar: str
    en: str


class AlertRule(Model):
    """The rule that holds."""

    id: str
    version: str = Field(pattern="^[0-9a-f]{12}$", description="Hash of what the rule says, its examples left out.")
    title: Both


class AlertArticle(Model):
    """The article, as far as a message needs it; all of it stands on the enriched topic under id and revision."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    revision: str = Field(pattern="^[0-9a-f]{32}$")
    url: str | None = None
    source: str | None = None
    language: str | None = Field(None, description="BCP 47.")
    headline: str | None = None
    published_at: DateOrTime | None = None
    fetched_at: Instant | None = None


class MatchedSpan(Model):
    """One piece of the article that the rule matched."""

    path: str = Field(examples=["figures", "headline"], description="The record's field that holds it.")
    text: str = Field(
        description="The slice; where nothing of the text stands for it, its name. 300 characters at most."
    )
    field: str | None = Field(None, description="Absent means body, as in the record.")
    start: int | None = Field(None, ge=0, description="Code points into the field; absent where it has no place there.")
    end: int | None = Field(None, ge=0, description="Half-open; of the whole slice, also where text is cut.")


class Matched(Model):
    """The evidence: what of the record the rule looked at and found."""

    fields: list[str] = Field(default_factory=list, description="Fields that the rule names and the record has.")
    spans: list[MatchedSpan] = Field(default_factory=list)


class Cooldown(Model):
    """The window of the article's fetching in which a rule alerts a group once, but for a higher level or count."""

    seconds: int = Field(gt=0)
    since: Instant
    until: Instant


class Alert(Record):
    """What the alert stage puts on ``khabar.alerts``: one record for each revision of an article and rule."""

    schema_: Literal["alert/1.0"] = Field("alert/1.0", alias="schema")
    id: str = Field(pattern="^[0-9a-f]{32}$", description="Made of article, revision and rule; the idempotency key.")
    rule: AlertRule
    level: Level
    timeliness: Literal["breaking", "old", "undated"] = Field(
        description="old: the article's own date is too long before fetched_at. Only breaking and undated are delivered."
    )
    groups: list[str] = Field(default_factory=list, description="What the rule groups by; the cooldown is of each.")
    count: Number | None = Field(None, description="The largest figure that matched.")
    cooldown: Cooldown | None = Field(None, description="Absent without one, and where fetched_at is unknown.")
    matched: Matched
    explanation: Both = Field(description="One line.")
    deliver: list[str] = Field(default_factory=list, description="Names of destinations; default where there is none.")
    article: AlertArticle
    pipeline: Pipeline

    @property
    def subject(self) -> str:
        """The id of the article, which is the record's key."""
        return self.article.id

    @property
    def time(self) -> str | None:
        """When the event happened, as in ``ce_time``."""
        return self.article.fetched_at
