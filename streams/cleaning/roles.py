"""Which role each block of a page has, and why."""

from dataclasses import dataclass

from schemas import Byline, Role
from streams.cleaning import bylines, dateline, phrases
from streams.cleaning.blocks import Block, Page, Zone
from streams.cleaning.evidence import Evidence, ends_softly, look
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata


@dataclass(frozen=True, slots=True)
class Label:
    """A block's role. reason: why, for chrome and captions. joins: a body block that goes on with the paragraph before."""

    role: Role
    reason: str | None = None
    joins: bool = False


@dataclass(slots=True)
class Roles:
    """The labels of a page's blocks, one for each, and what the labelled lines state."""

    labels: list[Label]
    bylines: list[Byline]
    published: str | None = None
    modified: str | None = None


_UNKNOWN = Label("chrome", "outside")
_HEADLINE_REACH = 40
_CLITICS = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")


def assign(page: Page, stated: Metadata) -> Roles:
    """Give every block of a page its role.

    stated: what the page's head says; empty for plain text.
    """
    evidence = [look(block) for block in page.blocks]
    lines = _Lines(page.blocks, evidence, stated)
    if page.structured:
        body, headline = lines.find_structured()
    else:
        body, headline = lines.find_flattened()
    return lines.label(body, headline)


class _Lines:
    """The blocks of one page with their evidence."""

    def __init__(self, blocks: list[Block], evidence: list[Evidence], stated: Metadata) -> None:
        self.blocks = blocks
        self.evidence = evidence
        self.stated = stated
        self.labels: list[Label | None] = [None] * len(blocks)
        self.repeats: dict[str, int] = {}
        for item in evidence:
            if item.words > 2:
                self.repeats[item.folded] = self.repeats.get(item.folded, 0) + 1

    # --- plain text ---------------------------------------------------------------------------------------------------

    def find_flattened(self) -> tuple[list[int], int | None]:
        """Indexes of the body's blocks and of the headline in plain text."""
        listed = self._listed()
        values = []
        for index, item in enumerate(self.evidence):
            if index in listed:
                values.append(-4 if item.prose else -2)
            elif item.chrome is not None:
                values.append(-2)
            elif item.prose and not item.caption:
                values.append(min(item.words, 60))
            else:
                values.append(-2)
        start, end = _best_run(values)
        if start == end:
            return self._find_short(listed)
        body = [index for index in range(start, end) if values[index] > 0]
        body = self._with_continuations(body, start, end, listed)
        headline = self._flattened_headline(body[0], body)
        if headline is None and len(body) > 1 and self._opens_like_headline(body):
            headline = body.pop(0)
        return body, headline

    def _listed(self) -> dict[int, str]:
        """Blocks that belong to a list of other stories or of tags, and why."""
        found: dict[int, str] = {}
        opened: str | None = None
        since = 0
        for index, item in enumerate(self.evidence):
            if item.phrase is not None and item.phrase.opens_list:
                opened, since = item.phrase.reason, index
                continue
            if opened is None:
                continue
            if self._resumes(index, since, opened):
                opened = None
                continue
            if item.chrome is None:
                found[index] = "tags" if opened == "tags" else "related"
        return found

    def _resumes(self, index: int, since: int, opened: str) -> bool:
        """Whether the article goes on here after a list was opened at ``since``."""
        item = self.evidence[index]
        if opened == "tags":
            return item.prose
        if not item.strong:
            return False
        following = self._next(index)
        if index == since + 1 or (following is not None and self.evidence[following].prose):
            return True
        return index == since + 2 and (following is None or self.evidence[following].chrome is not None)

    def _next(self, index: int) -> int | None:
        return index + 1 if index + 1 < len(self.blocks) else None

    def _find_short(self, listed: dict[int, str]) -> tuple[list[int], int | None]:
        """A text without anything that looks like a paragraph: what is no chrome is the body, after a headline."""
        plain = [
            index
            for index, item in enumerate(self.evidence)
            if item.chrome is None and item.date is None and item.byline is None and index not in listed
        ]
        if len(plain) < 2:
            return plain, None
        first = plain[0]
        rest = sum(self.evidence[index].words for index in plain[1:])
        if self.evidence[first].titled and rest > self.evidence[first].words:
            return plain[1:], first
        return plain, None

    def _with_continuations(self, body: list[int], start: int, end: int, listed: dict[int, str]) -> list[int]:
        """Add to the body's paragraphs the cross-headings between them and the pieces of cut lines."""
        chosen = set(body)
        vocabulary = self._vocabulary(body)
        for index in range(start, end):
            item = self.evidence[index]
            if index in chosen or index in listed or item.chrome or item.date or item.byline or item.caption:
                continue
            before = index - 1 in chosen
            after = index + 1 in chosen or (
                index + 2 in chosen and self.evidence[min(index + 1, end - 1)].chrome is None
            )
            if not before or not after:
                continue
            text = self.blocks[index].text
            cut = not ends_softly(self.blocks[index - 1].text)
            heading = item.words <= 9 and (
                text.endswith(":") or text[:1] in '"“«*•-–' or _overlap(item.folded, vocabulary) >= 0.5
            )
            if cut or heading or (item.ends and item.words >= 3):
                chosen.add(index)
        return sorted(chosen)

    def _vocabulary(self, body: list[int], limit: int = 1_000_000) -> frozenset[str]:
        return frozenset(stem for index in body[:limit] for stem in _stems(self.evidence[index].folded))

    def _flattened_headline(self, first: int, body: list[int]) -> int | None:
        """The headline above the first paragraph: what shares words with the text, is repeated, and stands near."""
        lead = self._vocabulary(body, 6)
        best: tuple[float, int] | None = None
        for index in range(max(first - _HEADLINE_REACH, 0), first):
            item = self.evidence[index]
            if (
                not item.titled
                or item.caption
                or (item.ends and self.blocks[index].text.endswith(".") and ".." not in self.blocks[index].text[-3:])
            ):
                continue
            score = 2 * _overlap(item.folded, lead) - 0.04 * (first - index)
            if self._is_repeated(index):
                score += 0.8
            if item.words >= 5:
                score += 0.4
            if item.folded in phrases.sections():
                score -= 2
            if bylines.plain(self.blocks[index].text) is not None:
                score -= 1
            if index and self._is_section(index - 1):
                score += 0.5
            if best is None or score > best[0] or (score > best[0] - 0.5 and False):
                best = (score, index)
        if best is None:
            return None
        index = best[1]
        # A sub-headline shares words with the text as well; the headline stands before it.
        while index and self._outranks(index - 1, lead):
            index -= 1
        return index

    def _outranks(self, index: int, lead: frozenset[str]) -> bool:
        item = self.evidence[index]
        return (
            item.titled
            and item.words >= 4
            and not item.ends
            and not item.caption
            and _overlap(item.folded, lead) >= 0.4
            and item.folded not in phrases.sections()
        )

    def _is_repeated(self, index: int) -> bool:
        item = self.evidence[index]
        if self.repeats.get(item.folded, 0) > 1:
            return True
        return item.words >= 4 and any(
            other is not item and other.words <= item.words + 8 and other.folded.startswith(item.folded + " ")
            for other in self.evidence[:_HEADLINE_REACH]
        )

    def _opens_like_headline(self, body: list[int]) -> bool:
        first, second = self.blocks[body[0]], self.evidence[body[1]]
        item = self.evidence[body[0]]
        return item.words <= 25 and not first.text.endswith((".", ".”", "۔")) and second.strong and not item.strong

    def _is_section(self, index: int) -> bool:
        """Whether a line above a headline names its section."""
        item = self.evidence[index]
        if item.folded in phrases.sections():
            return True
        text = self.blocks[index].text
        return (
            index == 0
            and item.chrome is None
            and item.date is None
            and item.byline is None
            and 1 <= item.words <= 3
            and text.replace(" ", "").isalpha()
        )

    # --- HTML ---------------------------------------------------------------------------------------------------------

    def find_structured(self) -> tuple[list[int], int | None]:
        """Indexes of the body's blocks and of the headline in a rendered page."""
        headline = self._structured_headline()
        ignored = self._common_hints()
        usable = [self._weight(index, headline, ignored) for index in range(len(self.blocks))]
        top = self._top_box(usable)
        if top is None:
            return self._find_short({})[0] if not any(usable) else [], headline
        inside = [index for index, block in enumerate(self.blocks) if top in block.boxes]
        listed = self._listed()
        body = []
        for index in inside:
            if usable[index] > 0 and index not in listed:
                body.append(index)
        if not body:
            return [], headline
        body = self._with_short_blocks(body, inside, headline, ignored, listed)
        return body, headline

    def _common_hints(self) -> Zone:
        """Zones that most of the page's text is in: a class of a wrapper, which tells nothing."""
        total = sum(len(block.text) for block in self.blocks)
        common = Zone.NONE
        for zone in Zone:
            if zone and sum(len(block.text) for block in self.blocks if block.zones & zone) * 10 > total * 7:
                common |= zone
        return common

    def _weight(self, index: int, headline: int | None, ignored: Zone) -> float:
        """How much a block counts as a paragraph of the body, 0 for what is none."""
        block, item = self.blocks[index], self.evidence[index]
        zones = block.zones & ~ignored
        if item.chrome or item.date or item.byline or zones & _NEVER or block.heading:
            return 0
        if headline is not None and index <= headline:
            return 0
        density = block.link_density
        if density > 0.6 or (item.words < 8 and not item.ends) or (item.words < 5):
            return 0
        if zones & _RARELY and not zones & Zone.BODY_HINT:
            return 0
        if block.tag not in _PARAGRAPHS and not item.prose:
            return 0
        weight = min(item.words, 80) * (1 - density)
        if not item.ends:
            weight *= 0.5
        if block.tag in {"li", "td", "th", "dd", "dt"}:
            weight *= 0.4
        if zones & Zone.BODY_HINT:
            weight *= 1.5
        if zones & (Zone.ARTICLE | Zone.MAIN):
            weight *= 1.3
        return weight

    def _top_box(self, usable: list[float]) -> int | None:
        """The box that holds the article: much text near below it, and little that is not the article's."""
        scores: dict[int, float] = {}
        masses: dict[int, float] = {}
        parents: dict[int, int] = {}
        for block, weight in zip(self.blocks, usable, strict=True):
            if weight <= 0:
                continue
            # The block's own element holds nothing else.
            boxes = block.boxes[:-1] or block.boxes
            for distance, box in enumerate(reversed(boxes)):
                scores[box] = scores.get(box, 0.0) + weight / (1, 1.6, 3, 5, 8, 12)[min(distance, 5)]
                masses[box] = masses.get(box, 0.0) + weight
            for parent, box in zip(boxes, boxes[1:], strict=False):
                parents[box] = parent
        if not scores:
            return None
        top = max(scores, key=lambda box: (scores[box], -box))
        while (
            (parent := parents.get(top)) is not None
            and masses[parent] > masses[top]
            and self._is_whole(parent, top, usable)
        ):
            top = parent
        return top

    def _is_whole(self, parent: int, top: int, usable: list[float]) -> bool:
        """Whether a box around the best one still is the article alone: most of what it adds is paragraphs."""
        added = [index for index, block in enumerate(self.blocks) if parent in block.boxes and top not in block.boxes]
        good = sum(len(self.blocks[index].text) for index in added if usable[index] > 0)
        every = sum(len(self.blocks[index].text) for index in added)
        return good * 10 >= every * 6

    def _with_short_blocks(
        self, body: list[int], inside: list[int], headline: int | None, ignored: Zone, listed: dict[int, str]
    ) -> list[int]:
        """Add cross-headings, list items and short paragraphs that stand between the body's paragraphs."""
        chosen = set(body)
        last = body[-1]
        for index in inside:
            block, item = self.blocks[index], self.evidence[index]
            zones = block.zones & ~ignored
            if index in chosen or index >= last or index in listed or (headline is not None and index <= headline):
                continue
            if item.chrome or item.date or item.byline or zones & (_NEVER | _RARELY) or block.link_density > 0.5:
                continue
            if index < body[0] and not (block.tag == "p" and item.words >= 3):
                continue
            if block.heading or block.tag in _PARAGRAPHS:
                chosen.add(index)
        kept = sorted(chosen)
        # A heading that no paragraph follows belongs to what comes next.
        return [
            index
            for position, index in enumerate(kept)
            if not self.blocks[index].heading or (position + 1 < len(kept) and kept[position + 1] - index <= 3)
        ]

    def _structured_headline(self) -> int | None:
        """The heading that the page's head states too, else the first of the highest level."""
        stated = [fold(text) for text in (*self.stated.headlines, self.stated.title or "") if text]
        best: tuple[float, int] | None = None
        for index, (block, item) in enumerate(zip(self.blocks, self.evidence, strict=True)):
            if not (block.heading or block.zones & Zone.HEADLINE_HINT) or not item.folded or item.words > 60:
                continue
            score = {1: 3.0, 2: 1.0, 3: 0.5}.get(block.heading, 0.2)
            likeness = max((_likeness(item.folded, text) for text in stated), default=0.0)
            score += 4 * likeness
            if block.zones & Zone.HEADLINE_HINT:
                score += 0.5
            if block.zones & _NEVER or (block.link_density > 0.9 and likeness < 0.8):
                score -= 2
            if score >= 2.5 and (best is None or score > best[0]):
                best = (score, index)
        if best is not None:
            return best[1]
        for index, item in enumerate(self.evidence):
            if item.words > 2 and item.folded in stated and not self.blocks[index].zones & _NEVER:
                return index
        return None

    # --- both ---------------------------------------------------------------------------------------------------------

    def label(self, body: list[int], headline: int | None) -> Roles:
        """Labels for all blocks, once body and headline are known."""
        roles = Roles([], [])
        chosen = set(body)
        first = body[0] if body else len(self.blocks)
        last = body[-1] if body else -1
        listed = self._listed()
        for index in body:
            self.labels[index] = Label("body")
        if not self.blocks[:1]:
            return roles
        structured = bool(self.blocks[0].boxes)
        if not structured:
            self._join(body)
        if headline is not None:
            self.labels[headline] = Label("headline")
            self._label_section(headline)
        title = self.evidence[headline].folded if headline is not None else ""
        for index, item in enumerate(self.evidence):
            if self.labels[index] is not None:
                continue
            if title and item.folded == title:
                self.labels[index] = Label("chrome", "repeated_headline")
            else:
                near = headline is not None and headline - 4 <= index < first
                self.labels[index] = self._label_one(
                    index, near=near, after=index > last, headline=headline, listed=listed
                )
        if not structured and first and first < len(self.blocks):
            self._label_dateline(first)
        roles.labels = [label or _UNKNOWN for label in self.labels]
        self._collect(roles, first, headline)
        return roles

    def _join(self, body: list[int]) -> None:
        """Mark the pieces of a paragraph that line breaks cut: the line before does not end a sentence."""
        for before, index in zip(body, body[1:], strict=False):
            previous = self.blocks[before].text
            if index != before + 1 or ends_softly(previous) or self.evidence[before].words <= 9:
                continue
            opening = self.blocks[index].text[:1]
            if opening.islower() or opening in "،,؛;.:)»”" or self.evidence[index].words < 8:
                self.labels[index] = Label("body", joins=True)

    def _label_section(self, headline: int) -> None:
        for index in range(headline - 1, max(headline - 5, -1), -1):
            item = self.evidence[index]
            if self._is_section(index):
                self.labels[index] = Label("section")
                return
            if item.chrome in {"nav", "list", "related"} or item.words > 12:
                return

    def _label_one(self, index: int, *, near: bool, after: bool, headline: int | None, listed: dict[int, str]) -> Label:
        block, item = self.blocks[index], self.evidence[index]
        if item.date is not None:
            return Label("date") if near or block.zones & Zone.DATE_HINT else Label("chrome", "date")
        if item.byline is not None:
            return Label("byline") if near or (after and self._follows_body(index)) else Label("chrome", "byline")
        if item.chrome is not None:
            return Label("chrome", item.chrome)
        if item.caption or block.zones & Zone.CAPTION:
            return Label("caption", "caption")
        if near and headline is not None and index > headline:
            if block.zones & Zone.BYLINE_HINT and item.words <= bylines.MAX_WORDS and bylines.names(block.text):
                return Label("byline")
            if bylines.plain(block.text, site=self.stated.site) is not None:
                return Label("byline")
            if block.zones & Zone.STANDFIRST_HINT or (
                index == headline + 1 and item.words >= 4 and not block.zones & _RARELY
            ):
                return Label("alternative_headline")
        if index in listed:
            return Label("chrome", listed[index])
        zones = block.zones
        for zone, reason in _ZONE_REASONS:
            if zones & zone:
                return Label("chrome", reason)
        return _UNKNOWN

    def _follows_body(self, index: int) -> bool:
        return any(label is not None and label.role == "body" for label in self.labels[max(index - 2, 0) : index])

    def _label_dateline(self, first: int) -> None:
        """A line of place and agency right above the first paragraph belongs to it."""
        label = self.labels[first - 1]
        line = self.blocks[first - 1].text
        if (
            label is None
            or label.role not in {"byline", "chrome", "alternative_headline"}
            or self.evidence[first - 1].words > 6
        ):
            return
        if label.role == "chrome" and label.reason != "outside":
            return
        if any(bylines.is_filler(part.strip(" :")) for part in line.replace("/", "-").split("-")):
            return
        if dateline.read(line) is not None:
            self.labels[first - 1] = Label("body")

    def _collect(self, roles: Roles, first: int, headline: int | None) -> None:
        for index, label in enumerate(roles.labels):
            item = self.evidence[index]
            if label.role == "byline":
                text = self.blocks[index].text
                found = item.byline or bylines.plain(text, site=self.stated.site) or bylines.names(text)
                roles.bylines += [byline for byline in found if byline not in roles.bylines]
            elif label.role == "date" and item.date is not None:
                roles.published = roles.published or item.date.published
                roles.modified = roles.modified or item.date.modified


