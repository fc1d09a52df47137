"""The seeds are what their sources say, and come out of both stages as their authors expect."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import EnrichedArticle
from streams.demo import seeds
from streams.pipeline import CLEAN, EXTRACT

ROOT = Path(__file__).parent.parent
MAX_BYTES = 8 * 1024 * 1024
INDEX: list[dict[str, Any]] = [
    orjson.loads(line) for line in (ROOT / "seeds" / "articles" / "index.jsonl").read_bytes().splitlines()
]


@pytest.fixture(scope="module")
def enriched() -> list[EnrichedArticle]:
    made = [EXTRACT.work(CLEAN.work(value, MAX_BYTES).to_json(), MAX_BYTES) for value in seeds()]
    return [EnrichedArticle.from_json(article.to_json()) for article in made]


def test_the_events_file_is_built_from_its_sources() -> None:
    assert subprocess.run([sys.executable, "seeds/build.py", "--check"], cwd=ROOT, check=False).returncode == 0


def test_there_are_enough_of_them_and_in_many_languages() -> None:
    assert len(INDEX) == len(seeds()) >= 40
    languages = Counter(entry["expect"].get("language", "").split("-")[0] for entry in INDEX)
    assert {"ar", "fr", "en", "fa", "ckb", "tr"} <= set(languages)


def test_no_seed_names_a_real_host() -> None:
    for value in seeds():
        assert orjson.loads(value).get("url", "https://x.example/").split("/")[2].endswith(".example")


def test_the_updates_of_a_story_are_revisions_of_one_article(enriched: list[EnrichedArticle]) -> None:
    revisions: dict[str, set[str | None]] = {}
    for article in enriched:
        revisions.setdefault(article.id, set()).add(article.revision)
    assert max(len(found) for found in revisions.values()) == 3


def test_chrome_stays_out_of_the_seeds_bodies(enriched: list[EnrichedArticle]) -> None:
    left = [
        (entry["file"], words)
        for entry, article in zip(INDEX, enriched, strict=True)
        for words in entry["expect"].get("must_not_contain", [])
        if words in (article.body or "")
    ]
    assert len(left) <= 0.03 * sum(len(entry["expect"].get("must_not_contain", [])) for entry in INDEX), left


def test_headlines_of_the_seeds_are_found(enriched: list[EnrichedArticle]) -> None:
    wanted = [
        (entry, article) for entry, article in zip(INDEX, enriched, strict=True) if entry["expect"].get("headline")
    ]
    missed = [entry["file"] for entry, article in wanted if article.headline != entry["expect"]["headline"]]
    assert len(missed) <= 0.1 * len(wanted), missed


def test_people_and_places_of_the_seeds_are_found(enriched: list[EnrichedArticle]) -> None:
    missed: dict[str, list[str]] = {"persons": [], "places": []}
    total = Counter[str]()
    for entry, article in zip(INDEX, enriched, strict=True):
        names = {name for entity in article.entities for name in [entity.name, *entity.aliases]}
        for kind, lost in missed.items():
            total[kind] += len(entry["expect"].get(kind, []))
            lost += [name for name in entry["expect"].get(kind, []) if name not in names]
    assert len(missed["persons"]) <= 0.35 * total["persons"], missed["persons"]
    assert len(missed["places"]) <= 0.35 * total["places"], missed["places"]


def test_every_offset_of_the_seeds_names_its_text(enriched: list[EnrichedArticle]) -> None:
    for article in enriched:
        fields = {
            None: article.body,
            "headline": article.headline,
            "alternative_headline": "\n".join(article.alternative_headline),
        }
        spans: list[Any] = [mention for entity in article.entities for mention in entity.mentions]
        spans += [*article.quotes, *article.dates, *article.figures]
        for span in spans:
            assert (fields[span.field] or "")[span.start : span.end] == span.text
