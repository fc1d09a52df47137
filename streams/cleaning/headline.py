"""The headline of a page: which of its blocks it is, and its text among all that the page gives for it."""

# ruff: noqa: PLR2004 -- the weights of a rule are read where the rule is
import re
from collections.abc import Sequence

from streams.cleaning import likeness
from streams.cleaning.blocks import Block, Zone
from streams.cleaning.evidence import Evidence
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata
from streams.cleaning.sitename import is_site

_LEVELS = {1: 3.0, 2: 1.0, 3: 0.5}
# What stands between a headline and the site's name: "… - National | Site", "…-정치ㅣ…".
_JOINT = re.compile(r"(?<!\s)\s++[-|–—»•·*]|\s{0,4}[|｜ㅣ：]|-\S")
_PART = re.compile(r"(?<!\s)\s++[-|–—»•·*]++\s++|\s{0,4}[|｜ㅣ：]\s{0,4}")
_CUT = re.compile(r"\s{0,4}(?:…|\.\.\.)$")
_PLAIN = str.maketrans("’‘“”\u00a0–", "''\"\" -")
_SHORTEST = 8
"""Code points of the shortest headline that another one may be the beginning of."""


def find(blocks: Sequence[Block], evidence: Sequence[Evidence], titles: Sequence[str], outside: int) -> int | None:
    """Index of the block that the page's head states too, else of the first heading of the highest level.

    titles: folded, as the page's head states them. outside: zones in which no headline stands.
    """
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


def choose(stated: Metadata, shown: str | None) -> str | None:
    """The text of the headline.

    What the page gives to those who link to it comes before what it gives to search engines, and that before what stands
    on top of the article: there kickers are joined to it and marks are left out.
    shown: the block that was found for it.
    """
    given = [*stated.headlines, *((shown,) if shown else ())]
    bare = [_without_site(text, given, stated) for text in stated.headlines]
    for text in bare:
        if fold(text) and not is_site(text, stated):
            return _whole(text, [*bare, *((shown,) if shown else ()), stated.title or ""])
    if shown or not stated.title:
        return shown
    return _without_site(stated.title, given, stated)


def is_shown(headline: str | None, text: str) -> bool:
    """Whether a block shows the headline, maybe behind a kicker: ``Transport Trams return to the harbour``."""
    wanted, folded = fold(headline or ""), fold(text)
    return text == headline or (bool(wanted) and (folded == wanted or folded.endswith(f" {wanted}")))


def is_kin(text: str, stated: Metadata) -> bool:
    """Whether a heading that is not the headline is about the same: it shares words with what the page's head says."""
    words = set(fold(text).split())
    return any(
        words & set(fold(other or "").split()) for other in (*stated.headlines, stated.title, stated.description)
    )


def _without_site(text: str, given: Sequence[str], stated: Metadata) -> str:
    """A headline without the site's name and other parts behind it, which the page's other headlines do not have."""
    for other in given:
        if _SHORTEST <= len(other) < len(text) and _begins(text, other) and _JOINT.match(text, len(other)):
            text = text[: len(other)]
    while (joints := list(_PART.finditer(text))) and is_site(text[joints[-1].end() :], stated):
        text = text[: joints[-1].start()]
    if (joint := _PART.search(text)) and is_site(text[: joint.start()], stated):
        text = text[joint.end() :]
    return text


def _begins(text: str, other: str) -> bool:
    """Whether ``text`` begins with ``other``, whatever the shape of quotation marks."""
    return text[: len(other)].translate(_PLAIN) == other.translate(_PLAIN)


def _whole(text: str, known: Sequence[str]) -> str:
    """A headline that was cut off, as it stands elsewhere."""
    match = _CUT.search(text)
    stem = text[: match.start()] if match else text
    longer = (other for other in known if other != text and len(other) > len(stem) and _begins(other, stem))
    # A quotation mark in an attribute ends it.
    return next((other for other in longer if match or other[len(stem) :].lstrip()[:1] == '"'), text)
