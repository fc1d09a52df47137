"""From roles to the record: layout, body, paragraphs, repairs, and what the page states about itself."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from schemas import Byline, CleanArticle, LayoutSpan, Paragraph, RawArticle, Removed, Repair, Role
from streams import identity
from streams.cleaning import bylines, dateline, dates, language, pagetype, repairs, section, urls
from streams.cleaning.blocks import Page
from streams.cleaning.inline import Cut, cuts
from streams.cleaning.metadata import Metadata
from streams.cleaning.repairs import Change, Edit
from streams.cleaning.roles import Label, Roles

_BREAK = "\n\n"
_EDGES = " /|#[]»«›‹<>·•:-–"
"""What stands around a section's name: ``عربي ودولي /``, ``[سياسة]``."""


@dataclass(slots=True)
class _Body:
    """The body as it grows."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    paragraphs: list[Paragraph] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Paragraphs joined by one blank line."""
        return _BREAK.join(self.pieces)


class _Repairer:
    """Repairs titles in one language and keeps account of it."""

    def __init__(self, spoken: str | None) -> None:
        self.spoken = spoken
        self.repairs: list[Repair] = []

    def title(self, name: str, text: str, offset: int = 0) -> str:
        """The repaired text. offset: where it begins in the field ``name``."""
        repaired, edits = repairs.repair(text, self.spoken, prose=False)
        self.repairs += [_record(name, edit, offset) for edit in edits]
        return repaired


def assemble(raw: RawArticle, page: Page, roles: Roles, stated: Metadata, raw_text: str) -> CleanArticle:
    """Build the record.

    raw_text: what stands in for a URL in the article's id.
    """
    plain = " ".join(block.text for block, label in zip(page.blocks, roles.labels, strict=True) if label.role == "body")
    titles = " ".join(
        block.text for block, label in zip(page.blocks, roles.labels, strict=True) if label.role == "headline"
    )
    hint = raw.language or _tag(stated.language)
    spoken = language.detect(f"{titles} {plain}" if plain else page.text, hint)
    layout, body, removed = _lay_out(page, roles.labels, spoken)
    repairer = _Repairer(spoken)
    headline = _headline(roles, raw, repairer)
    alternatives = _alternatives(page, roles, repairer)
    url = urls.canonical(raw.url, stated.canonical) if raw.url else None
    source = raw.source or urls.host_of(raw.url)
    text = body.text
    return CleanArticle(
        id=identity.article_id(url, source, raw_text),
        revision=identity.revision(headline, text),
        url=url,
        source=source,
        language=spoken,
        section=_shown_section(page, roles)
        or (section.choose(stated, headline, url) if page.structured else None)
        or raw.section,
        headline=headline,
        alternative_headline=alternatives,
        byline=_bylines(roles, stated, raw),
        dateline=dateline.read(text),
        page_type=pagetype.tell(page, roles, stated, text, url=raw.url, source=raw_text),
        published_at=_first_date(
            [
                *stated.published,
                roles.published,
                raw.published_at,
                dates.read_path(url or ""),
                dateline.day(text, raw.fetched_at),
                # Who shows but one date shows the last change.
                roles.modified,
            ],
            raw.fetched_at,
        ),
        modified_at=_first_date([*stated.modified, roles.modified], raw.fetched_at),
        fetched_at=raw.fetched_at,
        body=text,
        page_text=page.text,
        layout=layout,
        paragraphs=body.paragraphs,
        repairs=[*body.repairs, *repairer.repairs],
        removed=removed,
    )


def withdrawn(raw: RawArticle, stated: Metadata, raw_text: str) -> CleanArticle:
    """The record of an article that its publisher took back: its id, nothing of its text."""
    url = urls.canonical(raw.url, stated.canonical) if raw.url else None
    source = raw.source or urls.host_of(raw.url)
    return CleanArticle(
        id=identity.article_id(url, source, raw_text),
        status=raw.status,
        url=url,
        source=source,
        language=raw.language,
        published_at=raw.published_at,
        fetched_at=raw.fetched_at,
    )


def rebuild(article: CleanArticle) -> str:
    """``page_text`` again, from layout, body and repairs alone."""
    body = article.body or ""
    edits = [
        Edit(repair.start, repair.end, repair.before, repair.after, repair.kind)
        for repair in article.repairs
        if repair.field == "body"
    ]
    pieces = []
    position = 0
    first = 0
    for paragraph in article.paragraphs:
        while first < len(edits) and edits[first].end <= paragraph.start and edits[first].start < paragraph.start:
            first += 1
        last = first
        while last < len(edits) and edits[last].end <= paragraph.end:
            last += 1
        pieces += [
            span.text or ""
            for span in article.layout
            if position <= span.start and span.end <= paragraph.raw_start and span.role != "body"
        ]
        pieces.append(repairs.undo(body[paragraph.start : paragraph.end], edits[first:last], paragraph.start))
        first = last
        position = paragraph.raw_end
    pieces += [span.text or "" for span in article.layout if span.start >= position and span.role != "body"]
    return "".join(pieces)


