"""HTML to page text: what a reader sees, one block a line, and what surrounds each block."""

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from streams.cleaning.blocks import MAX_BLOCKS, Block, Page, Zone
from streams.cleaning.flattened import BLANK
from streams.cleaning.markup import tamed
from streams.cleaning.tables import rows
from streams.errors import RecordFault

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "svg",
        "math",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "select",
        "option",
        "datalist",
        "button",
        "textarea",
        "map",
        "progress",
        "meter",
        "dialog",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rt",
        "rtc",
        "rp",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "picture",
        "source",
        "-text",
    ]
)
_ZONES = {
    "article": Zone.ARTICLE, "main": Zone.MAIN, "nav": Zone.NAV, "aside": Zone.ASIDE, "footer": Zone.FOOTER,
    "header": Zone.HEADER, "figure": Zone.FIGURE, "figcaption": Zone.CAPTION, "form": Zone.FORM, "ul": Zone.LIST,
    "ol": Zone.LIST, "dl": Zone.LIST, "table": Zone.TABLE, "blockquote": Zone.QUOTE, "menu": Zone.NAV,
    "address": Zone.NONE,
}  # fmt: skip
_STRONG = frozenset(["b", "strong"])
_EMPTY = frozenset(["img", "picture", "source", "wbr"])
_STORY = Zone.ARTICLE | Zone.MAIN | Zone.BODY_HINT
_WALLED_REACH = 16
_WALLED_PARAGRAPHS = 3
_WALLED_LENGTH = 80
"""A hidden element that is part of the story: of its first paragraphs so many have more code points than this."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLES = {
    "navigation": Zone.NAV, "complementary": Zone.ASIDE, "contentinfo": Zone.FOOTER, "banner": Zone.HEADER,
    "main": Zone.MAIN, "article": Zone.ARTICLE, "search": Zone.FORM, "menu": Zone.NAV, "menubar": Zone.NAV,
}  # fmt: skip
_NAMED_ZONES = {
    "body": Zone.BODY_HINT, "chrome": Zone.CHROME_HINT, "related": Zone.RELATED_HINT, "comment": Zone.COMMENT_HINT,
    "byline": Zone.BYLINE_HINT, "date": Zone.DATE_HINT, "headline": Zone.HEADLINE_HINT, "section": Zone.SECTION_HINT,
    "standfirst": Zone.STANDFIRST_HINT, "embed": Zone.EMBED_HINT, "card": Zone.CARD_HINT, "box": Zone.BOX_HINT, "caption": Zone.CAPTION, "nav": Zone.NAV, "footer": Zone.FOOTER,
}  # fmt: skip
_CSS_SPACE = re.compile(r"[\t\n\f\r ]+")
_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMING = frozenset(["id", "itemprop", "data-testid", "data-component"])
_LONGEST_NAMES = 256
_HINT_WORDS = 3
_NAME = re.compile(r"[a-z]+|[0-9]+")


def parse(html: str) -> LexborHTMLParser:
    """Parse a page in time linear in its length, whatever its nesting."""
    return LexborHTMLParser(tamed(html).encode("utf-8", "replace").decode("utf-8"))


def render(tree: LexborHTMLParser) -> Page:
    """Visible text of a parsed page. Blocks stand on a line each, white space within them is one space.

    Raises RecordFault ``too_many_lines``.
    """
    body = tree.body
    return _Renderer().render(body) if body is not None else Page("", [], structured=True)


# What holds for the text right below an element: its tag, class, heading, zones and boxes, whether it stands in a link and
# in bold, and whether the element is a block. A plain tuple: there is one for each element.
_Frame = tuple[str, str, int, int, tuple[int, ...], bool, bool, bool]
_ROOT: _Frame = ("body", "", 0, Zone.NONE, (0,), False, False, True)


class _Renderer:
    """One walk over a tree, without recursion."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.length = 0
        self.pieces: list[str] = []
        self.linked = 0
        self.strong = 0
        self.frame = _ROOT

    def render(self, root: LexborNode) -> Page:  # noqa: C901, PLR0912, PLR0915 -- one loop in place of a recursion
        # The root itself is box 0: paragraphs may stand right below it.
        number = 0
        frame = _ROOT
        stack: list[_Frame] = []
        pieces = self.pieces
        flush = self._flush
        end = root.mem_id
        node: LexborNode | None = root.first_child
        while node is not None:
            tag = node.tag or "-"
            down: LexborNode | None = None
            if tag == "-text":
                text = node.text_content
                if text and (pieces or not text.isspace()):
                    if not pieces:
                        self.frame = frame
                    pieces.append(text)
                    if frame[5]:
                        self.linked += len(text)
                    if frame[6]:
                        self.strong += len(text)
            elif tag in _INLINE:
                if tag not in _EMPTY and (down := node.first_child) is not None:
                    zones, _, is_hidden = _naming(node.attributes)
                    if is_hidden:
                        down = None
                    else:
                        stack.append(frame)
                        own, name, heading, around, boxes, link, strong, _ = frame
                        link, strong = link or tag == "a", strong or tag in _STRONG
                        frame = (own, name, heading, around | zones, boxes, link, strong, False)
            elif tag == "br":
                flush()
            elif tag not in _UNSEEN and tag[0] not in "-!":
                zones, name, is_hidden = _naming(node.attributes)
                if not is_hidden or (frame[3] & _STORY and _is_walled(node)):
                    flush()
                    number += 1
                    down = node.first_child
                    if down is not None:
                        stack.append(frame)
                        _, _, heading, around, boxes, link, strong, _ = frame
                        zones |= around | _ZONES.get(tag, Zone.NONE)
                        boxes = (*boxes, number) if len(boxes) < MAX_BOXES else boxes
                        frame = (tag, name, _HEADINGS.get(tag, heading), zones, boxes, link, strong, True)
            if down is not None:
                node = down
                continue
            following = node.next
            while following is None:
                node = node.parent
                if node is None or node.mem_id == end:
                    break
                if frame[7]:
                    flush()
                frame = stack.pop()
                following = node.next
            node = following
        flush()
        return Page("\n".join([block.text for block in self.blocks]), self.blocks, structured=True)

    def _flush(self) -> None:
        pieces = self.pieces
        if not pieces:
            return
        text = "".join(pieces) if len(pieces) > 1 else pieces[0]
        pieces.clear()
        text = _CSS_SPACE.sub(" ", text).replace("\x00", "").strip(_STRIP)
        if text:
            start, end = self.length, self.length + len(text)
            tag, name, heading, zones, boxes, *_ = self.frame
            linked, strong = min(self.linked, len(text)), min(self.strong, len(text))
            self.blocks.append(Block(text, start, end, tag, heading, linked, zones, boxes, name, strong))
            if len(self.blocks) > MAX_BLOCKS:
                raise RecordFault("too_many_lines")
            self.length = end + 1
        self.linked = self.strong = 0


