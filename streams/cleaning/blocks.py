"""Blocks: the pieces of a page, in reading order, that the rules give roles to."""

from dataclasses import dataclass, field
from typing import Final

MAX_BLOCKS = 5_000
"""Blocks of the longest page that is worked on. Articles have some hundreds, long live blogs one or two thousand."""


class Zone:
    """Bits for what surrounds a block in its page, from elements and from class and id names."""

    # Plain integers: IntFlag costs more than all the rest of the rendering.
    NONE: Final = 0
    ARTICLE: Final = 1 << 0
    MAIN: Final = 1 << 1
    NAV: Final = 1 << 2
    ASIDE: Final = 1 << 3
    FOOTER: Final = 1 << 4
    HEADER: Final = 1 << 5
    FIGURE: Final = 1 << 6
    CAPTION: Final = 1 << 7
    FORM: Final = 1 << 8
    LIST: Final = 1 << 9
    TABLE: Final = 1 << 10
    QUOTE: Final = 1 << 11
    BODY_HINT: Final = 1 << 12
    CHROME_HINT: Final = 1 << 13
    RELATED_HINT: Final = 1 << 14
    COMMENT_HINT: Final = 1 << 15
    BYLINE_HINT: Final = 1 << 16
    DATE_HINT: Final = 1 << 17
    HEADLINE_HINT: Final = 1 << 18
    STANDFIRST_HINT: Final = 1 << 19
    SECTION_HINT: Final = 1 << 20
    EMBED_HINT: Final = 1 << 21
    CARD_HINT: Final = 1 << 22
    BOX_HINT: Final = 1 << 23
    COUNT: Final = 24


NEVER = Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT | Zone.CAPTION | Zone.FIGURE
"""What holds no paragraph of the article."""

RARELY = Zone.ASIDE | Zone.CHROME_HINT | Zone.RELATED_HINT | Zone.BYLINE_HINT | Zone.DATE_HINT | Zone.STANDFIRST_HINT
"""What holds one only within an element that is named as the article's body."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    text: the slice ``page_text[start:end]``, in code points, without white space at its ends.
    tag: the element that holds it, empty for plain text.
    heading: 1 to 6 inside such a heading, else 0.
    linked: code points of it that stand inside links.
    zones: bits of Zone.
    boxes: numbers of the block elements around it, outermost first; that is 0, the page itself.
    name: class attribute of the element that holds it.
    strong: code points of it that stand in bold.
    """

    text: str
    start: int
    end: int
    tag: str = ""
    heading: int = 0
    linked: int = 0
    zones: int = Zone.NONE
    boxes: tuple[int, ...] = ()
    name: str = ""
    strong: int = 0

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
