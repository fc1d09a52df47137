"""What a stage did to one record, in the order of the page: what it kept, what it took off and why. No terminal here.

Each stage has its own way to fill an `Explanation`; the view that shows one (`streams.outlets.explained`) knows no stage.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from schemas import CleanArticle, EnrichedArticle, LayoutSpan, Record, Repair
from streams.outlets.cards import BETWEEN, Card, card_of
from streams.outlets.claims import BRIEF, claims
from streams.outlets.direction import arrow, isolate
from streams.outlets.text import printable

Verdict = Literal["kept", "field", "removed", "claimed"]
"""A paragraph of the body; a line that became a field of the record; what was taken off; what is claimed of the text above."""

OPEN, CLOSE = "⟦", "⟧"
"""Around a repair where it was made, and around the words of a claim. The two are mirrored, so they enclose it in both directions."""

_LONGEST = 24
"""Code points of a repaired stretch that are shown."""

_INVISIBLE = {" ": "␣", "\xa0": "␣", "\n": "↵", "\r": "↵", "\t": "⇥"}
_NOTHING = "∅"
_ELSEWHERE = "…"
_CUT = "chrome"
"""The kind of repair that takes chrome out of a paragraph; what it took has a passage of its own."""


@dataclass(frozen=True)
class Passage:
    """One piece of the page and what became of it.

    label: the field it became, why it was taken off, or the kind of claim.
    text: safe for terminals, on one line, with each repair as OPEN before arrow after CLOSE. A repair is one word:
    white space in it is written as a visible sign. In enriched articles the marks enclose the words of the claims.
    """

    verdict: Verdict
    label: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """One record explained. card: what was found; passages: the page from top to bottom."""

    card: Card
    passages: list[Passage]


def explain(record: Record, name: str) -> Explanation:
    """Explain what the last stage did to a record. name: of the input, as a person knows it."""
    match record:
        case CleanArticle():
            return Explanation(_cleaned_card(record, name), list(_cleaned_passages(record)))
        case EnrichedArticle():
            shown = card_of(record)
            rows = [("input", printable(name)), ("url", printable(record.url or "")), *shown.rows]
            card = Card(shown.headline, shown.about, [row for row in rows if row[1]])
            return Explanation(card, list(_enriched_passages(record)))
    raise TypeError(f"no explanation of {type(record).__name__}")


def _cleaned_card(article: CleanArticle, name: str) -> Card:
    lines = {span.role for span in article.layout}

    def found(value: str | None, role: str) -> str | None:
        """The value; and where it is no line of the page, that it only is stated: by its head, its address or a feed."""
        return f"{value} (stated)" if value and role not in lines else value

    dateline = article.dateline
    shown = card_of(article)
    rows = [
        ("input", name),
        ("url", article.url),
        ("type", article.page_type),
        ("headline", None if article.headline else "none found"),
        ("section", found(article.section, "section")),
        ("subhead", " / ".join(article.alternative_headline)),
        ("by", found(", ".join(f"{by.name} ({by.type})" for by in article.byline), "byline")),
        ("filed", ", ".join(part for part in (dateline.place, dateline.agency) if part) if dateline else None),
        ("date", found(article.published_at, "date")),
        ("modified", article.modified_at),
        ("body", f"{len(article.body or ''):,} characters, {len(article.paragraphs)} paragraphs"),
    ]
    headline = printable(found(article.headline, "headline") or "") or shown.headline
    card = Card(headline, shown.about, [(label, text) for label, value in rows if value and (text := printable(value))])
    card.rows.extend(
        (label, _counted(names))
        for label, names in (
            ("removed", [part.reason for part in article.removed]),
            ("repairs", [repair.kind for repair in article.repairs]),
        )
        if names
    )
    return card


def _counted(names: Iterable[str]) -> str:
    return BETWEEN.join(isolate(printable(f"{name} {count}")) for name, count in Counter(names).most_common())


def _cleaned_passages(article: CleanArticle) -> Iterator[Passage]:
    """Every line of the page but white space. A paragraph stands as it is in the body, what was cut out of it below."""
    body = article.body or ""
    repairs = [repair for repair in article.repairs if repair.field == "body"]
    titles = {
        "headline": iter(_marked_lines([article.headline or ""], "headline", article.repairs)),
        "alternative_headline": iter(
            _marked_lines(article.alternative_headline, "alternative_headline", article.repairs)
        ),
    }
    number = -1
    for span in article.layout:
        if span.role == "body":
            # A paragraph has several spans where lines were joined or chrome was cut out.
            if number >= 0 and span.end <= article.paragraphs[number].raw_end:
                continue
            number += 1
            if number == len(article.paragraphs) or span.start < article.paragraphs[number].raw_start:
                number -= 1  # nothing was left of this one after repairs
                continue
            paragraph = article.paragraphs[number]
            text = _marked(body, paragraph.start, paragraph.end, repairs)
            yield Passage("kept", "body", text)
        elif span.role in titles:
            line = next(titles[span.role], None)
            label = "subhead" if span.role == "alternative_headline" else span.role
            yield Passage("field", label, line or printable(span.text or ""))
        elif span.role != "space":
            yield _unrepaired(span)


def _unrepaired(span: LayoutSpan) -> Passage:
    removed = span.role in {"chrome", "caption"}
    return Passage("removed" if removed else "field", span.reason or span.role, printable(span.text or ""))


def _marked_lines(lines: list[str], name: str, repairs: list[Repair]) -> list[str | None]:
    """Each line of a field with its repairs; None for one without any, as the page's own line says more."""
    of_field = [repair for repair in repairs if repair.field == name]
    marked = []
    start = 0
    text = "\n".join(lines)
    for line in lines:
        end = start + len(line)
        has_any = any(start <= repair.start and repair.end <= end for repair in of_field)
        marked.append(_marked(text, start, end, of_field) if has_any else None)
        start = end + 1
    return marked


