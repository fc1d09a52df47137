"""What the training scripts share: pages laid beside their known bodies, scores with publishers held out, the model's file.

Boosted trees by catboost; a fixed seed and one thread give the same file again. Needs the group ``train`` of pyproject.toml.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import orjson
from catboost import CatBoost, Pool

DATA = Path(__file__).parents[1] / "streams" / "cleaning" / "data"
FOLDS = 5
SCALE = 10_000
DEPTH = 6
OPTIONS: dict[str, Any] = {
    "iterations": 160,
    "depth": DEPTH,
    "learning_rate": 0.1,
    "l2_leaf_reg": 6,
    "rsm": 0.3,
    "border_count": 64,
    "random_seed": 1,
    "thread_count": 1,
    "verbose": 0,
    "allow_writing_files": False,
}


class Sample(Protocol):
    """One text. group: its publisher, held out as a whole. rows, answers, weights: one for each line or block."""

    group: str
    rows: Any
    answers: Any
    weights: Any


S = TypeVar("S", bound=Sample)


def words(text: str) -> list[str]:
    """Lower-case words."""
    return re.findall(r"\w+", text.lower())


def answers(texts: Iterable[str], body: str) -> list[bool]:
    """Which texts are part of the body: most of their words are matched when page and body are laid side by side."""
    pieces = [words(text) for text in texts]
    page = [word for piece in pieces for word in piece]
    matched = [False] * len(page)
    for match in SequenceMatcher(None, page, words(body), autojunk=False).get_matching_blocks():
        matched[match.a : match.a + match.size] = [True] * match.size
    found = []
    start = 0
    for piece in pieces:
        end = start + len(piece)
        found.append(bool(piece) and sum(matched[start:end]) >= 0.7 * len(piece))
        start = end
    return found


def importance(tokens: Sequence[Counter[str]], total: int) -> Any:
    """How much each text weighs: by its share of the body, less than proportional."""
    shares = [min(min(count.total() + 1, 150) / max(total, 50), 0.5) for count in tokens]
    return np.sqrt(np.array(shares) * 50 + 0.15)


def f1(found: Iterable[Counter[str]], gold: Counter[str]) -> float:
    """F1 of bags of words."""
    bag: Counter[str] = sum(found, Counter())
    shared = (bag & gold).total()
    return 2 * shared / (bag.total() + gold.total()) if shared else 0.0


def fit(samples: Sequence[Sample], *, ranked: bool = False, **options: Any) -> CatBoost:
    """A model that says yes or no, or with ``ranked`` one that puts the right row of each sample first."""
    rows = np.vstack([one.rows for one in samples])
    if ranked:
        shares = np.concatenate([one.answers / one.answers.sum() for one in samples])
        groups = np.repeat(np.arange(len(samples)), [len(one.answers) for one in samples])
        pool = Pool(rows, shares, group_id=groups)
        model = CatBoost({**OPTIONS, "loss_function": "QuerySoftMax", **options})
    else:
        weights = np.concatenate([one.weights for one in samples])
        pool = Pool(rows, np.concatenate([one.answers for one in samples]).astype(int), weight=weights)
        model = CatBoost({**OPTIONS, "loss_function": "Logloss", **options})
    return model.fit(pool)


def held_out(samples: Sequence[S], fitted: Callable[[list[S]], CatBoost]) -> list[Any]:
    """The raw answers for each sample of a model that saw no sample of its group."""
    groups = sorted({one.group for one in samples})
    np.random.RandomState(1).shuffle(groups)
    folds = {group: number % FOLDS for number, group in enumerate(groups)}
    found: list[Any] = [None] * len(samples)
    for fold in range(FOLDS):
        model = fitted([one for one in samples if folds[one.group] != fold])
        for place, one in enumerate(samples):
            if folds[one.group] == fold:
                found[place] = model.predict(one.rows, "RawFormulaVal") if len(one.rows) else np.zeros(0)
    return found


def write(model: CatBoost, name: str, traits: Sequence[str], card: str) -> None:
    """Write a model as `streams.cleaning.trees` reads it."""
    target = DATA / name
    export = target.with_suffix(".export")
    model.save_model(str(export), format="json")
    given = json.loads(export.read_text())
    export.unlink()
    depth = max(len(tree["splits"]) for tree in given["oblivious_trees"])
    columns: list[int] = []
    borders: list[float] = []
    leaves: list[int] = []
    factor, (bias,) = given["scale_and_bias"]
    for tree in given["oblivious_trees"]:
        missing = depth - len(tree["splits"])
        columns += [split["float_feature_index"] for split in tree["splits"]] + [0] * missing
        borders += [split["border"] for split in tree["splits"]] + [3e38] * missing
        values = [round(value * factor * SCALE) for value in tree["leaf_values"]]
        leaves += values + [0] * ((1 << depth) - len(values))
    content = {
        "card": card,
        "traits": list(traits),
        "depth": depth,
        "scale": SCALE,
        "bias": round(bias * SCALE),
        "columns": columns,
        "borders": borders,
        "leaves": leaves,
    }
    target.write_bytes(orjson.dumps(content) + b"\n")
    print(f"{target.name}: {target.stat().st_size} bytes")
