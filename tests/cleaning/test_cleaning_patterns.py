"""Every regular expression that meets the text of a page takes time linear in it."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from streams import cleaning

SIZES = (1_000, 8_000)
"""Characters: eight times as many may take a good eight times as long, and nothing like sixty-four."""
HEADS = {"dateline": 90}
"""Modules whose patterns meet no more than so many characters."""
ENOUGH = 0.02
"""Seconds: what is faster is not compared, for noise."""
UNITS = [
    " ", "a", "ا", "1", ".", ",", "،", "-", "/", "(", ")", "“", '"', "«", "»", "&", "&amp;", "#", "@", ":", "|", "<", "<a", "<a ", '<a x="', "=", "{", "[", "é", "Ã©",
    "\t", "\n", "\xa0", "\u0640", "\u200c", "a ", "ا ", "A ", "Aa ", "1 ", "1/", "1:", "a.", "a-", "a|", " |", " -", "a, ", "و ", "ال", "x@", "a@a.", "www.", "http://", "12 مارس ",
    "By A ", "كتب: ", "#a ", "pic.twitter.com/abcdef", "<meta ", "%d8", "a_", "aA", "'a", "a;", "&#1;", "charset=", "display:", "/amp", "؛", "؟", "..", ". ", "()", "( ", "0x",
]  # fmt: skip


def patterns() -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    for module in pkgutil.iter_modules(cleaning.__path__):
        for name, value in vars(importlib.import_module(f"{cleaning.__name__}.{module.name}")).items():
            values = (
                value if isinstance(value, tuple | list) else value.values() if isinstance(value, dict) else [value]
            )
            for index, pattern in enumerate(values):
                if isinstance(pattern, re.Pattern):
                    yield f"{module.name}.{name}[{index}]", pattern


def seconds(pattern: "re.Pattern[Any]", text: str | bytes) -> float:
    best = 60.0
    for _ in range(2):
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        pattern.match(text)
        pattern.fullmatch(text)
        best = min(best, time.process_time() - start)
        if best < ENOUGH:
            break
    return best


@pytest.mark.parametrize(
    ("name", "pattern"), list(patterns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_time_is_linear(name: str, pattern: "re.Pattern[Any]") -> None:
    head = HEADS.get(name.partition(".")[0])
    for unit in UNITS:
        for tail in ("", "\n."):
            texts: list[str | bytes] = [(unit * (size // len(unit)))[:head] + tail for size in SIZES]
            if isinstance(pattern.pattern, bytes):
                texts = [str(text).encode() for text in texts]
            long = seconds(pattern, texts[1])
            if long > ENOUGH:
                assert head is None, (name, unit, tail, long)
                short = seconds(pattern, texts[0])
                assert long < 24 * short, (name, unit, tail, short, long)
