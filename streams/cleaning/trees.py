"""Boosted decision trees that come to the same answer on every machine.

A model is a JSON file in ``data/``: ``traits``, the names of its columns; ``columns`` and ``borders``, for each split the
column it looks at and the value that must be exceeded; ``leaves``, whole numbers, ``2 ** depth`` for each tree; ``depth``;
``bias``; ``scale``, what the sum of leaves is divided by to give log-odds; ``card``, where it comes from. All splits of one
level of a tree are the same one, so a row's leaf is a number made of ``depth`` bits. Sums are of integers: their order
does not matter.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import orjson

Table = np.ndarray[Any, np.dtype[np.float32]]


class Trees:
    """One model. Rows are lists of numbers in the order of ``traits``."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.traits: tuple[str, ...] = tuple(model["traits"])
        depth: int = model["depth"]
        self._columns = np.array(model["columns"], np.intp)
        self._borders = np.array(model["borders"], np.float32)
        self._leaves = np.array(model["leaves"], np.int64)
        trees = len(self._columns) // depth
        self._bits = (1 << np.arange(depth)).astype(np.int64)
        self._offsets = (np.arange(trees) << depth).astype(np.int64)
        self._shape = (trees, depth)
        self._bias: int = model["bias"]
        self._scale: int = model["scale"]

    def log_odds(self, rows: Sequence[Sequence[float]] | Table) -> list[float]:
        """The log-odds of each row; above 0 the answer is yes."""
        if not len(rows):
            return []
        table = np.asarray(rows, np.float32)
        above = table[:, self._columns] > self._borders
        places = above.reshape(len(rows), *self._shape) @ self._bits + self._offsets
        sums = self._leaves[places].sum(axis=1) + self._bias
        return [int(value) / self._scale for value in sums]


@cache
def load(name: str) -> Trees:
    """The model in ``data/<name>``."""
    return Trees(orjson.loads((files(__package__) / "data" / name).read_bytes()))
