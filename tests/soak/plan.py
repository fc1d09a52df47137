"""Which faults come in which order, by a seed."""

from collections.abc import Collection
from random import Random

from tests.soak.faults import KINDS, Fault


def plan(seed: int, kinds: Collection[str] = tuple(KINDS)) -> list[tuple[str, Fault]]:
    """All faults of these kinds, each with its kind, in the order of this seed."""
    faults = [(kind, fault) for kind, of_it in KINDS.items() if kind in kinds for fault in of_it]
    Random(seed).shuffle(faults)  # noqa: S311  # an order that can be had again, not a secret
    return faults
