"""The checker is proved: what is wrong with a run is counted, and a run with nothing wrong is faultless."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.soak.checker import FAULTS, Run, check
from tests.soak.ledger import State
from tests.soak.reader import Seen

ARTICLES = 60
KEYS = 4
BAD = frozenset({13, 41})


def seen(number: int, topic: str, offset: int, stage: str | None = None) -> Seen:
    name = f"{topic}-{number}"
    return Seen(number, b"%d" % (number % KEYS), name, f"content of {name}", number % KEYS, offset, stage)


def whole_run() -> Run:
    """Every article went in, came out once and in order; some came twice on the wire, as after a worker's death."""
    good = [number for number in range(ARTICLES) if number not in BAD]
    enriched = [seen(number, "enriched", number) for number in good]
    again = [replace(record, offset=ARTICLES + place) for place, record in enumerate(enriched[20:30])]
    return Run(
        inputs=dict.fromkeys(range(ARTICLES), State.ACKNOWLEDGED),
        raw=[seen(number, "raw", number) for number in range(ARTICLES)],
        clean=[seen(number, "clean", number) for number in good],
        enriched=enriched + again,
        letters=[seen(number, "letter", number, "clean") for number in BAD],
        bad=BAD,
        expected={5: ("enriched-5", "content of enriched-5")},
    )


def lacking(records: object, number: int) -> list[Seen]:
    return [record for record in records if record.number != number]  # type: ignore[attr-defined]


def swapped(records: object, one: int, other: int) -> list[Seen]:
    """As if these two had come out in each other's place."""
    place = {record.number: record.offset for record in reversed(records)}  # type: ignore[call-overload]
    moved = {one: place[other], other: place[one]}
    return [replace(r, offset=moved.get(r.number, r.offset)) for r in records]  # type: ignore[attr-defined]


def test_a_run_with_nothing_wrong_is_faultless() -> None:
    counts = check(whole_run())
    assert counts.faultless
    assert counts.duplicates_on_the_wire == 10
    assert (counts.acknowledged, counts.enriched, counts.dead_letters) == (ARTICLES, ARTICLES - 2, 2)


TAMPERED: dict[str, tuple[Callable[[Run], Run], dict[str, int]]] = {
    "an early acknowledgement: committed, and the worker died before it sent": (
        lambda run: replace(run, enriched=lacking(run.enriched, 33)),
        {"lost": 1, "not_conserved": 1},
    ),
    "one dropped by the first stage": (
        lambda run: replace(run, clean=lacking(run.clean, 7), enriched=lacking(run.enriched, 7)),
        {"lost": 1, "not_conserved": 1},
    ),
    "one that the broker acknowledged and lost": (
        lambda run: replace(
            run, raw=lacking(run.raw, 7), clean=lacking(run.clean, 7), enriched=lacking(run.enriched, 7)
        ),
        {"lost": 1},
    ),
    "a dead letter dropped": (
        lambda run: replace(run, letters=lacking(run.letters, 13)),
        {"lost": 1, "not_conserved": 1},
    ),
    "one doubled under another event": (
        lambda run: replace(run, enriched=[*run.enriched, replace(seen(9, "enriched", 99), event="another")]),
        {"duplicate_after_reader": 1, "out_of_order": 1},
    ),
    "one fed twice": (
        lambda run: replace(run, raw=[*run.raw, seen(9, "raw", 99)]),
        {"duplicate_after_reader": 1},
    ),
    "two of one key swapped": (
        lambda run: replace(run, enriched=swapped(run.enriched, 8, 8 + KEYS)),
        {"out_of_order": 1},
    ),
    "two of one key swapped by the first stage": (
        lambda run: replace(run, clean=swapped(run.clean, 8, 8 + KEYS)),
        {"out_of_order": 1},
    ),
    "one that nobody sent": (
        lambda run: replace(run, enriched=[*run.enriched, seen(1000, "enriched", 99)]),
        {"phantom": 2, "not_conserved": 1},
    ),
    "one that carries no number": (
        lambda run: replace(run, enriched=[*run.enriched, replace(seen(0, "enriched", 99), number=None)]),
        {"phantom": 1},
    ),
    "one that was refused and came": (
        lambda run: replace(run, inputs={**run.inputs, 3: State.FAILED}),
        {"phantom": 1},
    ),
    "one event with two contents": (
        lambda run: replace(run, enriched=[*run.enriched, replace(seen(9, "enriched", 99), digest="other")]),
        {"changed": 1},
    ),
    "another event than the pure functions make": (
        lambda run: replace(run, expected={5: ("enriched-5", "other")}),
        {"changed": 1},
    ),
    "a good one among the dead letters": (
        lambda run: replace(run, bad=BAD - {13}),
        {"misjudged": 1},
    ),
    "one both enriched and a dead letter": (
        lambda run: replace(run, letters=[*run.letters, seen(20, "letter", 99, "extract")]),
        {"misjudged": 1, "not_conserved": 1},
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_is_wrong_is_counted(name: str) -> None:
    tamper, wanted = TAMPERED[name]
    counts = check(tamper(whole_run()))
    assert not counts.faultless
    assert {fault: getattr(counts, fault) for fault in FAULTS if getattr(counts, fault)} == wanted


def test_what_is_unknown_may_have_come_or_not() -> None:
    run = whole_run()
    inputs = {**run.inputs, 3: State.UNKNOWN, ARTICLES: State.UNKNOWN}
    counts = check(replace(run, inputs=inputs))
    assert counts.faultless
    assert (counts.unknown, counts.unknown_that_came) == (2, 1)


def test_what_is_unknown_and_came_must_come_out() -> None:
    run = whole_run()
    counts = check(replace(run, inputs={**run.inputs, 3: State.UNKNOWN}, enriched=lacking(run.enriched, 3)))
    assert counts.lost == 1
