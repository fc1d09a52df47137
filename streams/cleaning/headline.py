"""The headline of a page: which of its blocks it is."""

# ruff: noqa: PLR2004 -- the weights of a rule are read where the rule is
from collections.abc import Sequence

from streams.cleaning import likeness
from streams.cleaning.blocks import Block, Zone
from streams.cleaning.evidence import Evidence
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata

_LEVELS = {1: 3.0, 2: 1.0, 3: 0.5}


def find(blocks: Sequence[Block], evidence: Sequence[Evidence], stated: Metadata, outside: int) -> int | None:
    """Index of the block that the page's head states too, else of the first heading of the highest level.

    outside: zones in which no headline stands.
    """
    titles = [fold(text) for text in (*stated.headlines, stated.title or "") if text]
    best: tuple[float, int] | None = None
    for index, (block, item) in enumerate(zip(blocks, evidence, strict=True)):
        if (block.heading or block.zones & Zone.HEADLINE_HINT) and item.folded and item.words <= 60:
            alike = max((likeness.titles(item.folded, text) for text in titles), default=0.0)
            score = _LEVELS.get(block.heading, 0.2) + 4 * alike
            if block.zones & Zone.HEADLINE_HINT:
                score += 0.5
            if block.zones & outside or (block.link_density > 0.9 and alike < 0.8):
                score -= 2
            if score >= 2.5 and (best is None or score > best[0]):
                best = (score, index)
    if best is not None:
        return best[1]
    for index, item in enumerate(evidence):
        if item.words > 2 and item.folded in titles and not blocks[index].zones & outside:
            return index
    return None
