"""Right-to-left text on terminals: those that reorder it themselves, those that do not, and pipes.

* ``terminal``: text stays in logical order, each run in isolates, so that it cannot disturb what stands beside it.
* ``visual``: text is shaped and reordered here, line by line; needs the optional packages ``khabar[rtl]``.
* ``plain``: logical order, nothing added: for files and pipes.
"""

import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

from rich.cells import cell_len, chop_cells

Setting = Literal["auto", "terminal", "visual"]
Mode = Literal["plain", "terminal", "visual"]

ISOLATE, POP = "\u2068", "\u2069"
FIRST_VTE = 5800
"""The VTE release, 0.58, since which GNOME Terminal and its relatives reorder text."""

# CGJ takes the direction of the character that it follows, and so tells on which level that one was.
_WITNESS = "\u034f"


def choose_mode(setting: Setting, *, is_terminal: bool, environ: Mapping[str, str] = os.environ) -> Mode:
    """How right-to-left text goes out. environ: as the terminal set it."""
    if not is_terminal:
        return "plain"
    if setting != "auto":
        return setting
    vte = environ.get("VTE_VERSION", "")
    reorders = (
        (vte.isdecimal() and int(vte) >= FIRST_VTE)
        or "KONSOLE_VERSION" in environ
        or "MLTERM" in environ
        or environ.get("TERM", "").startswith(("mlterm", "mintty"))
        or environ.get("TERM_PROGRAM") in {"Apple_Terminal", "mintty"}
    )
    return "terminal" if reorders else "visual"


def is_right_to_left(text: str) -> bool:
    """Whether the text's first strong character is of a right-to-left script."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def isolate(text: str) -> str:
    """The text as a unit whose direction does not spread."""
    return f"{ISOLATE}{text}{POP}"


def arrow(text: str) -> str:
    """The arrow that points on in the text's direction."""
    return "←" if is_right_to_left(text) else "→"


def without_isolates(text: str) -> str:
    """The text as it was before `isolate`."""
    return text.replace(ISOLATE, "").replace(POP, "")


def wrap(text: str, width: int, max_lines: int) -> list[str]:
    """Break text into lines of at most ``width`` cells; the last ends in an ellipsis when more would follow.

    Isolates that are open at a line's end are closed there and opened again on the next.
    """
    words = [
        part for word in text.split(" ") for part in (chop_cells(word, width) if cell_len(word) > width else [word])
    ]
    lines: list[str] = []
    line = ""
    for word in words:
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    if len(lines) > max_lines:
        lines = lines[:max_lines]
        while cell_len(lines[-1]) >= width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += "…"
    return _balanced(lines)


def _balanced(lines: list[str]) -> list[str]:
    balanced = []
    depth = 0
    for line in lines:
        opened = ISOLATE * depth + line
        depth = max(0, depth + line.count(ISOLATE) - line.count(POP))
        balanced.append(opened + POP * depth)
    return balanced


def lay_out(line: str, mode: Mode, *, right_to_left: bool) -> str:
    """One line, already cut to its width, as it goes to the terminal. right_to_left: the direction of its paragraph."""
    if line.isascii():
        return line
    if mode == "plain":
        return without_isolates(line)
    if mode == "terminal":
        # The mark steers an isolate whose first strong character is of the other direction than its paragraph.
        return isolate(("\u200f" if right_to_left else "\u200e") + line)
    return _visual(line, right_to_left=right_to_left)


@cache
def can_reorder() -> bool:
    """Whether the optional packages for ``visual`` are here."""
    try:
        import arabic_reshaper  # noqa: F401, PLC0415  # optional
        import bidi  # noqa: F401, PLC0415  # optional
    except ImportError:
        return False
    return True


def _visual(line: str, *, right_to_left: bool) -> str:
    if not can_reorder():
        return without_isolates(line)
    import arabic_reshaper  # noqa: PLC0415  # optional
    import bidi  # noqa: PLC0415  # optional
    from bidi.mirror import MIRRORED  # noqa: PLC0415  # optional

    marked = "".join(
        char + _WITNESS if char in MIRRORED else char for char in arabic_reshaper.reshape(line) if char != _WITNESS
    )
    shown = bidi.get_display(marked, base_dir="R" if right_to_left else "L")
    out: list[str] = []
    for before, char in zip(" " + shown, shown, strict=False):
        if char == _WITNESS:
            continue
        # The library reorders but does not mirror: a witness before its character says that this one was turned round.
        out.append(MIRRORED[char] if before == _WITNESS and char in MIRRORED else char)
    return without_isolates("".join(out))
