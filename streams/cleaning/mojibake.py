"""UTF-8 that was read with another table: in a stretch of a text, or through a whole text."""

import re
from collections.abc import Iterator
from itertools import islice

from streams.cleaning.edits import Change

_CODECS = ("cp1252", "cp1256")


_FROM_LATIN = {
    codec: {value: bytes([value]).decode(codec, "ignore") or chr(value) for value in range(0x80, 0x100)}
    for codec in _CODECS
}
"""For str.translate: what Latin-1 reads to what the code page reads from the same bytes; ones that it lacks are themselves."""

_BYTES = {
    # Latin-1 stands between: what its readers leave of the bytes 0x80 to 0x9F are control characters.
    codec: {char: value for value, char in table.items()} | {chr(value): value for value in range(0x80, 0xA0)}
    for codec, table in _FROM_LATIN.items()
}
"""Characters above U+007F to the bytes that a code page reads them from."""


def _class(codec: str, low: int, high: int) -> str:
    return "[" + re.escape("".join(char for char, value in _BYTES[codec].items() if low <= value < high)) + "]"


_RUN_1252 = re.compile(f"{_class('cp1252', 0xC2, 0xF5)}{_class('cp1252', 0x80, 0xC0)}{_class('cp1252', 0x80, 0x100)}*+")
_RUN_1256 = re.compile("(?:[طظعغ]" + _class("cp1256", 0x80, 0xC0) + ")++")
SIGNS = (
    _class("cp1252", 0xC2, 0xF5) + _class("cp1252", 0x80, 0xC0),
    "(?:[طظعغ]" + _class("cp1256", 0x80, 0xC0) + "){3}",
)
"""What a text holds that has such stretches, for the regular expressions of re and re2."""

_SIGN = re.compile("|".join(SIGNS))
_CUT_QUOTE = re.compile(f"â€\x9d?+(?!{_class('cp1252', 0x80, 0x100)})")
_MANY = 3
"""Letters in a row that are surely no Arabic word."""

_PLAUSIBLE = re.compile(
    "[\u00a1-\u024f\u0370-\u06ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2122\ufb50-\ufdff\U0001f300-\U0001faff\u00a0\u200c-\u200f\ufeff]"
)
_C1 = re.compile("(?<![\x80-\xff])[\x80\x82\x84\x86-\x89\x8b\x91-\x97\x99\x9b](?![\x80-\xff])")
_MARKS = frozenset("’‘“”»«–—›‹…·´¨¸¯")


def stretches(text: str) -> list[Change]:
    """Stretches of UTF-8 that was read as windows-1252, Latin-1 or windows-1256, to what they stood for.

    ``Ã©`` for ``é``, ``ط§ظ„`` for ``ال``; quotation marks that came through as control characters.
    """
    if text.isascii():
        return []
    changes: list[Change] = []
    if _SIGN.search(text):
        for match in _RUN_1252.finditer(text):
            for start, end, after in _reread(match[0], "cp1252"):
                if end - start > 2 or _is_damage(text, match.start() + start, match.start() + end):  # noqa: PLR2004
                    changes.append(Change(match.start() + start, match.start() + end, after, "encoding"))
        runs = list(_RUN_1256.finditer(text))
        if any(len(match[0]) >= 2 * _MANY for match in runs):
            changes += [
                Change(match.start() + start, match.start() + end, after, "encoding")
                for match in runs
                for start, end, after in _reread(match[0], "cp1256")
            ]
        # A closing quotation mark whose last byte has no character in windows-1252 and was dropped on the way.
        changes += [Change(match.start(), match.end(), "”", "encoding") for match in _CUT_QUOTE.finditer(text)]
    changes += [
        Change(match.start(), match.end(), match[0].encode("latin-1").decode("cp1252"), "encoding")
        for match in _C1.finditer(text)
    ]
    return changes


def _is_damage(text: str, start: int, end: int) -> bool:
    """Whether two characters are one that was misread, rather than the end of ``BLÅ”`` or ``FORSTÅ»``."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isupper():
        return after.islower()
    return text[start + 1] not in _MARKS or after.isalpha() or before.isalpha()


_SIZES = (*[0] * 12, 2, 2, 3, 4)
"""Bytes of a UTF-8 sequence, by the upper half of its first byte."""


def _reread(run: str, codec: str) -> Iterator[tuple[int, int, str]]:
    """The pieces of ``run`` that are UTF-8 when written in ``codec``. Every character of it is one byte there."""
    data = bytes(map(_BYTES[codec].__getitem__, run))
    position = 0
    while position < len(data):
        size = _SIZES[data[position] >> 4]
        try:
            text = data[position : position + size].decode() if size else ""
        except UnicodeDecodeError:
            text = ""
        if text and _PLAUSIBLE.fullmatch(text):
            yield position, position + size, text
            position += size
        else:
            position += 1


# --- whole texts --------------------------------------------------------------------------------------------------------

_HIGH = re.compile("[^\x00-\x7f]+")
_SAMPLE = 12
"""Stretches of characters above U+007F that are tried before the whole text."""
_FEWEST = 3


def mended(text: str) -> tuple[str, str] | None:
    """A text that is UTF-8 read with another table all through, as it was meant, and the codec; None for other texts."""
    if text.isascii():
        return None
    runs = [match[0] for match in islice(_HIGH.finditer(text), _SAMPLE)]
    if len(runs) < _FEWEST:
        return None
    for codec in _CODECS:
        if all(_utf8(run, codec) for run in runs) and (whole := _utf8(text, codec)) is not None:
            # Of the two that share most characters, the one that gives the text again.
            return whole, "latin-1" if whole.encode().decode("latin-1") == text else codec
    return None


def written(text: str, codec: str) -> bytes:
    """The bytes that ``codec`` reads ``text`` from; characters that it lacks count as question marks."""
    return text.translate(_TO_LATIN.get(codec, {})).encode("latin-1", "replace")


def read(data: bytes, codec: str) -> str:
    """``data`` read in ``codec``. Bytes that it does not know are control characters, as browsers have it."""
    return data.decode(codec) if codec == "latin-1" else data.decode("latin-1").translate(_FROM_LATIN[codec])


def _utf8(text: str, codec: str) -> str | None:
    try:
        return text.translate(_TO_LATIN[codec]).encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None


_TO_LATIN = {codec: {ord(char): chr(value) for char, value in table.items()} for codec, table in _BYTES.items()}
"""For str.translate: the characters of a code page to the ones that Latin-1 reads from the same bytes."""
