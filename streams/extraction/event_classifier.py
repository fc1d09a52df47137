"""Whether an Arabic sentence tells an attack: a linear model over hashed letters and words, beside the rules of `events`.

Another model, say a head on an encoder, may stand in its place: all that `events` asks for is `score`.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from streams.extraction.reading import Word

BUCKETS = 1 << 16
_SHORTEST, _LONGEST = 2, 5  # letters of a piece of a word
_NUMBER = "0"  # what stands for every number
_HALF = 64  # as much of a long sentence on either side of what is asked about; no more is weighed


class Model(NamedTuple):
    """A linear model.

    weights: whole numbers of shape (BUCKETS,), one a bucket of features. bias, scale: the score is the sum of the
    weights of the sentence's buckets, each once, divided by the root of their number and by scale, plus bias.
    """

    weights: npt.NDArray[np.int8]
    bias: float
    scale: float


@cache
def _model() -> Model:
    folder = files("streams.extraction").joinpath("data")
    raw = folder.joinpath("event_weights.bin").read_bytes()
    card = dict(line.split("\t", 1) for line in folder.joinpath("event_weights.tsv").read_text("utf-8").splitlines())
    return Model(np.frombuffer(raw, dtype=np.int8), float(card["bias"]), float(card["scale"]))


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS


@lru_cache(maxsize=32768)
def _pieces(form: str) -> frozenset[int]:
    marked = f"<{form}>"
    pieces = {
        f"c{marked[start : start + length]}"
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(marked) - length + 1)
    }
    return frozenset(_bucket(piece) for piece in {f"w{form}", *pieces})


@lru_cache(maxsize=65536)
def _pair(first: str, second: str) -> int:
    return _bucket(f"b{first} {second}")


def buckets(words: Sequence[Word]) -> npt.NDArray[np.intp]:
    """The buckets of the words, their pieces of two to five letters and their pairs: each once, in order."""
    forms = [_NUMBER if word.is_number else word.form for word in words if word.is_name or word.is_number]
    found = set().union(*map(_pieces, forms)) if forms else set()
    found.update(map(_pair, forms, forms[1:]))
    return np.array(sorted(found), dtype=np.intp)


def score(words: tuple[Word, ...], index: int) -> float:
    """How much the sentence, around words[index], reads like one that tells an attack; 0 is as likely as not."""
    return weigh(_model(), buckets(words[max(0, index - _HALF) : index + _HALF]))


def weigh(model: Model, found: npt.NDArray[np.intp]) -> float:
    """The model's score of a sentence with these buckets."""
    if not len(found):
        return model.bias
    total = int(model.weights[found].sum(dtype=np.int64))
    return float(total / np.sqrt(len(found)) / model.scale + model.bias)
