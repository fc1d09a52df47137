"""Body and headline among the blocks of a rendered page."""

# ruff: noqa: PLR2004 -- the weights and limits of a rule are read where the rule is
from collections.abc import Sequence

from streams.cleaning import headline, traits, trees
from streams.cleaning.blocks import NEVER, RARELY, Block, Zone
from streams.cleaning.evidence import Evidence
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata

MODEL = "blocks.json"
"""The classifier, made by ``scripts/train_blocks.py``."""

_OTHER = Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT | Zone.ASIDE | Zone.CHROME_HINT | Zone.RELATED_HINT | Zone.FORM
"""What shows that a page holds more than its article."""

_PARAGRAPHS = frozenset({"p", "blockquote", "li", "dd", "dt", "td", "pre", "div", "section", "article", "main", "body"})
_ITEMS = frozenset({"li", "td", "th", "dd", "dt"})
_DISTANCES = (1.0, 1.6, 3.0, 5.0, 8.0, 12.0)
"""By what a paragraph's weight is divided for the box around it, the box around that and so on."""

_FEW = 40
"""Blocks of the largest page on which the rules alone decide: the classifier learnt from whole pages."""

_SIMPLE = 60
"""Blocks of the largest page on which the article need not be told from anything."""

_EVERY_ZONE = (1 << Zone.COUNT) - 1


def find(blocks: Sequence[Block], evidence: Sequence[Evidence], stated: Metadata) -> tuple[list[int], int | None]:
    """Indexes of the body's blocks and of the headline.

    Rules draft the body, and a classifier of blocks that sees the draft has the last word.
    """
    draft = sketch(blocks, evidence, stated)
    if len(blocks) <= _FEW:
        return list(draft.body), draft.headline
    wanted = candidates(blocks, evidence)
    model = trees.load(MODEL)
    odds = model.log_odds(traits.read(blocks, evidence, draft, wanted))
    body = [index for index, value in zip(wanted, odds, strict=True) if value > 0 and index != draft.headline]
    return body or list(draft.body), draft.headline


def candidates(blocks: Sequence[Block], evidence: Sequence[Evidence]) -> list[int]:
    """Indexes of the blocks that are not chrome at first sight."""
    return [
        index
        for index, (block, item) in enumerate(zip(blocks, evidence, strict=True))
        if block.link_density <= 0.9 or (item.ends and item.words > 1)
    ]


def sketch(blocks: Sequence[Block], evidence: Sequence[Evidence], stated: Metadata) -> traits.Draft:
    """What the rules alone say."""
    titles = [folded for text in (*stated.headlines, stated.title) if text and (folded := fold(text))]
    page = _Page(blocks, evidence, titles)
    body, first = page.find()
    return traits.Draft(body, first, page.ignored, titles, fold(stated.description or ""))


