"""Text of records made safe for terminals. Records come from the open web: their text is hostile until cleaned here."""

import re
import unicodedata

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: title, clipboard, links
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
# Joiners shape Persian and Urdu, the marks steer one neutral; none of them reaches beyond its place.
_HARMLESS = {"\u200c", "\u200d", "\u200e", "\u200f", "\u061c"}
_SPACE = re.compile(r"\s+")


def printable(text: str) -> str:
    """The text as one line without anything that steers a terminal or its text direction.

    Escape sequences, control and format characters go (embeddings, overrides and isolates too); white space is folded.
    """
    if text.isascii() and text.isprintable():
        return _SPACE.sub(" ", text).strip()
    text = _SPACE.sub(" ", _SEQUENCE.sub("", text)).strip()
    return "".join(char for char in text if char in _HARMLESS or unicodedata.category(char) not in _UNPRINTABLE)


_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(message: str) -> str:
    """A message for standard error: printable, of at most 1000 characters."""
    text = printable(message)
    return text if len(text) <= 1000 else text[:999] + "…"  # noqa: PLR2004  # as the docstring says
