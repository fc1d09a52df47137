"""Chrome within a paragraph's own line: a teaser glued to its end, what an embedded post left behind."""

import re
from dataclasses import dataclass

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_POST = re.compile(
    r"(?:#\w+\s+){0,8}(?:https?://t\.co/\w{4,16}\s*)?pic\.(?:twitter|x)\.com/\w{6,12}(?:\s*[—–-]\s*[^()\n]{1,80}\(@\w{1,20}\)\s*"
    rf"(?:{_MONTHS})\s\d{{1,2}},\s\d{{4}})?"
)
_TEASER = re.compile(
    r"(?<=[.!?؟…۔”\"»])\s*(?:[إا]قرأ\s+(?:أيض[اًا]{1,2}|المزيد|كذلك)|(?:شاهد|طالع|انظر|تابع)\s+أيض[اًا]{1,2}|قد يهمك(?:\s+أيض[اًا]{1,2})?"
    r"|(?:à\s+)?lire\s+aussi|voir\s+aussi|(?:also\s+)?read\s+(?:more|also)|also\s+read|see\s+also|lesen\s+sie\s+auch|بیشتر بخوانید)"
    r"(?=[\s:：|])",
    re.IGNORECASE,
)
_CLUES = ("قرأ", "أيض", "يهمك", "بخوانید", "ussi", "USSI", "ead", "EAD", "lso", "LSO", "uch", "UCH")
"""Letters without which a text holds no teaser's label."""

# The end of an embedded post's date, glued to the paragraph below it: "2025وبدوره". Letters that stand for "AD" and "AH" follow years.
_POST_YEAR = re.compile("20[0-9]{2}(?=(?!م\\b|هـ|ه\\b)[ء-ي]{2})")

_TEASER_END = re.compile(r"(?<=\S)(?= {2,}\S)")
_END_MARK = re.compile(r"\s{0,8}(?:[/(]\s{0,4})?(?:انتهى|انتهي|انتهای پیام)\s{0,4}[/).]{1,2}\s{0,8}$")
_TEASER_LIMIT = 200
_MARK_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch to take out of a text. start and end: code points."""

    start: int
    end: int
    reason: str


def cuts(text: str) -> list[Cut]:
    """What certainly is no part of a paragraph, in order and without overlaps."""
    found = []
    if text.startswith("20") and (year := _POST_YEAR.match(text)):
        found.append(Cut(0, year.end(), "embedded_post"))
    if ".com/" in text:
        found += [Cut(match.start(), match.end(), "embedded_post") for match in _POST.finditer(text)]
    for match in _TEASER.finditer(text) if any(clue in text for clue in _CLUES) else ():
        stop = _TEASER_END.search(text, match.end(), match.end() + _TEASER_LIMIT)
        end = stop.start() if stop else len(text)
        if end - match.end() <= _TEASER_LIMIT and not any(cut.end > match.start() for cut in found):
            found.append(Cut(match.start(), end, "teaser"))
    start = max(len(text) - _MARK_LIMIT, 0)
    mark = _END_MARK.search(text, start) if text.find("نته", start) >= 0 else None
    if mark and mark.start() > 0 and not any(cut.end > mark.start() for cut in found):
        found.append(Cut(mark.start(), len(text), "end"))
    return sorted(found, key=lambda cut: cut.start)


def without_cuts(text: str) -> str:
    """``text`` without what `cuts` names and without white space at its ends."""
    pieces = []
    position = 0
    for cut in cuts(text):
        pieces.append(text[position : cut.start])
        position = cut.end
    return "".join((*pieces, text[position:])).strip() if position else text
