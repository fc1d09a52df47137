"""The view that the readers of dates share: words of a sentence, lexicons around dates, and which way a verb looks."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar

from streams.extraction.calendars import Moment
from streams.extraction.paradigms import noun_forms
from streams.extraction.reading import Lexicon, Openers, Word, table

T = TypeVar("T")
_FUTURE_PREFIX = re.compile(r"[وف]?س[يتن]..")
_FUTURE_ENDINGS = ("acak", "ecek", "acağı", "eceği", "acağını", "eceğini", "acaklar", "ecekler", "acağına", "eceğine")
_YEAR_DIGITS = 4
_OWN = ("day_part", "edge", "month_word", "day_word")  # words before a name that belong to a date
_LONGEST = 6  # words of a date before its name
_ANNOUNCED = 8  # words between a verb of announcing and what is announced
_PERFECT = frozenset({"قد", "وقد", "فقد"})  # before a perfect; before an imperfect it says perhaps
_IMPERFECT = frozenset("يتن")
_CONTEXT = 25  # words before a name of a day in which the verb that tells its direction may stand
_TAKEN = ("taken_year", "taken_month", "taken_day")
_TURKISH_ENDINGS = (
    *("da", "de", "ta", "te", "dan", "den", "tan", "ten", "ı", "i", "u", "ü", "ın", "in", "un", "ün"),
    *("ya", "ye", "a", "e", "daki", "deki", "taki", "teki", "nın", "nin", "ayı"),
)
_SORANI_ENDINGS = ("ی", "دا", "یدا", "یش", "ەوە", "وە", "ە", "ییە", "یە")
_NO_CLITICS = frozenset({"past", "future", "current", "of", "morning", "evening", "minute", "hijri_mark"})


class Found(NamedTuple):
    """A date from the word first on; a time of day has no day yet when moment is None."""

    first: int
    length: int
    cut: int
    moment: Moment | None
    clock: tuple[int, int] | None = None


class Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        self.language = tongue
        months = [(form, (calendar, int(n))) for lang, form, calendar, n in table("months.tsv") if lang == tongue]
        self.months = Lexicon(list(_inflected(tongue, months)), clitics=clitics)
        weekdays = [(form, int(n)) for lang, form, n in table("weekdays.tsv") if lang == tongue]
        self.weekdays = Lexicon(list(_inflected(tongue, weekdays)), clitics=clitics)
        self.feasts = Lexicon(
            [(form, (calendar, day)) for lang, form, calendar, day in table("holidays.tsv") if lang == tongue],
            clitics=clitics,
        )
        self.relative = Lexicon(
            [(form, (unit, int(n))) for lang, form, unit, n in table("relative_dates.tsv") if lang == tongue],
            clitics=clitics,
        )
        kinds: dict[str, list[tuple[str, str]]] = {}
        for lang, form, kind, *value in table("calendar_words.tsv"):
            if lang == tongue:
                kinds.setdefault(kind, []).append((form, value[0] if value else ""))
        self._kinds = {
            kind: Lexicon(entries, clitics=clitics and kind not in _NO_CLITICS) for kind, entries in kinds.items()
        }
        self._empty: Lexicon[str] = Lexicon([])
        nouns = [(form, pattern) for lang, form, _, pattern in table("counted_nouns.tsv") if lang == tongue]
        counted = {spelt for form, pattern in nouns for spelt, _ in noun_forms(tongue, form, pattern)}
        self.counted = Lexicon([(form, True) for form in sorted(counted)], clitics=False)
        openers = ("day_part", "day_word", "ordinal_day", "year", "hour", "clock", "quarter", "half", "first_months")
        others = ("season", "decade", "decade_word", "hour_mark", "unit", "bare_unit", "same_period", "clock_part")
        named: tuple[Lexicon[Any], ...] = (self.months, self.weekdays, self.relative, self.feasts)
        self._openers = Openers((*named, *(self.kind(kind) for kind in (*openers, *others, *_TAKEN))))

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of calendar words."""
        return self._kinds.get(kind, self._empty)

    def opens(self, form: str) -> bool:
        """Whether a date may begin with the word."""
        return form[:1].isdigit() or self._openers.has(form)


