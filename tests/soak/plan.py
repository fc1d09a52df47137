"""Which faults come in which order, by a seed."""

from random import Random

from tests.soak.faults import KINDS, Fault


def plan(seed: int) -> list[tuple[str, Fault]]:
    """All faults of the table, each with its kind, in the order of this seed."""
    faults = [(kind, fault) for kind, of_it in KINDS.items() for fault in of_it]
    Random(seed).shuffle(faults)  # noqa: S311  # an order that can be had again, not a secret
    return faults
