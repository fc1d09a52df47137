"""Writes a trained network as the package reads it: whole-number weights in ONNX, and the vocabulary."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from scripts.tagger.network import Given, Network
from streams.extraction import encoder, traits

DATA = Path(__file__).parents[2] / "streams" / "extraction" / "data"
_LEVELS = 127


class _Packed(nn.Module):
    """The network with its word table in 8 bits, a scale for each row; one window at a time, all heads side by side."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        table = network.words.weight
        scales = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-6) / _LEVELS
        self.register_buffer("rows", torch.round(table / scales).to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, ids: Tensor, shares: Tensor, marks: Tensor) -> Tensor:
        words = cast("Tensor", self.rows)[ids].float() * cast("Tensor", self.scales)[ids]
        answers = self.network.answer(words, Given(ids, shares, marks))
        return torch.cat([answers[name] for name in encoder.HEADS], dim=-1)


def write(network: Network, listed: Sequence[tuple[str, float]], folder: Path = DATA) -> None:
    """Write encoder.onnx and encoder.tsv.

    Weights get 7 bits, so that no processor's sums of products overflow and all of them come to the same whole numbers.
    """
    packed = _Packed(network).eval()
    example = (torch.zeros(1, 9, dtype=torch.long), torch.zeros(1, 7, 9), torch.zeros(1, 7, len(traits.NAMES)))
    axes = {"ids": {1: "pieces"}, "shares": {1: "units", 2: "pieces"}, "traits": {1: "units"}, "answers": {1: "units"}}
    with TemporaryDirectory() as work:
        whole = str(Path(work) / "whole.onnx")
        torch.onnx.export(
            packed,
            example,
            whole,
            input_names=["ids", "shares", "traits"],
            output_names=["answers"],
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
        target = folder / "encoder.onnx"
        small = [node.name for node in onnx.load(whole).graph.node if node.op_type == "MatMul" and "heads" in node.name]
        small += [
            node.name for node in onnx.load(whole).graph.node if node.op_type == "MatMul" and "traits" in node.name
        ]
        quantize_dynamic(
            whole,
            target,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=small,
        )
    lines = [f"{piece}\t{score:.4f}\n" for piece, score in listed]
    (folder / "encoder.tsv").write_text("".join(lines), "utf-8")
    print(f"encoder.onnx: {target.stat().st_size} bytes, {len(listed)} pieces")
