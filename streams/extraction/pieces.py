"""Sub-word pieces for the encoder: text to units (words and signs), units to pieces of a fixed vocabulary."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from streams.extraction.text import WORD, without_marks

_UNIT = re.compile(f"{WORD}|\\S")
_SPACE = "\u2581"  # how the vocabulary writes the blank before a word
_LONGEST_PIECE = 16
_LONGEST_WORD = 40
_MOST_PIECES = 16
_UNSEEN = 10.0  # how much worse than the worst piece a letter without one is

BEGIN, END, UNKNOWN = 0, 1, 2
"""The first rows of every vocabulary: begin and end of a window, and what has no piece."""


class Unit(NamedTuple):
    """A word or a single sign; start, end: half-open, in code points of the text. Words are those of text.tokens."""

    start: int
    end: int
    is_word: bool


def units(text: str) -> Iterator[Unit]:
    """The words and signs of the text, in order; between them there is only white space."""
    for match in _UNIT.finditer(text):
        yield Unit(*match.span(), text[match.start()].isalnum())


class Pieces:
    """A unigram vocabulary.

    pieces: (piece, log probability), the number of a piece being its place; the first three are BEGIN, END, UNKNOWN.
    """

    def __init__(self, pieces: Sequence[tuple[str, float]]) -> None:
        self._numbers = {piece: number for number, (piece, _) in enumerate(pieces) if number > UNKNOWN}
        self._scores = [score for _, score in pieces]
        self._beginnings = {piece[:length] for piece in self._numbers for length in range(1, len(piece) + 1)}
        self._unseen = min(self._scores) - _UNSEEN
        self._remembered = lru_cache(maxsize=65536)(self._divide)

    def __len__(self) -> int:
        return len(self._scores)

    def of(self, word: str, *, spaced: bool) -> tuple[int, ...]:
        """The numbers of a unit's pieces, at least one and at most 16.

        spaced: whether white space, or nothing, stands before the unit.
        """
        return self._remembered(word, spaced)

    def _divide(self, word: str, spaced: bool) -> tuple[int, ...]:  # noqa: FBT001 -- positional for the cache
        plain = unicodedata.normalize("NFKC", without_marks(word)[:_LONGEST_WORD] or word[:1]).replace(" ", "")
        return tuple(self._best((_SPACE if spaced else "") + plain)[:_MOST_PIECES]) or (UNKNOWN,)

    def _best(self, text: str) -> list[int]:
        """The most probable division (Viterbi), in time linear in the text."""
        size = len(text)
        best = [0.0] + [float("-inf")] * size
        back = [(UNKNOWN, 0)] * (size + 1)
        for start in range(size):
            before = best[start]
            for end in range(start + 1, min(size, start + _LONGEST_PIECE) + 1):
                part = text[start:end]
                if part not in self._beginnings:
                    break
                number = self._numbers.get(part)
                if number is not None and before + self._scores[number] > best[end]:
                    best[end] = before + self._scores[number]
                    back[end] = (number, start)
            if before + self._unseen > best[start + 1]:
                best[start + 1] = before + self._unseen
                back[start + 1] = (UNKNOWN, start)
        found = []
        end = size
        while end:
            number, end = back[end]
            found.append(number)
        return found[::-1]
