"""The packaged word lists, read once: words by purpose, and phrases that are looked up word by word."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Generic, NamedTuple, TypeVar

from streams.extraction.text import bare, tokens

T = TypeVar("T")


def rows(name: str) -> Iterator[list[str]]:
    """The cells of a data file's rows, comments left out."""
    text = files("streams.extraction").joinpath("data", name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=4096)
def key(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase: what look-ups compare."""
    return tuple(token.folded for token in tokens(phrase))


class Phrases(Generic[T]):
    """Phrases with what they stand for, found by their first word."""

    def __init__(self) -> None:
        self._by_head: dict[str, dict[tuple[str, ...], T]] = {}
        self._longest: dict[str, int] = {}

    def add(self, words: tuple[str, ...], value: T) -> None:
        """Let the words stand for the value; what was there first stays."""
        if words:
            self._by_head.setdefault(words[0], {}).setdefault(words[1:], value)
            self._longest[words[0]] = max(self._longest.get(words[0], 1), len(words))

    def find(self, head: str, following: Sequence[str]) -> tuple[int, T] | None:
        """The longest phrase that head and the words after it begin with: its number of words, and its value."""
        rests = self._by_head.get(head)
        if rests is None:
            return None
        for length in range(min(self._longest[head] - 1, len(following)), -1, -1):
            rest = tuple(following[:length])
            if rest in rests:
                return length + 1, rests[rest]
        return None

    def longest(self, head: str) -> int:
        """The number of words of the longest phrase with this head; 0 when there is none."""
        return self._longest.get(head, 0)


@cache
def words(name: str, purpose: str) -> frozenset[str]:
    """The single words that a data file lists for a purpose, folded; of phrases, nothing."""
    found: set[str] = set()
    for cells in rows(name):
        if cells[0] == purpose:
            found.update(bare(word) for word in cells[1].split() if "|" not in word)
    return frozenset(found)


@cache
def phrases(name: str, purpose: str) -> Phrases[None]:
    """The words and phrases that a data file lists for a purpose."""
    found: Phrases[None] = Phrases()
    for cells in rows(name):
        if cells[0] == purpose:
            for entry in cells[1].split():
                found.add(key(entry.replace("|", " ")), None)
    return found


class Known(NamedTuple):
    """A widely known person or organisation: its spellings, as written, and its Wikidata id if it is certain."""

    names: tuple[str, ...]
    wikidata: str | None


@cache
def known(name: str) -> Phrases[tuple[Known, str]]:
    """The known people or organisations of a data file, each spelling with its entry and as it is written there."""
    found: Phrases[tuple[Known, str]] = Phrases()
    for cells in rows(name):
        entry = Known(tuple(cells[0].split("|")), (cells[1] if len(cells) > 1 else "") or None)
        for spelling in entry.names:
            found.add(key(spelling), (entry, spelling))
    return found


@cache
def person_names() -> dict[str, frozenset[str]]:
    """Given and family names, folded, by kind; of names of several words the words are joined by a blank."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, name in rows("person_names.tsv"):
        found[kind].add(" ".join(key(name)))
    return {kind: frozenset(names) for kind, names in found.items()}
