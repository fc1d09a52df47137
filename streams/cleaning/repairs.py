"""Certain repairs of damaged typography, each with its place: never wording, never what could be meant.

The repairs are idempotent: what `repair` gives back it leaves alone. Numbers, URLs, handles and initials stay as they are.
"""

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html.entities import html5
from typing import Any

import re2

from streams.cleaning import mojibake, punctuation, quotation, stops
from streams.cleaning.edits import Change, Edit, account, applied, composed, merged, undo
from streams.cleaning.folding import ARABIC

__all__ = ["LONGEST", "Change", "Edit", "is_suspect", "passes", "repair", "undo"]

LONGEST = 1 << 16
"""Code points of a text that are looked at. No paragraph that anybody wrote is longer."""

_ROUNDS = 8
_MOST = 4096
"""Repairs of one text; what would need more is damaged in a way that we do not understand."""


def repair(
    text: str, language: str | None, *, prose: bool = True, given: Sequence[Change] = ()
) -> tuple[str, list[Edit]]:
    """The repaired text and what was done, by place.

    language: BCP 47 tag; some damage shows only in Arabic. prose: False for titles, in which two dots are a pause.
    given: changes of ``text`` to make first, in order, such as taking chrome out of a line.
    """
    changes = list(given)
    current = applied(text, changes)
    if len(current) > LONGEST or not is_suspect(current):
        return current, account(text, changes)
    arabic = prose and (language or "").split("-")[0] == "ar"
    found = passes(prose=prose, arabic=arabic)
    for _ in range(_ROUNDS):
        before = current
        for one_pass in found:
            new = _allowed(current, one_pass(current))
            if new:
                changes = composed(current, changes, new) if changes else new
                current = applied(text, changes)
        if current == before:
            return current, account(text, changes)
        if len(changes) > _MOST + len(given):
            break
    # Damage that does not come to rest is nothing that we understand.
    return applied(text, list(given)), account(text, list(given))


def is_suspect(text: str) -> bool:
    """Whether anything in ``text`` may need repair: False for nearly all that is sound, in one scan."""
    if text.isascii():
        return "  " in text or "&" in text or text != text.strip() or _CONTROL.search(text) is not None
    return _suspect().search(text) is not None


@lru_cache(maxsize=4)
def passes(*, prose: bool, arabic: bool) -> tuple[Callable[[str], list[Change]], ...]:
    """The passes for a text, in order: each finds the changes of one kind. prose: sentences rather than a title; arabic: sentences in Arabic."""

    def marks(text: str) -> list[Change]:
        return punctuation.marks(text, prose=prose)

    found = (
        mojibake.stretches, _entities, _invisible, punctuation.tatweel, punctuation.spaces, punctuation.commas, marks,
        punctuation.brackets, quotation.quotes,
    )  # fmt: skip
    return (*found, stops.stops) if arabic else found


# --- entities -----------------------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:amp;)*+(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,30});|&(?:amp;)++")


def _entities(text: str) -> list[Change]:
    """Character references that were encoded twice: ``&amp;quot;``."""
    changes = []
    for match in _ENTITY.finditer(text) if "&" in text else ():
        name = match[0].replace("&amp;", "&").lstrip("&").replace("amp;", "")
        if name and not name.startswith("#") and name not in html5:
            continue
        character = html.unescape("&" + name) if name else "&"
        if character.isspace():
            character = " "
        if character.isprintable():
            changes.append(Change(match.start(), match.end(), character, "entity"))
    return changes


# --- characters that nobody sees ----------------------------------------------------------------------------------------

