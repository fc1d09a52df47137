"""Samples as the network takes them: numbers of pieces, traits of words, and the right answers of each head."""

import random
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from scripts.tagger.network import Given
from scripts.tagger.samples import Sample
from streams.extraction import encoder, traits
from streams.extraction.evidence import Words
from streams.extraction.pieces import BEGIN, END, UNKNOWN, Pieces
from streams.extraction.text import Field

IGNORED = -100
_MOST_CUT = 2
_CLITICS = "وفبلكس"


class Window(NamedTuple):
    """A sentence or part of one: what the encoder sees, and for each head the number of the right answer a unit.

    The answers have a place for begin and end as well; IGNORED where there is none. tags: the entity tags of the units, where they are known.
    """

    seen: encoder.Window
    answers: dict[str, list[int]]
    tags: list[str]


def prepare(sample: Sample, pieces: Pieces) -> list[Window]:
    """The windows of a sample."""
    words = Words(0, Field(None, sample.text), clitics=True)
    answers = _answers(sample, encoder.split(words))
    found = []
    for seen in encoder.windows(words, pieces, encoder.marks(words), [(0, len(sample.text))]):
        placed = {name: [IGNORED, *(values[unit] for unit in seen.units), IGNORED] for name, values in answers.items()}
        wanted = [max(0, answers["entity"][unit]) for unit in seen.units]
        found.append(Window(seen, placed, [encoder.HEADS["entity"][number] for number in wanted]))
    return found


def _answers(sample: Sample, units: Sequence[Any]) -> dict[str, list[int]]:
    """The number of the right answer of each head for each unit."""
    tags = {name: ["O"] * len(units) for name in ("entity", "role")}
    cuts = [IGNORED] * len(units)
    for span in sample.spans:
        layer = "role" if span.label == "role" else "entity"
        inside = [at for at, unit in enumerate(units) if unit.start < span.end and span.start < unit.end]
        for at in inside:
            tags[layer][at] = ("I-" if at > inside[0] else "B-") + span.label
        if layer == "entity" and inside:
            first = units[inside[0]]
            if span.exact or sample.text[first.start] not in _CLITICS:
                cuts[inside[0]] = min(max(0, span.start - first.start), _MOST_CUT)
    found = {name: [encoder.HEADS[name].index(tag) for tag in tags[name]] for name in tags}
    found = {name: values if name in sample.layers else [IGNORED] * len(units) for name, values in found.items()}
    return {**found, "cut": cuts}


class Batch(NamedTuple):
    """Windows side by side, padded; answers by head, (batch, units)."""

    given: Given
    answers: dict[str, torch.Tensor]


def batch(windows: Sequence[Window], chance: random.Random | None, masked: float, blind: float) -> Batch:
    """The windows side by side.

    With chance, this share of pieces is made unknown, and this share of units has its traits taken away.
    """
    length = max(len(window.seen.ids) for window in windows)
    most = max(len(window.seen.sizes) for window in windows)
    ids = np.full((len(windows), length), END)
    shares = np.zeros((len(windows), most, length), dtype=np.float32)
    marks = np.zeros((len(windows), most, len(traits.NAMES)), dtype=np.float32)
    mask = np.zeros((len(windows), length), dtype=bool)
    unit_mask = np.zeros((len(windows), most), dtype=bool)
    answers = {name: np.full((len(windows), most), IGNORED) for name in encoder.HEADS}
    for row, (seen, wanted, _) in enumerate(windows):
        pieces, units = len(seen.ids), len(seen.sizes)
        ids[row, :pieces] = seen.ids
        shares[row, :units, :pieces] = seen.shares
        marks[row, :units] = seen.traits
        mask[row, :pieces] = True
        unit_mask[row, :units] = True
        for name, values in wanted.items():
            answers[name][row, :units] = values
    if chance is not None:
        noise = np.random.RandomState(chance.randrange(1 << 30))
        ids[(noise.rand(*ids.shape) < masked) & (ids != BEGIN) & (ids != END)] = UNKNOWN
        marks[noise.rand(*unit_mask.shape) < blind] = 0
    given = Given(*map(torch.from_numpy, (ids, shares, marks, mask, unit_mask)))
    return Batch(given, {name: torch.from_numpy(values) for name, values in answers.items()})
