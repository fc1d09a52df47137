"""Damage around the marks of Arabic script: commas, stops, brackets, doubled and lost spaces."""

import re

from streams.cleaning.edits import Change
from streams.cleaning.folding import ARABIC

_A = ARABIC + "\u064b-\u0652\u0670"
SPACES = " \t\xa0\u2000-\u200a\u202f\u205f\u3000"
"""Spaces within a line, for use inside a character class."""

_KEPT_ALONE = "\xa0\u2007\u2009\u202f\u3000"
_SPACE_RUN = re.compile(f"^[{SPACES}]++|[{SPACES}]{{2,}}+|[{SPACES}]$|[\t\u2000-\u2006\u2008\u200a\u205f]")


def spaces(text: str) -> list[Change]:
    """Doubled spaces and spaces at the ends."""
    changes = []
    for match in _SPACE_RUN.finditer(text):
        if match.start() == 0 or match.end() == len(text):
            changes.append(Change(match.start(), match.end(), "", "space"))
        elif match[0] != " " and (len(match[0]) > 1 or match[0] not in _KEPT_ALONE):
            changes.append(Change(match.start(), match.end(), " ", "space"))
    return changes


_TATWEEL = re.compile(f"(?<=[{_A}])(?<![0-9٠-٩]ه)(?<![0-9٠-٩] ه)\u0640++(?=[{ARABIC}])(?!\u0670)(?<!ل\u0640(?=ال))")


def tatweel(text: str) -> list[Change]:
    """Stretched letters.

    A tatweel at the end of a word stays: ``1447هـ``, ``لـ«كونا»``; so does one before
    a name with its article, which would be spelt another way, and one that carries a mark.
    """
    if "\u0640" not in text:
        return []
    return [Change(match.start(), match.end(), "", "tatweel") for match in _TATWEEL.finditer(text)]


# --- commas -------------------------------------------------------------------------------------------------------------

_COMMA_RUN = re.compile(f"(?<![{SPACES}،])[{SPACES}]*+،[،.]*+(?!\\.)")
_GLUED_COMMA = re.compile(
    f'(?<=[{_A}”»")\\]])[،؛](?=[{_A}“«"(\\[])|(?<=[0-9٠-٩])،(?=[{_A}“«])|(?<=[{_A}])،(?=[0-9٠-٩])'
)
_LATIN_COMMA = re.compile(
    f'(?<=[{_A}]) ?+,(?: (?=[{_A}«“("0-9٠-٩])|(?=[{_A}«“]))|(?<=[»”)]) ?+,(?: |(?=[{_A}]))(?=[{_A}])|(?<=["0-9٠-٩%]) ?+, (?=[{_A}])'
)
_WORD_START = re.compile(f'[{_A}0-9٠-٩“«"(\\[]')
_DIGITS = frozenset("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")


def commas(text: str) -> list[Change]:
    """``،.`` and ``،،`` for one comma, spaces before a comma, none after it, Latin commas between Arabic words."""
    changes = []
    for match in _COMMA_RUN.finditer(text) if "،" in text else ():
        start, end = match.span()
        # An ellipsis after a comma is no damaged comma, a comma between digits may be a decimal one.
        if "..." in match[0] or (text[start - 1 : start] in _DIGITS and text[end : end + 1] in _DIGITS):
            continue
        mark = "." if end == len(text) and match[0].endswith(".") else "،"
        glued = end < len(text) and match[0].lstrip() != "،" and _WORD_START.match(text, end)
        changes.append(Change(start, end, mark + (" " if glued else ""), "comma"))
    if "،" in text or "؛" in text:
        changes += [
            Change(match.start(), match.end(), match[0] + " ", "comma") for match in _GLUED_COMMA.finditer(text)
        ]
    if "," in text:
        changes += [Change(match.start(), match.end(), "، ", "comma") for match in _LATIN_COMMA.finditer(text)]
    return changes


# --- other marks --------------------------------------------------------------------------------------------------------

_SPACED_MARK = re.compile(f'(?<=[{_A}”»"0-9)\\]%٪])[{SPACES}]++(?=[؛؟](?![؛؟])|\\.(?:[{SPACES}]|$))')
# Of titles it is a habit of whole newsrooms.
_SPACED_COLON = re.compile(f"(?<=[{_A}]{{2}}) (?=:(?:[{SPACES}]|$))")
_DOUBLED = re.compile("؛؛++")
# The mark comes first, what stands before it is looked at after: so nothing is tried at other characters.
_GLUED_STOP = re.compile(
    f'[.:](?<=[{_A}]{{3}}.)(?=[{_A}]{{3}})|[.؟](?:(?<=[{_A}]{{2}}[”»"]\\.)(?=[{_A}]{{3}})|(?<=[{_A}]{{3}}\\.)(?=[“«][{_A}])'
    f"|(?<=[{_A}0-9٠-٩][)\\]%]\\.)(?=[{_A}]{{3}})|(?<=[0-9٠-٩]{{2}}\\.)(?=و[{_A}]{{2}})|(?<=[{_A}]{{2}}؟)(?=[{_A}]{{2}}))"
)
_SITE = re.compile(f"(?:نت|كوم|أورغ|اورغ|أورج|اورج|إنفو|انفو|بلس|كو|تي في|دوت)(?![{_A}])")
_TWO_DOTS = re.compile(f'(?<=[{_A}”»")0-9])(?<!\\.)\\.\\.(?:(?= و|$)|(?=[{_A}]))')
_SENTENCE_MARK = re.compile("[.؟?!…]")
_WORDS_OF_A_SENTENCE = 6
_STYLE = 3
_REACH = 400


