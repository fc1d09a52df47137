"""trafilatura behind the command line that the scorers call: raw articles as JSON Lines in, cleaned ones out."""

import sys
from typing import Any

import orjson
import trafilatura


def answer(record: dict[str, str]) -> dict[str, object]:
    """What trafilatura makes of a page, under the names of our records."""
    found: Any = trafilatura.bare_extraction(record["html"], url=record.get("url"), with_metadata=True)
    if found is None:
        return {}
    return {"body": found.text, "headline": found.title, "byline": found.author, "published_at": found.date}


def main() -> None:
    """One line of output for each line of input."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps(answer(orjson.loads(line))) + b"\n")


if __name__ == "__main__":
    main()
