"""What comes in over real Kafka: bad records, big pages, foreign headers, and the user's own sample."""

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.kafka.admin import create_topics
from streams.kafka.client import producer
from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, ENRICHED, RAW
from tests.test_wire import BAD_INPUT

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "aleppo-clashes.flattened.txt"

GOOD = orjson.dumps({"url": "https://a.example/good", "text": "خبر قصير من مدينة حلب."})


def error(record: Any) -> str:
    headers: dict[str, bytes] = dict(record.headers)
    return headers["khabar-error-code"].decode()


def page(size: int) -> str:
    """A page of about so many bytes: a real article among menus and scripts."""
    random.seed(size)
    story = "".join(
        f"<p>وقال رئيس البلدية، نادر السمان، إن المرحلة {number} من أعمال الترميم في مدينة حمص انتهت يوم الأحد.</p>"
        for number in range(12)
    )
    items = "".join(f'<li><a href="/{random.randrange(10**9)}">رابط {n}</a></li>' for n in range(200))  # noqa: S311
    head = f"<html><head><title>ترميم حمص</title></head><body><nav><ul>{items}</ul></nav><article><h1>ترميم حمص</h1>"
    script = "<script>var state = '" + "x" * (size - len((head + story).encode()) - 100) + "';</script>"
    return f"{head}{story}</article>{script}</body></html>"


async def test_each_kind_of_bad_input_is_one_dead_letter_and_the_next_record_goes_on(
    settings: Settings, start: Any, until: Any
) -> None:
    wide = settings.model_copy(update={"max_record_bytes": 12 * 1024 * 1024})
    await create_topics(wide)  # as an operator might have made the raw topic: larger than our limit
    workers = start()
    async with producer(wide) as sender:
        for value in BAD_INPUT.values():
            await sender.send_and_wait(RAW.full_name(settings), value, key=b"key", partition=0)
            await sender.send_and_wait(RAW.full_name(settings), GOOD, partition=0)
        await sender.send_and_wait(
            RAW.full_name(settings), GOOD, partition=0, headers=[("x", b"\xff"), ("ce_id", b"\xff"), ("x", b"")]
        )
    letters = await until(DEAD_LETTERS.full_name(settings), len(BAD_INPUT))
    assert [error(letter) for letter in letters] == list(BAD_INPUT)
    for letter, value in zip(letters, BAD_INPUT.values(), strict=True):
        headers = dict(letter.headers)
        assert letter.key == b"key"
        assert letter.value == value or (letter.value == (value or b"")[: 256 * 1024])
        assert headers["khabar-error-truncated"] == (b"false" if letter.value == value else b"true")
    cleaned = await until(CLEAN.full_name(settings), len(BAD_INPUT) + 1)
    assert len(cleaned) == len(BAD_INPUT) + 1
    assert "ended with" not in workers.text()


async def test_bad_input_to_extract_is_dead_lettered_too(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    start("extract")
    await produce(
        CLEAN.full_name(settings), b"{", b'{"body": "x"}', b'{"url": "https://a.example/1"}', GOOD, partition=0
    )
    letters = await until(DEAD_LETTERS.full_name(settings), 4)
    codes = sorted(error(letter) for letter in letters)
    assert codes == ["invalid_json", "missing_field", "missing_field", "missing_field"]


@pytest.mark.parametrize("size", [900_000, 1_500_000, 7_900_000])
async def test_big_pages_go_through(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, size: int
) -> None:
    start()
    value = orjson.dumps({"url": "https://a.example/big", "html": page(size)})
    await produce(RAW.full_name(settings), value)
    (record,) = await until(ENRICHED.full_name(settings), 1)
    article = orjson.loads(record.value)
    assert article["headline"] == "ترميم حمص"
    assert len(article["body"].split("\n\n")) == 12


async def test_a_withdrawn_article_passes_through_without_a_body(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    start()
    await produce(RAW.full_name(settings), b'{"url": "https://a.example/1", "status": "withdrawn"}')
    (record,) = await until(ENRICHED.full_name(settings), 1)
    article = orjson.loads(record.value)
    assert article["status"] == "withdrawn"
    assert "body" not in article
    assert "revision" not in article


async def test_a_replay_gives_the_same_bytes(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    start()
    await produce(RAW.full_name(settings), GOOD, GOOD, partition=1)
    first, second = await until(ENRICHED.full_name(settings), 2)
    assert (first.key, first.value) == (second.key, second.value)
    stable = [[header for header in record.headers if header[0] != "khabar-timing"] for record in (first, second)]
    assert stable[0] == stable[1]
    assert dict(first.headers)["content-type"] == b"application/json"
    assert first.key == dict(first.headers)["ce_subject"]


@pytest.mark.skipif(not SAMPLE.exists(), reason="the user's sample is not beside this checkout")
async def test_the_users_sample_comes_out_enriched(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    start()
    raw = SAMPLE.read_text()
    value = orjson.dumps({"source": "sample", "text": raw, "fetched_at": "2025-05-20T08:00:00Z"})
    await produce(RAW.full_name(settings), value)
    (record,) = await until(ENRICHED.full_name(settings), 1)
    article = orjson.loads(record.value)
    assert article["section"] == "سياسة"
    assert article["headline"] == "سوريا الجديدة في مواجهة داعش.. اشتباكات تكشف عودة الخطر"
    paragraphs = article["body"].split("\n\n")
    assert len(paragraphs) == 8
    assert paragraphs[0].startswith("اشتعلت اشتباكات عنيفة")
    assert paragraphs[7].endswith("ومواصلة شن هجماتها.")
    chrome = ["تابعونا على", "مقالات ذات صلة", "اترك تعليقاً", "لن يتم نشر عنوان بريدك", "زر الذهاب إلى الأعلى"]
    assert [words for words in chrome if words in article["body"]] == []
    named = {name for entity in article["entities"] for name in [entity["name"], *entity["aliases"]]}
    wanted = {
        "أحمد الشرع",
        "نور الدين البابا",
        "إيمانويل ماكرون",
        "داعش",
        "حلب",
        "حمص",
        "حماة",
        "الرقة",
        "دير الزور",
        "باريس",
    }
    assert wanted <= named