def marks(text: str, *, prose: bool) -> list[Change]:
    """Spaces before a mark and missing ones after it, doubled marks. prose: sentences rather than a title."""
    changes = []
    if "؟" in text or "؛" in text or " ." in text or "\xa0." in text:
        changes += [Change(match.start(), match.end(), "", "punctuation") for match in _SPACED_MARK.finditer(text)]
    if prose and " :" in text:
        changes += [Change(match.start(), match.end(), "", "punctuation") for match in _SPACED_COLON.finditer(text)]
    if "؛؛" in text:
        changes += [Change(match.start(), match.end(), "؛", "punctuation") for match in _DOUBLED.finditer(text)]
    if prose:
        changes += [
            Change(match.start(), match.end(), match[0] + " ", "punctuation")
            for match in _GLUED_STOP.finditer(text)
            if not _SITE.match(text, match.end())
        ]
        if ".." in text:
            changes += _two_dots(text)
    return changes


def _two_dots(text: str) -> list[Change]:
    """Two dots for one at the end of a sentence. After a few words, as in titles, or time and again they are a pause."""
    if text.count("..") >= _STYLE:
        return []
    changes = []
    for match in _TWO_DOTS.finditer(text):
        start, end = match.span()
        before = text[max(start - _REACH, 0) : start]
        inside = any(before.rfind(left) > before.rfind(right) for left, right in ("()", "«»", "“”", "[]"))
        if not inside and _SENTENCE_MARK.split(before)[-1].strip().count(" ") >= _WORDS_OF_A_SENTENCE - 1:
            changes.append(Change(start, end, "." if text[end : end + 1] in {"", " "} else ". ", "punctuation"))
    return changes


# --- brackets -----------------------------------------------------------------------------------------------------------

_ROUND = re.compile("[()]")
_INNER_LIMIT = 200
_TURNED = re.compile(
    f"(?<![^{SPACES}وبلكف\u0640])(?:\\)([{_A}0-9][^()]{{0,100}}+(?<=[{_A}0-9]))\\(|»([{_A}0-9][^«»]{{0,100}}+(?<=[{_A}0-9]))«)(?=[{SPACES}.،؛:!؟]|$)"
)
_EMPTY = re.compile(f"(?<=[{_A}»”]) \\([{SPACES}]*+\\)(?=[{SPACES}.،؛:]|$)")
_ARABIC_LETTER = re.compile(f"[{_A}]")
_NUMBER = re.compile("[0-9٠-٩ ,./٫٬-]+")
# "طالب(ة)" and "المشترك(ين)" are written so: what stands in a bracket of its own is longer.
_GLUED_PAIR = re.compile(
    f"(?<=[{_A}]{{3}})(?<!\u0640)(?=\\([{_A}]{{4}}[^()]{{0,100}}+\\))|(?<=[{_A}]{{2}}[)»])(?=[{_A}]{{3}})"
)


def brackets(text: str) -> list[Change]:
    """Brackets turned round (``)كلمة(``), empty ones, spaces within a pair, none around it. Only in Arabic script."""
    if not ("(" in text or "»" in text) or not _ARABIC_LETTER.search(text):
        return []
    changes: list[Change] = []
    first, last = text.find("("), text.find(")")
    if -1 < last < first or text.find("»") < text.find("«"):
        for match in _TURNED.finditer(text):
            left, right = ("(", ")") if match[1] else ("«", "»")
            changes.append(Change(match.start(), match.start() + 1, left, "bracket"))
            changes.append(Change(match.end() - 1, match.end(), right, "bracket"))
        if changes:
            return changes
    if "( " in text or " )" in text or "()" in text:
        changes += [Change(match.start(), match.end(), "", "bracket") for match in _EMPTY.finditer(text)]
        changes += _spaced_pairs(text)
    changes += [
        Change(match.start(), match.start(), " ", "bracket")
        for match in _GLUED_PAIR.finditer(text)
        if _is_outside(text, match.start())
    ]
    return changes


def _is_outside(text: str, at: int) -> bool:
    """Whether the mark before ``at`` is none, or closes what its counterpart opened."""
    counterpart = {")": "(", "»": "«"}.get(text[at - 1])
    return counterpart is None or text.rfind(counterpart, 0, at) > text.rfind(text[at - 1], 0, at - 1)


def _spaced_pairs(text: str) -> list[Change]:
    """``( كلمة )``: spaces within a pair that holds Arabic words or a number and no other bracket."""
    changes = []
    opened: int | None = None
    for match in _ROUND.finditer(text):
        at = match.start()
        if match[0] == "(":
            opened = at
        elif opened is not None:
            inner = text[opened + 1 : at]
            if (
                len(inner) <= _INNER_LIMIT
                and inner.strip()
                and (_ARABIC_LETTER.search(inner) or _NUMBER.fullmatch(inner))
            ):
                if inner[0] == " ":
                    changes.append(Change(opened + 1, opened + 2, "", "bracket"))
                if inner[-1] == " ":
                    changes.append(Change(at - 1, at, "", "bracket"))
            opened = None
    return changes
