"""Writes a trained network as the package reads it: a graph of ONNX with whole-number weights, and the vocabulary.

The graph is built node by node, of the operations that ONNX Runtime computes fastest for one short sentence on one
thread: attention with its projections in one (QAttention), and additions apart from the normalisation that follows,
since the fused form (SkipLayerNormalization) is four times slower. It is read without further fusion.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from scripts.tagger import rounding
from scripts.tagger.network import PIECEWISE, Network
from scripts.tagger.windows import Window
from streams.extraction import encoder, traits

DATA = Path(__file__).parents[2] / "streams" / "extraction" / "data"
_MICROSOFT = "com.microsoft"
_LEVELS = 127
_LEAST = 1e-6


class _Graph:
    """A graph of ONNX that grows node by node; every value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, value: Any) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, kind: str, given: Sequence[str], made: Sequence[str], domain: str = "", **options: Any) -> str:
        self.nodes.append(helper.make_node(kind, given, made, domain=domain, **options))
        return made[0]

    def model(self, given: Sequence[Any], made: Sequence[Any]) -> Any:
        graph = helper.make_graph(self.nodes, "encoder", given, made, list(self.constants.values()))
        domains = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=9)


class _Writer:
    """The network's parts as nodes."""

    def __init__(self, network: Network, rounded: dict[str, rounding.Rounded]) -> None:
        self.graph = _Graph()
        self.network = network
        self.rounded = rounded
        self.values = {name: value.float().numpy() for name, value in network.state_dict().items()}

    def words(self) -> str:
        """The rows of the word table with their places; the table in 8 bits, a scale for each row."""
        graph = self.graph
        table = self.values["words.weight"]
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), _LEAST) / _LEVELS
        graph.constant("words.numbers", np.round(table / scales).astype(np.int8))
        graph.constant("words.scales", scales)
        graph.constant("places.table", self.values["places"])
        numbers = graph.add("Gather", ["words.numbers", "ids"], ["words.chosen"])
        whole = graph.add("Cast", [numbers], ["words.whole"], to=TensorProto.FLOAT)
        chosen = graph.add("Gather", ["words.scales", "ids"], ["words.chosen_scales"])
        rows = graph.add("Mul", [whole, chosen], ["words.rows"])
        places = graph.add("Gather", ["places.table", "places"], ["places.rows"])
        return self.normal("normal", rows, places)

    def units(self, states: str) -> str:
        """Pieces joined to units, with the units' traits."""
        weight = self.graph.constant("traits.weight", self.values["traits.weight"].T)
        joined = self.graph.add("MatMul", ["shares", states], ["units.joined"])
        marked = self.graph.add("MatMul", ["traits", weight], ["units.traits"])
        return self.graph.add("Add", [joined, marked], ["units"])

    def layer(self, name: str, states: str, heads: int) -> str:
        graph = self.graph
        weight, scales, zeros, bias = self.weights(f"{name}.mixed")
        seen = [f"{name}.seen", f"{name}.seen_scale", f"{name}.seen_zero"]
        graph.add("DynamicQuantizeLinear", [states], seen)
        given = [seen[0], weight, bias, seen[1], scales, "", seen[2], zeros]
        mixed = graph.add("QAttention", given, [f"{name}.attention"], _MICROSOFT, num_heads=heads)
        states = self.normal(f"{name}.first", states, self.linear(f"{name}.joined", mixed))
        wide = graph.add("Gelu", [self.linear(f"{name}.wider", states)], [f"{name}.gelu"], _MICROSOFT)
        return self.normal(f"{name}.second", states, self.linear(f"{name}.narrower", wide))

    def heads(self, states: str) -> str:
        """The answers of all heads side by side."""
        weight = np.concatenate([self.values[f"heads.{name}.weight"] for name in encoder.HEADS]).T
        bias = np.concatenate([self.values[f"heads.{name}.bias"] for name in encoder.HEADS])
        product = self.graph.add("MatMul", [states, self.graph.constant("heads.weight", weight)], ["heads.product"])
        return self.graph.add("Add", [product, self.graph.constant("heads.bias", bias)], ["answers"])

    def weights(self, name: str) -> list[str]:
        """The names of a linear part's numbers, scales, zeros and bias."""
        numbers, scales = self.rounded[name]
        made = {
            f"{name}.numbers": numbers.T,
            f"{name}.scales": scales,
            f"{name}.zeros": np.zeros(len(scales), dtype=np.int8),
            f"{name}.bias": self.values[f"{name}.bias"],
        }
        return [self.graph.constant(part, value) for part, value in made.items()]

    def linear(self, name: str, states: str) -> str:
        return self.graph.add("DynamicQuantizeMatMul", [states, *self.weights(name)], [name], _MICROSOFT)

    def normal(self, name: str, states: str, more: str) -> str:
        """Two states added and normalised."""
        graph = self.graph
        added = graph.add("Add", [states, more], [f"{name}.sum"])
        scale, bias = (graph.constant(f"{name}.{part}", self.values[f"{name}.{part}"]) for part in ("weight", "bias"))
        epsilon = self.network.normal.eps
        return graph.add("LayerNormalization", [added, scale, bias], [name], axis=-1, epsilon=epsilon)


def write(network: Network, listed: Sequence[tuple[str, float]], seen: Sequence[Window], folder: Path = DATA) -> None:
    """Write encoder.onnx and encoder.tsv. seen: windows for which the weights are rounded best."""
    writer = _Writer(network, rounding.layers(network, seen))
    states = writer.words()
    for number, layer in enumerate(network.layers):
        if number == PIECEWISE:
            states = writer.units(states)
        states = writer.layer(f"layers.{number}", states, layer.heads)
    writer.heads(states)
    size = sum(map(len, encoder.HEADS.values()))
    numbers, decimals = TensorProto.INT64, TensorProto.FLOAT
    model = writer.graph.model(
        [
            helper.make_tensor_value_info("ids", numbers, [1, "pieces"]),
            helper.make_tensor_value_info("places", numbers, [1, "pieces"]),
            helper.make_tensor_value_info("shares", decimals, [1, "units", "pieces"]),
            helper.make_tensor_value_info("traits", decimals, [1, "units", len(traits.NAMES)]),
        ],
        [helper.make_tensor_value_info("answers", decimals, [1, "units", size])],
    )
    target = folder / "encoder.onnx"
    onnx.save(model, target)
    lines = [f"{piece}\t{score:.4f}\n" for piece, score in listed]
    (folder / "encoder.tsv").write_text("".join(lines), "utf-8")
    print(f"encoder.onnx: {target.stat().st_size} bytes, {len(listed)} pieces")
