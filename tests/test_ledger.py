"""What may be committed: only a run of delivered records that begins where the last commit ended."""

from hypothesis import given
from hypothesis import strategies as st

from streams.ledger import PartitionLedger


def test_nothing_is_committed_before_the_first_record_is_done() -> None:
    ledger = PartitionLedger()
    ledger.fetched([(0, 1), (1, 1)])
    assert ledger.position is None
    ledger.done(1)
    assert ledger.position is None


def test_a_missing_offset_is_not_stepped_over() -> None:
    ledger = PartitionLedger()
    ledger.fetched([(7, 1), (8, 1), (9, 1)])
    ledger.done(7)
    ledger.done(9)
    assert ledger.position == 8


def test_offsets_that_the_broker_never_gave_out_are_no_gap() -> None:
    ledger = PartitionLedger()
    ledger.fetched([(3, 1), (5, 1)])
    ledger.done(3)
    ledger.done(5)
    assert ledger.position == 6


def test_going_back_makes_records_pending_again() -> None:
    ledger = PartitionLedger()
    ledger.fetched([(0, 10), (1, 10), (2, 10)])
    ledger.done(1)
    ledger.fetched([(1, 10), (2, 10)])
    ledger.done(0)
    assert ledger.position == 1
    assert ledger.pending_bytes == 20


def test_an_unknown_offset_is_not_counted() -> None:
    ledger = PartitionLedger()
    ledger.done(4)
    ledger.fetched([(10, 1)])
    ledger.done(4)
    assert ledger.position is None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_position_is_always_the_first_record_that_is_not_done(steps: list[int], random: object) -> None:
    offsets = [sum(steps[: i + 1]) + i for i in range(len(steps))]
    ledger = PartitionLedger()
    ledger.fetched((offset, 1) for offset in offsets)
    order = list(offsets)
    random.shuffle(order)  # type: ignore[attr-defined]
    done: set[int] = set()
    for offset in order:
        ledger.done(offset)
        done.add(offset)
        first = next((other for other in offsets if other not in done), None)
        before = [other for other in offsets if first is None or other < first]
        assert ledger.position == (before[-1] + 1 if before else None)
        assert ledger.pending_bytes == len([other for other in offsets if first is not None and other >= first])
