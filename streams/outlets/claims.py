"""What the extract stage claims of an article's text: each claim as a line for people, at the span that bears it out."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas import EnrichedArticle, Entity, Place
from schemas.enriched import Span
from streams.outlets.cards import BETWEEN, event_text, figure_text, joined
from streams.outlets.direction import arrow, isolate
from streams.outlets.text import printable

BRIEF = frozenset({"person", "organisation", "place", "date", "count"})
"""Labels of claims that rest on a few words, which are marked in the text itself."""


class Claim(NamedTuple):
    """One claim. start, end: half-open, in code points of the field; text: safe for terminals, on one line."""

    field: str | None
    start: int
    end: int
    label: str
    text: str


def claims(article: EnrichedArticle) -> list[Claim]:
    """Every claim that has a span, in reading order within each field."""
    found = [*_entities(article), *_counted(article), *_said(article), *_happened(article)]
    return sorted(found, key=lambda claim: (claim.field or "", claim.start, -claim.end))


def _claim(span: Span, label: str, *parts: str | None) -> Claim:
    return Claim(span.field, span.start, span.end, label, joined(parts))


def _sure(confidence: float, method: str) -> str:
    return f"{confidence:.2f} {method}"


def _entities(article: EnrichedArticle) -> Iterator[Claim]:
    places = {(place.field, place.start, place.end): place for place in article.places}
    for entity in article.entities:
        for number, mention in enumerate(entity.mentions):
            place = places.get((mention.field, mention.start, mention.end))
            yield _claim(mention, entity.type, *_naming(entity, mention.text, first=number == 0), *_where(place))


def _naming(entity: Entity, text: str, *, first: bool) -> list[str | None]:
    """What a mention says; who it is in full, and how sure that is, at the first one."""
    named = text if text == entity.name else f"{text} = {entity.name}"
    return [named, entity.id, entity.role, _sure(entity.confidence, entity.method)] if first else [named, entity.id]


def _where(place: Place | None) -> list[str | None]:
    if place is None:
        return []
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = f"{place.latitude:.2f}, {place.longitude:.2f} ({place.geo_precision})"
    return [place.sense, place.country, point]


def _counted(article: EnrichedArticle) -> Iterator[Claim]:
    for date in article.dates:
        yield _claim(date, "date", date.text, date.value)
    for figure in article.figures:
        yield _claim(figure, "count", figure.text, figure_text(figure), figure.subject)


def _said(article: EnrichedArticle) -> Iterator[Claim]:
    for quote in article.quotes:
        label = "quote" if quote.kind == "direct" else "statement"
        yield _claim(quote, label, quote.speaker, quote.cue, f"“{quote.text}”", _sure(quote.confidence, quote.method))
    for source in article.cited_sources:
        yield _claim(source, "source", source.name)


def _happened(article: EnrichedArticle) -> Iterator[Claim]:
    for event in article.events:
        span = event.evidence
        text = article.body if span.field is None else None
        onward = arrow((text or article.headline or "")[:200])
        coded = event.acled and (event.acled.sub_event_type or event.acled.event_type)
        parts = [event_text(event, onward), isolate(printable(coded)) if coded else None]
        yield Claim(span.field, span.start, span.end, "event", BETWEEN.join(part for part in parts if part))
