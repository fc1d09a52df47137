"""Names as a small neural encoder tags them, in one pass with several heads; trained by scripts/train_entities.py."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import onnxruntime

from streams.extraction import traits
from streams.extraction.evidence import Words
from streams.extraction.pieces import BEGIN, END, Pieces, Unit
from streams.extraction.text import sentences

HEADS: dict[str, tuple[str, ...]] = {
    "entity": ("O", "B-person", "I-person", "B-organisation", "I-organisation", "B-place", "I-place"),
    "role": ("O", "B-role", "I-role"),
    "cut": ("0", "1", "2"),
}
"""What each head answers for a unit: two of them tags, and how many letters before a name are clitics."""

LONGEST = 128
"""Pieces of a window, begin and end included."""

_PLACES = np.arange(LONGEST)[None]
_SUSPICION = 2.5  # by how much less likely no name may be, in logarithms, when names are only suspected
_MOST_UNITS = 10_000  # of one field; no article has more, and what has more is not worth the seconds


class Tagged(NamedTuple):
    """A span that the encoder tagged.

    start, end: half-open, in code points of the field. label: person, organisation, place or role.
    probability: 0..1. cut: letters of the first word that are clitics, as the encoder sees it.
    """

    start: int
    end: int
    label: str
    probability: float
    cut: int


class Window(NamedTuple):
    """What the encoder sees at once, between a unit for its begin and one for its end.

    ids: numbers of pieces; sizes: how many pieces each unit has, begin and end included.
    traits: (units, traits), begin and end included; units: numbers of the field's units.
    """

    ids: list[int]
    sizes: list[int]
    traits: Any
    units: list[int]

    @property
    def shares(self) -> Any:
        """How much of each unit each piece is: (units, pieces), float32."""
        owners = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return (np.arange(len(self.sizes))[:, None] == owners) / np.array(self.sizes, dtype=np.float32)[:, None]


def split(words: Words) -> list[Unit]:
    """The first 10,000 units of a field; those that are words are the field's words, in order."""
    return words.units[:_MOST_UNITS]


def marks(words: Words) -> Any:
    """The traits of a field's units, (units, traits): those of its words, and nothing for signs."""
    parts = split(words)
    found = np.zeros((len(parts), len(traits.NAMES)), dtype=np.float32)
    owners = [number for number, part in enumerate(parts) if part.is_word]
    found[owners] = traits.find(words, len(owners))
    return found


def windows(words: Words, pieces: Pieces, seen: Any, spans: Sequence[tuple[int, int]]) -> Iterator[Window]:
    """The spans of a field as windows, a long one in several; seen: marks(words), the traits of the field's units."""
    parts = split(words)
    starts = [part.start for part in parts]
    for start, end in spans:
        ids: list[int] = []
        sizes: list[int] = []
        chosen: list[int] = []
        for number in range(bisect_left(starts, start), bisect_left(starts, end)):
            part = parts[number]
            spaced = part.start == 0 or words.text[part.start - 1].isspace()
            found = pieces.of(words.text[part.start : part.end], spaced=spaced)
            if len(ids) + len(found) > LONGEST - 2:
                yield _window(ids, sizes, chosen, seen)
                ids, sizes, chosen = [], [], []
            ids.extend(found)
            sizes.append(len(found))
            chosen.append(number)
        if chosen:
            yield _window(ids, sizes, chosen, seen)


def _window(ids: list[int], sizes: list[int], chosen: list[int], seen: Any) -> Window:
    inner = np.zeros((len(chosen) + 2, len(traits.NAMES)), dtype=np.float32)
    inner[1:-1] = seen[chosen]
    return Window([BEGIN, *ids, END], [1, *sizes, 1], inner, chosen)


