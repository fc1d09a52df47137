"""How alike folded texts are, by their words."""

import re
from collections.abc import Set as AbstractSet

_CLITIC = re.compile(r"(?<!\S)(?:[وفبك]?ال|لل|[وفبلك])(?=\S{3})")
_SHORTEST = 3
_STEM = 5


def stems(folded: str) -> set[str]:
    """Words with and without Arabic clitics, cut to what inflection mostly leaves alone."""
    return {
        word[:_STEM] for text in (folded, _CLITIC.sub("", folded)) for word in text.split() if len(word) >= _SHORTEST
    }


def overlap(folded: str, vocabulary: frozenset[str]) -> float:
    """Share of the text's words that the vocabulary holds, 0 to 1. Very short words do not count."""
    # A clitic goes only where three letters stay: the words remain as many.
    pairs = zip(folded.split(), _CLITIC.sub("", folded).split(), strict=True)
    words = [(word[:_STEM], bare[:_STEM]) for word, bare in pairs if len(word) >= _SHORTEST]
    return sum(word in vocabulary or bare in vocabulary for word, bare in words) / len(words) if words else 0.0


def titles(folded: str, other: str) -> float:
    """How alike two titles are, 0 to 1; a site's name at the end of ``other`` does not count much."""
    return title_words(set(folded.split()), set(other.split()))


def title_words(first: AbstractSet[str], second: AbstractSet[str]) -> float:
    """The same for the words of two titles."""
    if not first or not second:
        return 0.0
    return len(first & second) / max(len(first), min(len(second), 2 * len(first)))
