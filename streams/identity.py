"""Ids: of an article, of its content, of an output event. All pure, all pinned by vectors in the tests."""

import hashlib
import re
import unicodedata

ALGORITHM = "a1"
_SPACE = re.compile(r"\s+")


def fold_space(text: str) -> str:
    """NFC with every run of white space as one space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def article_id(url: str | None, source: str | None, raw_text: str) -> str:
    """The article's id, 32 hex digits.

    url: the canonical URL; without one, source and the raw text stand in.
    """
    if url:
        return _digest(ALGORITHM, url)[:32]
    return _digest(ALGORITHM, source or "", fold_space(raw_text))[:32]


def revision(headline: str | None, body: str) -> str:
    """The id of the content, 32 hex digits: cleaned headline and body, white space folded, never the HTML."""
    return _digest("r1", fold_space(headline or ""), fold_space(body))[:32]


def alert_id(article: str, revision: str, rule: str) -> str:
    """The id of an alert, 32 hex digits: one for each revision of an article and rule, whatever made either."""
    return _digest("l1", article, revision, rule)[:32]


def delivery_id(alert: str, level: str, count: float | None) -> str:
    """What destinations know a delivery by, 32 hex digits: the same for every try, another where the alert got worse."""
    return _digest("s1", alert, level, "" if count is None else f"{count:g}")[:32]


def input_event_id(ce_id: str | None, value: bytes) -> str:
    """The input event's id: its own ``ce_id``, else the sha256 of its bytes. Never an offset."""
    return ce_id or hashlib.sha256(value).hexdigest()


def event_id(input_id: str, stage: str, fingerprint: str) -> str:
    """The ``ce_id`` of the one output event that a stage of this fingerprint makes of an input event."""
    return _digest("e1", input_id, stage, fingerprint)[:32]


def dead_letter_id(topic: str, partition: int, offset: int, stage: str) -> str:
    """The ``ce_id`` of a dead letter: one for each record and stage."""
    return _digest("d1", topic, str(partition), str(offset), stage)[:32]


_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def traceparent(incoming: str | None, input_id: str, output_id: str) -> str:
    """W3C trace context for an output event: the incoming trace goes on, else one is derived from the input event.

    The span id is derived from the output event, so that a replay gives the same bytes.
    """
    span = hashlib.sha256(output_id.encode()).hexdigest()[:16]
    match = _TRACEPARENT.fullmatch(incoming or "")
    if match and match[1].strip("0"):
        return f"00-{match[1]}-{span}-{match[3]}"
    return f"00-{hashlib.sha256(input_id.encode()).hexdigest()[:32]}-{span}-01"