_NEVER = Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT | Zone.CAPTION | Zone.FIGURE
_RARELY = Zone.ASIDE | Zone.CHROME_HINT | Zone.RELATED_HINT | Zone.BYLINE_HINT | Zone.DATE_HINT | Zone.STANDFIRST_HINT
_PARAGRAPHS = frozenset({"p", "blockquote", "li", "dd", "dt", "td", "pre", "div", "section", "article"})
_ZONE_REASONS = (
    (Zone.NAV, "nav"), (Zone.FOOTER, "footer"), (Zone.COMMENT_HINT, "comment"), (Zone.RELATED_HINT, "related"),
    (Zone.ASIDE, "aside"), (Zone.CHROME_HINT, "widget"), (Zone.HEADER, "header"),
)  # fmt: skip


def _best_run(values: list[int]) -> tuple[int, int]:
    """The contiguous run of the highest sum, half-open; empty when nothing is positive."""
    best = (0, 0, 0)
    start, total = 0, 0
    for index, value in enumerate(values):
        if total <= 0:
            start, total = index, 0
        total += value
        if total > best[0]:
            best = (total, start, index + 1)
    return best[1], best[2]


def _stems(folded: str) -> set[str]:
    """Words without clitics, cut to what inflection mostly leaves alone."""
    stems = set()
    for word in folded.split():
        bare = word
        for clitic in _CLITICS:
            if bare.startswith(clitic) and len(bare) - len(clitic) >= 3:
                bare = bare[len(clitic) :]
                break
        if len(bare) >= 3:
            stems.add(bare[:5])
    return stems


def _overlap(folded: str, vocabulary: frozenset[str]) -> float:
    stems = _stems(folded)
    return len(stems & vocabulary) / len(stems) if stems else 0.0


def _likeness(folded: str, other: str) -> float:
    """How alike two titles are, 0 to 1: shared words over all words of the shorter one, if it is not far shorter."""
    first, second = set(folded.split()), set(other.split())
    if not first or not second:
        return 0.0
    shared = len(first & second)
    return shared / max(len(first), min(len(second), 2 * len(first)))
