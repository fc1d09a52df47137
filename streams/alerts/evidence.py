"""Which pieces of an article a rule's expressions found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schemas import Matched, MatchedSpan
from streams.outlets.expressions import Sought

MOST_SPANS = 40
MOST_MENTIONS = 3
"""Of one entity."""
LONGEST_TEXT = 300
"""Characters of a span's text."""

Chosen = tuple[str, Any]
"""A list field of the record, and those of its items that an expression chose."""


def matched(
    record: dict[str, Any], fields: Iterable[str], chosen: Iterable[Chosen], sought: Iterable[Sought]
) -> Matched:
    """The evidence of a match. fields: that the rule's conditions name; ``schema`` and empty ones are left out."""
    spans = [span for field, items in chosen for item in _list(items) for span in _of_item(record, field, item)]
    spans += [span for one in sought for span in _of_words(record, one)]
    distinct = list(dict.fromkeys(spans))[:MOST_SPANS]
    return Matched(fields=[name for name in fields if name != "schema" and record.get(name)], spans=distinct)


def count_of(chosen: Iterable[Chosen]) -> float | None:
    """The largest figure that was chosen: of a range its lower end, which is sure."""
    items = [item for field, items in chosen if field == "figures" for item in _list(items)]
    lows = [item["low"] for item in items if isinstance(item, dict) and _is_number(item.get("low"))]
    return max(lows, default=None)


def text_of(record: dict[str, Any], field: str | None) -> str:
    """The text that offsets of this field count in."""
    value = record.get(field or "body")
    if field == "alternative_headline":
        value = "\n".join(line for line in _list(value) if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _of_item(record: dict[str, Any], path: str, item: Any) -> Iterator[MatchedSpan]:
    if isinstance(item, str) and item:
        yield _named(path, item)
    if not isinstance(item, dict):
        return
    places: Sequence[Any] = _list(item.get("mentions"))[:MOST_MENTIONS] or [item.get("evidence") or item]
    found = [span for place in places if (span := _slice(record, path, place)) is not None]
    name = item.get("name")
    if isinstance(name, dict):  # a topic's
        name = name.get("ar" if str(record.get("language")).startswith("ar") else "en")
    if not found and isinstance(name, str) and name:
        found = [_named(path, name)]
    yield from found


def _slice(record: dict[str, Any], path: str, place: Any) -> MatchedSpan | None:
    """The span of what has ``field``, ``start`` and ``end``, where these fit the text."""
    if not isinstance(place, dict):
        return None
    field, start, end = place.get("field"), place.get("start"), place.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not isinstance(field, str | None):
        return None
    text = text_of(record, field)[start:end] if 0 <= start < end else ""
    if not text.strip():
        return None
    return MatchedSpan(path=path, text=text[:LONGEST_TEXT], field=field, start=start, end=end)


def _named(path: str, name: str) -> MatchedSpan:
    return MatchedSpan(path=path, text=name[:LONGEST_TEXT])


def _of_words(record: dict[str, Any], sought: Sought) -> Iterator[MatchedSpan]:
    text = text_of(record, sought.field)
    for start, end in _folded(text, sought.words) if sought.folded else _plain(text, sought.words):
        field = None if sought.field == "body" else sought.field
        yield MatchedSpan(path=sought.field, text=text[start:end][:LONGEST_TEXT], field=field, start=start, end=end)


def _plain(text: str, words: str) -> Iterator[tuple[int, int]]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at, at + len(words)
        at = text.find(words, at + len(words))


def _folded(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Whole words of the text, in whose search key the key of ``words`` stands."""
    from streams.cleaning.searchkey import search_key  # noqa: PLC0415  # the cleaner loads for those who ask for it

    wanted = search_key(words)
    if not wanted or wanted not in search_key(text):
        return
    pieces: list[tuple[int, int, int]] = []  # where a word's key begins in the joined keys, and its place in the text
    keys: list[str] = []
    length = position = 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        if key := search_key(word):
            pieces.append((length, start, position))
            keys.append(key)
            length += len(key) + 1
    joined = " ".join(keys)
    at = joined.find(wanted)
    while at >= 0:
        inside = [piece for piece in pieces if piece[0] < at + len(wanted)]
        first = max(index for index, piece in enumerate(inside) if piece[0] <= at)
        yield inside[first][1], inside[-1][2]
        at = joined.find(wanted, at + len(wanted))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
