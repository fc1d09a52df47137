"""What a block of a page looks like in numbers: its own shape, what surrounds it, and how it lies to a draft of the body.

Structure only: no words, no names of publishers. `TRAITS` names the columns in order.
"""

# ruff: noqa: PLR2004 -- the limits of a number are read where it is made
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from streams.cleaning import likeness
from streams.cleaning.blocks import Block, Zone
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
    """What the rules think of a page. ignored: zones that tell nothing on it. never, rarely: zones of no body.

    titles, description: folded, as the page's head states them.
    """

    body: Sequence[int]
    headline: int | None
    ignored: int
    never: int
    rarely: int
    titles: Sequence[str]
    description: str


def read(
    blocks: Sequence[Block], evidence: Sequence[Evidence], draft: Draft, wanted: Sequence[int]
) -> list[list[float]]:
    """One row of `TRAITS` for each index in ``wanted``."""
    page = _Page(blocks, evidence, draft)
    return [[*page.row(index)] for index in wanted]


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
        self.boxes: dict[tuple[int, int], tuple[float, ...]] = {}
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

    def _box(self, start: int, end: int) -> tuple[float, ...]:
        """The numbers of the blocks in a box."""
        found = self.boxes.get((start, end))
        if found is None:
            length = self.length_sums[end] - self.length_sums[start] or 1
            blocks = end - start
            found = self.boxes[start, end] = (
                min(blocks, 300),
                min(length, 20000),
                (self.linked_sums[end] - self.linked_sums[start]) / length,
                (self.prose_sums[end] - self.prose_sums[start]) / self.total_prose,
                (self.end_sums[end] - self.end_sums[start]) / blocks,
                (self.draft_sums[end] - self.draft_sums[start]) / self.total_draft,
                (self.chosen_sums[end] - self.chosen_sums[start]) / blocks,
            )
        return found

    def row(self, index: int) -> Iterator[float]:
        block, item, draft = self.blocks[index], self.evidence[index], self.draft
        length, zones, boxes = self.lengths[index], block.zones, block.boxes
        masked = zones & ~draft.ignored
        yield from (min(item.words, 150), min(length, 1500), block.linked / length, item.ends, block.heading)
        yield from (block.tag == "p", block.tag == "div", block.tag in _ITEMS, block.strong / length, item.prose)
        yield from (item.caption, item.chrome is not None, item.date is not None, item.byline is not None)
        for zone in _ZONES:
            yield zones & zone != 0
        yield from (masked & draft.never != 0, masked & draft.rarely != 0)
        yield from (index / self.count, self.length_sums[index] / self.total_length)
        yield -300 if draft.headline is None else min(index - draft.headline, 200)
        yield self.prose_sums[index] / self.total_prose
        yield 1 - self.prose_sums[index + 1] / self.total_prose
        for level in range(1, _LEVELS + 1):
            yield from self._box(*(self.spans[boxes[-level]] if len(boxes) >= level else (0, self.count)))
        yield self.elements.get((block.tag, block.name), 0.0) / self.total_prose
        yield self.shapes.get((block.tag, zones, len(boxes)), 0.0) / self.total_prose
        shared = sum(first == second for first, second in zip(self.around, boxes, strict=False))
        yield from (len(boxes), min(self.repeats[item.folded], 5), shared, len(self.around) - shared)
        yield from (self.chosen[index], self.draft_box in boxes, index < self.first)
        yield from (index - self.first if draft.body else 0, self.last - index if draft.body else 0)
        yield from (self.following[index], self.previous[index], self.draft_sums[index] / self.total_draft)
        yield from self._alike(item)
        yield from self._neighbours(index)
        yield from (self.count, self.total_prose, self.total_draft / self.total_prose, len(draft.body))

    def _alike(self, item: Evidence) -> tuple[float, float, float]:
        words = item.folded.split(maxsplit=60)[:60]
        shared = self.description.intersection(words)
        titles = self.draft.titles if item.words < 40 and words else ()
        return (
            sum(word in shared for word in words) / len(words) if shared else 0.0,
            len(shared) / len(self.description) if shared else 0.0,
            max((likeness.titles(item.folded, title) for title in titles), default=0.0),
        )

    def _neighbours(self, index: int) -> Iterator[float]:
        before, after = index - 1, index + 1
        has_before, has_after = before >= 0, after < self.count
        yield min(self.evidence[before].words, 150) if has_before else -1
        yield min(self.evidence[after].words, 150) if has_after else -1
        yield self.blocks[before].link_density if has_before else -1
        yield self.blocks[after].link_density if has_after else -1
        yield self.blocks[before].heading if has_before else -1
        yield self.blocks[after].heading if has_after else -1
        yield self.chosen[before] if has_before else -1
        yield self.chosen[after] if has_after else -1
        yield self.blocks[before - 1].link_density if before >= 1 else -1


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