def _marked(text: str, start: int, end: int, repairs: list[Repair]) -> str:
    """The slice of a field with the repairs that lie in it. repairs: of this field, in order."""
    onward = arrow(text[start:end])
    marks = []
    for repair in repairs:
        before = _ELSEWHERE if repair.kind == _CUT else _visible(repair.before)
        marks.append((repair.start, repair.end, f"{isolate(before)}{onward}{isolate(_visible(repair.after))}"))
    return _spliced(text, start, end, marks)


def _spliced(text: str, start: int, end: int, marks: Iterable[tuple[int, int, str]]) -> str:
    """The slice of a field in which marks stand for the stretches that they name, between OPEN and CLOSE.

    marks: (start, end, what stands there), in order of start; of those that overlap only the first counts, and of those
    that lie outside the slice none.
    """
    pieces = []
    position = start
    for first, last, mark in marks:
        if position <= first and last <= end:
            pieces += [_inner(text[position:first]), f"{OPEN}{mark}{CLOSE}"]
            position = last
    pieces.append(_inner(text[position:end]))
    return "".join(pieces).strip()


def _enriched_passages(article: EnrichedArticle) -> Iterator[Passage]:
    """Each line of the titles and each paragraph with the words of its claims marked, and below it the claims."""
    found = claims(article)
    subheads = "\n".join(article.alternative_headline)
    pieces = [("headline", article.headline or "", 0, len(article.headline or ""))]
    start = 0
    for line in article.alternative_headline:
        pieces.append(("alternative_headline", subheads, start, start + len(line)))
        start += len(line) + 1
    pieces += [("body", article.body or "", part.start, part.end) for part in article.paragraphs]
    for name, text, first, last in pieces:
        inside = [one for one in found if (one.field or "body") == name and first <= one.start < last]
        brief = ((one.start, one.end, _inner(text[one.start : one.end])) for one in inside if one.label in BRIEF)
        shown = _spliced(text, first, last, brief)
        if shown:
            label = "subhead" if name == "alternative_headline" else name
            yield Passage("kept" if name == "body" else "field", label, shown)
        yield from (Passage("claimed", one.label, one.text) for one in inside)


def _inner(text: str) -> str:
    """Printable, with the white space at its ends."""
    return printable(f"|{text}|")[1:-1]


def _visible(text: str) -> str:
    """A repaired stretch as one word in which nothing is invisible."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    signs = (_INVISIBLE.get(char, char) for char in text)
    return "".join(
        sign if sign == printable(sign) and sign.isprintable() else f"U+{ord(sign):04X}" for sign in signs
    ) or (_NOTHING)
