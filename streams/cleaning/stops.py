"""Full stops that cut an Arabic sentence in two: what follows cannot open one."""

import re
from functools import lru_cache
from typing import Any

import re2

from streams.cleaning.edits import Change
from streams.cleaning.folding import ARABIC, fold
from streams.cleaning.tables import rows

_A = ARABIC + "\u064b-\u0652\u0670"
_NEXT_WORDS = re.compile("[^\\s.،؛:!؟?]+")
_PAUSE = re.compile("[.،؛:!؟?]")
_SENTENCE_LIMIT = 400
_NOUN_PHRASE_WORDS = 4
_FRAGMENT_WORDS = 12
_PLURAL_LETTERS = 5
_TIME_NOUN = frozenset(fold(word) for word in ("الأسبوع", "الشهر", "العام"))
_TIME_WORD = frozenset(fold(word) for word in ("الماضي", "المقبل", "الجاري", "الحالي", "القادم", "المنصرم", "الفائت"))
_FRONTED = frozenset(fold(word) for word in ("بعد", "وبعد", "عقب", "وعقب", "قبل", "وقبل", "إثر", "وإثر"))
_PASSIVE = frozenset(fold(word) for word in ("تم", "تمت", "جرى", "جرت"))
_ATTRIBUTED = frozenset(fold(word) for word in ("وفق", "وفقا", "بحسب", "حسب"))
_DESCRIBING = frozenset(("تحمل", "تحتوي", "تضم", "تتضمن", "تستخدم", "تعود"))
_OATH = fold("نفسي")
_IT_IS = (" هو ", " هي ", " هم ")


def stops(text: str) -> list[Change]:
    """Full stops before words that cannot open a sentence, to commas. text: a paragraph in Arabic."""
    if ". " not in text:
        return []
    changes = []
    start = 0
    for match in _stop().finditer(text):
        at = match.start() + 1
        sentence = text[max(start, at - _SENTENCE_LIMIT) : at]
        if _goes_on(sentence, text[at + 2 : at + 2 + _SENTENCE_LIMIT]):
            changes.append(Change(at, at + 1, "،", "stop"))
        start = at + 2
    return changes


@lru_cache(maxsize=1)
def suspects() -> str:
    """A re2 pattern for the full stops that have to be looked at: a word of the tables comes next."""
    firsts, pairs = _continuations()
    opening = {*firsts, *_purposes(), *_TIME_NOUN, *_PASSIVE, *(words.partition(" ")[0] for words in pairs)}
    words = "|".join(_spellings(word) for word in sorted(opening))
    return rf'[{_A}”»"0-9)]\. (?:(?:{words})[^{_A}]|و[{_A}]+ات )'


@lru_cache(maxsize=1)
def _stop() -> Any:
    return re2.compile(suspects())


def _spellings(folded: str) -> str:
    """All spellings of a folded word, with or without vowel marks."""
    letters = {"ا": "[اأإآٱ]", "ي": "[يىئی]", "ه": "[هة]", "و": "[وؤ]"}
    return "".join(letters.get(letter, letter) + "[\u064b-\u0652]*" for letter in folded)


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


def _goes_on(sentence: str, rest: str) -> bool:
    """Whether what begins ``rest``, after a full stop, belongs to ``sentence``."""
    raw = [match[0] for match in _NEXT_WORDS.finditer(rest, 0, 80)][:3]
    if not raw:
        return False
    first, second, third, *_ = (*(fold(word) for word in raw), "", "")
    firsts, pairs = _continuations()
    clause = rest.split(".", 1)[0]
    if first in firsts:
        # "والذي يجري الآن هو": a clause that is itself the subject opens a sentence.
        return second != _OATH and not any(word in clause for word in _IT_IS)
    if first in _purposes():
        return _is_purpose(clause)
    if first in _TIME_NOUN and second in _TIME_WORD:
        # "باريس. الأسبوع الماضي، التصدي": what follows the time is no verb, so it opens no sentence.
        return rest.partition("،")[2].lstrip().startswith("ال") and third.startswith("ال")
    return (
        f"{first} {second}" in pairs
        or _is_list_item(raw[0], second, rest)
        or (first in _PASSIVE and _is_fronted(sentence))
    )


def _is_fronted(sentence: str) -> bool:
    """Whether a sentence is nothing but when something happened: ``بعد انتهاء الأعمال``."""
    words = fold(sentence).split()
    return bool(words) and words[0] in _FRONTED and len(words) <= _FRAGMENT_WORDS and "،" not in sentence


def _is_purpose(clause: str) -> bool:
    """Whether a clause that begins with a purpose is nothing more: no verb can hide in so few words, and none after a comma."""
    head, comma, tail = clause.partition("،")
    if comma:
        following = fold(tail).split()
        return bool(following) and following[0] in _ATTRIBUTED
    return len(head.split()) < _NOUN_PHRASE_WORDS


def _is_list_item(word: str, following: str, rest: str) -> bool:
    """Whether ``وعبوات ناسفة، وملابس`` goes on with a list: an indefinite plural, its adjective and a pause, or such a verb."""
    if not (word.startswith("و") and word.endswith("ات") and len(word) >= _PLURAL_LETTERS) or word.startswith("وال"):
        return False
    if following in _DESCRIBING:
        return True
    after = _NEXT_WORDS.sub("", rest, count=2).lstrip(" ")
    return following.endswith("ه") and not following.startswith("ال") and bool(_PAUSE.match(after))
