"""The articles that pass: one sentence each, told apart by a number that stands in the sentence."""

import json
import re
from dataclasses import dataclass

ADDRESSES = 40
"""Of articles. Each is revised again and again, so that records of one key have an order."""

BAD_EVERY = 97
"""Every how many articles one is broken off, and belongs with the dead letters; prime to the number of addresses."""

SENTENCES = (
    "افتتحت البلدية الورشة رقم {number} في مدينة حمص.",
    "The council of Homs opened workshop no. {number} on Sunday.",
    "وصل الوفد إلى الورشة رقم {number} في مدينة عدن يوم الأحد.",
)

_NUMBER = re.compile("(?:رقم|no\\.) ([0-9]+)".encode())


@dataclass(frozen=True)
class Article:
    """One input. key: of the raw record, the same for all revisions of an address."""

    number: int
    key: bytes
    value: bytes
    good: bool


def article(number: int) -> Article:
    """The article of this number, always the same bytes."""
    url = f"https://soak.example/{number % ADDRESSES}"
    text = SENTENCES[number % len(SENTENCES)].format(number=number)
    record = {"url": url, "text": text, "fetched_at": "2026-11-20T08:00:00Z"}
    value = json.dumps(record, ensure_ascii=False).encode()
    good = number % BAD_EVERY != BAD_EVERY - 1
    return Article(number, url.encode(), value if good else value[:-30], good)


def number_in(value: bytes) -> int | None:
    """Which article a record was made of, by what it carries, at whichever stage."""
    found = _NUMBER.search(value)
    return None if found is None else int(found[1])
