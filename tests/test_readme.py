"""What the README shows is what happens: its Python examples run against a real broker."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest

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
