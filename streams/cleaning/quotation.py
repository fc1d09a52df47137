"""Quotation marks of Arabic paragraphs: turned the wrong way, spaced off their words, left over."""

import re
from collections.abc import Iterator

from streams.cleaning.edits import Change
from streams.cleaning.folding import ARABIC

_ARABIC_LETTER = re.compile(f"[{ARABIC}]")
_CURLY = re.compile("[“”]")
_STRAIGHT = re.compile('"')
_BLANK = frozenset(" \t\xa0\u202f")
_OPENS_AFTER = frozenset("([«:،؛./–—-\u0640")
_CLOSES_BEFORE = frozenset(".،؛:!؟?)]»…–—-,/“”")
_ENDS = frozenset(".،؛!؟?,…")
_NAME_WORDS = 4
_PREFIXES = frozenset("وبلكف")
_ANGLED = re.compile(f"«[ \xa0]?+[{ARABIC}][^«»]{{1,300}}+»(?:(?<=[{ARABIC}.!؟]»)|(?<=[{ARABIC}.!؟][ \xa0]»))")
_DOUBLED = re.compile('(?<!["=])""(?=[^\\s"=])([^"]{1,200}+)(?<=[^\\s"=])""(?!")')


def quotes(text: str) -> list[Change]:
    """``“داعش“`` and ``”داعش”`` for ``“داعش”``, ``" داعش "`` for ``"داعش"``, a mark that belongs to nothing."""
    changes: list[Change] = []
    curly = "“" in text or "”" in text
    straight = '"' in text
    angled = "« " in text or " »" in text
    if not (curly or straight or angled) or not _ARABIC_LETTER.search(text):
        return []
    if curly and "„" not in text:
        changes += _curly(text)
    if straight:
        changes += _straight(text)
    if angled:
        changes += _angled(text)
    return changes


def _angled(text: str) -> Iterator[Change]:
    """``« كلمة »``: spaces within a pair that holds Arabic words and no other mark of its kind."""
    for match in _ANGLED.finditer(text):
        left, right = match.start(), match.end() - 1
        if _opens(text, left) and _is_sure(text, left, right):
            yield from _tightened(text, left, right)


def _curly(text: str) -> Iterator[Change]:
    opened: int | None = None
    closed: int | None = None
    for match in _CURLY.finditer(text):
        at = match.start()
        side = _side(text, at)
        if side == "open":
            opened = at
        elif side == "close" and opened is not None:
            yield from _pair(text, opened, at)
            opened, closed = None, at
        elif side == "close" and closed is not None and match[0] == "“" and not text[closed + 1 : at].strip():
            # “نعم” “. after a quotation that has its closing mark already
            yield Change(closed + 1, at + 1, "", "quote")
        elif side is None:
            opened = None


def _side(text: str, at: int) -> str | None:
    """Whether the mark at ``at`` opens or closes, by what stands around it; None where nothing tells."""
    opens, closes = _opens(text, at), _closes(text, at)
    if opens != closes:
        return "open" if opens else "close"
    if not opens:
        return None
    if not text[at + 1 :].strip() or text[at + 1 : at + 3].strip()[:1] in _ENDS or text[at - 1 : at] in "“”":
        return "close"
    return "open" if text[max(at - 2, 0) : at].strip().endswith(":") else None


def _is_prefix(text: str, at: int) -> bool:
    """Whether a one-letter word stands at ``at``, written together with what follows it."""
    return text[at] in _PREFIXES and (at == 0 or not text[at - 1].isalnum())


def _pair(text: str, opened: int, closed: int) -> Iterator[Change]:
    left, right = opened + 1, closed
    while left < right and text[left] in _BLANK:
        left += 1
    while right > left and text[right - 1] in _BLANK:
        right -= 1
    if left == right:
        return
    if text[opened] != "“" or left > opened + 1:
        yield Change(opened, left, "“", "quote")
    if text[closed] != "”" or right < closed:
        yield Change(right, closed + 1, "”", "quote")


def _straight(text: str) -> Iterator[Change]:
    for match in _DOUBLED.finditer(text) if '""' in text else ():
        yield Change(match.start(), match.start() + 2, '"', "quote")
        yield Change(match.end() - 2, match.end(), '"', "quote")
    if not ('" ' in text and ' "' in text):
        return
    places = [match.start() for match in _STRAIGHT.finditer(text)]
    if len(places) % 2:
        return
    pairs = list(zip(places[::2], places[1::2], strict=True))
    # One mark out of turn and nobody knows which words the others hold.
    if all(_opens(text, left) and _closes(text, right) and right - left > 1 for left, right in pairs):
        for left, right in pairs:
            if _is_sure(text, left, right):
                yield from _tightened(text, left, right)


def _tightened(text: str, left: int, right: int) -> Iterator[Change]:
    """The spaces next to two marks, taken out from between them."""
    if text[left + 1] in _BLANK:
        yield Change(left + 1, left + 2, "", "quote")
    if text[right - 1] in _BLANK:
        yield Change(right - 1, right, "", "quote")


def _is_sure(text: str, left: int, right: int) -> bool:
    """Whether the marks hold these words rather than those beside them: of marks with space on both sides few words tell."""
    inner = text[left + 1 : right]
    if not inner.strip():
        return False
    opens = inner[0] not in _BLANK or text[:left].rstrip().endswith(":") or not text[:left].strip()
    closes = (
        inner[-1] not in _BLANK or text[right + 1 : right + 3].strip()[:1] in _ENDS or not text[right + 1 :].strip()
    )
    return (opens and closes) or len(inner.split()) <= _NAME_WORDS


def _opens(text: str, at: int) -> bool:
    before = text[at - 1 : at]
    return not before or before in _BLANK or before in _OPENS_AFTER or _is_prefix(text, at - 1)


def _closes(text: str, at: int) -> bool:
    after = text[at + 1 : at + 2]
    return not after or after in _BLANK or after in _CLOSES_BEFORE
