"""How sure a claim is: the share of claims of its kind and score that were right on marked articles."""

from bisect import bisect_left
from functools import cache

from streams.extraction import lexicon


@cache
def worths() -> dict[str, tuple[list[float], list[int]]]:
    """For each kind of claim its scores, rising, and the shares of right ones in hundredths; see confidence.tsv."""
    found: dict[str, tuple[list[float], list[int]]] = {}
    for kind, score, share in lexicon.rows("confidence.tsv"):
        scores, shares = found.setdefault(kind, ([], []))
        scores.append(float(score))
        shares.append(int(share))
    return found


def confidence(kind: str, score: float) -> float:
    """The share of right claims at a score, 0 to 1 in hundredths, straight between the scores that the table has.

    A kind that the table does not have keeps its score.
    """
    if kind not in worths():
        return round(score, 2)
    scores, shares = worths()[kind]
    at = bisect_left(scores, score)
    if at == len(scores) or at == 0 or scores[at] == score:
        return shares[min(at, len(scores) - 1)] / 100
    low, high = scores[at - 1], scores[at]
    return round(shares[at - 1] + (shares[at] - shares[at - 1]) * (score - low) / (high - low)) / 100
