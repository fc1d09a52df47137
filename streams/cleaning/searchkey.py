"""The form of a text to search in: what writers of Arabic script spell in several ways is spelt in one.

For comparing only. It is neither shown nor stored, and its offsets are not those of the text.
"""

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        # alef with and without hamza or madda; ya, alef maqsura, their Persian, Kurdish and Urdu forms, the seat of a hamza
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ے": "ي", "ۍ": "ي", "ئ": "ي",
        "ؤ": "و", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ۃ": "ه", "ە": "ه", "ھ": "ه",
        "ک": "ك", "ڪ": "ك", "ڕ": "ر", "ڵ": "ل", "ں": "ن", "ß": "ss", "ı": "i", "’": "'", "‘": "'", "ʼ": "'",
    }
)  # fmt: skip
_UNSEEN = re.compile(
    "[\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u0307"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_BETWEEN = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"[^\x00-\x7f\D]")


def search_key(text: str) -> str:
    """``text`` in lower case, its words one space apart.

    Without vowel marks, tatweel, joiners and punctuation; alef, ya, ta marbuta, kaf and their Persian and Kurdish variants in
    one form each; digits as ASCII. The key of a key is the key.
    """
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_LETTERS).casefold())
    # Lower case may come apart into a letter and a mark, and folding letters may bring marks together.
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", bare).translate(_LETTERS))
    digits = _DIGIT.sub(lambda match: str(unicodedata.digit(match[0], 0)), bare)
    return _BETWEEN.sub(" ", digits).strip()
