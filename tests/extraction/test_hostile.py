import time

import pytest

from schemas import CleanArticle
from streams.extraction import entities, keywords, places, topics
from streams.extraction.text import fields

MILLION = 1_000_000
WORDY = 250_000


@pytest.mark.parametrize(
    "body",
    [
        "ا" * MILLION,
        "A" * MILLION,
        "." * MILLION,
        "“" * MILLION,
        "، " * (MILLION // 2),
        "عبد " * (WORDY // 4),
        "محمد " * (WORDY // 5),
        "رئيس " * (WORDY // 5),
        "حلب " * (WORDY // 4),
        "وزارة الداخلية " * (WORDY // 15),
        "Karim " * (WORDY // 6),
        " ".join(f"محمد {chr(1576 + n % 17) * 3}{chr(1576 + n // 17 % 17) * 3} العلي،" for n in range(WORDY // 20)),
    ],
    ids=[
        "letter",
        "capital",
        "stop",
        "quote",
        "comma",
        "joint",
        "name",
        "role",
        "place",
        "organisation",
        "latin",
        "family",
    ],
)
def test_much_of_one_thing_takes_linear_time(body: str) -> None:
    article = CleanArticle.model_validate({"id": "0" * 32, "body": body, "language": "ar"})
    started = time.process_time()
    parts = fields(article)
    named = entities.find(article, parts)
    places.find(article, parts, named.entities, named.rows)
    topics.find(parts)
    keywords.find(parts, named.entities)
    assert time.process_time() - started < 15
