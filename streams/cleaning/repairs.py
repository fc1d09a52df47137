"""Certain repairs of damaged typography, each with its place: never wording, never what could be meant.

The repairs are idempotent: what `repair` gives back it leaves alone. Numbers, URLs, handles and initials stay as they are.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

from streams.cleaning.folding import ARABIC, fold
from streams.cleaning.tables import rows

_ROUNDS = 8

_A = ARABIC + "\u064b-\u0652\u0670"
_SPACES = " \t\xa0\u2000-\u200a\u202f\u205f\u3000"
_KEPT_ALONE = "\xa0\u2007\u2009\u202f\u3000"


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


@dataclass(frozen=True, slots=True)
class _Text:
    """A text on its way through the passes. arabic: its language is Arabic. prose: sentences rather than a title."""

    text: str
    arabic: bool
    prose: bool


def repair(
    text: str, language: str | None, *, prose: bool = True, given: Sequence[Change] = ()
) -> tuple[str, list[Edit]]:
    """The repaired text and what was done, by place.

    language: BCP 47 tag; some damage shows only in Arabic. prose: False for titles, in which two dots are a pause.
    given: changes of ``text`` to make first, in order, such as taking chrome out of a line.
    """
    changes = list(given)
    current = _applied(text, changes)
    if _SUSPECT.search(current) is None:
        return current, _edits(text, changes)
    arabic = (language or "").split("-")[0] == "ar"
    for _ in range(_ROUNDS):
        before = current
        for one_pass in _PASSES:
            new = _allowed(current, one_pass(_Text(current, arabic, prose)))
            if new:
                changes = _composed(current, changes, new)
                current = _applied(text, changes)
        if current == before:
            return current, _edits(text, changes)
    # Damage that does not come to rest is nothing that we understand.
    return _applied(text, list(given)), _edits(text, list(given))


def undo(text: str, edits: list[Edit], offset: int = 0) -> str:
    """The text before its repairs. offset: where ``text`` begins in the field that the edits count in."""
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += (text[position : edit.start - offset], edit.before)
        position = edit.end - offset
    return "".join((*pieces, text[position:]))


def _applied(text: str, changes: list[Change]) -> str:
    pieces: list[str] = []
    position = 0
    for change in changes:
        pieces += (text[position : change.start], change.after)
        position = change.end
    return "".join((*pieces, text[position:]))


def _edits(text: str, changes: list[Change]) -> list[Edit]:
    edits = []
    shift = 0
    for change in changes:
        start = change.start + shift
        end = start + len(change.after)
        edits.append(Edit(start, end, text[change.start : change.end], change.after, change.kind))
        shift = end - change.end
    return edits


def _composed(current: str, done: list[Change], new: list[Change]) -> list[Change]:
    """``done`` (from the raw text to ``current``) and then ``new`` (within ``current``) as changes of the raw text."""
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
        after = change.after
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
            shift = old.end - old_end
            position = max(position, old_end)
            index += 1
        tail = current[end:position] if position > end else ""
        result.append(Change(raw_start, max(end, position) + shift, lead + after + tail, change.kind))
    return [*result, *done[index:]]


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
    return _merged(kept)


def _merged(changes: list[Change]) -> list[Change]:
    """Changes of one kind that touch one another as one change."""
    merged: list[Change] = []
    run: list[Change] = []
    for change in [*changes, None]:
        if run and (change is None or change.start != run[-1].end or change.kind != run[-1].kind):
            merged.append(Change(run[0].start, run[-1].end, "".join(item.after for item in run), run[0].kind))
            run = []
        if change is not None:
            run.append(change)
    return merged


_ADDRESS_SIGN = re.compile(r"[@#]|://|www\.")

# --- what was decoded with the wrong table ------------------------------------------------------------------------------

_HIGH_1252 = "".join({bytes([value]).decode("cp1252", "ignore") or chr(value) for value in range(0x80, 0x100)})
_MOJIBAKE_1252 = re.compile("[ÂÃÄÅÎÏÐÑØÙÚÛâãï][" + re.escape(_HIGH_1252) + "]+")
_MOJIBAKE_1256 = re.compile("(?:[طظعغ][\u0080-\u00ff€پ‚ƒ„…†‡ˆ‰ٹ‹Œچژڈگ‘’“”•–—ک™ڑ›œ\u200c\u200dں،ھ؛؟]){3,}")
_CUT_QUOTE = re.compile("â€\x9d?(?![" + re.escape(_HIGH_1252) + "])")
_REPAIRED = re.compile(
    "[\u00a1-\u024f\u0370-\u06ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2122\ufb50-\ufdff\U0001f300-\U0001faff\u00a0\u200c-\u200f\ufeff]+"
)


def _encoding(item: _Text) -> list[Change]:
    """UTF-8 that was read as windows-1252 or windows-1256: ``Ã©`` for ``é``, ``ط§ظ„`` for ``ال``."""
    changes = []
    for pattern, codec in ((_MOJIBAKE_1252, "cp1252"), (_MOJIBAKE_1256, "cp1256")):
        for match in pattern.finditer(item.text):
            for start, end, text in _reread(match[0], codec):
                changes.append(Change(match.start() + start, match.start() + end, text, "encoding"))
    # A closing quotation mark whose last byte has no character in windows-1252 and was dropped on the way.
    changes += [Change(match.start(), match.end(), "”", "encoding") for match in _CUT_QUOTE.finditer(item.text)]
    return changes


_SIZES = (*[0] * 12, 2, 2, 3, 4)
"""Bytes of a UTF-8 sequence, by the upper half of its first byte."""


def _reread(run: str, codec: str) -> Iterator[tuple[int, int, str]]:
    """The pieces of ``run`` that are UTF-8 when written in ``codec``."""
    data = b"".join(character.encode(codec, "ignore") or bytes([min(ord(character), 255)]) for character in run)
    if len(data) != len(run):
        return
    position = 0
    while position < len(data):
        lead = data[position]
        size = _SIZES[lead >> 4]
        try:
            text = data[position : position + size].decode() if size else ""
        except UnicodeDecodeError:
            text = ""
        if text and _REPAIRED.fullmatch(text):
            yield position, position + size, text
            position += size
        else:
            position += 1


# --- entities -----------------------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:amp;)*+(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,30});|&(?:amp;)++")


def _entities(item: _Text) -> list[Change]:
    """Character references that were encoded twice: ``&amp;quot;``."""
    changes = []
    for match in _ENTITY.finditer(item.text) if "&" in item.text else ():
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

_MARK = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_JOINER = re.compile("[\u200c\u200d]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ARABIC_LETTER = re.compile(f"[{_A}]")
_NEEDS_JOINER = re.compile("[\u0900-\u0dff\u2600-\u27bf\ufe0f\U0001f1e6-\U0001faff\u2190-\u21ff\u2640-\u2642]")


def _invisible(item: _Text) -> list[Change]:
    """Zero-width and direction marks. Joiners stay between letters that they shape and within emoji."""
    text = item.text
    changes = []
    for match in _MARK.finditer(text):
        neighbours = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if not ("\u200b" in match[0] and _UNSPACED.search(neighbours)):
            changes.append(Change(match.start(), match.end(), "", "invisible"))
    for match in _JOINER.finditer(text):
        before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
        if _NEEDS_JOINER.match(before) or _NEEDS_JOINER.match(after):
            continue
        shapes = _ARABIC_LETTER.match(before) and (_ARABIC_LETTER.match(after) or "\u200d" in match[0])
        kept = match[0][0] if shapes else ""
        if kept != match[0]:
            changes.append(Change(match.start(), match.end(), kept, "invisible"))
    return changes


_TATWEEL = re.compile(f"(?<=[{_A}])\u0640++(?=[{_A}])")


def _tatweel(item: _Text) -> list[Change]:
    """Stretched letters. A tatweel at the end of a word stays: ``1447هـ``, ``لـ«كونا»``."""
    return [Change(match.start(), match.end(), "", "tatweel") for match in _TATWEEL.finditer(item.text)]


_SPACE_RUN = re.compile(f"^[{_SPACES}]++|[{_SPACES}]{{2,}}+|[{_SPACES}]$|[\t\u2000-\u2006\u2008\u200a\u205f]")


def _spaces(item: _Text) -> list[Change]:
    """Doubled spaces and spaces at the ends."""
    text = item.text
    changes = []
    for match in _SPACE_RUN.finditer(text):
        if match.start() == 0 or match.end() == len(text):
            changes.append(Change(match.start(), match.end(), "", "space"))
        elif match[0] != " " and (len(match[0]) > 1 or match[0] not in _KEPT_ALONE):
            changes.append(Change(match.start(), match.end(), " ", "space"))
    return changes


# --- punctuation --------------------------------------------------------------------------------------------------------

_COMMA_RUN = re.compile(f"(?<![{_SPACES}،])[{_SPACES}]*+،[،.]*+(?!\\.)")
_SPACED_MARK = re.compile(f'(?<=[{_A}”»"0-9)\\]])[{_SPACES}]++(?=[؛؟](?![؛؟])|\\.(?:[{_SPACES}]|$))')
_GLUED = re.compile(f'(?<=[{_A}”»")\\]])[،؛](?=[{_A}“«"(\\[])|(?<=[0-9٠-٩])،(?=[{_A}“«])|(?<=[{_A}])،(?=[0-9٠-٩])')
_GLUED_STOP = re.compile(
    f"(?<=[{_A}]{{3}})[.:](?=[{_A}]{{3}})|(?<=[{_A}]{{2}}[”»])\\.(?=[{_A}]{{3}})|(?<=[{_A}]{{3}})\\.(?=[“«][{_A}])"
)
_LATIN_COMMA = re.compile(f"(?<=[{_A}])(?: ,|, ?+| ,[ ])(?=[{_A}])")
_DOUBLED = re.compile("؛؛++")
_TWO_DOTS = re.compile(f'(?<=[{_A}”»")0-9])(?<!\\.)\\.\\.(?![.])(?=[ ]|[{_A}]|$)')


def _commas(item: _Text) -> list[Change]:
    """``،.`` and ``،،`` for one comma, spaces before a comma, none after it, Latin commas between Arabic words."""
    text = item.text
    changes = []
    for match in _COMMA_RUN.finditer(text):
        ends = match.end() == len(text)
        mark = "." if ends and match[0].endswith(".") else "،"
        # An ellipsis after a comma is no damaged comma.
        if "..." in match[0]:
            continue
        glued = not ends and (match[0].lstrip() != "،") and _WORD_START.match(text, match.end())
        changes.append(Change(match.start(), match.end(), mark + (" " if glued else ""), "comma"))
    changes += [Change(match.start(), match.end(), match[0] + " ", "comma") for match in _GLUED.finditer(text)]
    changes += [Change(match.start(), match.end(), "، ", "comma") for match in _LATIN_COMMA.finditer(text)]
    return changes


_WORD_START = re.compile(f'[{_A}0-9٠-٩“«"(\\[]')


def _punctuation(item: _Text) -> list[Change]:
    """Spaces before a mark and missing ones after it, doubled marks."""
    text = item.text
    changes = [Change(match.start(), match.end(), "", "punctuation") for match in _SPACED_MARK.finditer(text)]
    changes += [Change(match.start(), match.end(), "؛", "punctuation") for match in _DOUBLED.finditer(text)]
    if item.prose:
        changes += [
            Change(match.start(), match.end(), match[0] + " ", "punctuation") for match in _GLUED_STOP.finditer(text)
        ]
        for match in _TWO_DOTS.finditer(text):
            glued = match.end() < len(text) and text[match.end()] != " "
            changes.append(Change(match.start(), match.end(), ". " if glued else ".", "punctuation"))
    return changes


# --- quotation marks ----------------------------------------------------------------------------------------------------

_CURLY = re.compile("[“”]")
_CLOSES = re.compile(f"$|[{_SPACES}.،؛:!؟?)\\]…\u2013\u2014-]")
_OPENS_AFTER = re.compile(f"[{_SPACES}(\\[«:،؛.\u2013\u2014/-]")


def _quotes(item: _Text) -> list[Change]:
    """``“داعش“`` and ``”داعش”`` for ``“داعش”``, and a mark that belongs to nothing."""
    text = item.text
    if not _ARABIC_LETTER.search(text) or "„" in text:
        return []
    changes = []
    is_open = False
    for match in _CURLY.finditer(text):
        at = match.start()
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else ""
        spaced = bool(_OPENS_AFTER.match(before))
        closing = bool(_CLOSES.match(after))
        if is_open and closing and not spaced:
            if match[0] == "“":
                changes.append(Change(at, at + 1, "”", "quote"))
            is_open = False
        elif not is_open and spaced and not closing:
            if match[0] == "”" and _ARABIC_LETTER.match(after):
                changes.append(Change(at, at + 1, "“", "quote"))
            is_open = True
        elif not is_open and closing and match[0] == "“" and (spaced or before in "”“"):
            start = at - 1 if before == " " and at else at
            changes.append(Change(start, at + 1, "", "quote"))
        else:
            is_open = match[0] == "“"
    return changes


# --- full stops that cut a sentence in two ------------------------------------------------------------------------------

_STOP = re.compile(f'(?<=[{_A}”»"0-9)])\\. (?=[{_A}])')
_NEXT_WORDS = re.compile("[^\\s.،؛:!؟?]+")
_SENTENCE_LIMIT = 400
_TIME_NOUN = frozenset(fold(word) for word in ("الأسبوع", "الشهر", "العام"))
_TIME_WORD = frozenset(fold(word) for word in ("الماضي", "المقبل", "الجاري", "الحالي", "القادم", "المنصرم", "الفائت"))
_FRONTED = frozenset(fold(word) for word in ("بعد", "وبعد", "عقب", "وعقب", "قبل", "وقبل", "إثر", "وإثر"))
_PASSIVE = frozenset(fold(word) for word in ("تم", "تمت", "جرى", "جرت"))
_FRAGMENT_WORDS = 12
_ATTRIBUTED = frozenset(fold(word) for word in ("وفق", "وفقا", "بحسب", "حسب"))
_PLURAL_LETTERS = 5
_NOT_PLURAL = frozenset(fold(word) for word in ("وبات", "ومات", "وفات", "وهيهات", "وهات"))


@lru_cache(maxsize=1)
def _continuations() -> tuple[frozenset[str], frozenset[str]]:
    table = rows("continuations.tsv", 2)
    return (
        frozenset(fold(words) for kind, words in table if kind == "first"),
        frozenset(fold(words) for kind, words in table if kind == "pair"),
    )


@lru_cache(maxsize=1)
def _purposes() -> frozenset[str]:
    return frozenset("ل" + fold(noun) for (noun,) in rows("purposes.tsv", 1))


def _stops(item: _Text) -> list[Change]:
    """A full stop before what can only go on with the sentence becomes a comma."""
    if not (item.arabic and item.prose):
        return []
    changes = []
    sentence_start = 0
    for match in _STOP.finditer(item.text):
        sentence = item.text[max(sentence_start, match.start() - _SENTENCE_LIMIT) : match.start()]
        rest = item.text[match.end() : match.end() + _SENTENCE_LIMIT]
        if _goes_on(sentence, rest):
            changes.append(Change(match.start(), match.start() + 1, "،", "stop"))
        sentence_start = match.end()
    return changes


def _goes_on(sentence: str, rest: str) -> bool:
    words = [fold(match[0]) for match in _NEXT_WORDS.finditer(rest, 0, 80)][:4]
    if not words:
        return False
    first, second, third, *_ = (*words, "", "", "")
    firsts, pairs = _continuations()
    if first in firsts or f"{first} {second}" in pairs:
        return True
    if first in _purposes():
        # A purpose put first is followed by a comma and the clause that it belongs to.
        head = rest.split(".", 1)[0]
        _, comma, clause = head.partition("،")
        clause_words = fold(clause).split()
        return not comma or (bool(clause_words) and clause_words[0] in _ATTRIBUTED)
    if first in _TIME_NOUN and second in _TIME_WORD:
        # "باريس. الأسبوع الماضي، التصدي": what follows the time is no verb, so it opens no sentence.
        return rest.partition("،")[2].lstrip().startswith("ال") and third.startswith("ال")
    if first.startswith("و") and first.endswith("ات") and len(first) >= _PLURAL_LETTERS and first not in _NOT_PLURAL:
        return bool(second) and not second.startswith("ال") and not first.startswith("وال")
    own = fold(sentence).split()
    return (
        bool(own) and own[0] in _FRONTED and len(own) <= _FRAGMENT_WORDS and first in _PASSIVE and "،" not in sentence
    )


_PASSES: tuple[Callable[[_Text], list[Change]], ...] = (
    _encoding, _entities, _invisible, _tatweel, _spaces, _commas, _punctuation, _quotes, _stops,
)  # fmt: skip

_SUSPECT = re.compile(
    f"[ÂÃÄÅÎÏÐÑØÙÚÛâãï][^\x00-\x7f]|[طظعغ][\u0080-\u00ff€‚-›œ™ک،]|&(?:#|\\w)|[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640]"
    f'|[{_SPACES}]{{2}}|[\t\u2000-\u200a\u205f]|[{_SPACES}][،؛؟.,]|[،؛][^ ]|[{_A}][,.:][ {_A}“«]|\\.\\.|[“”]|[”»"0-9)]\\.[ {_A}]'
    f"|^[{_SPACES}]|[{_SPACES}]$"
)