_A = ARABIC + "\u064b-\u0652\u0670"
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffc"
_HIDDEN = re.compile(f"[{_UNSEEN}\u200c\u200d]")
_MARK = re.compile(f"[{_UNSEEN}]+")
_JOINER = re.compile("[\u200c\u200d]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ARABIC_LETTER = re.compile(f"[{_A}]")
_NEEDS_JOINER = re.compile("[\u0900-\u0dff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f1e6-\U0001faff\u2190-\u21ff]")


def _invisible(text: str) -> list[Change]:
    """Zero-width, direction and control characters. Joiners stay between letters that they shape and within emoji."""
    if not _HIDDEN.search(text):
        return []
    changes = []
    for match in _MARK.finditer(text):
        neighbours = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if not ("\u200b" in match[0] and _UNSPACED.search(neighbours)):
            changes.append(Change(match.start(), match.end(), "", "invisible"))
    for match in _JOINER.finditer(text):
        before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
        if _NEEDS_JOINER.match(before) or _NEEDS_JOINER.match(after):
            continue
        kept = match[0][0] if _is_shaping(before, after, match[0]) else ""
        if kept != match[0]:
            changes.append(Change(match.start(), match.end(), kept, "invisible"))
    return changes


def _is_shaping(before: str, after: str, joiner: str) -> bool:
    """Whether a joiner stands within an Arabic word, or between it and a number or a foreign word: ``PDF\u200cها``."""
    left, right = _ARABIC_LETTER.match(before), _ARABIC_LETTER.match(after)
    if "\u200d" in joiner and left:
        return True
    return bool(left or right) and (bool(left) or before.isalnum()) and (bool(right) or after.isalnum())


# --- which text, and what of it ----------------------------------------------------------------------------------------

_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=1)
def _suspect() -> Any:
    """One automaton for the necessary signs of every pass."""
    space, opening, closing = punctuation.SPACES, r"(\[«:،؛./–—\-\x{640}", r".،؛:!؟?)\]»…–—\-,/"
    return re2.compile(
        "|".join(
            (
                *mojibake.SIGNS,
                "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffc\u00ad\u0640&]",
                f"[{space}]{{2}}|[\u2000-\u2006\u2008\u200a\u205f]|^[{space}]|[{space}]$",
                f'[{space}][،؛؟]|[{space}]\\.(?:[{space}]|$)|،[،.0-9٠-٩]|[،؛][{_A}“«"(\\[]|؛؛|\\.\\.',
                f'[{_A}»”)] ?, ?["0-9٠-٩{_A}«“(]|["0-9٠-٩%] ?, [{_A}]|[{_A}”»")\\]%][.:][{_A}“«]|[0-9٠-٩]\\.و|؟[{_A}]',
                f"[{_A}%٪] [:.](?:[{space}]|$)|[{_A}]\\([{_A}]{{4}}|[{_A}][)»][{_A}]{{3}}|« [{_A}]|[{_A}.!؟] »",
                f"\\( | \\)|\\(\\)|(?:^|[ وبلكف\u0640])[)»][{_A}0-9]",
                f"[^ \xa0وبلكف{opening}]“|“(?:[ \xa0{closing}“”]|$)|(?:^|[ \xa0{opening}])”|[وبلكف”]”|”[^ \xa0{closing}]",
                f'(?:^|[ \xa0وبلكف{opening}])" | "(?:[ \xa0{closing}]|$)|""',
                stops.suspects(),
            )
        )
    )


_ADDRESS_SIGN = re.compile(r"[@#]|://|www\.")
_PROTECTED = re.compile(r"(?:https?://|www\.)\S++|[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+)+|(?<![\w&])[@#]\w++")


def _allowed(text: str, changes: list[Change]) -> list[Change]:
    """``changes`` in order without those that overlap one another or touch an address, a handle or a hashtag."""
    if not changes:
        return changes
    spans = [match.span() for match in _PROTECTED.finditer(text)] if _ADDRESS_SIGN.search(text) else []
    kept: list[Change] = []
    index = 0
    for change in sorted(changes, key=lambda item: (item.start, item.end)):
        if kept and change.start < kept[-1].end:
            continue
        while index < len(spans) and spans[index][1] <= change.start:
            index += 1
        if index < len(spans) and change.end > spans[index][0] and change.start < spans[index][1]:
            continue
        if text[change.start : change.end] != change.after:
            kept.append(change)
    return merged(kept)
