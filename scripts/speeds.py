"""Records a second of the clean stage and of trafilatura: one process, one core, time of the processor.

Both work on the same pages in turns, so that whatever else the machine does falls on both alike.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from schemas import RawArticle
from scripts import beside, sets
from streams import cleaning

WARM_UP = 10
"""Records that are worked on before the clock runs: tables and models load with the first."""

TURNS = 12
"""Parts that the records of each are worked on in, one of each after the other."""


def figures(data: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Speeds by key, ours and theirs. Pages are of the scrapinghub set; a text's ratio is to trafilatura's pages."""
    rows = sets.read(data, "pages_scrapinghub")
    pages = [RawArticle.model_validate({"url": row["url"], "html": row["html"]}) for row in rows]
    texts = [
        RawArticle.model_validate({"url": row["url"], "text": row["text"]}) for row in sets.read(data, "flattened")
    ]
    ours, flattened, theirs = rates((cleaning.clean, pages), (cleaning.clean, texts), (beside.answer, rows))
    found = {"pages": ours, "pages_ratio": ours / theirs, "texts": flattened, "texts_ratio": flattened / theirs}
    return {f"speed.{name}": value for name, value in found.items()}, {"speed.pages": theirs}


def rates(*works: tuple[Callable[[Any], object], Sequence[Any]]) -> list[float]:
    """Records a second of each piece of work, in turns."""
    for work, records in works:
        for record in records[:WARM_UP]:
            work(record)
    seconds = [0.0] * len(works)
    for turn in range(TURNS):
        for index, (work, records) in enumerate(works):
            part = records[len(records) * turn // TURNS : len(records) * (turn + 1) // TURNS]
            start = time.process_time()
            for record in part:
                work(record)
            seconds[index] += time.process_time() - start
    return [len(records) / spent for (_, records), spent in zip(works, seconds, strict=True)]
