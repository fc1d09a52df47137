"""Numbers in digits and in words: what they are worth and how many words they take."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from streams.extraction.reading import Word, stems, table, words

_LONGEST = 12  # words; no number in a text is longer
_MOST_DIGITS = 18
_DECIMALS = 4  # 2.11 billion is no float times a billion
_THOUSANDS_POINT = frozenset({"tr", "fr", "de", "es", "it", "pt", "ku"})
_AND = {"ar": "و", "fa": "و", "ckb": "و", "ur": "", "en": "and", "fr": "et", "tr": "", "ku": "u"}
_JOINING = frozenset({"ar", "fa", "ckb"})  # these say "and" between the parts of a number
_GROUP = 3
_TEN, _HUNDRED, _THOUSAND, _TRILLION = 10, 100, 1000, 1_000_000_000_000
_SPACES = frozenset({" ", "\u00a0", "\u202f", "\u2009"})


class Number(NamedTuple):
    """A number.

    value: its worth.
    length: in words.
    cut: leading letters of the first word that are no part of it.
    scaled: whether it names thousands or more in words, as in 2.1 million.
    in_words: whether no digit stands in it.
    """

    value: float
    length: int
    cut: int
    scaled: bool
    in_words: bool


@cache
def _number_words(language: str) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for tongue, form, kind, value in table("number_words.tsv"):
        if tongue == language:
            (word,) = words(form)
            found[word.form] = (*found.get(word.form, ()), (kind, float(value)))
    return found


def digits(form: str, language: str, *, before_scale: bool = False) -> float | None:
    """The worth of a number in digits; a point before three digits divides thousands where the language does so.

    None for what is no single number: 12.05.2026, or more digits than a count has.
    """
    form = form.replace("٬", ",").replace("٫", ".")
    if len(form) > _MOST_DIGITS or not form.isascii():
        return None
    parts = form.replace(",", ".").split(".")
    if len(parts) == 1:
        return float(form)
    groups = all(len(part) == _GROUP for part in parts[1:]) and len(parts[0]) <= _GROUP and parts[0] != "0"
    marks = {mark for mark in form if not mark.isdigit()}
    if len(parts) > 2:  # noqa: PLR2004
        return float("".join(parts)) if groups and len(marks) == 1 else None
    (mark,) = marks
    if groups and not before_scale and (mark == ",") != (language in _THOUSANDS_POINT):
        return float("".join(parts))
    return float(".".join(parts))


@lru_cache(maxsize=32768)
def _begins(form: str, language: str) -> bool:
    lexicon = _number_words(language)
    return any(stem in lexicon for _, stem in stems(form))


_DUALS = frozenset({"الفا", "مليونا"})  # which are the accusative of one as well
_NO_NOUNS = frozenset({"من", "في", "علي", "الي", "عن", "او", "منهم", "منها", "هذا", "بعد", "قبل", "خلال", "مقابل"})
_HYPHENATED = frozenset({"en", "fr"})
_PLAIN_JOINING = frozenset({"tr", "ur"})  # 2 bin 400: digits go on after a scale, with nothing between them


class _Reader:
    """Reads one number from a place in a sentence."""

    def __init__(self, sequence: Sequence[Word], text: str, language: str) -> None:
        self.sequence = sequence
        self.text = text
        self.language = language
        self.lexicon = _number_words(language)
        self.conjunction = _AND.get(language, "")
        self.total = 0.0
        self.group: float | None = None
        self.scale = float("inf")
        self.scaled = False
        self.in_words = True
        self.half_more = False  # half of what is counted in comes on top: ساڑھے تین سو

    def read(self, index: int) -> Number | None:
        """The number that starts at the word index."""
        cut, end = 0, index
        whole = (index, 0.0)
        limit = min(len(self.sequence), index + _LONGEST)
        while end < limit:
            step = self._first(end) if end == index else self._next(end, limit)
            if step is None:
                break
            length, letters = step
            if end == index:
                cut = letters
            end += length
            if self.group is None:
                whole = (end, self.total)
        if end == index or self.half_more:
            return None
        if self.total and self.group is not None and self._scales(end):
            # What was joined last counts in the scale behind it and is a number of its own: 200 ألف و220 ألف.
            end, self.total = whole
            self.group = None
        value = round(self.total + (self.group or 0.0), _DECIMALS)
        return Number(value, end - index, cut, self.scaled, self.in_words)

    def _first(self, index: int) -> tuple[int, int] | None:
        word = self.sequence[index]
        if word.is_number:
            return (self._digits(index), 0) if self._take_digits(index) else None
        readings = stems(word.form)
        if self._is_teen(index):
            readings = tuple(sorted(readings, key=lambda reading: not self._has(reading[1], "before_ten")))
        for letters, stem in readings:
            if any(self._take(kind, value, joined=False, index=index) for kind, value in self._ranked(stem, index)):
                return 1, letters
        return None

    def _has(self, form: str, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.lexicon.get(form, ()))

    def _is_teen(self, index: int) -> bool:
        """Whether a ten follows, so that the word is the unit of 11 to 19 (وأحد عشر is no one)."""
        follows = self.sequence[index + 1].form if index + 1 < len(self.sequence) else ""
        return ("unit", _TEN) in self.lexicon.get(follows, ())

    def _scales(self, index: int) -> bool:
        return index < len(self.sequence) and self._has(self.sequence[index].form, "scale")

    def _next(self, index: int, limit: int) -> tuple[int, int] | None:
        word = self.sequence[index]
        if any(self._take(kind, value, joined=False, index=index) for kind, value in self._ranked(word.form, index)):
            return 1, 0
        if word.is_number and self.language in _PLAIN_JOINING:
            return self._after_half(index) if self.half_more else self._after_scale(index)
        if self.language in _HYPHENATED and word.form == "-" and index + 1 < limit:
            return self._hyphenated(index)
        if self.conjunction and word.form == self.conjunction and index + 1 < limit:
            return self._joined(index + 1, limit)
        if self.language in {"ar", "fa"} and word.form.startswith("و"):
            rest = word.form[1:]
            if any(self._take(kind, value, joined=True, index=index) for kind, value in self._ranked(rest, index)):
                return 1, 1
        return None

    def _hyphenated(self, index: int) -> tuple[int, int] | None:
        """The word behind a hyphen: vingt-trois, sixty-one."""
        before, hyphen, after = self.sequence[index - 1 : index + 2]
        if not before.end == hyphen.start == after.start - 1 or after.is_number:
            return None
        entries = self._ranked(after.form, index + 1)
        taken = any(self._take(kind, value, joined=False, index=index + 1) for kind, value in entries)
        return (2, 0) if taken else None

    def _joined(self, index: int, limit: int) -> tuple[int, int] | None:
        """The word at the index, behind a conjunction; the English article stands before a half."""
        article = int(self.language == "en" and self.sequence[index].form == "a" and index + 1 < limit)
        following = self.sequence[index + article]
        if article and not self._has(following.form, "half"):
            return None
        if following.is_number:
            taken = self.scaled and self._take_digits(index)
        else:
            taken = any(
                self._take(kind, value, joined=True, index=index + article)
                for kind, value in self._ranked(following.form, index + article)
            )
        return (2 + article, 0) if taken else None

    def _after_half(self, index: int) -> tuple[int, int] | None:
        if not self._take_digits(index):
            return None
        self.group, self.half_more = (self.group or 0.0) + 0.5, False
        return self._digits(index), 0

    def _after_scale(self, index: int) -> tuple[int, int] | None:
        goes_on = self.scaled and self.group is None and self._take_digits(index)
        return (self._digits(index), 0) if goes_on else None

    def _ranked(self, form: str, index: int) -> list[tuple[str, float]]:
        """The readings of a word, the ones that a neighbour calls for first."""
        entries = self.lexicon.get(form, ())
        if form in _DUALS and self._is_dual(index):
            return [entry for entry in entries if entry[0] == "scale_dual"]
        teen = self._is_teen(index)
        return sorted(entries, key=lambda entry: (entry[0] == "before_ten") != teen)

    def _is_dual(self, index: int) -> bool:
        """Whether the thousand or million at the index is two, by the bare noun behind it: ألفا متطوع."""
        if self.group is not None or self.total or index + 1 >= len(self.sequence):
            return False
        word, after = self.sequence[index], self.sequence[index + 1].form
        spelt = self.text[word.start : word.end]
        counted = after[:1].isalpha() and not after.startswith(("و", "ال")) and after not in _NO_NOUNS
        return counted and "\u064b" not in spelt and not after.endswith("ا")

    def _digits(self, index: int) -> int:
        """How many words the number in digits takes: 3 000 takes two."""
        length = 1
        while index + length < len(self.sequence) and length < _GROUP + 1:
            before, word = self.sequence[index + length - 1], self.sequence[index + length]
            gap = self.text[before.end : word.start]
            if not (word.form.isdigit() and len(word.form) == _GROUP and gap in _SPACES):
                break
            if len(self.sequence[index].form) > _GROUP or (gap == " " and self.language not in {"fr", "tr"}):
                break
            length += 1
        return length

    def _take_digits(self, index: int) -> bool:
        length = self._digits(index)
        form = "".join(word.form for word in self.sequence[index : index + length])
        after = self.sequence[index + length].form if index + length < len(self.sequence) else ""
        scale = any(kind == "scale" for kind, _ in self.lexicon.get(after, ()))
        value = digits(form, self.language, before_scale=scale)
        if value is None or (self.total and value >= self.scale):
            return False
        self.group = value
        self.in_words = False
        return True

    def _take(self, kind: str, value: float, *, joined: bool, index: int) -> bool:
        if kind in {"half", "half_after"}:
            return self._take_half(value, joined=joined or kind == "half_after", index=index)
        if kind == "plus_half":
            self.half_more = self.group is None and not self.total
            return self.half_more
        if kind in {"scale", "scale_definite"}:
            behind_fraction = self.group is not None and self.group < 1
            return (kind == "scale" or behind_fraction) and self._take_scale(value, joined=joined)
        if kind == "scale_dual":
            return self._take_dual(value)
        return self._take_small(kind, value, joined=joined, index=index)

    def _take_small(self, kind: str, value: float, *, joined: bool, index: int) -> bool:
        unjoined = bool(self.total) and self.group is None and not joined and self.language == "ar"
        if unjoined or not self.in_words:
            return False
        taken = self._small(kind, value, joined=joined, index=index)
        if taken is not None:
            self.group = taken + 0.5 if self.half_more else taken
            self.half_more = False
        return taken is not None

    def _small(self, kind: str, value: float, *, joined: bool, index: int) -> float | None:
        """The group below a thousand once the word is added to it, None when the word does not go on with it."""
        group = self.group
        if kind == "before_ten":
            return self._before_ten(value, joined=joined, index=index)
        if group is None:
            return _HUNDRED if kind == "hundred" else value
        if kind == "dozen":
            return value * group if 1 <= group < _TEN else None
        return self._grown(group, kind, value, joined=joined)

    def _grown(self, group: float, kind: str, value: float, *, joined: bool) -> float | None:
        """The group once a word is added to it, None when the word does not go on with it."""
        if kind in {"hundred", "hundreds"}:
            return group * value if 1 <= group < _TEN and value == _HUNDRED and not joined else None
        tail = group % _HUNDRED
        if tail == 0 and group >= _HUNDRED:
            return group + value if joined or self.language not in _JOINING else None
        if self.language == "fr" and kind == "ten" and (tail, value) == (4, 20):
            return group - tail + tail * value
        return group + value if self._adds(kind, value, tail, joined=joined) else None

    def _before_ten(self, value: float, *, joined: bool, index: int) -> float | None:
        if not self._is_teen(index):
            return None
        if self.group is None:
            return value
        return self.group + value if joined and self.group % _HUNDRED == 0 else None

    def _adds(self, kind: str, value: float, tail: float, *, joined: bool) -> bool:
        """Whether a word goes on with a number whose last two digits are tail, not 0."""
        digit = kind == "unit" and value < _TEN
        if self.language == "ar":
            return tail < _TEN and ((kind == "unit" and value == _TEN and not joined) or (kind == "ten" and joined))
        if self.language in _JOINING:
            return digit and joined and tail % _TEN == 0
        if self.language == "fr" and kind == "unit" and value >= _TEN:
            return tail in {60, 80}
        return digit and tail % _TEN == 0 and (tail > _TEN or self.language == "tr")

    def _take_scale(self, value: float, *, joined: bool) -> bool:
        if self.group is None and self.scaled and not joined:
            if value <= self.scale or self.total * value > _THOUSAND * _TRILLION:
                return False
            self.total *= value
            self.scale = value
            return True
        if value > self.scale and self.group is not None and self.total * value <= _THOUSAND * _TRILLION:
            # A thousand and a hundred million are both counted in millions.
            self.total = (self.total + self.group) * value
            self.group, self.scale = None, value
            return True
        if value >= self.scale:
            return False
        self.total += (1.0 if self.group is None else self.group) * value
        self.group, self.scale, self.scaled = None, value, True
        return True

    def _take_dual(self, value: float) -> bool:
        if self.group is not None or value >= self.scale:
            return False
        self.total += 2 * value
        self.scale, self.scaled = value, True
        return True

    def _take_half(self, value: float, *, joined: bool, index: int) -> bool:
        follows = self.sequence[index + 1].form if index + 1 < len(self.sequence) else ""
        named = [worth for kind, worth in self.lexicon.get(follows, ()) if kind in {"scale", "scale_definite"}]
        if joined and self.scaled and self.group is None and (not named or named[0] == self.scale):
            self.total += value * self.scale - (value * named[0] if named else 0)
            if named:
                # The scale is named again (مليون ونصف مليون): let the next word add it.
                self.group, self.scale = value, named[0] * 2
            return True
        if self.group is None and not self.scaled and named:
            self.group = value
            return True
        if joined and self.group is not None and named:  # two and a half million
            self.group += value
            return True
        return False


def number(sequence: Sequence[Word], index: int, text: str, language: str) -> Number | None:
    """The number that starts at the word index of the sentence; text is the field that the words were cut from."""
    form = sequence[index].form
    if not form[:1].isdigit() and not _begins(form, language):
        return None
    return _Reader(sequence, text, language).read(index)
