"""Look-up of phrases that give chrome lines away."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from streams.cleaning.folding import fold
from streams.cleaning.tables import rows

INSIDE_LIMIT = 30
"""Words of the longest line in which a phrase may stand anywhere."""

_GLUED_LIMIT = 90
_MENU_WORDS = 4
_TOOL_WORDS = 4
_EDGE = 2
_OPENING = frozenset({"related", "list", "tags"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a line was recognised by. whole: the phrase is the whole line."""

    reason: str
    whole: bool

    @property
    def opens_list(self) -> bool:
        """Whether the lines after it belong to it: teasers, tags."""
        return self.reason in _OPENING and (self.whole or self.reason != "tags")


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, list[tuple[str, str]]], dict[str, str]]:
    whole: dict[str, str] = {}
    starts: dict[str, list[tuple[str, str]]] = {}
    inside: dict[str, str] = {}
    for reason, match, phrase in rows("chrome.tsv", 3):
        folded = fold(phrase)
        if match == "line":
            whole.setdefault(folded, reason)
        elif match == "start":
            starts.setdefault(folded.split()[0], []).append((folded + " ", reason))
        else:
            inside.setdefault(folded, reason)
    return whole, starts, inside


@lru_cache(maxsize=1)
def sections() -> frozenset[str]:
    """Folded names of sections."""
    return frozenset(fold(name) for (name,) in rows("sections.tsv", 1))


@lru_cache(maxsize=1)
def _menu_words() -> frozenset[str]:
    whole, _, _ = _tables()
    names = (*sections(), *(phrase for phrase, reason in whole.items() if reason in {"nav", "list"}))
    return frozenset(word for name in names for word in name.split())


def find(folded: str, words: Sequence[str]) -> Phrase | None:
    """The phrase that makes a folded line of these words chrome."""
    whole, starts, inside = _tables()
    if reason := whole.get(folded):
        return Phrase(reason, whole=True)
    spaced = folded + " "
    for phrase, reason in starts.get(words[0], ()):
        if spaced.startswith(phrase):
            return Phrase(reason, whole=False)
    # Hardly a line holds even the first word of such a phrase.
    if len(words) <= INSIDE_LIMIT and not _inside_words().isdisjoint(words):
        hit = _inside().search(folded)
        if hit:
            return Phrase(inside[hit[1]], whole=False)
    return None


def before_tools(text: str) -> str:
    """``text`` up to the first label of a page's tools: ``سامر الحلبي حجم الخط طباعة``."""
    if _tool_words().isdisjoint(fold(text).split()):
        return text
    words = text.split()
    for index, word in enumerate(words):
        folded = fold(" ".join(words[index : index + _TOOL_WORDS])).split()
        if len(word) > 1 and any(" ".join(folded[:size]) in _tool_names() for size in range(1, len(folded) + 1)):
            return " ".join(words[:index])
    return text


@lru_cache(maxsize=1)
def _tool_names() -> frozenset[str]:
    whole, starts, _ = _tables()
    begun = [(phrase.strip(), reason) for found in starts.values() for phrase, reason in found]
    return frozenset(phrase for phrase, reason in (*whole.items(), *begun) if reason in {"share", "tools", "comment"})


@lru_cache(maxsize=1)
def _tool_words() -> frozenset[str]:
    """First words of the labels of a page's tools."""
    return frozenset(name.split()[0] for name in _tool_names())


def is_menu(folded: str) -> bool:
    """Whether a folded line is section names, one after the other."""
    words = folded.split()
    return len(words) >= _MENU_WORDS and sum(map(_menu_words().__contains__, words)) * 10 >= len(words) * 7


def is_glued(folded: str) -> bool:
    """Whether a short folded line is nothing but labels, with or without spaces between them."""
    if len(folded) > _GLUED_LIMIT:
        return False
    bare = folded.replace(" ", "")
    starts, ends = _label_ends()
    return bare[:_EDGE] in starts and bare[-_EDGE:] in ends and _glued().fullmatch(bare) is not None


@lru_cache(maxsize=1)
def _inside() -> Any:
    # re2: one automaton for all phrases, linear whatever the text.
    return re2.compile(r"(?:^|\s)(" + "|".join(re2.escape(phrase) for phrase in _tables()[2]) + r")(?:\s|$)")


@lru_cache(maxsize=1)
def _inside_words() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in _tables()[2])


@lru_cache(maxsize=1)
def _labels() -> tuple[str, ...]:
    whole, _, _ = _tables()
    return tuple(sorted({phrase.replace(" ", "") for phrase in (*whole, *sections()) if len(phrase) > 1}))


@lru_cache(maxsize=1)
def _label_ends() -> tuple[frozenset[str], frozenset[str]]:
    """The first and the last letters of the labels: nothing else can begin or end with labels."""
    return frozenset(label[:_EDGE] for label in _labels()), frozenset(label[-_EDGE:] for label in _labels())


@lru_cache(maxsize=1)
def _glued() -> Any:
    return re2.compile("(?:" + "|".join(re2.escape(label) for label in _labels()) + ")+")
