"""Five thousand bad inputs: each becomes a good record or one dead letter with a code, in bounded time and memory."""

import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from schemas import CleanArticle, EnrichedArticle
from streams.errors import RECORD_FAULTS, RecordFault
from streams.pipeline import CLEAN, EXTRACT
from tests.bad_inputs import MAKERS, made

COUNT = 5000
LIMIT = 2 * 1024 * 1024
LONGEST = 400
"""Characters of the good articles that the bad ones are made from: the size of a page is tried elsewhere."""
MOST_SECONDS = 6.0
"""Of processor time for one input through both stages."""
MOST_GROWTH = 200
"""MiB that the process may have grown by."""
SEEDS = Path(__file__).parents[1] / "seeds" / "articles.jsonl"


def outcome(value: bytes) -> str:
    """What becomes of a raw value: 'record', or the code of its dead letter."""
    try:
        cleaned = CLEAN.work(value, LIMIT)
        assert isinstance(cleaned, CleanArticle)
        enriched = EXTRACT.work(cleaned.to_json(), LIMIT)
    except RecordFault as fault:
        return fault.code
    assert isinstance(enriched, EnrichedArticle)
    text = json.loads(enriched.to_json())
    for entity in text["entities"]:
        for mention in entity["mentions"]:
            field = text.get(mention.get("field") or "body")
            field = "\n".join(field) if isinstance(field, list) else field
            assert field[mention["start"] : mention["end"]] == mention["text"]
    return "record"


def good() -> list[dict[str, object]]:
    articles = [json.loads(line) for line in SEEDS.read_bytes().splitlines()]
    kept = []
    for article in articles:
        short = {name: value for name, value in article.items() if name != "content_base64"}
        for field in ("html", "text"):
            if isinstance(short.get(field), str):
                short[field] = short[field][:LONGEST]
                kept.append(short)
    return kept


@pytest.mark.timeout(600)
def test_every_bad_input_is_a_record_or_one_dead_letter_with_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    outcome(json.dumps(good()[0]).encode())  # tables load with the first
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ends: Counter[str] = Counter()
    worst: dict[str, float] = dict.fromkeys(MAKERS, 0.0)
    for name, value in made(good(), COUNT, seed=11):
        began = time.process_time()
        ends[outcome(value)] += 1
        worst[name] = max(worst[name], time.process_time() - began)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    slowest = max(worst, key=worst.__getitem__)
    dead = COUNT - ends["record"]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{COUNT} bad inputs: {ends['record']} records, {dead} dead letters of {len(ends) - 1} codes;\n"
        )
        sys.stdout.write(f"worst {worst[slowest]:.2f} s of processor time ({slowest}); {grown:.0f} MiB grown\n")
    assert ends.total() == COUNT
    assert ends.keys() <= {"record", *RECORD_FAULTS} - {"stage_failed"}
    assert len(ends) > 12  # kinds of ends: the makers reach nearly every code of these stages
    assert max(worst.values()) < MOST_SECONDS, worst
    assert grown < MOST_GROWTH


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert list(made(good(), 60, seed=3)) == list(made(good(), 60, seed=3))
