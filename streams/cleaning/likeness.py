"""How alike folded texts are, by their words."""

import re

_CLITIC = re.compile(r"(?<!\S)(?:[وفبك]?ال|لل|[وفبلك])(?=\S{3})")
_SHORTEST = 3
_STEM = 5


def stems(folded: str) -> set[str]:
    """Words without Arabic clitics, cut to what inflection mostly leaves alone."""
    return {word[:_STEM] for word in _CLITIC.sub("", folded).split() if len(word) >= _SHORTEST}


def overlap(folded: str, vocabulary: frozenset[str]) -> float:
    """Share of the text's stems that the vocabulary holds, 0 to 1."""
    own = stems(folded)
    return len(own & vocabulary) / len(own) if own else 0.0


def titles(folded: str, other: str) -> float:
    """How alike two titles are, 0 to 1; a site's name at the end of ``other`` does not count much."""
    first, second = set(folded.split()), set(other.split())
    if not first or not second:
        return 0.0
    return len(first & second) / max(len(first), min(len(second), 2 * len(first)))
