"""Weights as whole numbers, each row with a scale, rounded so that the layer's answers change least."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from scripts.tagger import windows
from scripts.tagger.network import Network

LEVELS = 63
"""The largest weight: 7 bits, so that no processor's sums of products overflow and all come to the same whole numbers."""

_DAMPING = 0.01
_CLIPPED = np.linspace(0.6, 1.0, 21)


class Rounded(NamedTuple):
    """A weight matrix (out, in) as numbers (int8) times a scale for each row (float32)."""

    numbers: Any
    scales: Any


def layers(network: Network, seen: Sequence[windows.Window]) -> dict[str, Rounded]:
    """The weights of all linear parts of the layers, by name, rounded for what the windows bring before them."""
    sums: dict[str, Tensor] = {}
    parts = {
        name: part
        for name, part in network.named_modules()
        if name.startswith("layers.") and isinstance(part, nn.Linear)
    }

    def watch(name: str, part: nn.Linear) -> Any:
        sums[name] = torch.zeros(part.in_features, part.in_features, dtype=torch.double)

        def add(_: nn.Module, given: tuple[Tensor], __: Tensor) -> None:
            rows = given[0].detach().flatten(0, 1).double()
            sums[name] += rows.T @ rows

        return part.register_forward_hook(add)

    hooks = [watch(name, part) for name, part in parts.items()]
    network.eval()
    with torch.no_grad():
        for window in seen:
            network(windows.batch([window], None, 0, 0).given)
    for hook in hooks:
        hook.remove()
    return {name: _round(part.weight.detach().double().numpy(), sums[name].numpy()) for name, part in parts.items()}


def _round(weights: Any, products: Any) -> Rounded:
    """GPTQ (Frantar and others, 2022): each column is rounded, and those after it make good for its error.

    products: sum of the outer products of what came in, (in, in).
    """
    weights = weights.copy()
    size = weights.shape[1]
    products = products + np.eye(size) * _DAMPING * np.mean(np.diag(products))
    scales = _scales(weights, np.diag(products))
    upper = np.linalg.cholesky(np.linalg.inv(products)).T
    numbers = np.zeros(weights.shape, dtype=np.int8)
    for column in range(size):
        chosen = np.clip(np.round(weights[:, column] / scales), -LEVELS, LEVELS)
        numbers[:, column] = chosen
        error = (weights[:, column] - chosen * scales) / upper[column, column]
        weights[:, column + 1 :] -= np.outer(error, upper[column, column + 1 :])
    return Rounded(numbers, scales.astype(np.float32))


def _scales(weights: Any, importance: Any) -> Any:
    """For each row the scale with the least error, of those that leave the largest weights a little short."""
    largest = np.maximum(np.abs(weights).max(axis=1), 1e-6) / LEVELS
    best = largest
    least = np.full(len(weights), np.inf)
    for share in _CLIPPED:
        scales = largest * share
        kept = np.clip(np.round(weights / scales[:, None]), -LEVELS, LEVELS) * scales[:, None]
        error = ((weights - kept) ** 2 * importance).sum(axis=1)
        best = np.where(error < least, scales, best)
        least = np.minimum(error, least)
    return best