class _Page:
    """The blocks of one page with their evidence. ignored: zones that tell nothing on this page."""

    def __init__(self, blocks: Sequence[Block], evidence: Sequence[Evidence], titles: Sequence[str]) -> None:
        self.blocks = blocks
        self.evidence = evidence
        self.ignored = self._common_zones()
        self.headline = headline.find(blocks, evidence, titles, NEVER & ~self.ignored)

    def find(self) -> tuple[list[int], int | None]:
        weights = self._weights()
        if not any(weights):
            # Everything stands in a wrapper whose name misleads.
            self.ignored = _EVERY_ZONE
            weights = self._weights()
        if self._is_simple():
            return self._everything() or self._leftovers(), self.headline
        top = self._top_box(weights)
        if top is None:
            return self._leftovers(), self.headline
        inside = [index for index, block in enumerate(self.blocks) if top in block.boxes]
        body = [index for index in inside if weights[index] > 0]
        return self._with_short_blocks(body, inside, top), self.headline

    def _common_zones(self) -> int:
        """Zones that most of the page's paragraphs are in: a wrapper's class, which tells nothing."""
        masses: dict[int, int] = {}
        for block, item in zip(self.blocks, self.evidence, strict=True):
            if item.prose and block.link_density < 0.3:
                masses[block.zones] = masses.get(block.zones, 0) + item.words
        total = sum(masses.values())
        common: int = Zone.NONE
        for zone in (1 << bit for bit in range(Zone.COUNT)):
            if sum(mass for zones, mass in masses.items() if zones & zone) * 10 > total * 6:
                common |= zone
        # Comments may well outweigh the article, and are none all the same.
        return common & (NEVER | RARELY) & ~Zone.COMMENT_HINT

    def _weights(self) -> list[float]:
        """How much each block counts as a paragraph of the body, 0 for what is none."""
        weights = [self._weight(index) for index in range(len(self.blocks))]
        if self.headline is not None:
            if sum(weights[: self.headline]) > sum(weights[self.headline :]):
                # What was taken for the headline stands below the article.
                self.headline = None
            else:
                weights[: self.headline + 1] = [0.0] * (self.headline + 1)
        return weights

    def _weight(self, index: int) -> float:
        block, item = self.blocks[index], self.evidence[index]
        zones = block.zones & ~self.ignored
        density = block.link_density
        if item.chrome or item.date or item.byline or zones & NEVER or block.heading or density > 0.6:
            return 0
        if item.words < 5 or (item.words < 8 and not item.ends):
            return 0
        if (zones & RARELY and not zones & Zone.BODY_HINT) or (block.tag not in _PARAGRAPHS and not item.prose):
            return 0
        weight = min(item.words, 80) * (1 - density)
        if not item.ends:
            weight *= 0.5
        if block.tag in _ITEMS:
            weight *= 0.4
        if zones & Zone.BODY_HINT:
            weight *= 1.5
        if zones & (Zone.ARTICLE | Zone.MAIN):
            weight *= 1.3
        return weight * self._nearness(block)

    def _nearness(self, block: Block) -> float:
        """1 to 2: how many of the headline's boxes are around a block too, for pages with several articles."""
        if self.headline is None:
            return 1.0
        boxes = self.blocks[self.headline].boxes
        shared = sum(first == second for first, second in zip(boxes, block.boxes, strict=False))
        return 1 + shared / max(len(boxes), 1)

    def _top_box(self, weights: Sequence[float]) -> int | None:
        """The box that holds the article: much text near below it, and little that is not the article's."""
        scores: dict[int, float] = {}
        masses: dict[int, float] = {}
        parents: dict[int, int] = {}
        for block, weight in zip(self.blocks, weights, strict=True):
            if weight <= 0:
                continue
            # The block's own element holds nothing else.
            boxes = block.boxes[:-1] or block.boxes
            for distance, box in enumerate(reversed(boxes)):
                scores[box] = scores.get(box, 0.0) + weight / _DISTANCES[min(distance, len(_DISTANCES) - 1)]
                masses[box] = masses.get(box, 0.0) + weight
            parents.update(zip(boxes[1:], boxes, strict=False))
        if not scores:
            return None
        top = max(scores, key=lambda box: (scores[box], -box))
        around = self.blocks[self.headline].boxes if self.headline is not None else ()
        # The box with the headline in it is the whole article; what is around it may hold others.
        best, box = top, top
        while box not in around and (parent := parents.get(box)) is not None:
            if masses[parent] == masses[best] or self._is_more(parent, best, weights):
                best = parent
            box = parent
        top = best
        return self._narrowed(top, masses)

    def _narrowed(self, top: int, masses: dict[int, float]) -> int:
        """The innermost box that still holds all the text of ``top``."""
        boxes = [box for box in masses if masses[box] >= masses[top] and box >= top]
        return max(boxes, default=top)

    def _is_more(self, parent: int, top: int, weights: Sequence[float]) -> bool:
        """Whether a box around the best one holds more of the same article.

        Its other paragraphs then stand as deep in the page as those of the best box, in the same kind of element, and they
        are not few; or nearly all that it adds is paragraphs.
        """
        shapes: dict[tuple[int, str, int], float] = {}
        added: list[tuple[tuple[int, str, int], float, int]] = []
        for block, weight in zip(self.blocks, weights, strict=True):
            shape = (len(block.boxes), block.tag, block.zones)
            if top in block.boxes:
                shapes[shape] = shapes.get(shape, 0.0) + weight
            elif parent in block.boxes:
                added.append((shape, weight, len(block.text)))
        mass = sum(shapes.values())
        usual = {shape for shape, weight in shapes.items() if weight > 0.3 * mass}
        kin = sum(weight for shape, weight, _ in added if shape in usual)
        paragraphs = sum(length for _, weight, length in added if weight > 0)
        return kin > 0.2 * mass or paragraphs * 10 >= sum(length for *_, length in added) * 6

    def _with_short_blocks(self, body: list[int], inside: list[int], top: int) -> list[int]:
        """Add cross-headings, list items and short paragraphs that stand between the body's paragraphs."""
        chosen = set(body)
        for index in inside:
            if index not in chosen and body[-1] > index > (-1 if self.headline is None else self.headline):
                block, item = self.blocks[index], self.evidence[index]
                is_early = index < body[0]
                if self._is_plain(index) and (not is_early or (block.tag == "p" and item.words >= 3)):
                    chosen.add(index)
        following = body[-1] + 1
        while following < len(self.blocks) and top in self.blocks[following].boxes and self._is_sentence(following):
            chosen.add(following)
            following += 1
        return self._without_idle_headings(sorted(chosen))

    def _without_idle_headings(self, kept: list[int]) -> list[int]:
        # A heading that no paragraph follows belongs to what comes next.
        return [
            index
            for position, index in enumerate(kept)
            if not self.blocks[index].heading or (position + 1 < len(kept) and kept[position + 1] - index <= 3)
        ]

    def _is_plain(self, index: int) -> bool:
        """Whether nothing says that a block is chrome."""
        block, item = self.blocks[index], self.evidence[index]
        zones = block.zones & ~self.ignored
        if item.chrome or item.date or item.byline or zones & (NEVER | RARELY) or block.link_density > 0.5:
            return False
        return bool(block.heading) or block.tag in _PARAGRAPHS

    def _is_sentence(self, index: int) -> bool:
        """Whether a short block is a paragraph by its end."""
        item = self.evidence[index]
        return self._is_plain(index) and not self.blocks[index].heading and item.ends and item.words > 1

    def _is_simple(self) -> bool:
        """Whether a page shows nothing but an article: then there is no outside."""
        return len(self.blocks) <= _SIMPLE and not any(
            item.chrome or block.zones & ~self.ignored & _OTHER or block.link_density > 0.5
            for block, item in zip(self.blocks, self.evidence, strict=True)
        )

    def _everything(self) -> list[int]:
        """The body of a page that is nothing but an article."""
        first = 0 if self.headline is None else self.headline + 1
        if first < len(self.blocks) and self.blocks[first].heading and self.evidence[first].words > 3:
            # A second headline.
            first += 1
        return self._without_idle_headings([index for index in range(first, len(self.blocks)) if self._is_plain(index)])

    def _leftovers(self) -> list[int]:
        """The body of a page without a single paragraph: all that is neither linked nor chrome."""
        return [
            index
            for index, block in enumerate(self.blocks)
            if index != self.headline
            and self._is_plain(index)
            and block.link_density == 0
            and not block.zones & (NEVER | Zone.HEADER | Zone.FORM)
        ]
