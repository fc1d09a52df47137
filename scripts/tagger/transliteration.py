"""Latin names in Arabic letters as newspapers spell them, with the freedom that they take."""

import random
import re
import unicodedata

_SPELLINGS = {
    "sch": "ش",
    "tch": "تش",
    "ch": "تش ش",
    "sh": "ش",
    "th": "ث",
    "ph": "ف",
    "kh": "خ",
    "gh": "غ",
    "ck": "ك",
    "qu": "كو",
    "oo": "و",
    "ee": "ي",
    "ou": "و",
    "au": "او و",
    "ei": "اي",
    "ai": "اي ي",
    "ay": "اي",
    "ie": "ي",
    "ce": "س",
    "ci": "سي",
    "ge": "ج جي",
    "gi": "جي",
    "ea": "ي",
    "eu": "و يو",
    "ow": "او",
    "ng": "نغ نج",
    "a": "ا ا ",
    "b": "ب",
    "c": "ك",
    "d": "د",
    "e": "ي  ",
    "f": "ف",
    "g": "غ ج",
    "h": "ه",
    "i": "ي ي ",
    "j": "ج",
    "k": "ك",
    "l": "ل",
    "m": "م",
    "n": "ن",
    "o": "و و ",
    "p": "ب",
    "q": "ق",
    "r": "ر",
    "s": "س",
    "t": "ت",
    "u": "و",
    "v": "ف",
    "w": "و",
    "x": "كس",
    "y": "ي",
    "z": "ز",
    "ç": "س",
    "ş": "ش",
    "ğ": "غ",
    "ı": "ي",
}
_FIRST = {
    "a": "أ",
    "e": "إ",
    "i": "إي",
    "o": "أو",
    "u": "أو",
    "au": "أو",
    "ai": "أي",
    "ei": "أي",
    "ou": "أو",
    "ea": "إي",
}
_LAST = {"a": "ا", "e": "ي", "i": "ي", "o": "و"}
_PART = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1")


def transliterate(name: str, chance: random.Random) -> str:
    """A likely Arabic spelling of one Latin word; empty when nothing of it can be spelled."""
    word = name.casefold()
    word = "".join(
        letter for letter in word if letter in _SPELLINGS or (unicodedata.combining(letter) == 0 and letter.isalpha())
    )
    word = "".join(letter if letter in _SPELLINGS else unicodedata.normalize("NFD", letter)[0] for letter in word)
    word = _DOUBLED.sub(lambda found: found[0] if found[1] in "eo" else found[1], word)
    word = word[:-1] if len(word) > 3 and word.endswith("e") else word  # noqa: PLR2004
    spelled = ""
    for part in _PART.finditer(word):
        if part.start() == 0 and part.group() in _FIRST:
            spelled += _FIRST[part.group()]
        elif part.end() == len(word) and part.group() in _LAST:
            spelled += _LAST[part.group()]
        else:
            spelled += chance.choice(_SPELLINGS[part.group()].split(" "))
    return spelled
