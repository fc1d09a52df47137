"""Trains the classifier of page blocks, ``streams/cleaning/data/blocks.json``, on pages with known bodies.

Usage: python -m scripts.train_blocks DATA [--check]

DATA holds ``eval/pages_*.jsonl.gz``: one page a line with html, body and publisher. Only what `streams.cleaning.traits`
says of a block is learnt: shapes, no words. ``--check`` prints F1 with each publisher's pages held out and writes nothing.
"""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoost

from scripts import sets, training
from scripts.training import words
from streams.cleaning import metadata, pagebody, rendering, traits
from streams.cleaning.blocks import Block, Zone
from streams.cleaning.evidence import look
from streams.cleaning.traits import Draft

SETS = ("pages_news", "pages_arabic", "pages_scrapinghub")
WEIGHTS = {"pages_scrapinghub": 0.5}
"""Pages of this set count less: they are older, and their bodies hold captions and embedded posts as well."""

CARD = (
    "Weights over structural traits of page blocks, no words. Trained by scripts/train_blocks.py on {pages} pages with known "
    "bodies: flairNLP/fundus parser tests (MIT), the same templates filled with Arabic text of SaudiNewsNet, and "
    "scrapinghub/article-extraction-benchmark (MIT). Licence of the weights: Apache-2.0. F1 of whole pages, publishers held "
    "out: {figures}."
)


@dataclass(slots=True)
class Sample:
    """One page: a row of traits and an answer for each candidate, what it weighs, and all that F1 needs."""

    name: str
    group: str
    rows: Any
    answers: Any
    weights: Any
    tokens: list[Counter[str]]
    gold: Counter[str]
    standfirst: set[int]


def standfirsts(blocks: list[Block], found: list[bool], draft: Draft, folded: list[str]) -> set[int]:
    """Blocks above the first paragraph that some count as body and others do not: nothing is learnt from them."""
    long = (i for i, block in enumerate(blocks) if found[i] and block.tag == "p" and len(block.text) > 80)
    first = next(long, None)
    if first is None:
        return set()
    description = set(draft.description.split())
    headline = draft.headline
    start = headline + 1 if headline is not None and headline < first else max(0, first - 12)
    kept = set()
    for index in range(start, first + 1):
        own, block = set(folded[index].split()), blocks[index]
        alike = bool(description and own) and len(description & own) / len(description | own) > 0.7
        if len(own) > 4 and (alike or block.zones & Zone.STANDFIRST_HINT or block.tag in {"h2", "h3", "h4"}):
            kept.add(index)
    return kept


def sample(name: str, page: dict[str, Any]) -> Sample | None:
    """A page as the classifier sees it; None when nothing of it is visible."""
    tree = rendering.parse(page["html"])
    stated = metadata.read(tree)
    blocks = rendering.render(tree).blocks
    if not blocks:
        return None
    evidence = [look(block) for block in blocks]
    draft = pagebody.sketch(blocks, evidence, stated)
    wanted = pagebody.candidates(blocks, evidence)
    found = training.answers((block.text for block in blocks), page["body"])
    apart = standfirsts(blocks, found, draft, [item.folded for item in evidence])
    tokens = [Counter(words(blocks[index].text)) for index in wanted]
    gold = Counter(words(page["body"]))
    weights = training.importance(tokens, gold.total())
    weights *= WEIGHTS.get(name, 1.0)
    for place, index in enumerate(wanted):
        if index in apart:
            weights[place] = 0.0
        elif name == "pages_scrapinghub" and blocks[index].zones & (Zone.EMBED_HINT | Zone.CAPTION | Zone.FIGURE):
            weights[place] *= 0.05
    return Sample(
        name,
        sets.publisher(name, page),
        np.array(traits.read(blocks, evidence, draft, wanted), np.float32),
        np.array([found[index] for index in wanted]),
        weights,
        tokens,
        gold,
        {place for place, index in enumerate(wanted) if index in apart},
    )


def load(data: Path) -> list[Sample]:
    """The samples of all sets, in the order of the files."""
    pages = ((name, page) for name in SETS for page in sets.read(data, name))
    return [made for name, page in pages if (made := sample(name, page)) is not None]


def fit(samples: list[Sample]) -> CatBoost:
    """A model of these pages."""
    return training.fit(samples)


def f1(one: Sample, odds: Any) -> float:
    """F1 of a page's words, with the standfirst counted or not, whichever fits its known body."""
    chosen = {place for place, value in enumerate(odds) if value > 0}
    kinds = (chosen, chosen - one.standfirst, chosen | one.standfirst)
    return max(training.f1((one.tokens[place] for place in sorted(places)), one.gold) for places in kinds)


def check(samples: list[Sample]) -> str:
    """Mean F1 of each set, publishers held out."""
    scores: dict[str, list[float]] = {}
    for one, odds in zip(samples, training.held_out(samples, fit), strict=True):
        scores.setdefault(one.name, []).append(f1(one, odds))
    return ", ".join(f"{name} {np.mean(values):.4f}" for name, values in sorted(scores.items()))


def main() -> None:
    """Train, or check."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="print held-out F1 and write nothing")
    options = parser.parse_args()
    samples = load(options.data)
    figures = check(samples)
    print(figures)
    if not options.check:
        training.write(fit(samples), pagebody.MODEL, traits.TRAITS, CARD.format(pages=len(samples), figures=figures))


if __name__ == "__main__":
    main()
