"""Changes of a text and the account of them: made in passes, told as one list from the first text to the last."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One repair. start and end: code points into the repaired text; ``after`` is that slice of it."""

    start: int
    end: int
    before: str
    after: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """Replace ``text[start:end]`` with ``after``."""

    start: int
    end: int
    after: str
    kind: str


def applied(text: str, changes: Sequence[Change]) -> str:
    """``text`` with the changes made. They are in order and do not overlap."""
    if not changes:
        return text
    pieces: list[str] = []
    position = 0
    for change in changes:
        pieces += (text[position : change.start], change.after)
        position = change.end
    return "".join((*pieces, text[position:]))


def undo(text: str, edits: Sequence[Edit], offset: int = 0) -> str:
    """The text before its repairs. offset: where ``text`` begins in the field that the edits count in."""
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += (text[position : edit.start - offset], edit.before)
        position = edit.end - offset
    return "".join((*pieces, text[position:]))


def account(text: str, changes: Sequence[Change]) -> list[Edit]:
    """The changes of ``text`` as edits of what comes out. One that a later pass took back is none."""
    edits = []
    shift = 0
    for change in changes:
        start = change.start + shift
        end = start + len(change.after)
        before = text[change.start : change.end]
        if before != change.after:
            edits.append(Edit(start, end, before, change.after, change.kind))
        shift = end - change.end
    return edits


def composed(current: str, done: list[Change], new: list[Change]) -> list[Change]:
    """``done`` (from the raw text to ``current``) and then ``new`` (within ``current``) as changes of the raw text.

    What runs together is one change, of the kind that replaces most.
    """
    result: list[Change] = []
    shift = 0  # raw offset minus current offset, before done[index]
    index = 0
    for change in new:
        start, end = change.start, change.end
        while index < len(done) and done[index].start - shift + len(done[index].after) <= start:
            old = done[index]
            if not old.after and old.start - shift == start:
                break
            result.append(old)
            shift = old.end - (old.start - shift + len(old.after))
            index += 1
        raw_start = start + shift
        after, kind, most = change.after, change.kind, end - start
        lead = ""
        position = start
        while index < len(done):
            old = done[index]
            old_start = old.start - shift
            old_end = old_start + len(old.after)
            if old_start > end or (old_start == end and old.after):
                break
            if old_start < start:
                raw_start = old.start
                lead = current[old_start:start]
            if old.end - old.start > most:
                kind, most = old.kind, old.end - old.start
            shift = old.end - old_end
            position = max(position, old_end)
            index += 1
        tail = current[end:position] if position > end else ""
        result.append(Change(raw_start, max(end, position) + shift, lead + after + tail, kind))
    return [*result, *done[index:]]


def merged(changes: Sequence[Change]) -> list[Change]:
    """Changes of one kind that touch one another as one change."""
    found: list[Change] = []
    for change in changes:
        if found and found[-1].end == change.start and found[-1].kind == change.kind:
            last = found[-1]
            found[-1] = Change(last.start, change.end, last.after + change.after, change.kind)
        else:
            found.append(change)
    return found
