"""Which role each block of a page has, and why."""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from schemas import Byline, Role
from streams.cleaning import bylines, dateline, dates, headline, listing, pagebody, phrases, recurring, textbody
from streams.cleaning.blocks import RARELY, Block, Page, Zone
from streams.cleaning.evidence import Evidence, ends_softly, look
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata
from streams.cleaning.sitename import general_words


@dataclass(frozen=True, slots=True)
class Label:
    """A block's role. reason: why, for chrome and captions. joins: a body block that goes on with the paragraph before."""

    role: Role
    reason: str | None = None
    joins: bool = False


@dataclass(slots=True)
class Roles:
    """The labels and the evidence of a page's blocks, one of each for each, and what the labelled lines state."""

    labels: list[Label]
    evidence: Sequence[Evidence]
    headline: str | None = None
    section: str | None = None
    bylines: list[Byline] = field(default_factory=list)
    published: dates.Moment | None = None
    modified: dates.Moment | None = None


_OPENING = 3
"""Blocks at the beginning of a body among which its authors may be named."""

_COLOPHON = 12
"""Blocks below a body, within its element, among which authors and date may be named."""

_CRUMBS = 2
"""Names of sections that may stand one below the other above a headline without being a menu."""

_SECTION_WORDS = 3
"""Words of the longest line that is a section's name by its place alone."""

_SECTION_NAME = re.compile(r"[^\W\d_]{2,}(?:[ \u200c&،-]+(?:[^\W\d_]+|\d{4}))*")

_BODY = Label("body")
_OUTSIDE = Label("chrome", "outside")
_RECURRING = Label("chrome", "recurring")
_ZONE_REASONS = (
    (Zone.NAV, "nav"), (Zone.FOOTER, "footer"), (Zone.COMMENT_HINT, "comment"), (Zone.RELATED_HINT, "related"),
    (Zone.ASIDE, "aside"), (Zone.CHROME_HINT, "widget"), (Zone.HEADER, "header"),
)  # fmt: skip


def assign(page: Page, stated: Metadata, known: Collection[str] = ()) -> Roles:
    """Give every block of a page its role.

    stated: what the page's head says; empty for plain text. known: folded lines that are no part of any article of this
    source; the others are read as if these were not there.
    """
    evidence = [look(block) for block in page.blocks]
    furniture = recurring.furniture(evidence, stated, known) if known else frozenset()
    if not furniture:
        return _assign(page, evidence, stated)
    rest = [index for index in range(len(evidence)) if index not in furniture]
    story = Page(page.text, [page.blocks[index] for index in rest], page.structured)
    roles = _assign(story, [evidence[index] for index in rest], stated)
    labels = iter(roles.labels)
    roles.labels = [_RECURRING if index in furniture else next(labels) for index in range(len(evidence))]
    roles.evidence = evidence
    return roles


def _assign(page: Page, evidence: Sequence[Evidence], stated: Metadata) -> Roles:
    if page.structured:
        body, top = pagebody.find(page.blocks, evidence, stated)
    else:
        body, top = textbody.find(page.text, page.blocks, evidence)
    return _Labeller(page, evidence, stated, body, top).label()


