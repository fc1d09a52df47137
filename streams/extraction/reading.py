"""The reader's view that the finders of dates, figures, quotes, sources and events share: words, sentences, lexicons."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from schemas import CleanArticle
from streams.extraction.text import bare, sentences

_MARKS = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
# A number, a word with its vowel marks and joiners, or a run of anything else.
_WORD = re.compile(rf"\d+(?:[.,٫٬]\d+)*|[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}]+[^\W\d_]*)*|(?:[^\w\s]|_)+")
_JOINERS = str.maketrans("", "", "\u200c\u200d\u0300\u0301\u0302\u0303\u0307\u0308")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
_LONGEST_WORD = 40  # no phrase of a lexicon holds a longer word, so nothing is spent on the rest of it
_MOST_WORDS = 30_000  # of one field; no article has more, and what has more is not worth the minutes
_SHORTEST_STEM = 2

ARABIC_LETTERS = ("\u0600", "\u06ff")

T = TypeVar("T")


class Word(NamedTuple):
    """One number, word or run of punctuation.

    start, end: half-open, in code points of the text.
    form: folded, without vowel marks and joiners; numbers in ASCII digits.
    """

    start: int
    end: int
    form: str

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.form[:1].isdigit()

    @property
    def is_name(self) -> bool:
        """Whether it is made of letters."""
        return self.form[:1].isalpha()


class Sentence(NamedTuple):
    """One sentence.

    start, end: half-open, in code points of the text.
    words: its words in order.
    """

    start: int
    end: int
    words: tuple[Word, ...]


@lru_cache(maxsize=32768)
def _form(piece: str) -> str:
    if piece.isascii():
        return piece.lower()
    return bare(piece).translate(_JOINERS).translate(_APOSTROPHES)


def words(text: str) -> list[Word]:
    """The first 30,000 words of the text, in order."""
    matches = islice(_WORD.finditer(text), _MOST_WORDS)
    return [Word(*match.span(), _form(match.group()[:_LONGEST_WORD])) for match in matches]


@lru_cache(maxsize=32)
def read(text: str) -> tuple[Sentence, ...]:
    """The sentences of the text with their words, as far as words() reads.

    Kept for the finders that come after on the same text.
    """
    found = words(text)
    starts = [word.start for word in found]
    last = starts[-1] if starts else -1
    return tuple(
        Sentence(start, end, tuple(found[bisect_left(starts, start) : bisect_left(starts, end)]))
        for start, end in sentences(text)
        if start <= last
    )


def language(article: CleanArticle) -> str:
    """The primary language subtag that lexicons are chosen by; without one, Arabic or English by the script."""
    if article.language:
        return article.language.partition("-")[0].casefold()
    sample = (article.body or article.headline or "")[:2000]
    low, high = ARABIC_LETTERS
    arabic = sum(low <= letter <= high for letter in sample)
    return "ar" if arabic * 2 > sum(letter.isalpha() for letter in sample) else "en"


@lru_cache(maxsize=32768)
def stems(form: str) -> tuple[tuple[int, str], ...]:
    """(letters cut, rest): an Arabic form as it is, then without its leading و ف and ب ل ك."""
    found = [(0, form)]
    if not ARABIC_LETTERS[0] <= form[:1] <= ARABIC_LETTERS[1]:
        return tuple(found)
    if form[0] in "وف" and len(form) > _SHORTEST_STEM:
        found.append((1, form[1:]))
    for cut, rest in tuple(found):
        if rest[0] in "بلك" and len(rest) > _SHORTEST_STEM:
            if rest.startswith("لل") and len(rest) > _SHORTEST_STEM + 1:
                found.append((cut, "ال" + rest[2:]))
            found.append((cut + 1, rest[1:]))
    return tuple(found)


def cut_start(text: str, word: Word, letters: int) -> int:
    """Where the word starts once that many of its leading letters are cut, in code points of the text."""
    at = word.start
    for _ in range(letters):
        at += 1
        while at < word.end and not _form(text[at]):
            at += 1
    return at


class Match(NamedTuple, Generic[T]):
    """One phrase of a lexicon, found.

    length: in words.
    cut: leading letters of the first word that are clitics.
    """

    length: int
    cut: int
    value: T


class Lexicon(Generic[T]):
    """Phrases by their first word; the longest phrase that fits wins.

    clitics: whether Arabic و ف ب ل ك may stand before the phrase.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], *, clitics: bool = True) -> None:
        self._clitics = clitics
        self._phrases: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in entries:
            first, *rest = [word.form for word in words(phrase)]
            self._phrases.setdefault(first, []).append((tuple(rest), value))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda entry: -len(entry[0]))

    def match(self, sequence: Sequence[Word], index: int) -> Match[T] | None:
        """The longest phrase that starts at the word index, the one with the fewest clitics first."""
        form = sequence[index].form
        return next(_fitting(_openings(self, form), sequence, index), None) if self.has(form) else None

    def matches(self, sequence: Sequence[Word], index: int) -> Iterator[Match[T]]:
        """All phrases that start at the word index, those with the fewest clitics and then the longest first."""
        form = sequence[index].form
        return _fitting(_openings(self, form), sequence, index) if self.has(form) else iter(())

    def has(self, form: str) -> bool:
        """Whether the word, as it is or behind clitics, begins a phrase."""
        return _has_stem(self._phrases, form) if self._clitics else form in self._phrases

    def openings(self, form: str) -> tuple[tuple[int, tuple[str, ...], T], ...]:
        """The phrases that begin with the word: (letters cut from it, the words that must follow, value)."""
        return tuple(
            (cut, rest, value)
            for cut, stem in (stems(form) if self._clitics else ((0, form),))
            for rest, value in self._phrases.get(stem, ())
        )

    def first_words(self) -> tuple[frozenset[str], bool]:
        """The words that its phrases begin with, and whether clitics may stand before them."""
        return frozenset(self._phrases), self._clitics


