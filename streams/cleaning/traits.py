"""What a block of a page looks like in numbers: its own shape, what surrounds it, and how it lies to a draft of the body.

Structure only: no words, no names of publishers. `TRAITS` names the columns in order.
"""

# ruff: noqa: PLR2004 -- the limits of a number are read where it is made
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from streams.cleaning import likeness
from streams.cleaning.blocks import NEVER, RARELY, Block, Zone
from streams.cleaning.evidence import Evidence

_ZONES = (
    Zone.ARTICLE, Zone.MAIN, Zone.FIGURE, Zone.CAPTION, Zone.LIST, Zone.BODY_HINT, Zone.CHROME_HINT, Zone.RELATED_HINT,
    Zone.COMMENT_HINT, Zone.BYLINE_HINT, Zone.STANDFIRST_HINT, Zone.EMBED_HINT, Zone.CARD_HINT, Zone.BOX_HINT,
)  # fmt: skip
_ITEMS = frozenset({"li", "td", "th", "dd", "dt"})
_LEVELS = 4
_FAR = 99
_LETTERS_A_WORD = 6
"""A text has at least one word for so many code points: Chinese and Japanese put no spaces between theirs."""

TRAITS: Final = (
    "words", "length", "linked", "ends", "heading", "is_p", "is_div", "is_item", "strong", "prose", "caption", "chrome",
    "date", "byline",
    *(f"zone_{zone.bit_length() - 1}" for zone in _ZONES), "never", "rarely",
    "place", "length_before", "after_headline", "prose_before", "prose_after",
    *(f"box{level}_{name}" for level in range(1, _LEVELS + 1)
      for name in ("blocks", "length", "linked", "prose", "ends", "draft", "draft_blocks")),
    "same_element", "same_shape", "depth", "repeats", "boxes_shared", "boxes_unshared",
    "draft", "draft_box", "before_draft", "from_draft", "to_draft", "next_draft", "previous_draft", "draft_so_far",
    "like_description", "of_description", "like_title",
    "previous_words", "next_words", "previous_linked", "next_linked", "previous_heading", "next_heading",
    "previous_in_draft", "next_in_draft", "linked_before_previous",
    "page_blocks", "page_prose", "draft_share", "draft_size",
)  # fmt: skip


class Draft(NamedTuple):
    """What the rules think of a page. ignored: zones that tell nothing on it.

    titles, description: folded, as the page's head states them.
    """

    body: Sequence[int]
    headline: int | None
    ignored: int
    titles: Sequence[str]
    description: str


def read(
    blocks: Sequence[Block], evidence: Sequence[Evidence], draft: Draft, wanted: Sequence[int]
) -> list[list[float]]:
    """One row of `TRAITS` for each index in ``wanted``."""
    page = _Page(blocks, evidence, draft)
    return [page.row(index) for index in wanted]


