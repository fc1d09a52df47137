"""HTML to page text: what a reader sees, one block a line, and what surrounds each block."""

import re
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from streams.cleaning.blocks import Block, Page, Zone
from streams.cleaning.flattened import BLANK
from streams.cleaning.tables import rows

MAX_DEPTH = 512
"""Tags nested deeper than this are taken out of the source: the parser's time grows with the square of the depth."""

_LARGE = 1 << 20
_SUSPICIOUS_DEPTH = 4096

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
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
        "rp",
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
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLES = {
    "navigation": Zone.NAV, "complementary": Zone.ASIDE, "contentinfo": Zone.FOOTER, "banner": Zone.HEADER,
    "main": Zone.MAIN, "article": Zone.ARTICLE, "search": Zone.FORM, "menu": Zone.NAV, "menubar": Zone.NAV,
}  # fmt: skip
_NAMED_ZONES = {
    "body": Zone.BODY_HINT, "chrome": Zone.CHROME_HINT, "related": Zone.RELATED_HINT, "comment": Zone.COMMENT_HINT,
    "byline": Zone.BYLINE_HINT, "date": Zone.DATE_HINT, "headline": Zone.HEADLINE_HINT, "section": Zone.SECTION_HINT,
    "standfirst": Zone.STANDFIRST_HINT, "caption": Zone.CAPTION, "nav": Zone.NAV, "footer": Zone.FOOTER,
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>?")
_OPENING_OR_CLOSING = re.compile(r"<[/a-zA-Z]")
_FORMATTING = re.compile(r"</?(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CSS_SPACE = re.compile(r"[\t\n\f\r ]+")
_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMING = ("class", "id", "itemprop", "data-testid", "data-component")
_LONGEST_NAMES = 256
_HINT_WORDS = 3
_NAME = re.compile(r"[a-z]+|[0-9]+")


def parse(html: str) -> LexborHTMLParser:
    """Parse a page in time linear in its length, whatever its nesting."""
    if len(html) > _LARGE or _may_be_deep(html):
        html = _FORMATTING.sub("", html)
        html = _flattened(html)
    return LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))


def render(tree: LexborHTMLParser) -> Page:
    """Visible text of a parsed page. Blocks stand on a line each, white space within them is one space."""
    body = tree.body
    return _Renderer().render(body) if body is not None else Page("", [], structured=True)


def _may_be_deep(html: str) -> bool:
    """A cheap upper bound of the depth: void and unclosed elements count as if they nested."""
    steps = (-1 if mark == "</" else 1 for mark in _OPENING_OR_CLOSING.findall(html))
    return max(accumulate(steps), default=0) > _SUSPICIOUS_DEPTH


def _flattened(html: str) -> str:
    """``html`` without the tags that lie deeper than MAX_DEPTH."""
    depth = 0
    kept: list[str] = []
    position = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _VOID:
            continue
        if not match[1]:
            depth += 1
            if depth <= MAX_DEPTH:
                continue
        else:
            depth = max(depth - 1, 0)
            if depth < MAX_DEPTH:
                continue
        kept.append(html[position : match.start()])
        position = match.end()
    kept.append(html[position:])
    return " ".join(kept)


class _Renderer:
    """One walk over a tree, without recursion."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.blocks: list[Block] = []
        self.length = 0
        self.pieces: list[str] = []
        self.linked = 0
        self.tag = ""
        self.heading = 0
        self.zones: int = Zone.NONE
        self.boxes: tuple[int, ...] = ()

    def render(self, root: LexborNode) -> Page:  # noqa: C901 -- one loop in place of a recursion
        # The root itself is box 0: paragraphs may stand right below it.
        number = 0
        # tag, heading, zones, boxes, link, is a block
        frame: tuple[str, int, int, tuple[int, ...], bool, bool] = ("body", 0, Zone.NONE, (0,), False, True)
        stack = [frame]
        node: LexborNode | None = root.first_child
        while node is not None:
            tag = node.tag
            down: LexborNode | None = None
            if tag == "-text":
                self._text(node.text_content or "", frame)
            elif tag == "br":
                self._flush()
            elif tag is not None and tag not in _UNSEEN and tag[:1] not in "-!":
                attributes = node.attributes
                if not _is_hidden(attributes):
                    is_block = tag not in _INLINE
                    zones = frame[2] | _ZONES.get(tag, Zone.NONE) | _zones_of(attributes)
                    boxes = frame[3]
                    if is_block:
                        self._flush()
                        number += 1
                        boxes = (*boxes, number) if len(boxes) < MAX_BOXES else boxes
                    down = node.first_child
                    if down is not None:
                        stack.append(frame)
                        frame = (
                            tag if is_block else frame[0],
                            _HEADINGS.get(tag, frame[1]),
                            zones,
                            boxes,
                            frame[4] or tag == "a",
                            is_block,
                        )
            if down is not None:
                node = down
                continue
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    node = None
                    break
                if frame[5]:
                    self._flush()
                frame = stack.pop()
            node = node.next if node is not None else None
        self._flush()
        return Page("\n".join(self.lines), self.blocks, structured=True)

    def _text(self, text: str, frame: tuple[str, int, int, tuple[int, ...], bool, bool]) -> None:
        text = _CSS_SPACE.sub(" ", text)
        if not text:
            return
        if not self.pieces:
            text = text.lstrip(" ")
            if not text:
                return
            self.tag, self.heading, self.zones, self.boxes = frame[0], frame[1], frame[2], frame[3]
        self.pieces.append(text)
        if frame[4]:
            self.linked += len(text)

    def _flush(self) -> None:
        if not self.pieces:
            return
        text = _CSS_SPACE.sub(" ", "".join(self.pieces)).replace("\x00", "").strip(_STRIP)
        if text:
            block = Block(
                text,
                self.length,
                self.length + len(text),
                self.tag,
                self.heading,
                min(self.linked, len(text)),
                self.zones,
                self.boxes,
            )
            self.blocks.append(block)
            self.lines.append(text)
            self.length = block.end + 1
        self.pieces = []
        self.linked = 0


MAX_BOXES = 64
"""Block elements that a block remembers around itself."""

_STRIP = "".join(chr(c) for c in range(0x3001) if re.fullmatch(f"[{BLANK}]", chr(c))) + "\ufeff"


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))


def _zones_of(attributes: dict[str, str | None]) -> int:
    if not attributes:
        return Zone.NONE
    role = attributes.get("role")
    zones = _ROLES.get(role, Zone.NONE) if role else Zone.NONE
    names = " ".join([value for key in _NAMING if (value := attributes.get(key))])
    return zones | _zones_of_names(names[:_LONGEST_NAMES]) if names else zones


@lru_cache(maxsize=8192)
def _zones_of_names(names: str) -> int:
    """What class and id names tell, by whole words of each name."""
    zones: int = Zone.NONE
    anywhere, whole = _hints()
    for name in names.split():
        parts = _NAME.findall(_CAMEL.sub("-", name).lower())
        if len(parts) == 1:
            zones |= whole.get(parts[0], Zone.NONE)
        for size in range(1, _HINT_WORDS + 1):
            for start in range(len(parts) - size + 1):
                zones |= anywhere.get("-".join(parts[start : start + size]), Zone.NONE)
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
