"""What came of the inputs: counts over what the ledger says and what lies on the topics. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from tests.soak.ledger import State
from tests.soak.reader import Seen


@dataclass(frozen=True)
class Run:
    """All there is to count over.

    inputs: the ledger. raw, clean, enriched, letters: what lies on the topics. bad: inputs that belong with the dead
    letters. expected: of some inputs, ``ce_id`` and digest of the enriched record that the pure functions make.
    """

    inputs: Mapping[int, State]
    raw: Sequence[Seen]
    clean: Sequence[Seen]
    enriched: Sequence[Seen]
    letters: Sequence[Seen]
    bad: frozenset[int] = frozenset()
    expected: Mapping[int, tuple[str, str]] | None = None


@dataclass(frozen=True)
class Counts:
    """Numbers of inputs, but for duplicates_on_the_wire, which are records, and out_of_order, which are pairs.

    lost: acknowledged and not on the raw topic, or there and neither enriched nor a dead letter. phantom: came out and
    never went in. duplicate_after_reader: come out as several events, where a reader drops by ``ce_id``. changed: one
    event with several contents, or another one than the pure functions make. misjudged: good and a dead letter, or bad and
    enriched. out_of_order: neighbours of one key that come out the other way round than they went in, each event where it
    came first. not_conserved: went into a stage and came out of it neither as a record nor as a dead letter, or as both.
    """

    acknowledged: int
    failed: int
    unknown: int
    unknown_that_came: int
    enriched: int
    dead_letters: int
    compared: int
    duplicates_on_the_wire: int
    lost: int
    phantom: int
    duplicate_after_reader: int
    changed: int
    misjudged: int
    out_of_order: int
    not_conserved: int

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost, made up, doubled, changed, misjudged, swapped or left over."""
        found = asdict(self)
        return not any(found[name] for name in FAULTS)


FAULTS = ("lost", "phantom", "duplicate_after_reader", "changed", "misjudged", "out_of_order", "not_conserved")


def check(run: Run) -> Counts:
    """Count."""
    topics = (run.raw, run.clean, run.enriched, run.letters)
    raw, clean, enriched, letters = (_numbers(topic) for topic in topics)
    acknowledged = {number for number, state in run.inputs.items() if state is State.ACKNOWLEDGED}
    unknown = {number for number, state in run.inputs.items() if state is State.UNKNOWN}
    out = enriched | letters
    numberless = sum(record.number is None for topic in topics for record in topic)
    return Counts(
        acknowledged=len(acknowledged),
        failed=len(run.inputs) - len(acknowledged) - len(unknown),
        unknown=len(unknown),
        unknown_that_came=len(unknown & raw),
        enriched=len(enriched),
        dead_letters=len(letters),
        compared=len(run.expected or {}),
        duplicates_on_the_wire=sum(
            len(topic) - len({record.event for record in topic}) for topic in (run.clean, run.enriched, run.letters)
        ),
        lost=len((acknowledged | raw) - out),
        phantom=len((raw | clean | out) - (acknowledged | unknown)) + len(out - raw) + numberless,
        duplicate_after_reader=_doubled(run),
        changed=_changed(run),
        misjudged=len(letters - run.bad) + len(enriched & run.bad),
        out_of_order=_out_of_order(run.raw, run.clean) + _out_of_order(run.raw, run.enriched),
        not_conserved=_not_conserved(raw, clean, _numbers(_of(run.letters, "clean")))
        + _not_conserved(clean, enriched, _numbers(_of(run.letters, "extract"))),
    )


def _numbers(records: Iterable[Seen]) -> set[int]:
    return {record.number for record in records if record.number is not None}


def _of(letters: Iterable[Seen], stage: str) -> list[Seen]:
    return [letter for letter in letters if letter.stage == stage]


def _doubled(run: Run) -> int:
    """Inputs with more than one event of one kind, or on the raw topic more than once."""
    doubled: set[int | None] = set()
    for records in (run.clean, run.enriched, run.letters):
        events: defaultdict[int | None, set[str]] = defaultdict(set)
        for record in records:
            events[record.number].add(record.event)
        doubled |= {number for number, of_it in events.items() if len(of_it) > 1}
    came: set[int | None] = set()
    for record in run.raw:
        if record.number in came:
            doubled.add(record.number)
        came.add(record.number)
    return len(doubled)


def _changed(run: Run) -> int:
    """Inputs whose event has several contents, or not the expected one."""
    changed: set[int | None] = set()
    contents: dict[str, str] = {}
    for records in (run.clean, run.enriched, run.letters):
        for record in records:
            if contents.setdefault(record.event, record.digest) != record.digest:
                changed.add(record.number)
    for number, expected in (run.expected or {}).items():
        made = {(record.event, record.digest) for record in run.enriched if record.number == number}
        if made and made != {expected}:
            changed.add(number)
    return len(changed)


def _out_of_order(before: Sequence[Seen], after: Sequence[Seen]) -> int:
    """Pairs of neighbours in ``after``, of one key there, that stand the other way round in ``before``."""
    went_in = {record.number: (record.partition, record.offset) for record in reversed(before)}
    by_key: defaultdict[bytes, list[int | None]] = defaultdict(list)
    known: set[str] = set()
    for record in sorted(after, key=lambda record: (record.partition, record.offset)):
        if record.event not in known and record.number in went_in:
            known.add(record.event)
            by_key[record.key].append(record.number)
    return sum(went_in[one] > went_in[next_one] for numbers in by_key.values() for one, next_one in pairwise(numbers))


def _not_conserved(went_in: set[int], came_out: set[int], letters: set[int]) -> int:
    return len(went_in ^ (came_out | letters)) + len(came_out & letters)
