"""Trains the encoder that tags people, organisations, places and roles: ``streams/extraction/data/encoder.*``.

Usage: python -m scripts.train_entities DATA [--corpus FOLDER ...] [--work FOLDER] [--trained]

DATA holds ``ner/anercorp_camel_{train,test}.conll.gz``; each FOLDER of the corpus has marked-up articles (*.gold). Needs the
group ``train`` of pyproject.toml. The lower six layers of multilingual-e5-small learn; in each round names are replaced by
others. The test part is only measured after each round, and chooses nothing. After each round the network is kept in the work
folder; the last one is written into the package. With --trained the kept one is only written. Seeds are fixed.
"""

# ruff: noqa: S311 -- variety, not secrecy
import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from scripts.tagger import e5, export, samples, vocabulary, windows
from scripts.tagger.network import PIECEWISE, Network
from scripts.tagger.renaming import Names
from scripts.tagger.samples import Sample
from streams.extraction import encoder, traits
from streams.extraction.pieces import Pieces

_BATCH = 16
_RATE = 1e-4
_LOWER_RATE = 5e-5
_HEAD_RATE = 1e-3
_WARM = 0.08
_MASKED = 0.08
_BLIND = 0.12
_WEIGHTS = {"entity": 1.0, "role": 0.6, "cut": 0.2}
_NOISE = 8  # batches hold windows of about the same length
_LAYERS = 6
_ROUNDS = 5
_SEED = 1
_ROUNDED_FOR = 25  # every so many sentences one tells how weights are best rounded
_OFTEN = 2  # articles are few and the nearest to what comes in, so they are seen twice a round


def answers(network: Network, found: Sequence[windows.Window]) -> list[Any]:
    """For each window the logits of the entity head, (units, tags)."""
    network.eval()
    logits: list[Any] = [None] * len(found)
    order = sorted(range(len(found)), key=lambda number: len(found[number].seen.ids))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), 32):
            chosen = order[start : start + 32]
            made = windows.batch([found[number] for number in chosen], None, 0, 0)
            values = network(made.given)["entity"].float().numpy()
            for row, number in enumerate(chosen):
                logits[number] = values[row, 1 : len(found[number].tags) + 1]
    return logits


def spans(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """The spans of BIO tags, in units."""
    found: set[tuple[int, int, str]] = set()
    start = -1
    for at, tag in enumerate([*tags, "O"]):
        if start >= 0 and (tag[0] != "I" or tag[2:] != tags[start][2:]):
            found.add((start, at, tags[start][2:]))
            start = -1
        if tag != "O" and start < 0:
            start = at
    return found


def score(found: Sequence[windows.Window], logits: Sequence[Any]) -> str:
    """F1 of the spans, all and by label."""
    counts: Counter[tuple[str, str]] = Counter()
    for window, values in zip(found, logits, strict=True):
        gold = spans(window.tags)
        guess = spans([encoder.HEADS["entity"][at] for at in encoder.decode(values)])
        for kind, chosen in (("right", gold & guess), ("gold", gold), ("guess", guess)):
            for _, _, label in chosen:
                counts[kind, label] += 1
                counts[kind, "all"] += 1
    figures = []
    for label in ("all", "person", "organisation", "place"):
        right, total = counts["right", label], counts["gold", label] + counts["guess", label]
        figures.append(f"{label} {200 * right / total if total else 0:.2f}")
    return ", ".join(figures)


def loss(given: dict[str, torch.Tensor], made: windows.Batch) -> torch.Tensor:
    """Cross entropy of all heads."""
    total = torch.zeros(())
    for name, weight in _WEIGHTS.items():
        wanted = made.answers[name]
        if (wanted != windows.IGNORED).any():
            values = given[name].float()
            total = total + weight * nn.functional.cross_entropy(
                values.flatten(0, 1), wanted.flatten(), ignore_index=windows.IGNORED
            )
    return total


def _rate(name: str) -> float:
    """How fast a parameter learns: what is new fastest, what sees pieces slowest, so that words without samples keep their meaning."""
    if name.startswith(("heads", "traits")):
        return _HEAD_RATE
    lower = ("normal", *(f"layers.{number}." for number in range(PIECEWISE)))
    return _LOWER_RATE if name.startswith(lower) else _RATE


def train(
    network: Network, given: Sequence[Sample], pieces: Pieces, test: Sequence[windows.Window], done: Callable[[], None]
) -> None:
    """Train the network in place; the test windows are only measured. done: called after each round."""
    chance = random.Random(_SEED)
    torch.manual_seed(_SEED)
    names = Names(given, chance)
    groups = [
        {"params": [value], "lr": _rate(name), "weight_decay": 0.01 if value.dim() > 1 else 0.0}
        for name, value in network.named_parameters() if value.requires_grad
    ]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    step = 0
    steps = 0
    for number in range(_ROUNDS):
        began = time.monotonic()
        made = [window for sample in given for window in windows.prepare(names.rename(sample), pieces)]
        made.sort(key=lambda window: len(window.seen.ids) + chance.random() * _NOISE)
        batches = [made[start : start + _BATCH] for start in range(0, len(made), _BATCH)]
        chance.shuffle(batches)
        steps = steps or len(batches) * _ROUNDS
        print(f"  prepared in {time.monotonic() - began:.0f} s", flush=True)
        network.train()
        total = 0.0
        for chosen in batches:
            share = min((step + 1) / (_WARM * steps), max(0.0, (steps - step) / ((1 - _WARM) * steps)))
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            one = windows.batch(chosen, chance, _MASKED, _BLIND)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                answered = network(one.given)
            value = loss(answered, one)
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            total += value.item()
            step += 1
            if step % 100 == 0:
                print(f"  {step} of {steps}: {time.monotonic() - began:.0f} s", flush=True)
        print(f"round {number + 1}: loss {total / len(batches):.4f}, {time.monotonic() - began:.0f} s", flush=True)
        print(f"  {score(test, answers(network, test))}", flush=True)
        done()


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    parser.add_argument("--trained", action="store_true", help="do not train: write the network that is kept")
    options = parser.parse_args()
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.set_num_threads(2)
    model = e5.Model()
    given = list(samples.conll(options.data / "ner" / "anercorp_camel_train.conll.gz"))
    given += [sample for folder in options.corpus for sample in samples.articles(folder)] * _OFTEN
    kept = vocabulary.choose(model)
    listed = [model.pieces[number] for number in kept]
    pieces = Pieces(listed)
    print(f"{len(given)} sentences, {len(kept)} pieces", flush=True)
    test = [
        window
        for sample in samples.conll(options.data / "ner" / "anercorp_camel_test.conll.gz")
        for window in windows.prepare(sample, pieces)
    ]
    sizes = {name: len(labels) for name, labels in encoder.HEADS.items()}
    torch.manual_seed(_SEED)
    network = Network(model, kept, range(_LAYERS), len(traits.NAMES), sizes)
    options.work.mkdir(parents=True, exist_ok=True)
    kept_network = options.work / "encoder.pt"
    if options.trained:
        network.load_state_dict(torch.load(kept_network))
    else:
        train(network, given, pieces, test, lambda: torch.save(network.state_dict(), kept_network))
    export.write(
        network, listed, [window for sample in given[::_ROUNDED_FOR] for window in windows.prepare(sample, pieces)]
    )


if __name__ == "__main__":
    main()
