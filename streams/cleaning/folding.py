"""Folding of text for look-ups: what differs only in spelling habits, marks or punctuation becomes the same."""

import re
import unicodedata

_LETTERS = (
    ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ی", "ي"), ("ې", "ي"), ("ئ", "ي"), ("ة", "ه"), ("ۀ", "ه"),
    ("ہ", "ه"), ("ە", "ه"), ("ک", "ك"), ("ؤ", "و"), ("ـ", ""), ("İ", "i"), ("ı", "i"), ("’", "'"), ("ʼ", "'"), ("‘", "'"),
)  # fmt: skip
_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
)
_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
"""Letters of the Arabic script, for use inside a character class."""

_WORD = re.compile(r"[^\W_]+(?:['’\u200c.-][^\W_]+)*")


def fold(text: str) -> str:
    """Words in lower case, one space between them, without marks and punctuation; every number is ``0``."""
    bare = text
    if not text.isascii():
        bare = unicodedata.normalize("NFKC", text)
        for letter, plain in _LETTERS:
            bare = bare.replace(letter, plain)
    bare = bare.casefold()
    words = bare.split()
    # Most lines are letters alone, which one look at them shows: marks and digits are no letters.
    if "".join(words).isalpha():
        return " ".join(words)
    return _DIGITS.sub("0", _NOT_WORD.sub(" ", _MARKS.sub("", bare))).strip()


def western_digits(text: str) -> str:
    """``text`` with European digits for Arabic-Indic and Persian ones; offsets stay."""
    return text if text.isascii() else text.translate(_WESTERN)


def words(text: str) -> list[str]:
    """The words of ``text`` as they stand."""
    return _WORD.findall(text)
