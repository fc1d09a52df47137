"""Blocks: the pieces of a page, in reading order, that the rules give roles to."""

from dataclasses import dataclass, field
from enum import IntFlag


class Zone(IntFlag):
    """What surrounds a block in its page, from elements and from class and id names."""

    NONE = 0
    ARTICLE = 1
    MAIN = 2
    NAV = 4
    ASIDE = 8
    FOOTER = 16
    HEADER = 32
    FIGURE = 64
    CAPTION = 128
    FORM = 256
    LIST = 512
    TABLE = 1024
    QUOTE = 2048
    BODY_HINT = 4096
    CHROME_HINT = 8192
    RELATED_HINT = 16384
    COMMENT_HINT = 32768
    BYLINE_HINT = 65536
    DATE_HINT = 131072
    HEADLINE_HINT = 262144
    STANDFIRST_HINT = 524288
    SECTION_HINT = 1048576


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    text: the slice ``page_text[start:end]``, in code points, without white space at its ends.
    tag: the element that holds it, empty for plain text.
    heading: 1 to 6 inside such a heading, else 0.
    linked: code points of it that stand inside links.
    boxes: numbers of the block elements around it, outermost first.
    """

    text: str
    start: int
    end: int
    tag: str = ""
    heading: int = 0
    linked: int = 0
    zones: Zone = Zone.NONE
    boxes: tuple[int, ...] = ()

    @property
    def link_density(self) -> float:
        """Share of the block's code points that stand inside links."""
        return self.linked / len(self.text) if self.text else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text. ``blocks`` are slices of ``text`` in order; what lies between them is white space."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    structured: bool = False
