"""What the README shows is what happens: its Python examples run against a real broker."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.demo import seeds
from streams.pipeline import CLEAN as CLEAN_STAGE
from streams.pipeline import EXTRACT
from streams.settings import Settings
from streams.topics import CLEAN, ENRICHED, RAW

README = (Path(__file__).parent.parent / "README.md").read_text()


def example(name: str, settings: Settings) -> str:
    """The code block of this name, with this test's topics in place of the default ones."""
    code: str
    (code,) = re.findall(rf"```python {name}\n(.*?)```", README, re.DOTALL)
    for topic in (RAW, ENRICHED):
        code = code.replace(f'"{topic.name}"', f'"{topic.full_name(settings)}"')
    return code


async def test_the_python_examples_feed_and_subscribe(
    settings: Settings, topics: list[str], produce: Any, read_all: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHABAR_BOOTSTRAP_SERVERS", settings.bootstrap_servers)
    feeder = await asyncio.create_subprocess_exec(sys.executable, "-c", example("feed", settings))
    assert await feeder.wait() == 0
    (raw,) = await read_all(RAW.full_name(settings))
    await produce(ENRICHED.full_name(settings), b'{"headline": "h1"}', b'{"headline": "h1"}', headers=[("ce_id", b"1")])
    await produce(ENRICHED.full_name(settings), b'{"headline": "h2"}', headers=[("ce_id", b"2")])
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-c", example("subscribe", settings), stdout=asyncio.subprocess.PIPE
    )
    assert reader.stdout is not None
    async with asyncio.timeout(30):
        lines = [await reader.stdout.readline(), await reader.stdout.readline()]
    await asyncio.sleep(0.5)
    reader.kill()
    rest = await reader.stdout.read()
    await reader.wait()
    assert sorted(lines) == [b"h1\n", b"h2\n"]
    assert rest == b""
    assert b"news.example" in raw.value
    assert CLEAN.name in README


def contains(actual: Any, shown: Any) -> bool:
    """Whether all that is shown stands in the record; of lists, each item shown."""
    if isinstance(shown, dict):
        return isinstance(actual, dict) and all(contains(actual.get(name), value) for name, value in shown.items())
    if isinstance(shown, list):
        return all(any(contains(item, wanted) for item in actual) for wanted in shown)
    return bool(actual == shown)


def test_the_record_shown_is_what_comes_out() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    shown = orjson.loads(block)
    (value,) = [value for value in seeds() if shown["url"].encode() in value]
    limit = 8 * 1024 * 1024
    actual = orjson.loads(EXTRACT.work(CLEAN_STAGE.work(value, limit).to_json(), limit).to_json())
    assert contains(actual, shown)