class _Page:
    """Sums over one page, from which the numbers of a block come by subtraction."""

    def __init__(self, blocks: Sequence[Block], evidence: Sequence[Evidence], draft: Draft) -> None:
        self.blocks, self.evidence, self.draft = blocks, evidence, draft
        self.count = len(blocks)
        self.lengths = [len(block.text) for block in blocks]
        weights = [max(item.words, n / _LETTERS_A_WORD) for item, n in zip(evidence, self.lengths, strict=True)]
        self.prose = [
            weight if item.prose and block.linked < 0.4 * n else 0.0
            for item, block, n, weight in zip(evidence, blocks, self.lengths, weights, strict=True)
        ]
        chosen = set(draft.body)
        self.chosen = [index in chosen for index in range(self.count)]
        self.length_sums = [*accumulate(self.lengths, initial=0)]
        self.linked_sums = [*accumulate((block.linked for block in blocks), initial=0)]
        self.prose_sums = [*accumulate(self.prose, initial=0.0)]
        self.end_sums = [*accumulate((item.ends for item in evidence), initial=0)]
        self.draft_sums = [
            *accumulate((w if c else 0.0 for w, c in zip(weights, self.chosen, strict=True)), initial=0.0)
        ]
        self.chosen_sums = [*accumulate(self.chosen, initial=0)]
        self.total_prose = self.prose_sums[-1] or 1.0
        self.total_draft = self.draft_sums[-1] or 1.0
        self.total_length = self.length_sums[-1] or 1
        self.spans = _spans(blocks)
        self.boxes: dict[int | None, tuple[float, ...]] = {}
        self.elements: dict[tuple[str, str], float] = {}
        self.shapes: dict[tuple[str, int, int], float] = {}
        self.repeats: dict[str, int] = {}
        for block, item, mass in zip(blocks, evidence, self.prose, strict=True):
            self.repeats[item.folded] = self.repeats.get(item.folded, 0) + 1
            if mass:
                element, shape = (block.tag, block.name), (block.tag, block.zones, len(block.boxes))
                self.elements[element] = self.elements.get(element, 0.0) + mass
                self.shapes[shape] = self.shapes.get(shape, 0.0) + mass
        self.first = min(draft.body, default=self.count)
        self.last = max(draft.body, default=-1)
        self.draft_box = self._draft_box()
        self.previous = _distances(self.chosen)
        self.following = _distances(self.chosen[::-1])[::-1]
        self.description = frozenset(draft.description.split())
        self.titles = {frozenset(title.split()) for title in draft.titles}
        self.around = blocks[draft.headline].boxes if draft.headline is not None else ()

    def _draft_box(self) -> int:
        """The innermost box that holds most of the draft."""
        best = 0
        for index in self.draft.body:
            for box in self.blocks[index].boxes:
                if box > best:
                    start, end = self.spans[box]
                    if self.draft_sums[end] - self.draft_sums[start] >= 0.6 * self.total_draft:
                        best = box
        return best

    def _box(self, box: int | None) -> tuple[float, ...]:
        """The numbers of the blocks in a box, of the page for None."""
        found = self.boxes.get(box)
        if found is None:
            start, end = self.spans[box] if box is not None else (0, self.count)
            length = self.length_sums[end] - self.length_sums[start] or 1
            blocks = end - start
            found = self.boxes[box] = (
                min(blocks, 300),
                min(length, 20000),
                (self.linked_sums[end] - self.linked_sums[start]) / length,
                (self.prose_sums[end] - self.prose_sums[start]) / self.total_prose,
                (self.end_sums[end] - self.end_sums[start]) / blocks,
                (self.draft_sums[end] - self.draft_sums[start]) / self.total_draft,
                (self.chosen_sums[end] - self.chosen_sums[start]) / blocks,
            )
        return found

    def row(self, index: int) -> list[float]:
        block, item, draft = self.blocks[index], self.evidence[index], self.draft
        length, zones, boxes, tag = self.lengths[index], block.zones, block.boxes, block.tag
        masked = zones & ~draft.ignored
        around, depth, count = self.around, len(boxes), self.count
        shared = 0
        for first, second in zip(around, boxes, strict=False):
            if first != second:
                break
            shared += 1
        row: list[float] = [
            min(item.words, 150), min(length, 1500), block.linked / length, item.ends, block.heading,
            tag == "p", tag == "div", tag in _ITEMS, block.strong / length, item.prose,
            item.caption, item.chrome is not None, item.date is not None, item.byline is not None,
            *[zones & zone != 0 for zone in _ZONES], masked & NEVER != 0, masked & RARELY != 0,
            index / count, self.length_sums[index] / self.total_length,
            -300 if draft.headline is None else min(index - draft.headline, 200),
            self.prose_sums[index] / self.total_prose, 1 - self.prose_sums[index + 1] / self.total_prose,
        ]  # fmt: skip
        for level in range(1, _LEVELS + 1):
            row += self._box(boxes[-level] if depth >= level else None)
        row += (
            self.elements.get((tag, block.name), 0.0) / self.total_prose,
            self.shapes.get((tag, zones, depth), 0.0) / self.total_prose,
            depth, min(self.repeats[item.folded], 5), shared, len(around) - shared,
            self.chosen[index], self.draft_box in boxes, index < self.first,
            index - self.first if draft.body else 0, self.last - index if draft.body else 0,
            self.following[index], self.previous[index], self.draft_sums[index] / self.total_draft,
        )  # fmt: skip
        row += self._alike(item)
        row += self._neighbours(index)
        row += (count, self.total_prose, self.total_draft / self.total_prose, len(draft.body))
        return row

    def _alike(self, item: Evidence) -> tuple[float, float, float]:
        """Share of the block's words in the description, of the description's in the block, likeness to a title."""
        words = item.folded.split(maxsplit=60)[:60]
        own = set(words)
        shared = self.description & own
        return (
            sum(word in shared for word in words) / len(words) if shared else 0.0,
            len(shared) / len(self.description) if shared else 0.0,
            max((likeness.title_words(own, title) for title in self.titles), default=0.0) if item.words < 40 else 0.0,
        )

    def _neighbours(self, index: int) -> tuple[float, ...]:
        words = linked = heading = chosen = next_words = next_linked = next_heading = next_chosen = linked_before = -1.0
        if index:
            block = self.blocks[index - 1]
            words, linked = min(self.evidence[index - 1].words, 150), block.link_density
            heading, chosen = block.heading, self.chosen[index - 1]
            linked_before = self.blocks[index - 2].link_density if index > 1 else -1.0
        if index + 1 < self.count:
            block = self.blocks[index + 1]
            next_words, next_linked = min(self.evidence[index + 1].words, 150), block.link_density
            next_heading, next_chosen = block.heading, self.chosen[index + 1]
        return words, next_words, linked, next_linked, heading, next_heading, chosen, next_chosen, linked_before


def _spans(blocks: Sequence[Block]) -> dict[int, tuple[int, int]]:
    """For each box the indexes of its blocks, half-open."""
    starts: dict[int, int] = {}
    spans: dict[int, tuple[int, int]] = {}
    before: tuple[int, ...] = ()
    for index, block in enumerate(blocks):
        boxes = block.boxes
        if boxes != before:
            depth = 0
            for first, second in zip(before, boxes, strict=False):
                if first != second:
                    break
                depth += 1
            for box in before[depth:]:
                spans[box] = (starts[box], index)
            for box in boxes[depth:]:
                starts[box] = index
            before = boxes
    for box in before:
        spans[box] = (starts[box], len(blocks))
    return spans


def _distances(chosen: Sequence[bool]) -> list[int]:
    """How many blocks back the last chosen one before each block is."""
    found = []
    distance = _FAR
    for value in chosen:
        found.append(distance)
        distance = 1 if value else min(distance + 1, _FAR)
    return found