def _inflected(tongue: str, names: list[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The names with the endings that they bear in a text: kasımda, çarşambadan, پێنجشەممەی."""
    for form, value in names:
        yield form, value
        if tongue == "tr":
            yield from ((form + ending, value) for ending in _TURKISH_ENDINGS)
        elif tongue == "ckb":
            yield from ((form + ending, value) for ending in _SORANI_ENDINGS)


@cache
def tables(tongue: str) -> Tables:
    """The lexicons of the language, made once."""
    return Tables(tongue)


class DateWords:
    """The words of one sentence.

    anchor: the day of publication, None where nobody knows. before: the last date of the field, which the same month
    or the following year take up; period: the last period.
    """

    def __init__(
        self, words: Sequence[Word], text: str, tongue: str, anchor: date | None, before: Moment | None
    ) -> None:
        self.words = words
        self.before = before
        self.period: Moment | None = None
        self.text = text
        self.tongue = tongue
        self.anchor = anchor
        self.tables = tables(tongue)

    def _form(self, index: int) -> str:
        return self.words[index].form if 0 <= index < len(self.words) else ""

    def _match(self, kind: str, index: int) -> tuple[int, str] | None:
        if not 0 <= index < len(self.words):
            return None
        match = self.tables.kind(kind).match(self.words, index)
        return (match.length, match.value) if match else None

    def _integer(self, index: int) -> int | None:
        form = self._form(index)
        return int(form) if form.isdigit() and form.isascii() and len(form) <= _YEAR_DIGITS else None

    def _direction(self, index: int) -> int:
        """1 when the word before the index, or the nearest verb, looks ahead, else -1."""
        return self._tense(index) or -1

    def _tense(self, index: int) -> int:
        """1 when the word before the index, or the nearest verb, looks ahead, -1 when that looks back, else 0."""
        if self._is_over(index):
            return -1
        if self._looks_ahead(index):
            return 1
        if self.tongue in {"tr", "fa", "ur", "ckb"}:
            after = self.words[index : index + _CONTEXT // 2]
            return 1 if any(self._is_future(word.form) for word in after) else 0
        for at in range(index - 1, max(-1, index - 1 - _CONTEXT), -1):
            form = self._form(at)
            if self._is_future(form) or (self.tables.kind("planned").has(form) and self._is_announced(at)):
                return 1
            if self.tables.kind("past_tense").has(form):
                return -1
        return int(self._form(self._lead(index)) == "قبل")

    def _is_announced(self, index: int) -> bool:
        """Whether what the noun tells is only announced: أعلنت الهيئة وقفة أمام المجمع الأحد."""
        before = self.words[max(0, index - _ANNOUNCED) : index]
        return any(self.tables.kind("announces").has(word.form) for word in before)

    def _lead(self, index: int) -> int:
        """The word before the index and before what of the same date stands there: حتى نهاية شهر, قبل 30."""
        at = index - 1
        while at > max(0, index - _LONGEST) and (
            self._form(at).isdigit()
            or self.tables.months.match(self.words, at)
            or any(self._match(kind, at) for kind in _OWN)
        ):
            at -= 1
        return at

    def _is_over(self, index: int) -> bool:
        """Whether since stands before the name of a day or month, or the pluperfect is told: كانوا قد قطعوا."""
        at = self._lead(index)
        if at >= 0 and self._ends_with("ever_since", at):
            return True
        if self.tongue != "ar":
            return False
        for back in range(index - 1, max(-1, index - 1 - _CONTEXT), -1):
            form = self._form(back)
            if form in _PERFECT:
                return self._form(back + 1)[:1] not in _IMPERFECT
            if self._is_future(form):
                return False
        return False

    def _is_future(self, form: str) -> bool:
        if self.tables.kind("future_tense").has(form):
            return True
        if self.tongue == "tr":
            return form.endswith(_FUTURE_ENDINGS)
        future = self.tongue == "ar" and _FUTURE_PREFIX.match(form) is not None
        return future and not self.tables.kind("not_future").has(form)

    def _looks_ahead(self, index: int) -> bool:
        """Whether until, by or for stands before the name of a day or month, and no count up to then is told of."""
        at = index - 1
        passed = ("day_part", "edge", "month_word", "hour", "clock_on")
        while at > 0 and any(self._match(kind, at) for kind in passed):
            at -= 1
        if at < 0 or not any(at - back >= 0 and self._spans("ahead", at - back, at) for back in (0, 1, 2)):
            return False
        return not any(
            self.tables.kind("so_far").has(word.form) for word in self.words[max(0, at - _CONTEXT // 2) : at]
        )

    def _spans(self, kind: str, first: int, last: int) -> bool:
        match = self._match(kind, first)
        return match is not None and first + match[0] == last + 1

    def _ends_with(self, kind: str, index: int) -> bool:
        lexicon = self.tables.kind(kind)
        match = lexicon.match(self.words, index)
        return match is not None and match.length == 1

    def _led_by(self, kind: str, index: int) -> bool:
        while index > 0 and (
            self._match("edge", index) or self._match("month_word", index) or self._form(index) == "le"
        ):
            index -= 1
        return index >= 0 and self._ends_with(kind, index)

    def _solid(self, index: int, length: int) -> bool:
        words = self.words[index : index + length]
        return len(words) == length and words[-1].end - words[0].start == sum(len(word.form) for word in words)

    def _is_office(self, index: int) -> bool:
        """Whether the word before makes an adjective of the year: المدير العام السابق."""
        return index > 0 and self._match("office", index - 1) is not None

    def _counts(self, index: int) -> bool:
        return index < len(self.words) and self.tables.counted.has(self._form(index))
