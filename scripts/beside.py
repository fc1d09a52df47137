"""What Khabar is measured beside, behind the command line that the scorers call: raw articles in, cleaned ones out.

Pages go to trafilatura as it comes, but for readers' comments, without which it does better. It takes no text without
tags: there a rule of one line stands beside.
"""

import sys
from typing import Any

import orjson
import trafilatura

FEWEST_WORDS = 5
ENDS = (".", "!", "?", "؟", "…", "۔", "。", "।", ":", '."', ".”", ".»")
"""What a line of prose ends in."""


def answer(record: dict[str, str]) -> dict[str, object]:
    """What trafilatura, or the rule, makes of a record, under the names of our records."""
    return page(record["html"], record.get("url")) if "html" in record else text(record["text"])


def page(html: str, url: str | None) -> dict[str, object]:
    """What trafilatura makes of a page."""
    found: Any = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {"body": found.text, "headline": found.title, "byline": found.author, "published_at": found.date}


def text(content: str) -> dict[str, object]:
    """The lines of five words or more that end like a sentence are the body, the first line is the headline."""
    lines = [line.strip() for line in content.split("\n") if line.strip()]
    body = [line for line in lines if len(line.split()) >= FEWEST_WORDS and line.endswith(ENDS)]
    return {"body": "\n\n".join(body), "headline": lines[0] if lines else ""}


def main() -> None:
    """One line of output for each line of input."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps(answer(orjson.loads(line))) + b"\n")


if __name__ == "__main__":
    main()
