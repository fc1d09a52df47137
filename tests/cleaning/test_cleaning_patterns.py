"""Every regular expression that meets the text of a page takes time linear in it."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

from streams import cleaning

SIZES = (2_000, 16_000)
"""Characters: eight times as many may take a good eight times as long, and nothing like sixty-four."""
UNITS = [
    " ", "a", "ا", "1", ".", ",", "،", "-", "/", "(", ")", "“", '"', "«", "»", "&", "&amp;", "#", "@", ":", "|", "<", "<a", "<a ", '<a x="', "=", "{", "[", "é", "Ã©",
    "\t", "\n", "\xa0", "\u0640", "\u200c", "a ", "ا ", "A ", "Aa ", "1 ", "1/", "1:", "a.", "a-", "a|", " |", " -", "a, ", "و ", "ال", "x@", "a@a.", "www.", "http://", "12 مارس ",
    "By A ", "كتب: ", "#a ", "pic.twitter.com/abcdef", "<meta ", "%d8", "a_", "aA", "'a", "a;", "&#1;", "charset=", "display:", "/amp", "؛", "؟", "..", ". ", "()", "( ", "0x",
]  # fmt: skip


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    for module in pkgutil.iter_modules(cleaning.__path__):
        for name, value in vars(importlib.import_module(f"{cleaning.__name__}.{module.name}")).items():
            values = (
                value if isinstance(value, tuple | list) else value.values() if isinstance(value, dict) else [value]
            )
            for index, pattern in enumerate(values):
                if isinstance(pattern, re.Pattern):
                    yield f"{module.name}.{name}[{index}]", pattern


def seconds(pattern: "re.Pattern[str]", text: str | bytes) -> float:
    best = 60.0
    for _ in range(2):
        start = time.process_time()
        for _ in pattern.finditer(text):  # type: ignore[arg-type]
            pass
        pattern.match(text)  # type: ignore[arg-type]
        pattern.fullmatch(text)  # type: ignore[arg-type]
        best = min(best, time.process_time() - start)
        if best < 0.002:
            break
    return best


@pytest.mark.parametrize(
    ("name", "pattern"), list(patterns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_time_is_linear(name: str, pattern: "re.Pattern[str]") -> None:
    for unit in UNITS:
        for tail in ("", "!", "\n."):
            small, large = ((unit * (size // len(unit)) + tail) for size in SIZES)
            small_bytes, large_bytes = small.encode(), large.encode()
            long = seconds(pattern, large_bytes if isinstance(pattern.pattern, bytes) else large)
            if long > 0.02:
                short = seconds(pattern, small_bytes if isinstance(pattern.pattern, bytes) else small)
                assert long < 24 * short + 0.02, (name, unit, tail, short, long)
