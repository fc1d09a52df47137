"""How alike folded texts are, by their words."""

_CLITICS = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_SHORTEST = 3
_STEM = 5


def stems(folded: str) -> set[str]:
    """Words without Arabic clitics, cut to what inflection mostly leaves alone."""
    found = set()
    for word in folded.split():
        bare = word
        for clitic in _CLITICS:
            if bare.startswith(clitic) and len(bare) - len(clitic) >= _SHORTEST:
                bare = bare[len(clitic) :]
                break
        if len(bare) >= _SHORTEST:
            found.add(bare[:_STEM])
    return found


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
