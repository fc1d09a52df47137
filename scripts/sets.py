"""The sets of pages and texts with known answers that are measured on and trained on; they are not part of the project."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

PAGES = ("pages_scrapinghub", "pages_news", "pages_arabic")


def read(data: Path, name: str) -> list[dict[str, Any]]:
    """The items of ``eval/NAME.jsonl.gz``."""
    with gzip.open(data / "eval" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def publisher(name: str, page: dict[str, Any]) -> str:
    """Whose page it is, or whose page it was made from. name: of the set."""
    if name == "pages_scrapinghub":
        host: str = page["url"].split("/")[2]
        return host.removeprefix("www.")
    return re.sub(r"_\d{4}.*", "", page.get("template") or page["id"])