def _is_walled(node: LexborNode) -> bool:
    """Whether a hidden element in the story holds paragraphs of it: what scripts show to subscribers."""
    long = (paragraph for paragraph in node.css("p")[:_WALLED_REACH] if len(paragraph.text()) > _WALLED_LENGTH)
    return sum(1 for _ in long) >= _WALLED_PARAGRAPHS


MAX_BOXES = 64
"""Block elements that a block remembers around itself."""

_STRIP = "".join(chr(c) for c in range(0x3001) if re.fullmatch(f"[{BLANK}]", chr(c))) + "\ufeff"


def _naming(attributes: dict[str, str | None]) -> tuple[int, str, bool]:  # noqa: C901 -- one look at each attribute
    """What an element's attributes tell: zones, its class, whether it is hidden."""
    if not attributes:
        return Zone.NONE, "", False
    zones: int = Zone.NONE
    name = ""
    for key, value in attributes.items():
        if key == "class":
            if value:
                name = value
                zones |= _zones_of_names(value[:_LONGEST_NAMES])
        elif key == "hidden" or (key == "aria-hidden" and value == "true"):
            return Zone.NONE, "", True
        elif value is None:
            continue
        elif key == "style":
            if ":" in value and _HIDDEN_STYLE.search(value):
                return Zone.NONE, "", True
        elif key == "role":
            zones |= _ROLES.get(value, Zone.NONE)
        elif key in _NAMING:
            zones |= _zones_of_names(value[:_LONGEST_NAMES])
    return zones, name, False


def _zones_of_names(names: str) -> int:
    zones = 0
    for name in names.split():
        zones |= _zones_of_name(name)
    return zones


@lru_cache(maxsize=32768)
def _zones_of_name(name: str) -> int:
    """What one class or id name tells, by whole words of it."""
    anywhere, whole = _hints()
    parts = _NAME.findall(_CAMEL.sub("-", name).lower())
    zones: int = whole.get(parts[0], Zone.NONE) if len(parts) == 1 else Zone.NONE
    for start in range(len(parts)):
        words = ""
        for part in parts[start : start + _HINT_WORDS]:
            words = f"{words}-{part}" if words else part
            zones |= anywhere.get(words, Zone.NONE)
    return zones


@lru_cache(maxsize=1)
def _hints() -> tuple[dict[str, int], dict[str, int]]:
    """Hints that any name may hold, and those that must be the whole name."""
    anywhere: dict[str, int] = {}
    whole: dict[str, int] = {}
    for zone, match, hint in rows("hints.tsv", 3):
        table = whole if match == "whole" else anywhere
        table[hint] = table.get(hint, Zone.NONE) | _NAMED_ZONES[zone]
    return anywhere, whole
