"""Articles whose text stands in a page's scripts alone: JSON-LD, or the state that a single-page app starts from.

A last resort, for pages that show no body: what is found there is rendered as further blocks below what the page shows, so
that roles, layout and offsets work as for any other page. No script is run: string literals are read, wherever they stand.
"""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import NamedTuple

import orjson
from selectolax.lexbor import LexborHTMLParser

from streams.cleaning import rendering
from streams.cleaning.blocks import Block, Page, Zone
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata

_SHOWN = 400
"""Code points of paragraphs that a page shows when it has a body."""

_PARAGRAPH = 80
"""Code points of a block that counts as one."""

_ENOUGH = 300
"""Code points of the shortest article that is taken from a script."""

_LARGEST = 4 << 20
"""Code points of scripts that are read."""

_SENTENCE = 40
_REACH = 8000
_NESTED = 2
_TRIED = 4
_OUTSIDE = Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT | Zone.FORM

# Possessive and with an optional end: it fails nowhere, so the search is linear.
_LITERAL = re.compile(r'"((?:[^"\\]++|\\.)*+)"?', re.DOTALL)
_BARE_KEY = re.compile(r"([A-Za-z_$][\w$]{0,63})\s{0,4}:\s{0,4}\Z")
_FLIGHT = re.compile(r"[0-9a-f]{1,4}:T[0-9a-f]{1,8},")
_SCRIPT_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([^\"\\/bfnrtu]))", re.DOTALL)
_BLOCK_TAG = re.compile(r"<(?:p|div|br|h[1-6]|ul|ol|li|blockquote|section|table)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ENDING = '.!?؟…。！？۔।"”»’'
_CONTROLS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ADDRESSES = ('"url"', '"href"', '"slug"', '"link"', '"permalink"', '"canonical_url"', '"path"')
_NAMES = ('"headline"', '"title"', '"headlines"')
"""Keys of which one each stands between the teasers of other articles, and not between the paragraphs of one."""

_STATED_BODY = "articlebody"
"""The key of an article's text in JSON-LD."""

_BODIES = frozenset(
    [
        "body", "bodyhtml", "bodytext", "content", "contenthtml", "contents", "articlecontent", "articletext",
        "html", "htmlbody", "fulltext", "text", "story", "storybody", "paragraph", "paragraphs", "children", "value",
    ]
)  # fmt: skip
_NO_BODIES = re.compile(
    r"cookie|consent|privacy|policy|terms|disclaimer|comment|transcript|css|style|svg|query|bio\b|about|legal"
    r"|descri|summary|caption|excerpt|abstract|claim|third|alt\b|name|title|alternate"
)


class _Text(NamedTuple):
    """A string of a script. key: what it is the value of, in small letters. start, end: where its literal stands."""

    key: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class _Candidate:
    """Strings under one key that may be one article."""

    key: str
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    end: int = 0

    @property
    def score(self) -> float:
        """Code points, those under the name of a body counted more."""
        return self.length * (3.0 if self.key == _STATED_BODY else 1.5 if self.key in _BODIES else 1.0)


def completed(page: Page, tree: LexborHTMLParser, stated: Metadata) -> Page:
    """The page, with the article that its scripts hold where it shows none itself."""
    shown = 0
    for block in page.blocks:
        size = len(block.text)
        if size >= _PARAGRAPH and block.linked * 2 < size and not block.zones & _OUTSIDE:
            shown += size
            if shown >= _SHOWN:
                return page
    found = _find(tree, stated, page, max(_ENOUGH, 2 * shown))
    return page if found is None else _joined(page, found)


def _find(tree: LexborHTMLParser, stated: Metadata, page: Page, least: int) -> Page | None:
    """The article in the scripts, rendered by itself. least: its code points."""
    candidates = []
    left = _LARGEST
    for node in tree.css("script:not([src])"):
        text = node.text()
        if _ENOUGH <= len(text) <= left:
            left -= len(text)
            candidates += _candidates(text, 0)
    candidates = [one for one in candidates if one.length >= least and not _NO_BODIES.search(one.key)]
    candidates.sort(key=lambda one: -one.score)
    for candidate in candidates[:_TRIED]:
        found = rendering.render(rendering.parse(_markup(candidate.pieces)))
        if sum(_size(block) for block in found.blocks) < least:
            continue
        if any(len(block.text) >= _PARAGRAPH and block.text in page.text for block in found.blocks):
            # The page shows its beginning: there it ends for its readers.
            return None
        if candidate.key == _STATED_BODY or _is_titled(found.text, stated):
            return found
    return None


def _size(block: Block) -> int:
    return len(block.text) if len(block.text) >= _SENTENCE and block.linked * 2 < len(block.text) else 0


def _candidates(text: str, depth: int) -> list[_Candidate]:
    """What may be an article among the strings of a script, or of a string that holds such text itself."""
    found: list[_Candidate] = []
    open_ones: dict[str, _Candidate] = {}
    for one in _strings(text):
        value = one.value
        if depth < _NESTED and not value.startswith("<") and '":' in value:
            found += _candidates(value, depth + 1)
            continue
        if flight := _FLIGHT.match(value):
            value = value[flight.end() :]
        if not _is_prose(value):
            continue
        candidate = open_ones.get(one.key)
        if candidate is None or not _goes_on(candidate, one, text):
            candidate = open_ones[one.key] = _Candidate(one.key)
            found.append(candidate)
        candidate.end = one.end
        if value not in candidate.pieces[-1:]:
            candidate.pieces.append(value)
            candidate.length += len(_TAG.sub("", value)) if "<" in value else len(value)
    return found


def _goes_on(candidate: _Candidate, one: _Text, text: str) -> bool:
    """Whether a string is the next paragraph: it stands near, and no other article's address between."""
    if one.start - candidate.end > _REACH:
        return False
    between = text[candidate.end : one.start]
    return not (any(key in between for key in _ADDRESSES) and any(key in between for key in _NAMES))


def _strings(text: str) -> Iterator[_Text]:
    """The string literals of a script that are long enough for a sentence, with their keys."""
    previous = ""
    end = 0
    for match in _LITERAL.finditer(text):
        raw = match[1]
        start = match.start()
        if len(raw) >= _SENTENCE:
            value = _decoded(raw)
            if value is not None:
                yield _Text(_key(text, end, start, previous), value, start, match.end())
        previous, end = raw, match.end()


def _key(text: str, end: int, start: int, previous: str) -> str:
    """What the literal at ``start`` is the value of: the literal before it, which ends at ``end``, or a bare name."""
    gap = text[max(end, start - 80) : start]
    if gap.strip() == ":":
        return previous[:64].lower()
    name = _BARE_KEY.search(gap)
    return name[1].lower() if name else ""


def _decoded(raw: str) -> str | None:
    """A literal without its escapes, None for what is no text."""
    for attempt in (raw, _json_escapes(raw)):
        try:
            value = orjson.loads(f'"{attempt}"')
        except orjson.JSONDecodeError:
            continue
        return value if isinstance(value, str) else None
    return None


def _json_escapes(raw: str) -> str:
    """A JavaScript literal as JSON writes it."""
    plain = _SCRIPT_ESCAPE.sub(lambda match: f"\\u00{match[1]}" if match[1] else match[2], raw)
    return "".join(_CONTROLS.get(character, " ") if character < " " else character for character in plain)


def _is_prose(value: str) -> bool:
    """Whether a string looks like markup with text in it, or like sentences."""
    if len(value) < _SENTENCE:
        return False
    if "<" in value and _BLOCK_TAG.search(value):
        return True
    # Sentences have spaces, or stops of a script that writes none; code has other signs.
    return value.rstrip()[-1:] in _ENDING and "://" not in value[:12] and not value.lstrip().startswith(("{", "[", "."))


def _markup(pieces: Sequence[str]) -> str:
    """Strings as a page's article: markup as it is, a line of plain text as a paragraph."""
    parts = ["<article class='article-body'>"]
    for piece in pieces:
        text = unescape(piece) if "&lt;" in piece and "<" not in piece else piece
        if _BLOCK_TAG.search(text):
            parts.append(f"<div>{text}</div>")
        elif "<" in text and _TAG.search(text):
            parts.append(f"<p>{text}</p>")
        else:
            parts += [f"<p>{escape(unescape(unescape(line)))}</p>" for line in text.splitlines() if line.strip()]
    return "\n".join([*parts, "</article>"])


def _is_titled(text: str, stated: Metadata) -> bool:
    """Whether a text has words of the page's headline, as nearly every article does."""
    folded = fold(text)
    for title in (*stated.headlines[:2], stated.title):
        bare = fold(title or "")
        pieces = {word for word in bare.split() if len(word) > 3}
        if len(pieces) < 3:
            joined = bare.replace(" ", "")
            pieces = {joined[index : index + 2] for index in range(len(joined) - 1)}
        if sum(piece in folded for piece in pieces) >= max(2, 0.4 * len(pieces)):
            return True
    return False


def _joined(page: Page, found: Page) -> Page:
    """One page of both, ``found`` below."""
    offset = len(page.text) + 1 if page.text else 0
    number = max((block.boxes[-1] for block in page.blocks), default=0)
    added = [
        replace(
            block,
            start=block.start + offset,
            end=block.end + offset,
            boxes=(0, *(box + number for box in block.boxes[1:])),
        )
        for block in found.blocks
    ]
    text = f"{page.text}\n{found.text}" if page.text else found.text
    return Page(text, [*page.blocks, *added], structured=True)