def _lay_out(page: Page, labels: list[Label], spoken: str | None) -> tuple[list[LayoutSpan], _Body, list[Removed]]:
    layout: list[LayoutSpan] = []
    removed: list[Removed] = []
    body = _Body()
    pending: list[tuple[int, int]] = []
    inside: list[Cut] = []

    def add(role: Role, start: int, end: int, reason: str | None = None) -> None:
        if start == end:
            return
        # Nothing here comes from outside: to validate hundreds of spans would take longer than to find them.
        text = page.text[start:end]
        shown = None if role == "body" else text
        layout.append(LayoutSpan.trusted(role=role, start=start, end=end, reason=reason, text=shown))
        if role in {"chrome", "caption"}:
            removed.append(Removed.trusted(text=text, reason=reason or role, start=start, end=end))

    def close() -> None:
        if pending:
            _add_paragraph(body, page, pending, inside, spoken)
            pending.clear()
            inside.clear()

    position = 0
    for block, label in zip(page.blocks, labels, strict=True):
        if not (label.role == "body" and label.joins):
            close()
        add("space", position, block.start)
        if label.role == "body":
            position = block.start
            for cut in cuts(block.text):
                add("body", position, block.start + cut.start)
                add("chrome", block.start + cut.start, block.start + cut.end, cut.reason)
                inside.append(Cut(block.start + cut.start, block.start + cut.end, cut.reason))
                position = block.start + cut.end
            add("body", position, block.end)
            pending.append((block.start, block.end))
        else:
            add(label.role, block.start, block.end, label.reason)
        position = block.end
    close()
    add("space", position, len(page.text))
    return layout, body, removed


def _add_paragraph(
    body: _Body, page: Page, pieces: list[tuple[int, int]], inside: list[Cut], spoken: str | None
) -> None:
    """One paragraph of the body from the blocks ``pieces``; what is cut out of it and joined in it counts as repaired."""
    start, end = pieces[0][0], pieces[-1][1]
    given = [Change(left - start, right - start, " ", "line_break") for (_, left), (right, _) in pairwise(pieces)]
    given += [Change(cut.start - start, cut.end - start, "", "chrome") for cut in inside]
    given.sort(key=lambda change: change.start)
    text, edits = repairs.repair(page.text[start:end], spoken, given=given)
    if not text:
        return
    offset = body.length + (len(_BREAK) if body.pieces else 0)
    body.pieces.append(text)
    body.length = offset + len(text)
    body.paragraphs.append(Paragraph.trusted(start=offset, end=body.length, raw_start=start, raw_end=end))
    body.repairs += [_record("body", edit, offset) for edit in edits]


def _record(name: str, edit: Edit, offset: int = 0) -> Repair:
    return Repair.trusted(
        field=name,
        kind=edit.kind,
        start=edit.start + offset,
        end=edit.end + offset,
        before=edit.before,
        after=edit.after,
    )


def _of_role(page: Page, roles: Roles, role: str) -> list[str]:
    return [block.text for block, label in zip(page.blocks, roles.labels, strict=True) if label.role == role]


def _headline(roles: Roles, raw: RawArticle, repairer: _Repairer) -> str | None:
    text = roles.headline or raw.headline
    return repairer.title("headline", text) or None if text else None


def _alternatives(page: Page, roles: Roles, repairer: _Repairer) -> list[str]:
    lines: list[str] = []
    length = 0
    for text in _of_role(page, roles, "alternative_headline"):
        lines.append(repairer.title("alternative_headline", text, length))
        length += len(lines[-1]) + 1
    return lines


def _shown_section(page: Page, roles: Roles) -> str | None:
    return next((text.strip(_EDGES) for text in _of_role(page, roles, "section")), None) or roles.section


def _bylines(roles: Roles, stated: Metadata, raw: RawArticle) -> list[Byline]:
    if found := bylines.choose(stated, roles.bylines):
        return found
    return (bylines.marked(raw.byline) or bylines.names(raw.byline)) if raw.byline else []


def _first_date(moments: list[dates.Moment | None], fetched_at: str | None) -> str | None:
    """The first plausible date. moments: as the page writes them, or read already."""
    read = (dates.read_value(moment) if isinstance(moment, str) else moment for moment in moments)
    return next((value for moment in read if (value := dates.settle(moment, fetched_at))), None)


def _tag(value: str | None) -> str | None:
    """A language tag as the page writes it, to BCP 47; None for what is no tag."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?\s*", value or "")
    if not match:
        return None
    parts = [match[1].lower()]
    if match[2]:
        parts.append(match[2].title())
    if match[3]:
        parts.append(match[3].upper())
    return "-".join(parts)
