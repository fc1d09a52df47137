"""Plain text to blocks: one for each line that holds anything visible."""

import re

from streams.cleaning.blocks import MAX_BLOCKS, Block, Page
from streams.errors import RecordFault

_LINE = re.compile("[^\n\r\x0b\x0c\x85\u2028\u2029]+")
BLANK = " \t\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u2069\u3000\ufeff\x00-\x1f\x7f\x85"
"""White space and what is as invisible at the end of a line, for use inside a character class."""

_VISIBLE = re.compile(f"[^{BLANK}]")
_INVISIBLE = "".join(chr(c) for c in range(0x3001) if not _VISIBLE.match(chr(c))) + "\ufeff"


def split(text: str) -> Page:
    """Lines as blocks; ``page_text`` is ``text`` itself. Raises RecordFault ``too_many_lines``."""
    blocks = []
    for line in _LINE.finditer(text):
        raw = line[0]
        left = raw.lstrip(_INVISIBLE)
        bare = left.rstrip(_INVISIBLE)
        if bare:
            start = line.end() - len(left)
            blocks.append(Block(bare, start, start + len(bare)))
            if len(blocks) > MAX_BLOCKS:
                raise RecordFault("too_many_lines")
    return Page(text, blocks)
