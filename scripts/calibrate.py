"""What the confidences of the extract stage mean: how many claims of each confidence are right on marked-up articles.

Run it from the root of the repository: python -m scripts.calibrate FOLDER [--check FOLDER ...]
FOLDER holds articles in the project's markup (*.gold). It writes streams/extraction/data/confidence.tsv, which turns the
scores of the rules and classifiers into shares of right claims, and prints a table for FOLDER and for each folder of
--check, which it does not learn from. The same articles give the same bytes.

A claim is right when the article is marked so: an entity when a mention of its kind has one of its names, a quotation when
its words are (F1 of words ≥ .8, a statement ≥ .6) and its speaker is the marked one.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from schemas import EnrichedArticle, RawArticle
from scripts import marked
from streams.cleaning import clean
from streams.extraction import certainty, lexicon
from streams.pipeline import enrich

TABLE = Path("streams/extraction/data/confidence.tsv")
HEADER = """# What the scores of claims are worth: kind, score, share of right claims in hundredths.
# Between two scores the share lies between theirs. Written by scripts/calibrate.py.
# Source: the project's own corpus of marked articles (corpus/test, which the encoder did not learn from). Licence: CC BY 4.0.
"""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
STEP = 20  # to the one: scores are counted in twentieths
PRIOR = 3  # claims; so many of the kind's mean share stand beside those counted
TAGS = {"person": "per", "organisation": "org", "place": "loc"}
ALIKE = {"direct": 0.8, "reported": 0.6}
WORD = re.compile(r"\w+")


class Claim(NamedTuple):
    """A claim of an article, with what it says of itself and whether the article is marked so."""

    kind: str
    confidence: float
    right: bool


def claims(page: marked.Page) -> Iterator[Claim]:
    """All claims with a confidence of one article, made from the page as a worker makes them."""
    header = page.header
    text = "\n".join(line.raw for line in page.lines)
    raw = RawArticle(url=header["url"], source=header["source"], text=text, fetched_at=header["fetched_at"])
    record = enrich(clean(raw))
    marks = [mark for line in page.lines if line.kind in marked.TOLD for mark in line.marks]
    names: defaultdict[str, set[str]] = defaultdict(set)
    for mark in marks:
        if mark.tag in TAGS.values():
            names[mark.attributes.get("id", "")] |= {_key(mark.text), _key(mark.attributes.get("name", mark.text))}
    yield from _entities(record, marks, names)
    yield from _quotes(record, marks, names)


def _key(text: str) -> str:
    return " ".join(lexicon.key(text))


def _entities(record: EnrichedArticle, marks: list[marked.Mark], names: dict[str, set[str]]) -> Iterator[Claim]:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for mark in marks:
        if mark.tag in TAGS.values():
            known[mark.tag] |= names[mark.attributes.get("id", "")]
    for entity in record.entities:
        said = {_key(entity.name), *(_key(mention.text) for mention in entity.mentions)}
        yield Claim(entity.type, entity.confidence, not said.isdisjoint(known[TAGS[entity.type]]))


def _quotes(record: EnrichedArticle, marks: list[marked.Mark], names: dict[str, set[str]]) -> Iterator[Claim]:
    known = set().union(*names.values())
    for quote in record.quotes:
        tag = "q" if quote.kind == "direct" else "iq"
        likeness = [(_likeness(quote.text, mark.text), mark) for mark in marks if mark.tag == tag]
        best, mark = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
        right = False
        if mark is not None and best >= ALIKE[quote.kind]:
            speaker = _key(quote.speaker or "")
            by = mark.attributes.get("by")
            right = speaker in names[by] if by else speaker not in known
        yield Claim(quote.kind, quote.confidence, right)


def _likeness(first: str, second: str) -> float:
    """F1 of the words of two texts."""
    one, other = Counter(WORD.findall(first)), Counter(WORD.findall(second))
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def fit(found: Iterable[Claim]) -> dict[str, list[tuple[float, int]]]:
    """For each kind the share of right claims, in hundredths, at each score that occurs; it never falls.

    Scores whose shares would fall are joined, as in isotonic regression.
    """
    counts: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for claim in found:
        count = counts[claim.kind][round(claim.confidence * STEP)]
        count[0] += claim.right
        count[1] += 1
    fitted = {}
    for kind, scores in sorted(counts.items()):
        mean = sum(right for right, _ in scores.values()) / sum(total for _, total in scores.values())
        blocks: list[tuple[list[int], float, float]] = []
        for score, (right, total) in sorted(scores.items()):
            block = ([score], right + PRIOR * mean, float(total + PRIOR))
            while blocks and blocks[-1][1] / blocks[-1][2] >= block[1] / block[2]:
                last = blocks.pop()
                block = ([*last[0], *block[0]], last[1] + block[1], last[2] + block[2])
            blocks.append(block)
        fitted[kind] = [
            (score / STEP, round(100 * right / total)) for scores_, right, total in blocks for score in scores_
        ]
    return fitted


def table(name: str, found: list[Claim]) -> str:
    """Claims by kind and confidence: how many there are, what they say of themselves on average, how many are right."""
    lines = [f"{name}: {len(found)} claims"]
    for kind in dict.fromkeys(claim.kind for claim in found):
        for least, most in pairwise(BINS):
            inside = [claim for claim in found if claim.kind == kind and least <= claim.confidence < most]
            if inside:
                said = sum(claim.confidence for claim in inside) / len(inside)
                right = sum(claim.right for claim in inside) / len(inside)
                lines.append(f"  {kind:13} {least:.1f}-{min(most, 1):.1f} {len(inside):5} {said:.2f} {right:.2f}")
    return "\n".join(lines)


def measure(folder: Path) -> list[Claim]:
    """The claims of all articles of a folder."""
    return [claim for page in marked.pages(folder) for claim in claims(page)]


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", type=Path, action="append", default=[])
    asked = parser.parse_args()
    TABLE.write_text(HEADER, "utf-8")  # without rows a confidence is the score itself
    certainty.worths.cache_clear()
    fitted = fit(measure(asked.folder))
    rows = [f"{kind}\t{score:.2f}\t{share}\n" for kind, knots in fitted.items() for score, share in knots]
    TABLE.write_text(HEADER + "".join(rows), "utf-8")
    certainty.worths.cache_clear()
    for folder in (asked.folder, *asked.check):
        print(table(str(folder), measure(folder)))


if __name__ == "__main__":
    main()