def _has_stem(listed: Container[str], form: str) -> bool:
    """Whether the word is listed, as it is or behind clitics."""
    for _, stem in stems(form):  # noqa: SIM110 -- asked of every word, and a generator costs more
        if stem in listed:
            return True
    return False


@lru_cache(maxsize=131072)
def _openings(lexicon: Lexicon[T], form: str) -> tuple[tuple[int, tuple[str, ...], T], ...]:
    return lexicon.openings(form)


def _fitting(
    openings: tuple[tuple[int, tuple[str, ...], T], ...], sequence: Sequence[Word], index: int
) -> Iterator[Match[T]]:
    for cut, rest, value in openings:
        end = index + 1 + len(rest)
        if not rest or (end <= len(sequence) and rest == tuple(word.form for word in sequence[index + 1 : end])):
            yield Match(1 + len(rest), cut, value)


class Openers:
    """The words that begin a phrase of any of several lexicons, as one look-up."""

    def __init__(self, lexicons: Iterable[Lexicon[Any]]) -> None:
        firsts = [lexicon.first_words() for lexicon in lexicons]
        self._bare = frozenset().union(*(forms for forms, _ in firsts))
        self._clitics = frozenset().union(*(forms for forms, clitics in firsts if clitics))

    def has(self, form: str) -> bool:
        """Whether the word, as it is or where allowed behind clitics, begins a phrase."""
        return form in self._bare or _has_stem(self._clitics, form)


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a packaged table of tab-separated values, without comments and empty lines."""
    text = files("streams.extraction").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


def phrases_by_kind(name: str, tongue: str) -> dict[str, list[tuple[str, str]]]:
    """Of a table of language, form and kind: per kind the entries of one language, as `Lexicon` takes them."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for language, form, kind in table(name):
        if language == tongue:
            kinds.setdefault(kind, []).append((form, kind))
    return kinds


class Located(NamedTuple, Generic[T]):
    """Items by where they stand in one field, for look-ups by span."""

    starts: list[int]
    items: list[tuple[int, int, T]]

    def within(self, start: int, end: int) -> list[tuple[int, int, T]]:
        """The items that start in the half-open span, in order."""
        return self.items[bisect_left(self.starts, start) : bisect_right(self.starts, end - 1)]


def locate(items: Iterable[tuple[int, int, T]]) -> Located[T]:
    """Order items, each (start, end, what), for look-ups by span."""
    ordered = sorted(items, key=lambda item: (item[0], -item[1]))
    return Located([item[0] for item in ordered], ordered)
