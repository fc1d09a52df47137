"""EnrichedArticle: the cleaned article with who, where, when, how many, who said it, what happened and what it is about."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, WithJsonSchema

from schemas.base import Model
from schemas.clean import Article, Paragraph, Pipeline, Removed, Repair

Confidence = float


def _whole_as_integer(value: float) -> float:
    return int(value) if value.is_integer() else value


Number = Annotated[float, PlainSerializer(_whole_as_integer, return_type=Any), WithJsonSchema({"type": "number"})]
"""A number that is written without a fraction where it has none: 12, not 12.0."""


class Span(Model):
    """A slice of one field of the record: half-open, in code points."""

    field: str | None = Field(
        None,
        examples=["headline", "alternative_headline"],
        description="Absent means body. alternative_headline is its lines joined by a line feed.",
    )
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Mention(Span):
    """One place where an entity is named."""

    text: str


class Entity(Model):
    """One person, organisation or place of the article, with every mention of it."""

    id: str = Field(examples=["e1"], description="Numbered by first mention.")
    name: str = Field(description="The fullest form in the article.")
    type: Literal["person", "organisation", "place"]
    mentions: list[Mention] = Field(default_factory=list)
    aliases: list[str] = Field(default_factory=list)
    role: str | None = Field(None, description="As stated in the article.")
    wikidata: str | None = None
    confidence: Confidence = Field(ge=0, le=1)
    method: str


class Place(Span):
    """One mention of a place, resolved."""

    entity: str
    name: str
    kind: str | None = Field(None, examples=["country", "city", "province", "quarter"])
    sense: Literal["mentioned", "event", "dateline"]
    geonames_id: int | None = None
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    country: str | None = Field(None, description="ISO 3166-1 alpha-2.")
    geo_precision: Literal[1, 2, 3] | None = Field(None, description="ACLED: 1 exact, 2 near or part of, 3 region.")
    confidence: Confidence = Field(ge=0, le=1)
    method: str


class Quote(Span):
    """Words or a statement that somebody is said to have said."""

    kind: Literal["direct", "reported"]
    text: str
    speaker: str | None = None
    speaker_entity: str | None = None
    cue: str | None = None
    confidence: Confidence = Field(ge=0, le=1)
    method: str


class CitedSource(Span):
    """To whom the article itself attributes its report."""

    name: str
    entity: str | None = None


class DateMention(Span):
    """A date or time named in the text, resolved against publication."""

    text: str
    value: str = Field(description="YYYY[-MM[-DD[THH:MM]]], 2025-W34, A/B, 198X; local time without zone.")
    precision: str = Field(examples=["time", "day", "week", "month", "year", "decade", "period"])


class Figure(Span):
    """A count, sum or share."""

    what: str = Field(examples=["killed", "injured", "arrested", "money", "percent"])
    low: Number | None = Field(None, description="Absent for 'at most'.")
    high: Number | None = Field(None, description="Absent for 'at least'.")
    unit: str | None = Field(None, description="ISO 4217 for money; km, m, cm, mm, mi, nmi or ft for distances.")
    subject: str | None = None
    text: str


class Plover(Model):
    """PLOVER event type and mode."""

    type: str
    mode: str | None = None


class Acled(Model):
    """ACLED event type and sub-event type."""

    event_type: str
    sub_event_type: str | None = None


class Reference(Model):
    """An entity by its id in this record, with its name."""

    entity: str | None = None
    name: str


class Event(Model):
    """Something that the article states as having happened."""

    id: str = Field(examples=["v1"])
    plover: Plover
    acled: Acled | None = None
    actors: list[Reference] = Field(default_factory=list)
    recipients: list[Reference] = Field(default_factory=list)
    place: Reference | None = None
    date: str | None = None
    certainty: str = Field(examples=["stated", "claimed", "denied", "demanded"])
    evidence: Span


class TopicName(Model):
    """Names of a Media Topic."""

    ar: str
    en: str


class Topic(Model):
    """An IPTC Media Topic."""

    code: str = Field(examples=["medtop:20000056"])
    name: TopicName
    score: Confidence = Field(ge=0, le=1)


class Extraction(Model):
    """What the extract stage adds to a cleaned article."""

    entities: list[Entity] = Field(default_factory=list)
    places: list[Place] = Field(default_factory=list)
    quotes: list[Quote] = Field(default_factory=list)
    cited_sources: list[CitedSource] = Field(default_factory=list)
    dates: list[DateMention] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    topics: list[Topic] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)


class EnrichedArticle(Extraction, Article):
    """What the extract stage puts on ``khabar.articles.enriched``."""

    schema_: Literal["enriched-article/1.0"] = Field("enriched-article/1.0", alias="schema")
    paragraphs: list[Paragraph] = Field(default_factory=list)
    repairs: list[Repair] = Field(default_factory=list)
    removed: list[Removed] = Field(default_factory=list)
    pipeline: Pipeline
