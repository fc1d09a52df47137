from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas import Rule

Ruled = Callable[..., Rule]


def content(**changes: Any) -> dict[str, Any]:
    """What a rule file holds; None takes a field out."""
    given = {
        "id": "killed",
        "title": {"ar": "قتلى", "en": "People killed"},
        "level": "warning",
        "when": 'figures.exists(f, f.what == "killed" && f.low >= 3)',
        "examples": [{"name": "nothing", "record": {}, "fires": False}],
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def ruled() -> Ruled:
    """``ruled(level="info")``: a rule with these changes."""
    return lambda **changes: Rule.model_validate(content(**changes))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write("a.yaml", id="a")``: put a rule into the test's folder of rules; gives the file."""

    def put(name: str, **changes: Any) -> Path:
        folder = tmp_path / "rules"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(yaml.safe_dump(content(**changes), allow_unicode=True))
        return path

    return put


def record(**fields: Any) -> dict[str, Any]:
    """An enriched record with this in it, valid as it stands on the wire."""
    return {
        "schema": "enriched-article/1.0",
        "id": "a" * 32,
        "revision": "b" * 32,
        "url": "https://news.example/1",
        "source": "news.example",
        "language": "en",
        "headline": "Twelve killed in Aleppo fire",
        "body": "Twelve people were killed in a fire in Aleppo.",
        "published_at": "2026-11-20T10:00:00Z",
        "fetched_at": "2026-11-20T11:00:00Z",
        "figures": [{"what": "killed", "low": 12, "text": "Twelve people", "start": 0, "end": 13}],
        "pipeline": {"version": "0", "fingerprint": "f" * 16},
    } | fields


@pytest.fixture
def enriched() -> Callable[..., dict[str, Any]]:
    """``enriched(body="…")``: an enriched record with this in it."""
    return record
