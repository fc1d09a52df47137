"""``khabar trace``: what is told of one article, and where it is."""

import json
from typing import Any

import orjson

from streams.identity import article_id
from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, ENRICHED, RAW
from tests.conftest import Khabar

URL = "https://a.example/politics/news-1"
ARTICLE = article_id(URL, None, "")


def raw(text: str = "خبر قصير من مدينة حلب.\n\nتابعونا على فيسبوك", url: str = URL) -> bytes:
    return orjson.dumps({"url": url, "text": text, "fetched_at": "2026-11-20T08:00:00Z"})


async def passport(khabar: Khabar, text: str) -> dict[str, Any]:
    done = await khabar("trace", text, "--format", "json")
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


async def test_every_event_of_an_article_from_whatever_it_is_named_by(
    khabar: Khabar, settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    await produce(RAW.full_name(settings), raw(), raw(url="https://b.example/other-2"), partition=0)
    start("clean", "extract")
    enriched = await until(ENRICHED.full_name(settings), 2)
    (event,) = [dict(record.headers) for record in enriched if dict(record.headers)["ce_subject"] == ARTICLE.encode()]
    shown = await passport(khabar, ARTICLE)
    assert shown["articles"] == [ARTICLE]
    assert [one["topic"] for one in shown["events"]] == [RAW.name, CLEAN.name, ENRICHED.name]
    first, second, third = shown["events"]
    assert first["bytes"] == len(raw())
    assert (second["url"], second["language"], second["paragraphs"]) == (URL, "ar", 1)
    assert [removed["text"] for removed in second["removed"]] == ["تابعونا على فيسبوك"]
    assert second["pipeline"]["fingerprint"] == third["pipeline"]["clean"]
    assert third["timing"].startswith("clean;dur=")
    assert third["found"]["places"] == 1
    assert len({one["trace"] for one in shown["events"]}) == 1
    for name in (ARTICLE[:10], URL, event["ce_id"].decode(), event["traceparent"].decode()[3:35], first["event"]):
        assert await passport(khabar, name) == shown
    lines = (await khabar("trace", ARTICLE)).stdout
    assert "\n  removed: 1\n    " in lines
    assert lines.endswith("waits for alert on khabar.articles.enriched" + third["place"] + ", 0 before it\n")


async def test_a_dead_letter_and_its_way_back(
    khabar: Khabar, settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test(KHABAR_TEST_BROKEN="1")
    await produce(RAW.full_name(settings), orjson.dumps({"url": URL, "text": "sound"}), partition=0)
    (letter,) = await until(DEAD_LETTERS.full_name(settings), 1)
    name = dict(letter.headers)["ce_id"].decode()
    await workers.stop()
    shown = await passport(khabar, ARTICLE)
    assert [one["topic"] for one in shown["events"]] == [RAW.name, DEAD_LETTERS.name]
    assert shown["events"][1]["error"]["code"] == "stage_failed"
    assert shown["now"] == [f"{shown['events'][0]['trace'][:12]}: dead letter {name[:12]} of clean: stage_failed, open"]
    assert await passport(khabar, name) == shown
    await khabar("dead-letters", "redrive", "--apply")
    shown = await passport(khabar, ARTICLE)
    assert [one["topic"] for one in shown["events"]] == [RAW.name, DEAD_LETTERS.name, RAW.name]
    assert (shown["events"][1]["state"], shown["events"][2]["redrives"]) == ("redriven", "1")
    assert f"waits for clean on khabar.articles.raw{shown['events'][2]['place']}, " in shown["now"][0]


async def test_what_was_written_twice_is_shown_once_and_said_so(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any
) -> None:
    await produce(RAW.full_name(settings), raw(), raw(), partition=2)
    (one,) = (await passport(khabar, URL))["events"]
    assert (one["copies"], one["place"]) == (2, "[2]@0")


async def test_nothing_found_hostile_text_and_names_that_are_too_short(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any
) -> None:
    hostile = orjson.dumps({"url": URL, "headline": "\x1b[2J\u202eabc", "source": "\x1b]0;x\x07"})
    await produce(
        CLEAN.full_name(settings), hostile, headers=[("ce_id", b"\x1b" * 8), ("ce_subject", ARTICLE.encode())]
    )
    shown = await khabar("trace", ARTICLE)
    assert shown.returncode == 0
    assert not set("\x1b\x07\u202e") & set(shown.stdout)
    absent = await khabar("trace", "0123456789")
    assert (absent.returncode, absent.stderr) == (1, "khabar: nothing of 0123456789 is retained\n")
    assert (await khabar("trace", "0123")).returncode == 2
