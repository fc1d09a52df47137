"""Build `articles.jsonl` (RawArticle events) from `articles/index.jsonl` and the files it names.

python seeds/build.py            write articles.jsonl
python seeds/build.py --check    exit 1 when articles.jsonl is out of date
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parent
ARTICLES = SEEDS / "articles"
MANIFEST = ARTICLES / "index.jsonl"
OUTPUT = SEEDS / "articles.jsonl"

COPIED = (
    "url",
    "source",
    "fetched_at",
    "published_at",
    "language",
    "headline",
    "byline",
    "section",
    "http_headers",
    "status",
)
NOT_COPIED = {"file", "content_type", "encoding", "expect"}


def manifest() -> list[dict[str, Any]]:
    """The entries of `articles/index.jsonl`, in feed order."""
    lines = MANIFEST.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def content(entry: dict[str, Any]) -> dict[str, str]:
    """The field or fields of the event that hold the page.

    Files are UTF-8 so that they can be read and edited; a page with an `encoding`
    is sent as the bytes a server would send.
    """
    path = ARTICLES / entry["file"]
    text = path.read_bytes().decode("utf-8").replace("\r\n", "\n").removesuffix("\n")
    if "encoding" in entry:
        raw = text.encode(entry["encoding"])
        return {
            "content_base64": base64.b64encode(raw).decode("ascii"),
            "content_type": entry["content_type"],
        }
    return {"html" if path.suffix == ".html" else "text": text}


def event(entry: dict[str, Any]) -> dict[str, Any]:
    """One RawArticle event."""
    unknown = set(entry) - set(COPIED) - NOT_COPIED
    if unknown:
        raise ValueError(f"{entry['file']}: unknown fields {sorted(unknown)}")
    return {key: entry[key] for key in COPIED if key in entry} | content(entry)


def build() -> str:
    """The text of `articles.jsonl`."""
    return "".join(json.dumps(event(e), ensure_ascii=False) + "\n" for e in manifest())


def main(*, check: bool) -> int:
    """Write `articles.jsonl`, or only say whether it is up to date."""
    new = build().encode("utf-8")
    if not check:
        OUTPUT.write_bytes(new)
        print(f"{OUTPUT.name}: {new.count(bytes([10]))} events, {len(new):,} bytes")
        return 0
    if OUTPUT.exists() and OUTPUT.read_bytes() == new:
        return 0
    print("seeds/articles.jsonl is out of date: run python seeds/build.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
