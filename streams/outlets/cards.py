"""What a person wants to see of a record: a headline, a line about it, and labelled rows. No terminal in here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas import Alert, Article, CleanArticle, EnrichedArticle, Event, Figure, RawArticle, Record, Reference
from streams.outlets.dead_letters import DeadLetter
from streams.outlets.direction import arrow, is_right_to_left, isolate
from streams.outlets.text import printable

MOST = 6
"""Names in one row; the rest is counted."""
BETWEEN = " · "


@dataclass(frozen=True)
class Card:
    """One record for people. All text is printable, on one line, each part of another direction isolated.

    rows: pairs of label and text.
    """

    headline: str
    about: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def right_to_left(self) -> bool:
        """The direction of the whole card: that of its headline, or of its text where the headline has none."""
        return is_right_to_left(self.headline)


def card_of(record: Record) -> Card:
    """The card of a record of any topic."""
    match record:
        case EnrichedArticle():
            return Card(_headline(record), _about(record), _enriched_rows(record))
        case CleanArticle():
            return Card(_headline(record), _about(record), _clean_rows(record))
        case Alert():
            return _alert(record)
        case RawArticle():
            content = record.html or record.text or ""
            size = len(record.content_base64 or content.encode())
            rows = [("url", record.url), ("bytes", f"{size:,}"), ("text", (record.text or "")[:400])]
            about = joined([record.source, record.language, record.published_at, record.fetched_at])
            return Card(printable(record.headline or record.url or record.source or ""), about, _filled(rows))
        case DeadLetter():
            error = record.error
            where = None if error.topic is None else f"{error.topic}[{error.partition}]@{error.offset}"
            rows = [
                ("record", where),
                ("key", record.key),
                ("attempts", None if error.attempts is None else str(error.attempts)),
                ("value", (record.value or record.value_base64 or "")[:400]),
            ]
            about = joined([error.stage and f"stage {error.stage}", error.message])
            return Card(printable(error.code or "dead letter"), about, _filled(rows))
    raise TypeError(f"no card for {type(record).__name__}")


def joined(parts: Iterable[str | None]) -> str:
    """The parts that there are, printable, each a unit of its own direction."""
    return BETWEEN.join(isolate(text) for part in parts if part and (text := printable(part)))


def _filled(rows: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(label, text) for label, value in rows if value and (text := printable(value))]


def _headline(article: Article) -> str:
    first_line = (article.body or "").partition("\n")[0]
    return printable(article.headline or first_line or article.url or article.source or article.id)


def _about(article: Article) -> str:
    status = article.status and article.status.upper()
    return joined(
        [status, article.section, article.language, article.source, _dated(article.published_at, article.fetched_at)]
    )


def _dated(published_at: str | None, fetched_at: str | None) -> str | None:
    """When it was published; where nobody knows, when it was fetched, and that it was."""
    fetched = _moment(fetched_at)
    return _moment(published_at) or (fetched and f"fetched {fetched}")


def _moment(value: str | None) -> str | None:
    """The day and the minute; seconds and fractions say nothing to a reader."""
    return value[:16].replace("T", " ") if value else None


def _alert(alert: Alert) -> Card:
    """In Arabic or in English, as the article is nearer to."""
    article = alert.article
    arabic = is_right_to_left(article.headline or "")
    title, why = (getattr(text, "ar" if arabic else "en") for text in (alert.rule.title, alert.explanation))
    undated = None if alert.timeliness == "breaking" else alert.timeliness
    about = joined([alert.level.upper(), undated, article.source, _dated(article.published_at, article.fetched_at)])
    rows = [("alert", why), ("article", article.headline), ("url", article.url)]
    return Card(printable(title), about, _filled(rows))


def _clean_rows(article: CleanArticle) -> list[tuple[str, str]]:
    removed = sum(len(part.text) for part in article.removed)
    return _filled(
        [
            ("by", ", ".join(byline.name for byline in article.byline)),
            ("body", f"{len(article.body or ''):,} characters, {len(article.paragraphs)} paragraphs"),
            ("removed", f"{removed:,} characters in {len(article.removed)} parts" if removed else None),
            ("repairs", str(len(article.repairs)) if article.repairs else None),
            ("text", (article.body or "")[:400]),
        ]
    )


def _enriched_rows(article: EnrichedArticle) -> list[tuple[str, str]]:
    people = [_person(entity.name, entity.role) for entity in article.entities if entity.type == "person"]
    organisations = [entity.name for entity in article.entities if entity.type == "organisation"]
    headline = _headline(article)
    right_to_left, onward = is_right_to_left(headline), arrow(headline)
    rows = [
        ("people", _some(people)),
        ("orgs", _some(organisations)),
        ("places", _some(_places(article))),
        *(("event", event_text(event, onward)) for event in article.events[:MOST]),
        ("counts", _some(_figures(article))),
        ("quotes", _quotes(article)),
        ("topics", _some([topic.name.ar if right_to_left else topic.name.en for topic in article.topics])),
    ]
    return [(label, text) for label, text in rows if text]


def _some(names: list[str]) -> str:
    more = f"+{len(names) - MOST}" if len(names) > MOST else None
    return joined([*names[:MOST], more])


def _person(name: str, role: str | None) -> str:
    return f"{name} ({role})" if role else name


def _places(article: EnrichedArticle) -> list[str]:
    """Each place once, with its country; where something happened first."""
    order = {"event": 0, "dateline": 1, "mentioned": 2}
    names: dict[str, str] = {}
    for place in sorted(article.places, key=lambda place: order[place.sense]):
        label = f"{place.name} ({place.country})" if place.country else place.name
        names.setdefault(place.entity, label)
    for entity in article.entities:
        if entity.type == "place":
            names.setdefault(entity.id, entity.name)
    return list(names.values())


def event_text(event: Event, onward: str) -> str:
    """An event on one line. onward: the arrow from those who act to those who suffer it, in the direction of the text."""
    kind = event.plover.type.replace("_", " ").lower()
    if event.plover.mode:
        kind += f" ({event.plover.mode.replace('_', ' ').lower()})"
    certainty = None if event.certainty == "stated" else event.certainty
    sides = f" {onward} ".join(
        _joined_names(side) if side else "…"
        for side in ((event.actors, event.recipients) if event.recipients else (event.actors,))
    )
    sides = sides if event.actors or event.recipients else ""
    tail = joined([event.place.name if event.place else None, event.date, certainty])
    return BETWEEN.join(part for part in (isolate(printable(kind)), sides, tail) if part)


def _joined_names(references: list[Reference]) -> str:
    return "، ".join(isolate(printable(reference.name)) for reference in references)


def _figures(article: EnrichedArticle) -> list[str]:
    """Each count once; those that have no kind of their own say little on a card."""
    return list(dict.fromkeys(figure_text(figure) for figure in article.figures if figure.what != "other"))


def figure_text(figure: Figure) -> str:
    """What is counted, and how many."""
    low, high = ("" if bound is None else f"{bound:,.10g}" for bound in (figure.low, figure.high))
    if not low:
        amount = f"≤{high}"
    elif not high:
        amount = f"{low}+"
    else:
        amount = low if low == high else f"{low}–{high}"
    return " ".join(part for part in (figure.what, amount, figure.unit) if part)


def _quotes(article: EnrichedArticle) -> str:
    kinds = Counter(quote.kind for quote in article.quotes)
    speakers = dict.fromkeys(quote.speaker for quote in article.quotes if quote.speaker)
    return joined([*(f"{count} {kind}" for kind, count in sorted(kinds.items())), *list(speakers)[:3]])
