"""Trains the classifier of sentences that tell an attack: ``event_weights.bin`` and its card ``event_weights.tsv``.

Usage: python -m scripts.train_events DATA [--check]

DATA holds ``eval/events_assault.jsonl.gz``, Arabic sentences labelled PLOVER ASSAULT (openeventdata/arabic_event_gsr, MIT).
A logistic regression by plain gradient descent, rounded to whole numbers: the same file again on every machine. ``--check``
prints figures with each document's sentences held out and writes nothing. Needs nothing beyond the project itself.
"""

import argparse
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scripts import sets
from streams.extraction.event_classifier import BUCKETS, Model, buckets, weigh
from streams.extraction.reading import words

OUTPUT = Path(__file__).parents[1] / "streams" / "extraction" / "data"
LABELS = {"yes": 1.0, "difficult no": 0.0, "easy no": 0.0}
FOLDS = 5
SEEN = 2  # sentences of the training part that must show a bucket
COST = 3.0  # of an error, beside half the squared length of the weights
STEPS = 400
LARGEST = 127
CARD = (
    "Whole-number weights over hashed words, word pairs and pieces of words; bucket numbers only, no text. Trained by "
    "scripts/train_events.py on {count} sentences labelled PLOVER ASSAULT of openeventdata/arabic_event_gsr (MIT). "
    "Licence of the weights: Apache-2.0. Documents held out: F1 {f1:.3f} (in these labels near misses often are attacks as well)."
)


class Rows(NamedTuple):
    """Sentences as features. found: the buckets of each; answers: shape (sentences,); groups: their documents."""

    found: list[npt.NDArray[np.intp]]
    answers: npt.NDArray[np.float64]
    groups: list[str]

    def part(self, chosen: list[int]) -> "Rows":
        """Some of the sentences."""
        return Rows([self.found[at] for at in chosen], self.answers[chosen], [self.groups[at] for at in chosen])


def read(data: Path) -> Rows:
    """The labelled sentences."""
    items = [item for item in sets.read(data, "events_assault") if item["label"] in LABELS]
    return Rows(
        [buckets(words(item["text"])) for item in items],
        np.array([LABELS[item["label"]] for item in items]),
        [re.sub(r"-\d+$", "", item["id"]) for item in items],
    )


def train(rows: Rows) -> Model:
    """The model of these sentences, both answers weighing alike."""
    count = len(rows.found)
    lengths = np.array([len(found) for found in rows.found])
    columns = np.concatenate(rows.found)
    lines = np.repeat(np.arange(count), lengths)
    kept = np.bincount(columns, minlength=BUCKETS)[columns] >= SEEN
    columns, lines = columns[kept], lines[kept]
    values = 1 / np.sqrt(lengths)[lines]
    # The last column is the bias.
    columns = np.concatenate([columns, np.full(count, BUCKETS)])
    lines, values = np.concatenate([lines, np.arange(count)]), np.concatenate([values, np.ones(count)])
    costs = COST * np.where(rows.answers > 0, 0.5 / rows.answers.mean(), 0.5 / (1 - rows.answers.mean()))
    rate = 1 / (1 + costs.sum() / 2)
    found, ahead, momentum = np.zeros(BUCKETS + 1), np.zeros(BUCKETS + 1), 1.0
    for _ in range(STEPS):  # Nesterov's method
        scores = np.bincount(lines, ahead[columns] * values, count)
        errors = costs * (1 / (1 + np.exp(-scores)) - rows.answers)
        following = ahead - rate * (ahead + np.bincount(columns, errors[lines] * values, BUCKETS + 1))
        later = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + (momentum - 1) / later * (following - found)
        found, momentum = following, later
    weights, bias = found[:BUCKETS], float(found[BUCKETS])
    scale = LARGEST / np.abs(weights).max()
    return Model(np.round(weights * scale).astype(np.int8), round(bias, 4), round(float(scale), 4))


def held_out(rows: Rows) -> npt.NDArray[np.float64]:
    """The score of each sentence by a model that saw none of its document."""
    names = sorted(set(rows.groups))
    fold = {name: number % FOLDS for number, name in enumerate(names)}
    scores = np.zeros(len(rows.answers))
    for number in range(FOLDS):
        model = train(rows.part([at for at, name in enumerate(rows.groups) if fold[name] != number]))
        for at, name in enumerate(rows.groups):
            if fold[name] == number:
                scores[at] = weigh(model, rows.found[at])
    return scores


def f1(answers: npt.NDArray[np.float64], said: npt.NDArray[np.bool_]) -> float:
    """F1 of the answer yes."""
    return float(2 * (said & (answers > 0)).sum() / (said.sum() + answers.sum()))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="print held-out figures, write nothing")
    args = parser.parse_args()
    rows = read(args.data)
    scores = held_out(rows)
    for least in (-1.0, -0.5, 0.0, 0.25, 0.5, 1.0):
        print(f"score above {least:5.2f}: F1 {f1(rows.answers, scores > least):.3f}")
    if not args.check:
        model = train(rows)
        (OUTPUT / "event_weights.bin").write_bytes(model.weights.tobytes())
        card = CARD.format(count=len(rows.answers), f1=f1(rows.answers, scores > 0))
        text = f"card\t{card}\nbias\t{model.bias}\nscale\t{model.scale}\n"
        (OUTPUT / "event_weights.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
