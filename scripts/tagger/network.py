"""The network in torch: rows of the word table in, two layers over pieces, more over units, a linear head a question."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from scripts.tagger import e5

LONGEST = 128
PIECEWISE = 2
"""Layers that see pieces; those above see units, which makes them a third cheaper."""

_DROPOUT = 0.1
_NOWHERE = -1e4


class Given(NamedTuple):
    """Windows of one batch.

    ids: (batch, pieces); shares: (batch, units, pieces), how much of each unit each piece is; traits: (batch, units, traits).
    mask, unit_mask: (batch, pieces) and (batch, units), true where there is one; None where all windows have one length.
    """

    ids: Tensor
    shares: Tensor
    traits: Tensor
    mask: Tensor | None = None
    unit_mask: Tensor | None = None


class Layer(nn.Module):
    """One layer of the encoder (self-attention, feed-forward, normalised after each)."""

    def __init__(self, model: e5.Model, number: int) -> None:
        super().__init__()
        sizes = model.sizes
        self.heads = sizes.heads
        width, inner = sizes.width, sizes.inner
        self.mixed = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.wider = nn.Linear(width, inner)
        self.narrower = nn.Linear(inner, width)
        self.first = nn.LayerNorm(width, eps=sizes.epsilon)
        self.second = nn.LayerNorm(width, eps=sizes.epsilon)
        self.dropout = nn.Dropout(_DROPOUT)
        name = f"l{number}."
        matrices = [model.weights(f"{name}{part}.w", width, width) for part in "qkv"]
        biases = [model.values(f"{name}{part}.b") for part in "qkv"]
        _set(self.mixed, np.concatenate(matrices), np.concatenate(biases))
        _set(self.joined, model.weights(f"{name}ao.w", width, width), model.values(f"{name}ao.b"))
        _set(self.wider, model.weights(f"{name}fi.w", inner, width), model.values(f"{name}fi.b"))
        _set(self.narrower, model.weights(f"{name}fo.w", width, inner), model.values(f"{name}fo.b"))
        _set(self.first, model.values(f"{name}aln.w"), model.values(f"{name}aln.b"))
        _set(self.second, model.values(f"{name}oln.w"), model.values(f"{name}oln.b"))

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """States (batch, length, width); mask (batch, 1, 1, length), true where there is something."""
        batch, length, width = states.shape
        parts = self.mixed(states).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        likeness = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5
        if mask is not None:
            likeness = likeness.masked_fill(~mask, _NOWHERE)
        mixed = torch.softmax(likeness, dim=-1) @ value
        states = self.first(states + self.dropout(self.joined(mixed.transpose(1, 2).reshape(batch, length, width))))
        return self.second(states + self.dropout(self.narrower(nn.functional.gelu(self.wider(states)))))


def _set(module: nn.Module, weight: Any, bias: Any) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weight))
        module.bias.copy_(torch.from_numpy(bias))


class Network(nn.Module):
    """The encoder with its heads. The word table stays as e5 has it, so that words without samples keep their meaning.

    kept: the rows of e5's word table that the vocabulary keeps, in its order.
    layers: which of e5's layers; traits: how many word traits there are; heads: how many answers each head has.
    """

    def __init__(
        self, model: e5.Model, kept: Sequence[int], layers: Sequence[int], traits: int, heads: Mapping[str, int]
    ) -> None:
        super().__init__()
        sizes = model.sizes
        table = model.weights("emb.word", sizes.vocabulary, sizes.width)[list(kept)]
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=True)
        places = model.values("emb.pos").reshape(sizes.positions, sizes.width)[:LONGEST]
        self.places = nn.Parameter(
            torch.from_numpy(places + model.values("emb.type")[: sizes.width]), requires_grad=False
        )
        self.normal = nn.LayerNorm(sizes.width, eps=sizes.epsilon)
        _set(self.normal, model.values("emb.ln.w"), model.values("emb.ln.b"))
        self.traits = nn.Linear(traits, sizes.width, bias=False)
        nn.init.zeros_(self.traits.weight)
        self.layers = nn.ModuleList(Layer(model, number) for number in layers)
        self.dropout = nn.Dropout(_DROPOUT)
        self.heads = nn.ModuleDict({name: nn.Linear(sizes.width, size) for name, size in heads.items()})

    def forward(self, given: Given) -> dict[str, Tensor]:
        """The answers of each head, (batch, units, size)."""
        return self.answer(self.words(given.ids), given)

    def answer(self, words: Tensor, given: Given) -> dict[str, Tensor]:
        """The same for the rows of the word table, (batch, pieces, width)."""
        states = self.normal(words + self.places[: words.shape[1]])
        for layer in self.layers[:PIECEWISE]:
            states = layer(states, _wide(given.mask))
        states = given.shares.to(states.dtype) @ states + self.traits(given.traits)
        for layer in self.layers[PIECEWISE:]:
            states = layer(states, _wide(given.unit_mask))
        states = self.dropout(states)
        return {name: head(states) for name, head in self.heads.items()}


def _wide(mask: Tensor | None) -> Tensor | None:
    return mask[:, None, None, :] if mask is not None else None
