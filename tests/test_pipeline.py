"""Both stages over anything: a record or a fault with a code, offsets that fit, the same bytes again."""

import base64
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas import CleanArticle, EnrichedArticle
from streams import pipeline
from streams.cleaning.assembly import rebuild
from streams.demo import seeds
from streams.errors import RECORD_FAULTS, RecordFault
from streams.pipeline import CLEAN, EXTRACT

MAX_BYTES = 8 * 1024 * 1024
ROOT = Path(__file__).parent.parent
VALIDATORS = {
    kind: Draft202012Validator(orjson.loads((ROOT / "schemas" / "json" / f"{kind}.json").read_bytes()))
    for kind in ("clean-article", "enriched-article")
}
LINES = [line for value in seeds() for line in orjson.loads(value).get("text", "").splitlines() if line.strip()]


def both(raw: dict[str, Any]) -> tuple[CleanArticle, EnrichedArticle] | None:
    """The outputs of both stages; None for a fault with a known code."""
    try:
        cleaned = CLEAN.work(orjson.dumps(raw), MAX_BYTES)
        enriched = EXTRACT.work(cleaned.to_json(), MAX_BYTES)
    except RecordFault as fault:
        RECORD_FAULTS[fault.code]  # raises for a code that is not in the table
        return None
    assert isinstance(cleaned, CleanArticle)
    assert isinstance(enriched, EnrichedArticle)
    return cleaned, enriched


def check(cleaned: CleanArticle, enriched: EnrichedArticle) -> None:
    for kind, article in (("clean-article", cleaned), ("enriched-article", enriched)):
        value = article.to_json()
        assert b":null" not in value.replace(b'":null"', b"")
        VALIDATORS[kind].validate(orjson.loads(value))
    assert rebuild(cleaned) == (cleaned.page_text or "")
    assert enriched.body == cleaned.body
    fields = {
        None: enriched.body or "",
        "body": enriched.body or "",
        "headline": enriched.headline or "",
        "alternative_headline": "\n".join(enriched.alternative_headline),
    }
    known = {entity.id for entity in enriched.entities}
    spans: list[Any] = [mention for entity in enriched.entities for mention in entity.mentions]
    spans += [*enriched.quotes, *enriched.dates, *enriched.figures]
    for span in spans:
        assert fields[span.field][span.start : span.end] == span.text
    for place in enriched.places:
        assert place.entity in known
        assert 0 <= place.start < place.end <= len(fields[place.field])
    for event in enriched.events:
        assert 0 <= event.evidence.start < event.evidence.end <= len(fields[event.evidence.field])


shuffled_pages = st.lists(st.sampled_from(LINES), min_size=1, max_size=25).map("\n".join)
damaged_pages = st.tuples(shuffled_pages, st.lists(st.integers(0, 5000), max_size=20), st.text(max_size=3)).map(
    lambda parts: "".join(parts[2] if index in set(parts[1]) else letter for index, letter in enumerate(parts[0]))
)
any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@settings(max_examples=60, deadline=None)
@given(st.one_of(shuffled_pages, damaged_pages, any_text), st.booleans())
def test_any_page_gives_a_valid_record_or_a_known_fault(page: str, as_html: bool) -> None:  # noqa: FBT001
    content = {"html": f"<article><h1>عنوان</h1><p>{page}</p></article>"} if as_html else {"text": page}
    outputs = both({"url": "https://a.example/1", "fetched_at": "2026-11-20T08:00:00Z", **content})
    if outputs:
        check(*outputs)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(min_size=1, max_size=400),
    st.sampled_from(["text/html", "text/html; charset=windows-1256", "text/plain", "x"]),
)
def test_any_bytes_give_a_valid_record_or_a_known_fault(content: bytes, content_type: str) -> None:
    encoded = base64.b64encode(content).decode()
    outputs = both({"source": "a", "content_base64": encoded, "content_type": content_type})
    if outputs:
        check(*outputs)


def test_every_seed_gives_valid_records() -> None:
    for value in seeds():
        outputs = both(orjson.loads(value))
        assert outputs is not None
        check(*outputs)


def test_the_same_record_gives_the_same_bytes_under_any_hash_seed() -> None:
    program = (
        "import hashlib; from streams.demo import seeds; from streams.pipeline import CLEAN, EXTRACT; n = 8 << 20\n"
        "outputs = [EXTRACT.work(CLEAN.work(v, n).to_json(), n).to_json() for v in seeds()[::3]]\n"
        "print(hashlib.sha256(b''.join(outputs)).hexdigest(), CLEAN.fingerprint, EXTRACT.fingerprint)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", str(random.SystemRandom().randrange(2, 10**6)))
    }
    assert len(outputs) == 1


def test_extract_takes_a_minimal_record_and_leaves_its_body_alone() -> None:
    body = "قال المتحدث إن الأشغال انتهت ،. في مدينة  حمص.\n\nوأضاف أن الطريق فُتح."
    enriched = EXTRACT.work(orjson.dumps({"source": "a", "body": body}), MAX_BYTES)
    assert enriched.body == body
    assert len(enriched.id) == 32
    assert enriched.revision is not None


def test_a_line_of_text_is_an_article() -> None:
    outputs = both({"url": "https://a.example/1", "text": "وصل الوفد إلى مدينة حمص صباح الأحد."})
    assert outputs is not None
    assert outputs[0].body == "وصل الوفد إلى مدينة حمص صباح الأحد."
    assert outputs[0].headline is None


def test_another_version_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline.fingerprint.__wrapped__("streams.cleaning")
    assert before == CLEAN.fingerprint
    monkeypatch.setattr(pipeline, "__version__", "9.9.9")
    assert pipeline.fingerprint.__wrapped__("streams.cleaning") != before