class _Labeller:
    """Labels the blocks of one page once its body and its headline are known."""

    def __init__(
        self, page: Page, evidence: Sequence[Evidence], stated: Metadata, body: Sequence[int], top: int | None
    ) -> None:
        self.page = page
        self.blocks: Sequence[Block] = page.blocks
        self.evidence = evidence
        self.stated = stated
        self.body = body
        self.headline = top
        self.title = headline.choose(stated, None if top is None else page.blocks[top].text)
        self.first = body[0] if body else len(page.blocks)
        self.last = body[-1] if body else -1
        self.listed = listing.listed(evidence)
        self.labels: list[Label | None] = [None] * len(page.blocks)

    def label(self) -> Roles:
        for index in self.body:
            self.labels[index] = _BODY
        if self.page.structured and (names := self._opening_names()) is not None:
            self.labels[names] = Label("byline")
        if not self.page.structured:
            self._join()
        if self.headline is not None:
            self.labels[self.headline] = self._label_top(self.blocks[self.headline].text)
            self._label_section(self.headline)
            self._label_section_below(self.headline)
        elif not self.page.structured and self.first == 1 and self.evidence[0].folded in phrases.sections():
            self.labels[0] = Label("section")
        for index in range(len(self.blocks)):
            if self.labels[index] is None:
                self.labels[index] = self._label_one(index)
        if not self.page.structured:
            self._label_dateline()
        return self._collected()

    def _join(self) -> None:
        """Mark the pieces of a paragraph that line breaks cut: the line before does not end a sentence."""
        for before, index in zip(self.body, self.body[1:], strict=False):
            previous = self.blocks[before].text
            if index != before + 1 or ends_softly(previous) or self.evidence[before].words <= 9:
                continue
            opening = self.blocks[index].text[:1]
            if opening.islower() or opening in "،,؛;.:)»”":
                self.labels[index] = Label("body", joins=True)

    def _opening_names(self) -> int | None:
        """Where nobody is stated as the author and the article begins with names: ``Maya Haddad/Omar Saleh``."""
        if bylines.is_known(self.stated):
            return None
        for index, following in pairwise(self.body[: _OPENING + 1]):
            block = self.blocks[index]
            names = bylines.plain(block.text) if self.evidence[following].prose and not block.heading else None
            # Two words in bold may as well be a cross-heading.
            if names and (len(names) > 1 or block.strong * 2 <= len(block.text)):
                return index
        return None

    def _label_top(self, text: str) -> Label | None:
        if headline.is_shown(self.title, text):
            return Label("headline")
        return Label("alternative_headline") if headline.is_kin(text, self.stated) else None

    def _label_section(self, below: int) -> None:
        """The section's name stands up to four lines above the headline."""
        names = phrases.sections()
        adjacent = True
        for index in range(below - 1, max(below - 5, -1), -1):
            block, item = self.blocks[index], self.evidence[index]
            named = item.folded in names
            above = range(index - 1, max(-1, index - (_CRUMBS if self.page.structured else 1) - 1), -1)
            if named and above and all(self.evidence[other].folded in names for other in above):
                # Section names one below the other are a menu; where the page has tags, two of them may be its crumbs.
                return
            hinted = block.zones & Zone.SECTION_HINT and item.words <= 4 and not item.date
            if named or hinted or (not self.page.structured and self._names_section(index, adjacent=adjacent)):
                self.labels[index] = Label("section")
                return
            if item.chrome in {"nav", "list", "related"} or item.words > 12:
                return
            adjacent = adjacent and (item.date is not None or item.chrome is not None or item.words == 0)

    def _label_section_below(self, above: int) -> None:
        """A text without tags may give the section's name alone between headline and body."""
        if self.page.structured or Label("section") in self.labels:
            return
        found = [index for index in range(above + 1, self.first) if self.evidence[index].folded in phrases.sections()]
        if len(found) == 1:
            self.labels[found[0]] = Label("section")

    def _names_section(self, index: int, *, adjacent: bool) -> bool:
        """Whether a line above the headline of a text without tags is a section's name by where it stands.

        A menu further up has it, or it is right above the headline. adjacent: nothing but dates and tools between them.
        """
        item, text = self.evidence[index], self.blocks[index].text
        if not item.plain or item.prose or not 0 < item.words <= _SECTION_WORDS or not _SECTION_NAME.fullmatch(text):
            return False
        if bylines.is_organisation(text) or set(item.folded.split()) & general_words():
            return False
        wanted = f" {item.folded} "
        menus = (other.folded for other in self.evidence[:index] if other.words > item.words + 1 and not other.prose)
        return adjacent or any(wanted in f" {menu} " for menu in menus)

    def _label_one(self, index: int) -> Label:
        block, item = self.blocks[index], self.evidence[index]
        if self.headline is not None and item.folded == self.evidence[self.headline].folded:
            return Label("chrome", "repeated_headline")
        near = self.headline is not None and self.headline - 4 <= index < self.first
        below = self.last < index <= self.last + (_COLOPHON if block.zones & Zone.BODY_HINT else 2)
        signs = near or (below and not block.zones & (Zone.RELATED_HINT | Zone.CARD_HINT | Zone.FOOTER))
        if item.date is not None and item.byline is None:
            return Label("date") if signs or block.zones & Zone.DATE_HINT else Label("chrome", "date")
        if item.byline is not None:
            return Label("byline") if signs else Label("chrome", "byline")
        if item.chrome is not None:
            return Label("chrome", item.chrome)
        if item.caption or block.zones & Zone.CAPTION:
            return Label("caption", "caption")
        return (self._label_above_body(index) if near else None) or self._label_outside(index)

    def _label_above_body(self, index: int) -> Label | None:
        """A line between headline and body: byline, or a headline more."""
        block, item = self.blocks[index], self.evidence[index]
        if self.headline is None or index < self.headline:
            return None
        named = block.zones & Zone.BYLINE_HINT and item.words <= bylines.MAX_WORDS and bylines.names(block.text)
        if named or bylines.plain(block.text, site=self.stated.site) is not None:
            return Label("byline")
        follows = index == self.headline + 1 and item.words >= 4 and not block.zones & RARELY
        return Label("alternative_headline") if block.zones & Zone.STANDFIRST_HINT or follows else None

    def _label_outside(self, index: int) -> Label:
        if index in self.listed:
            return Label("chrome", self.listed[index])
        zones = self.blocks[index].zones
        return next((Label("chrome", reason) for zone, reason in _ZONE_REASONS if zones & zone), _OUTSIDE)

    def _label_dateline(self) -> None:
        """A line of place and agency right above the first paragraph belongs to it."""
        index = self.first - 1
        if index < 0 or not self.body:
            return
        label, line = self.labels[index], self.blocks[index].text
        if label not in {Label("byline"), Label("alternative_headline"), _OUTSIDE} or self.evidence[index].words > 6:
            return
        names = not any(bylines.is_filler(part.strip(" :")) for part in line.replace("/", "-").split("-"))
        if names and dateline.read(line) is not None:
            self.labels[index] = _BODY

    def _collected(self) -> Roles:
        roles = Roles([label or _OUTSIDE for label in self.labels], self.evidence, self.title)
        for block, item, label in zip(self.blocks, self.evidence, roles.labels, strict=True):
            if label.role == "byline":
                found = item.byline or bylines.plain(block.text, site=self.stated.site) or bylines.names(block.text)
                roles.bylines += [byline for byline in found if byline not in roles.bylines]
            date = item.date or (dates.read_any(block.text) if label.role == "byline" else None)
            if label.role == "date" and not self.page.structured:
                roles.section = roles.section or _section_beside(block.text)
            if label.role in {"date", "byline"} and date is not None:
                roles.published = roles.published or date.published
                roles.modified = roles.modified or date.modified
        if roles.published is None and self.headline is not None and not self.page.structured:
            # The only date on top of a page is the article's, wherever it stands.
            tops = {item.date.published for item in self.evidence[: self.headline] if item.date}
            roles.published = tops.pop() if len(tops) == 1 else None
        return roles


def _section_beside(text: str) -> str | None:
    """The section's name in a line that holds a date as well: ``سياسة 13-11-2024, 08:57 | --``."""
    stretches = (stretch.strip(" |/:،,-–") for stretch in dates.around(text))
    return next((name for name in stretches if fold(name) in phrases.sections()), None)
