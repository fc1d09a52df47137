"""Trains the classifier of page blocks, ``streams/cleaning/data/blocks.json``, on pages with known bodies.

Usage: python scripts/train_blocks.py DATA [--check]

DATA holds ``eval/pages_*.jsonl.gz``: one page a line with html, body and publisher. A block is part of the body when its
words are found in the known body, in the same order. Only what `streams.cleaning.traits` says of a block is learnt: shapes,
no words. ``--check`` prints F1 with each publisher's pages held out and writes nothing. A fixed seed and one thread give
the same file again. Needs the group ``train`` of pyproject.toml.
"""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import argparse
import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from catboost import CatBoostClassifier

from streams.cleaning import metadata, pagebody, rendering, traits
from streams.cleaning.blocks import Block, Zone
from streams.cleaning.evidence import look
from streams.cleaning.traits import Draft

SETS = ("pages_news", "pages_arabic", "pages_scrapinghub")
FOLDS = 5
SCALE = 10_000
WEIGHTS = {"pages_scrapinghub": 0.5}
"""Pages of this set count less: they are older, and their bodies hold captions and embedded posts as well."""

OPTIONS: dict[str, Any] = {
    "iterations": 160,
    "depth": 6,
    "learning_rate": 0.1,
    "l2_leaf_reg": 6,
    "rsm": 0.3,
    "border_count": 64,
    "random_seed": 1,
    "thread_count": 1,
    "verbose": 0,
    "allow_writing_files": False,
}
TARGET = Path(__file__).parents[1] / "streams" / "cleaning" / "data" / pagebody.MODEL
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


def words(text: str) -> list[str]:
    """Lower-case words."""
    return re.findall(r"\w+", text.lower())


def answers(blocks: list[Block], body: str) -> list[bool]:
    """Which blocks are part of the body: most of their words are matched when page and body are laid side by side."""
    texts = [words(block.text) for block in blocks]
    page = [word for text in texts for word in text]
    matched = [False] * len(page)
    for match in SequenceMatcher(None, page, words(body), autojunk=False).get_matching_blocks():
        matched[match.a : match.a + match.size] = [True] * match.size
    found = []
    start = 0
    for text in texts:
        end = start + len(text)
        found.append(bool(text) and sum(matched[start:end]) >= 0.7 * len(text))
        start = end
    return found


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
    found = answers(blocks, page["body"])
    apart = standfirsts(blocks, found, draft, [item.folded for item in evidence])
    tokens = [Counter(words(blocks[index].text)) for index in wanted]
    gold = Counter(words(page["body"]))
    total = max(gold.total(), 50)
    weights = np.array([min(min(count.total() + 1, 150) / total, 0.5) * 50 + 0.15 for count in tokens]) ** 0.5
    weights *= WEIGHTS.get(name, 1.0)
    for place, index in enumerate(wanted):
        if index in apart:
            weights[place] = 0.0
        elif name == "pages_scrapinghub" and blocks[index].zones & (Zone.EMBED_HINT | Zone.CAPTION | Zone.FIGURE):
            weights[place] *= 0.05
    host = page["url"].split("/")[2].removeprefix("www.")
    group = host if name == "pages_scrapinghub" else re.sub(r"_\d{4}.*", "", page.get("template") or page["id"])
    return Sample(
        name,
        group,
        np.array(traits.read(blocks, evidence, draft, wanted), np.float32),
        np.array([found[index] for index in wanted]),
        weights,
        tokens,
        gold,
        {place for place, index in enumerate(wanted) if index in apart},
    )


def load(data: Path) -> list[Sample]:
    """The samples of all sets, in the order of the files."""
    found = []
    for name in SETS:
        with gzip.open(data / "eval" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            found += [made for line in file if (made := sample(name, json.loads(line))) is not None]
    return found


def fit(samples: list[Sample]) -> CatBoostClassifier:
    """A model of these pages."""
    model = CatBoostClassifier(**OPTIONS)
    model.fit(
        np.vstack([one.rows for one in samples]),
        np.concatenate([one.answers for one in samples]).astype(int),
        sample_weight=np.concatenate([one.weights for one in samples]),
    )
    return model


def f1(one: Sample, odds: Any) -> float:
    """F1 of a page's words, with the standfirst counted or not, whichever fits its known body."""
    chosen = {place for place, value in enumerate(odds) if value > 0}
    best = 0.0
    for places in (chosen, chosen - one.standfirst, chosen | one.standfirst):
        found: Counter[str] = sum((one.tokens[place] for place in sorted(places)), Counter())
        shared = (found & one.gold).total()
        if shared:
            best = max(best, 2 * shared / (found.total() + one.gold.total()))
    return best


def check(samples: list[Sample]) -> dict[str, float]:
    """Mean F1 of each set, publishers held out."""
    groups = sorted({one.group for one in samples})
    np.random.RandomState(1).shuffle(groups)
    folds = {group: number % FOLDS for number, group in enumerate(groups)}
    scores: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        model = fit([one for one in samples if folds[one.group] != fold])
        for one in samples:
            if folds[one.group] == fold:
                scores.setdefault(one.name, []).append(f1(one, model.predict(one.rows, "RawFormulaVal")))
    return {name: round(float(np.mean(values)), 4) for name, values in sorted(scores.items())}


def exported(model: CatBoostClassifier, card: str) -> dict[str, Any]:
    """A model in the form that `streams.cleaning.trees` reads."""
    path = TARGET.with_suffix(".export.json")
    model.save_model(str(path), format="json")
    given = json.loads(path.read_text())
    path.unlink()
    depth = OPTIONS["depth"]
    columns: list[int] = []
    borders: list[float] = []
    leaves: list[int] = []
    factor, (bias,) = given["scale_and_bias"]
    for tree in given["oblivious_trees"]:
        splits = tree["splits"]
        missing = depth - len(splits)
        columns += [split["float_feature_index"] for split in splits] + [0] * missing
        borders += [split["border"] for split in splits] + [3e38] * missing
        values = [round(value * factor * SCALE) for value in tree["leaf_values"]]
        leaves += values + [0] * ((1 << depth) - len(values))
    return {
        "card": card,
        "traits": list(traits.TRAITS),
        "depth": depth,
        "scale": SCALE,
        "bias": round(bias * SCALE),
        "columns": columns,
        "borders": borders,
        "leaves": leaves,
    }


def main() -> None:
    """Train, or check."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="print held-out F1 and write nothing")
    options = parser.parse_args()
    samples = load(options.data)
    figures = check(samples)
    print(" ".join(f"{name}={value}" for name, value in figures.items()))
    if not options.check:
        card = CARD.format(pages=len(samples), figures=", ".join(f"{k} {v}" for k, v in figures.items()))
        TARGET.write_bytes(orjson.dumps(exported(fit(samples), card)) + b"\n")
        print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
