"""A page's source made harmless: what would cost the parser time that grows with the square of its size is taken out."""

import re
from itertools import accumulate

MAX_DEPTH = 512
"""Tags nested deeper than this are taken out."""

MAX_ATTRIBUTES = 500
"""A tag with more attributes than this loses all of them."""

_LARGE = 1 << 20
_SUSPICIOUS_DEPTH = 4096
_SUSPICIOUS_SIGNS = 10_000
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>?")
_OPENING_OR_CLOSING = re.compile(r"<[/a-zA-Z]")
_FORMATTING = re.compile(r"</?(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_OPENING = re.compile("<[a-zA-Z]")
_LONG = 16384
# As the HTML standard reads a tag: a quotation mark opens a value only after an equals sign. Each quotation mark that
# nothing closes is the last of its kind in the page, so it is looked for twice at most.
_WHOLE_TAG = re.compile(r"""<[a-zA-Z][^\s/<>]*+[\s/]((?:=\s*+(?:"[^"]*+"|'[^']*+')|[^>=]++|=)*+)""")
_ATTRIBUTE = re.compile(r"""[^\s=/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+""")


def tamed(html: str) -> str:
    """``html`` without what no page needs and no parser likes: very deep nesting, very many attributes."""
    large = len(html) > _LARGE
    if large or html.count('="') + html.count("='") > _SUSPICIOUS_SIGNS or _has_long_tag(html):
        html = _bared(html)
    if large or (html.count("<") > _SUSPICIOUS_DEPTH and _may_be_deep(html)):
        html = _flattened(_FORMATTING.sub("", html))
    return html


def _has_long_tag(html: str) -> bool:
    """Whether a tag may begin and not end within _LONG characters. Looks at windows, not at each tag."""
    position = 0
    while position + _LONG < len(html):
        last = html.rfind(">", position, position + _LONG)
        if last < 0:
            last = html.find(">", position + _LONG)
            if _OPENING.search(html, position, last if last >= 0 else len(html)):
                return True
            if last < 0:
                return False
        position = last + 1
    return False


def _is_crowded(attributes: str) -> bool:
    # Two characters are the least that an attribute takes.
    return len(attributes) > 2 * MAX_ATTRIBUTES and len(_ATTRIBUTE.findall(attributes)) > MAX_ATTRIBUTES


def _bared(html: str) -> str:
    """``html`` with nothing but its name in each tag that has too many attributes."""
    kept: list[str] = []
    position = 0
    for match in _WHOLE_TAG.finditer(html):
        start, end = match.span(1)
        if end - start > 2 * MAX_ATTRIBUTES and _is_crowded(match[1]):
            kept.append(html[position:start])
            position = end
    return "".join((*kept, html[position:]))


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
