"""What finders of names work on and hand in: the words of a field, and candidates for names.

Every finder (names, organisations, places, later a trained tagger) only hands in candidates; entities decides.
"""

from functools import cached_property
from typing import Literal, NamedTuple

from streams.extraction import lexicon
from streams.extraction.pieces import Unit, units
from streams.extraction.text import Field, Token, strip_clitics, tokens

EntityType = Literal["person", "organisation", "place"]
Gap = Literal["near", "comma", "quote", "far"]

_QUOTES = frozenset("\"'“”„«»‘’‹›")
_NEAR = frozenset({"", " ", "_", "-", "'", "’", "\u200c", "\u00a0", "‑", "–"})
_LONGEST_GAP = 4
_INITIAL = 2
_ARABIC_FIRST, _ARABIC_LAST = "ء", "ۿ"


class Candidate(NamedTuple):
    """Evidence that a span names something.

    first, last: half-open, in words of the field; start, end: half-open, in code points of its text.
    score: 0..1, how sure the evidence is on its own; name: the span without what cannot be cut off in the text.
    known: the entry of the lexicon; role: as stated next to it; rows: the gazetteer's readings of a place;
    quoted: whether it stands right after a quotation mark; gloss: what brackets after it call it as well.
    """

    field: int
    first: int
    last: int
    start: int
    end: int
    type: EntityType
    score: float
    method: str
    name: str
    known: lexicon.Known | None = None
    role: str | None = None
    rows: tuple[int, ...] = ()
    quoted: bool = False
    gloss: str | None = None


class Words:
    """The words of one field, with what stands between them.

    clitics: whether leading و ف ب ل ك س may be cut off, as in Arabic but not in Persian.
    """

    def __init__(self, number: int, field: Field, *, clitics: bool) -> None:
        self.number = number
        self.text = field.text
        self.name = field.name
        self.clitics = clitics
        self.tokens: list[Token] = tokens(field.text)
        self.folded = [token.folded for token in self.tokens]
        self._arabic = [_ARABIC_FIRST <= word[:1] <= _ARABIC_LAST for word in self.folded]
        self._readings: dict[int, list[tuple[int, str]]] = {}

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def units(self) -> list[Unit]:
        """The words and signs of the text, in order; those that are words are the tokens."""
        return list(units(self.text))

    @cached_property
    def gaps(self) -> list[Gap]:
        """What stands before each word."""
        found: list[Gap] = ["far"]
        for before, after in zip(self.tokens, self.tokens[1:], strict=False):
            if after.start - before.end > _LONGEST_GAP:
                found.append("far")
                continue
            between = self.text[before.end : after.start]
            if between in _NEAR:
                found.append("near")
            elif between.strip(" ") in {",", "،"}:
                found.append("comma")
            elif between.strip(" ") == "." and len(before.text) < _INITIAL:
                found.append("near")
            elif set(between) - {" "} <= _QUOTES:
                found.append("quote")
            else:
                found.append("far")
        return found

    @cached_property
    def runs(self) -> list[int]:
        """For each word, the end (exclusive) of the run of words that only blanks, hyphens and the like divide."""
        ends = [0] * len(self.tokens)
        end = len(self.tokens)
        for index in range(len(self.tokens) - 1, -1, -1):
            ends[index] = end
            if self.gaps[index] != "near":
                end = index
        return ends

    def readings(self, index: int, *, article: bool = False) -> list[tuple[int, str]]:
        """The word with and without clitics, see text.strip_clitics."""
        if not self.clitics:
            return [(0, self.folded[index])]
        if article:
            return strip_clitics(self.tokens[index], article=True)
        if index not in self._readings:
            self._readings[index] = strip_clitics(self.tokens[index])
        return self._readings[index]

    def following(self, index: int, most: int = 8) -> list[str]:
        """Up to most folded words after index, of the same run."""
        return self.folded[index + 1 : min(self.runs[index], index + 1 + most)]

    def is_arabic(self, index: int) -> bool:
        """Whether the word is in Arabic script."""
        return self._arabic[index]

    def is_capital(self, index: int) -> bool:
        """Whether the word begins with a capital letter."""
        return self.tokens[index].text[:1].isupper()

    def candidate(
        self,
        span: tuple[int, int],
        kind: EntityType,
        score: float,
        method: str,
        *,
        offset: int = 0,
        known: lexicon.Known | None = None,
        role: str | None = None,
        rows: tuple[int, ...] = (),
    ) -> Candidate:
        """A candidate for the words of the half-open span, without the first offset code points of its first word.

        A merged لل stays in the span and is undone in the name.
        """
        first, last = span
        start, end = self.tokens[first].start + offset, self.tokens[last - 1].end
        name = self.text[start:end]
        if self.clitics and name.startswith("لل") and not known_as(self.folded[first]):
            name = "ال" + name[2:]
        return Candidate(self.number, first, last, start, end, kind, min(score, 1.0), method, name, known, role, rows)


def known_as(word: str) -> bool:
    """Whether the word is listed among given or family names as it is, so that nothing is cut from it."""
    names = lexicon.person_names()
    return word in names["given"] or word in names["family"]
