"""Trains the encoder that tags people, organisations, places and roles: ``streams/extraction/data/encoder.*``.

Usage: python -m scripts.train_entities DATA [--corpus FOLDER ...] [--work FOLDER]

DATA holds ``ner/anercorp_camel_{train,test}.conll.gz`` and ``eval/events_*.jsonl.gz``; each FOLDER of the corpus has
marked-up articles (*.gold). Needs the group ``train`` of pyproject.toml. First the lower six layers of multilingual-e5-small
learn, as a teacher; a teacher in the work folder is used again. Then the same network, a third narrower inside, goes on,
towards the teacher's answers as well, also on sentences that nobody marked. In each round names are replaced by others.
Seeds are fixed.
"""

# ruff: noqa: S311 -- variety, not secrecy
import argparse
import copy
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from scripts.tagger import e5, export, samples, vocabulary, windows
from scripts.tagger.network import Network
from scripts.tagger.renaming import Names
from scripts.tagger.samples import Sample
from streams.extraction import encoder, traits
from streams.extraction.pieces import Pieces

_BATCH = 16
_RATE = 1e-4
_HEAD_RATE = 1e-3
_WARM = 0.08
_MASKED = 0.08
_BLIND = 0.12
_WEIGHTS = {"entity": 1.0, "role": 0.3, "cut": 0.2}
_NOISE = 8  # batches hold windows of about the same length
_TEACHING = 2.0
_LAYERS = 6
_INNER = 1024
_ROUNDS = 5
_MORE_ROUNDS = 1
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


def loss(given: dict[str, torch.Tensor], made: windows.Batch, taught: torch.Tensor | None) -> torch.Tensor:
    """Cross entropy of all heads; with taught, also against the teacher's logits of the entity head."""
    total = torch.zeros(())
    for name, weight in _WEIGHTS.items():
        wanted = made.answers[name]
        if (wanted != windows.IGNORED).any():
            values = given[name].float()
            total = total + weight * nn.functional.cross_entropy(
                values.flatten(0, 1), wanted.flatten(), ignore_index=windows.IGNORED
            )
    if taught is not None:
        at = made.given.unit_mask
        ours = nn.functional.log_softmax(given["entity"].float()[at], dim=-1)
        theirs = nn.functional.log_softmax(taught.float()[at], dim=-1)
        total = total + _TEACHING * nn.functional.kl_div(ours, theirs, log_target=True, reduction="batchmean")
    return total


def train(  # noqa: PLR0917 -- one call for each network
    network: Network,
    given: Sequence[Sample],
    pieces: Pieces,
    rounds: int,
    seed: int,
    teacher: Network | None = None,
    test: Sequence[windows.Window] = (),
    kept: Path | None = None,
) -> None:
    """Train the network in place; the test windows are only measured. kept: where it is saved after each round."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    names = Names(given, chance)
    groups = [
        {"params": [value], "lr": _HEAD_RATE if name.startswith(("heads", "traits")) else _RATE,
         "weight_decay": 0.01 if value.dim() > 1 else 0.0}
        for name, value in network.named_parameters() if value.requires_grad
    ]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    step = 0
    steps = 0
    for number in range(rounds):
        began = time.monotonic()
        made = [window for sample in given for window in windows.prepare(names.rename(sample), pieces)]
        made.sort(key=lambda window: len(window.seen.ids) + chance.random() * _NOISE)
        batches = [made[start : start + _BATCH] for start in range(0, len(made), _BATCH)]
        chance.shuffle(batches)
        steps = steps or len(batches) * rounds
        print(f"  prepared in {time.monotonic() - began:.0f} s", flush=True)
        network.train()
        total = 0.0
        for chosen in batches:
            share = min((step + 1) / (_WARM * steps), max(0.0, (steps - step) / ((1 - _WARM) * steps)))
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            one = windows.batch(chosen, chance, _MASKED, _BLIND)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                taught = None
                if teacher is not None:
                    with torch.no_grad():
                        taught = teacher(one.given)["entity"]
                answered = network(one.given)
            value = loss(answered, one, taught)
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            total += value.item()
            step += 1
            if step % 100 == 0:
                print(f"  {step} of {steps}: {time.monotonic() - began:.0f} s", flush=True)
        print(f"round {number + 1}: loss {total / len(batches):.4f}, {time.monotonic() - began:.0f} s", flush=True)
        if kept is not None:
            torch.save(network.state_dict(), kept)
        print(f"  {score(test, answers(network, test))}", flush=True)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    options = parser.parse_args()
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.set_num_threads(2)
    model = e5.Model()
    given = list(samples.conll(options.data / "ner" / "anercorp_camel_train.conll.gz"))
    given += [sample for folder in options.corpus for sample in samples.articles(folder)] * _OFTEN
    unmarked = [
        sample
        for name in ("events_assault", "events_protest")
        for sample in samples.unmarked(options.data / "eval" / f"{name}.jsonl.gz")
    ]
    kept = vocabulary.choose(model)
    listed = [model.pieces[number] for number in kept]
    pieces = Pieces(listed)
    print(f"{len(given)} sentences, {len(unmarked)} unmarked, {len(kept)} pieces", flush=True)
    test = [
        window
        for sample in samples.conll(options.data / "ner" / "anercorp_camel_test.conll.gz")
        for window in windows.prepare(sample, pieces)
    ]
    sizes = {name: len(labels) for name, labels in encoder.HEADS.items()}
    torch.manual_seed(1)
    teacher = Network(model, kept, range(_LAYERS), len(traits.NAMES), sizes)
    options.work.mkdir(parents=True, exist_ok=True)
    before = options.work / "teacher.pt"
    if before.exists():
        teacher.load_state_dict(torch.load(before))
    else:
        train(teacher, given, pieces, _ROUNDS, 1, test=test, kept=before)
    teacher.eval()
    student = copy.deepcopy(teacher)
    student.narrow(_INNER)
    train(student, [*given, *unmarked], pieces, _MORE_ROUNDS, 2, teacher, test, options.work / "student.pt")
    export.write(student, listed)


if __name__ == "__main__":
    main()
