"""What all finders share: the fields of an article, a folding that keeps offsets, tokens, sentences, Arabic clitics."""

import re
from functools import lru_cache
from typing import NamedTuple

from schemas import CleanArticle

MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_MARK = re.compile(f"[{MARKS}]")
WORD = f"[^\\W_]+(?:[{MARKS}\u0300-\u036f]+[^\\W_]*)*"
_TOKEN = re.compile(WORD)
_BREAK = re.compile(r"\n+|(?<![.!?؟…۔])[.!?؟…۔]++[\"'”’»)\]]*+(?=\s|$)")
_ABBREVIATIONS = frozenset(
    {
        *("mr", "mrs", "ms", "dr", "st", "sen", "rep", "gov", "gen", "lt", "col", "sgt", "prof", "jr", "sr", "mm"),
        *("mme", "mlle", "inc", "ltd", "corp", "jan", "feb", "aug", "sept", "oct", "nov", "dec"),
        *("av", "doç", "yrd", "arş", "sn"),
    }
)
_LONGEST_WORD = 40  # a longer token is no word, so that nothing is spent on it
_SHORTEST_STEM = 2


class Field(NamedTuple):
    """One field of an article that is searched.

    name: as in Span.field; None means body.
    text: its text; offsets count in its code points.
    """

    name: str | None
    text: str


class Token(NamedTuple):
    """One word or number.

    start, end: half-open, in code points of the text that it was cut from.
    text: that slice.
    folded: fold(text) without vowel marks and tatweel, so it may be shorter than text.
    """

    start: int
    end: int
    text: str
    folded: str


def fields(article: CleanArticle) -> list[Field]:
    """The fields of the article that hold text, in reading order: headline, alternative_headline, body."""
    candidates = [
        Field("headline", article.headline or ""),
        Field("alternative_headline", "\n".join(article.alternative_headline)),
        Field(None, article.body or ""),
    ]
    return [field for field in candidates if field.text]


def _fold_table() -> dict[int, str]:
    table = {
        code: folded for code in range(0x20000) if (folded := chr(code).casefold()) != chr(code) and len(folded) == 1
    }
    table[ord("İ")] = "i"
    variants = "أإآٱىیےةۀەہھۃک" + "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
    letters = "ااااييي" + "هههههه" + "ك" + "0123456789" * 2
    table.update({ord(variant): letter for variant, letter in zip(variants, letters, strict=True)})
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """The text with spelling variants made one, code point for code point, so that offsets stay good.

    Alef, ya, ta marbuta, kaf and ha forms (Persian, Kurdish and Urdu ones as well), digits, and case.
    """
    return text.translate(_FOLD)


def bare(text: str) -> str:
    """fold(text) without vowel marks and tatweel: the form of Token.folded."""
    return _MARK.sub("", fold(text))


def without_marks(word: str) -> str:
    """The word without vowel marks and tatweel."""
    return _MARK.sub("", word)


def tokens(text: str) -> list[Token]:
    """The words and numbers of the text, in order.

    Apostrophes, hyphens, the zero-width non-joiner and the underscores of hashtags divide words.
    """
    folded = fold(text)
    # Most texts have no marks at all, and then no word has to be searched for them.
    stripped = without_marks if _MARK.search(folded) else str
    return [
        Token(start, end, text[start:end], stripped(folded[start:end]))
        for start, end in (match.span() for match in _TOKEN.finditer(text))
    ]


def _ends_sentence(text: str, start: int, mark: str) -> bool:
    """Whether the mark at start ends a sentence, rather than an abbreviation, an initial or an ordinal."""
    if mark != ".":
        return True
    before = start
    while before > 0 and start - before < _LONGEST_WORD and (text[before - 1].isalnum() or text[before - 1] == "."):
        before -= 1
    word = text[before:start]
    if word.casefold() in _ABBREVIATIONS:
        return False
    return not (len(word.rpartition(".")[2]) == 1 and word[-1].isalpha())


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences as half-open spans of the text, in order, without the white space around them.

    A line feed ends a sentence as well; a full stop after an abbreviation or an initial does not.
    """
    spans = []
    start = 0
    for match in _BREAK.finditer(text):
        if text[match.start()] != "\n" and not _ends_sentence(text, match.start(), match.group()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trimmed(text, *span) for span in spans) if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


@lru_cache(maxsize=16384)
def _stems(folded: str, *, article: bool) -> tuple[tuple[int, str], ...]:
    """(offset into folded, stem), the longest stem first; with article, those without ال after the others."""
    offsets = [0]
    if folded[0] in "وف" and len(folded) > _SHORTEST_STEM:
        offsets.append(1)
    found: list[tuple[int, str]] = []
    without: list[tuple[int, str]] = []
    for base in offsets:
        rest = folded[base:]
        found.append((base, rest))
        if rest[0] in "بلكس" and len(rest) > _SHORTEST_STEM:
            if rest.startswith("لل"):
                found.append((base, "ال" + rest[2:]))
                without.append((base + 2, rest[2:]))
            found.append((base + 1, rest[1:]))
    if article:
        without += [(offset + 2, stem[2:]) for offset, stem in found if folded.startswith("ال", offset)]
        found += without
    return tuple(stem for stem in found if len(stem[1]) >= _SHORTEST_STEM) or ((0, folded),)


def strip_clitics(token: Token, *, article: bool = False) -> list[tuple[int, str]]:
    """The readings of an Arabic token without its leading و ف ب ل ك س: (offset into token.text, folded stem).

    The token as it is comes first. A merged لل gives the stem with its article back (للوزارة is الوزاره), and its
    offset then stands before the لل, whose letters cannot be cut. With article, stems without ال are given as well.
    """
    folded = token.folded
    if not 1 <= len(folded) <= _LONGEST_WORD or not "ء" <= folded[0] <= "ۿ":
        return [(0, folded)]
    stems = _stems(folded, article=article)
    if len(folded) == len(token.text):
        return list(stems)
    kept = [index for index, letter in enumerate(token.text) if not _MARK.match(letter)]
    return [(kept[offset] if offset else 0, stem) for offset, stem in stems]


def clitic(token: Token, offset: int) -> str:
    """The letter that a reading at offset, as `strip_clitics` gives it, cuts off last; empty where it cuts none.

    Marks and tatweel may stand between the letter and the offset.
    """
    return _MARK.sub("", token.text[:offset])[-1:]