def tag(words: Words) -> list[Tagged]:
    """What the encoder tags in a field, in reading order; one sentence at a time, so that no sentence changes another.

    What it only suspects, a name at worse than even odds, is among it with its low probability, for others to confirm.
    """
    model = load()
    parts = split(words)
    found: list[Tagged] = []
    for window in windows(words, model.pieces, marks(words), sentences(words.text)):
        answers = model.answer(window)
        cuts = answers["cut"].argmax(axis=1)
        for name in ("entity", "role"):
            for first, last, label, probability in _spans(answers[name], HEADS[name]):
                opening, closing = parts[window.units[first]], parts[window.units[last - 1]]
                found.append(Tagged(opening.start, closing.end, label, probability, int(cuts[first])))
    return sorted(found)


def _spans(logits: Any, names: Sequence[str]) -> Iterator[tuple[int, int, str, float]]:
    """The spans that the logits (units, tags) of a head tell: first, last (exclusive), label, probability."""
    tags = decode(logits, names)
    biased = logits.copy()
    biased[:, 0] -= _SUSPICION
    suspected = decode(biased, names)
    for first, last in _runs(suspected):
        if not any(tags[first:last]):
            tags[first:last] = suspected[first:last]
    likely = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)) if any(tags) else logits
    for start, end in _runs(tags):
        probability = min(float(likely[at, tags[at]]) for at in range(start, end))
        yield start, end, names[tags[start]][2:], round(probability, 2)


def _runs(tags: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans of valid BIO tags, in units: first, last (exclusive)."""
    start = 0
    while start < len(tags):
        end = start + 1
        if tags[start]:
            while end < len(tags) and tags[end] == tags[start] + 1:
                end += 1
            yield start, end
        start = end


class Encoder:
    """The network of data/encoder.onnx with its vocabulary."""

    def __init__(self, network: bytes, vocabulary: str) -> None:
        lines = (line.rpartition("\t") for line in vocabulary.removesuffix("\n").split("\n"))
        self.pieces = Pieces([(piece, float(score)) for piece, _, score in lines])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC  # more makes it slower
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])

    def answer(self, window: Window) -> dict[str, Any]:
        """The logits of each head, (units, size of the head)."""
        given = {
            "ids": np.array([window.ids], dtype=np.int64),
            "places": _PLACES[:, : len(window.ids)],
            "shares": window.shares[None],
            "traits": window.traits[None],
        }
        (answers,) = self._session.run(None, given)
        chosen = answers[0, 1:-1]
        found = {}
        start = 0
        for name, labels in HEADS.items():
            found[name] = chosen[:, start : start + len(labels)]
            start += len(labels)
        return found


@cache
def load() -> Encoder:
    """The packaged encoder; it is read when the first article comes."""
    folder = files("streams.extraction").joinpath("data")
    network = folder.joinpath("encoder.onnx").read_bytes()
    return Encoder(network, folder.joinpath("encoder.tsv").read_text("utf-8"))


def decode(logits: Any, names: Sequence[str] = HEADS["entity"]) -> list[int]:
    """The most probable valid sequence of BIO tags for logits (units, tags): numbers of tags."""
    best: list[int] = logits.argmax(axis=1).tolist()
    inside = [name.startswith("I-") for name in names]
    before = 0
    for tag in best:
        if inside[tag] and before not in {tag, tag - 1}:
            return _viterbi(logits, inside)
        before = tag
    return best


def _viterbi(logits: Any, inside: Sequence[bool]) -> list[int]:
    """An inside tag only goes on after its own begin tag, which has the number before it, or after itself."""
    scores = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    rows = scores.tolist()
    state = [float("-inf") if within else value for value, within in zip(rows[0], inside, strict=True)]
    back = []
    for row in rows[1:]:
        top = max(range(len(state)), key=state.__getitem__)
        origins = [max(tag, tag - 1, key=state.__getitem__) if within else top for tag, within in enumerate(inside)]
        state = [state[origin] + value for origin, value in zip(origins, row, strict=True)]
        back.append(origins)
    tag = max(range(len(state)), key=state.__getitem__)
    path = [tag]
    for origins in reversed(back):
        tag = origins[tag]
        path.append(tag)
    return path[::-1]
