"""Dates and times that an article names, resolved against its publication."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from schemas import CleanArticle, DateMention
from streams.extraction import calendars
from streams.extraction.calendars import Moment
from streams.extraction.numerals import number
from streams.extraction.paradigms import noun_forms
from streams.extraction.reading import Lexicon, Sentence, Word, cut_start, language, read, table
from streams.extraction.text import Field

_FUTURE_PREFIX = re.compile(r"[وف]?س[يتن]..")
_FUTURE_ENDINGS = ("acak", "ecek", "acağı", "eceği", "acağını", "eceğini", "acaklar", "ecekler", "acağına", "eceğine")
_FIRST_BARE_YEAR, _LAST_BARE_YEAR = 1900, 2099
_CENTURY = 100
_YEAR_DIGITS = 4
_SMALL_HOURS = 4  # up to which a time of the night is one after midnight
_NOON, _HOURS, _MINUTES, _WEEK = 12, 24, 60, 7
_CONTEXT = 25  # words before a name of a day in which the verb that tells its direction may stand
_LAST_LUNAR = 1500
_LUNAR = range(1300, _LAST_LUNAR)
_SHORT_YEARS = range(90, 100)  # of the solar calendar, in two digits
_MEMORY = 1  # sentences; how far back a time of day may lean on a day
_OPENING, _CLOSING = frozenset("“«\"”"), frozenset("”»\"")
_TRAILING = "،,.؛;:"
_SOON_MONTHS = 2  # a month without a year this far ahead is the coming one where no verb tells otherwise
_BARE_MONTHS = 4  # words of two months without a year
_SEPARATORS = frozenset({"/", "-", ".", "–"})


class _Found(NamedTuple):
    """A date from the word first on; a time of day has no day yet when moment is None."""

    first: int
    length: int
    cut: int
    moment: Moment | None
    clock: tuple[int, int] | None = None


class _Tables:
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
        self._openers: tuple[Lexicon[str], ...] = tuple(
            self.kind(kind)
            for kind in (*openers, "season", "decade", "decade_word", "hour_mark", "unit", "bare_unit", "same_period", "clock_part", *_TAKEN)
        )

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of calendar words."""
        return self._kinds.get(kind, self._empty)

    def opens(self, form: str) -> bool:
        """Whether a date may begin with the word."""
        return form[:1].isdigit() or _opens(self, form)


_TAKEN = ("taken_year", "taken_month")
T = TypeVar("T")
_TURKISH_ENDINGS = (
    *("da", "de", "ta", "te", "dan", "den", "tan", "ten", "ı", "i", "u", "ü", "ın", "in", "un", "ün"),
    *("ya", "ye", "a", "e", "daki", "deki", "taki", "teki", "nın", "nin", "ayı"),
)
_HOUR_WORDS = frozenset({"الساعه", "saat", "ساعت", "کاتژمێر"})
_GENITIVES = frozenset({"nin", "nın", "nun", "nün", "in", "ın", "un", "ün"})
_LOCATIVES = ("da", "de", "ta", "te", "dan", "den", "tan", "ten")
_SORANI_ENDINGS = ("ی", "دا", "یدا", "یش", "ەوە", "وە", "ە", "ییە", "یە")
_NO_CLITICS = frozenset({"past", "future", "current", "of", "morning", "evening", "minute", "hijri_mark"})


@lru_cache(maxsize=32768)
def _opens(tables: _Tables, form: str) -> bool:
    lexicons: Iterable[Lexicon[str] | Lexicon[int] | Lexicon[tuple[str, int]] | Lexicon[tuple[str, str]]] = (
        tables.months,
        tables.weekdays,
        tables.relative,
        tables.feasts,
        *tables._openers,  # noqa: SLF001
    )
    return any(lexicon.has(form) for lexicon in lexicons)


def _inflected(tongue: str, names: list[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The names with the endings that they bear in a text: kasımda, çarşambadan, پێنجشەممەی."""
    for form, value in names:
        yield form, value
        if tongue == "tr":
            yield from ((form + ending, value) for ending in _TURKISH_ENDINGS)
        elif tongue == "ckb":
            yield from ((form + ending, value) for ending in _SORANI_ENDINGS)


@cache
def _tables(tongue: str) -> _Tables:
    return _Tables(tongue)


def find(article: CleanArticle, fields: list[Field]) -> list[DateMention]:
    """The dates and times of the fields, in order; half-open offsets in code points of each field.

    Relative dates and dates without a year are left out when neither published_at nor fetched_at is known. Times are
    local, without a zone. Durations and ages are no dates.
    """
    tongue = language(article)
    anchor = _anchor(article)
    mentions = []
    for field in fields:
        days: list[tuple[int, date]] = []
        before: Moment | None = None  # the last date of the field, which the same month or the following year take up
        for position, sentence in enumerate(read(field.text)):
            reader = _Reader(sentence.words, field.text, tongue, anchor, before)
            found = reader.joined(reader.read())
            before = reader.before
            found = _with_days(found, sentence, position, days, anchor)
            for item in found:
                mention = _mention(field, sentence, item)
                if mention:
                    mentions.append(mention)
    return mentions


def _anchor(article: CleanArticle) -> date | None:
    stated = article.published_at or article.fetched_at
    return datetime.fromisoformat(stated).date() if stated else None


def _with_days(
    found: list[_Found], sentence: Sentence, position: int, days: list[tuple[int, date]], anchor: date | None
) -> list[_Found]:
    """Give every time of day its day: the nearest of the sentence, else the last one before, else publication's."""
    own = [
        (sentence.words[item.first].start, date.fromisoformat(item.moment.value))
        for item in found
        if item.moment and item.moment.precision == "day"
    ]
    recent = days[-1][1] if days and position - days[-1][0] <= _MEMORY else anchor
    result = []
    for item in found:
        if item.clock is None:
            result.append(item)
            continue
        start = sentence.words[item.first].start
        when = date.fromisoformat(item.moment.value) if item.moment else None
        if when is None:
            when = min(own, key=lambda pair: abs(pair[0] - start))[1] if own else recent
        if when:
            hour, minute = item.clock
            result.append(item._replace(moment=Moment(f"{when.isoformat()}T{hour:02d}:{minute:02d}", "time")))
    days.extend((position, when) for _, when in own)
    return result


def _mention(field: Field, sentence: Sentence, item: _Found) -> DateMention | None:
    if item.moment is None:
        return None
    start = cut_start(field.text, sentence.words[item.first], item.cut)
    end = sentence.words[item.first + item.length - 1].end
    while field.text[end - 1] in _TRAILING:
        end -= 1  # a bracket and a comma behind it are one word
    value, precision = item.moment
    return DateMention(
        field=field.name, start=start, end=end, text=field.text[start:end], value=value, precision=precision
    )


class _Reader:
    """Reads the dates of one sentence."""

    def __init__(
        self, words: Sequence[Word], text: str, tongue: str, anchor: date | None, before: Moment | None
    ) -> None:
        self.words = words
        self.before = before
        self.period: Moment | None = None
        self.text = text
        self.tongue = tongue
        self.anchor = anchor
        self.tables = _tables(tongue)

    def read(self) -> list[_Found]:
        """The dates in order, none inside another."""
        found = []
        index = 0
        while index < len(self.words):
            item = self._at(index) if self.tables.opens(self.words[index].form) else None
            if item:
                found.append(item)
                index = item.first + item.length
                if item.moment and item.moment.precision in {"day", "month", "year"}:
                    self.before = item.moment
                elif item.moment and item.moment.precision == "period":
                    self.period = item.moment
            else:
                index += 1
        return found

    def joined(self, found: list[_Found]) -> list[_Found]:
        """The dates, two that make one period as one: بين كانون الأول 2024 وآذار 2026, من مايو إلى نوفمبر."""
        result: list[_Found] = []
        for item in found:
            period = self._period_of(result[-1], item) if result else None
            if period:
                result[-1] = period
            else:
                result.append(item)
        return result

    def _period_of(self, first: _Found, last: _Found) -> _Found | None:
        units = {"day", "month", "year"}
        if not (first.moment and last.moment) or first.clock or last.clock:
            return None
        if first.moment.precision not in units or last.moment.precision not in units:
            return None
        if not self._joins(first, last):
            return None
        start, length = first.moment, last.first + last.length - first.first
        ends = self._form(first.first + first.length - 1)
        stated = ends.isdigit() and len(ends) == _YEAR_DIGITS
        end = last.moment
        if start.precision == end.precision == "day":
            behind = (date.fromisoformat(start.value) - date.fromisoformat(end.value)).days
            if 0 <= behind < _WEEK:
                end = calendars.shifted(date.fromisoformat(end.value), "day", _WEEK) or end  # from Monday to Friday
        if start.precision in {"day", "month"} and end.precision != "year" and not stated:
            start = calendars.before(start, end)
        moment = calendars.joined(start, end)
        return _Found(first.first, length, first.cut, moment) if moment else None

    def _joins(self, first: _Found, last: _Found) -> bool:
        """Whether the words around two dates make a period of them."""
        end = first.first + first.length
        gap = list(range(end, last.first))
        while gap and self._match("edge", gap[-1]):
            gap.pop()  # ونهاية شباط
        led = first.first - 1
        lead = "between" if self._led_by("between", led) else "from" if self._led_by("from", led) else ""
        linked = self._form(end if gap else last.first)
        conjoined = linked in {"و", "and", "et", "ve", "û", "اور"} if gap else (last.cut > 0 and linked.startswith("و"))
        conjoined = conjoined or (len(gap) == 0 and last.first > end and self._form(last.first - 1).startswith("و"))
        till = bool(gap) and self._match("till", gap[0]) is not None and len(gap) == 1
        same = first.moment is not None and last.moment is not None and first.moment.precision == last.moment.precision
        days = same and first.moment is not None and first.moment.precision == "day"
        if till:
            return lead != "" or (same and not days)
        if lead == "between":
            return conjoined and len(gap) <= 1
        if days and conjoined and len(gap) <= 1 and self.tongue in {"ar", "fa", "ur"}:
            return _follow(first.moment, last.moment)
        months = same and first.moment is not None and first.moment.precision == "month"
        return months and conjoined and not gap and first.length + last.length <= _BARE_MONTHS

    def _led_by(self, kind: str, index: int) -> bool:
        while index > 0 and (self._match("edge", index) or self._match("month_word", index)):
            index -= 1
        return index >= 0 and self._ends_with(kind, index)

    def _at(self, index: int) -> _Found | None:
        readers = (
            self._oclock,
            self._clock,
            self._stamp,
            self._numeric,
            self._named_day,
            self._same_period,
            self._taken_up,
            self._edge,
            self._feast,
            self._period,
            self._ordinal,
            self._month,
            self._relative,
            self._year,
            self._decade,
        )
        for reader in readers:
            if item := reader(index):
                return self._with_clock(item)
        return None

    def _with_clock(self, item: _Found) -> _Found:
        """The day with the time of day that stands right after it (bu sabah saat 05.30)."""
        after = item.first + item.length
        if item.clock or item.moment is None or item.moment.precision != "day" or after >= len(self.words):
            return item
        time = self._clock(after)
        if time is None or time.first != after or time.moment:
            return item
        return item._replace(length=item.length + time.length, clock=time.clock)

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
        if self._looks_ahead(index):
            return 1
        if self.tongue in {"tr", "fa", "ur", "ckb"}:
            after = self.words[index : index + _CONTEXT // 2]
            return 1 if any(self._is_future(word.form) for word in after) else 0
        for word in reversed(self.words[max(0, index - _CONTEXT) : index]):
            if self._is_future(word.form):
                return 1
            if self.tables.kind("past_tense").has(word.form):
                return -1
        return 0

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
        return not any(self.tables.kind("so_far").has(word.form) for word in self.words[max(0, at - _CONTEXT // 2) : at])

    def _spans(self, kind: str, first: int, last: int) -> bool:
        match = self._match(kind, first)
        return match is not None and first + match[0] == last + 1

    # A year beside a month or a day.

    def _year_after(self, index: int) -> tuple[int, int | None, int | None]:
        """(words taken, year, direction) of what follows a month: 2019, الماضي, من العام الماضي."""
        skipped = index + 1 if self._form(index) == "," and self.tongue == "en" else index
        if skipped < len(self.words) and (stated := self._stated_year(skipped)):
            return skipped - index + stated[0], stated[1], None
        for kind, offset in (("last_year", -1), ("this_year", 0), ("next_year", 1)):
            if self.anchor and (match := self._match(kind, index)):
                return match[0], self.anchor.year + offset, None
        for kind, direction in (("past", -1), ("future", 1), ("this_month", 0)):
            if match := self._match(kind, index):
                return match[0], None, direction
        return 0, None, None

    def _stated_year(self, index: int) -> tuple[int, int] | None:
        """(words taken, year) of 2019, عام 2019, من عام 2019."""
        at = index
        for kind in ("of", "year"):
            if match := self._match(kind, at):
                at += match[0]
        value = self._integer(at)
        if value is None or len(self._form(at)) != _YEAR_DIGITS or not calendars.plausible(value):
            return None
        if self._match("hijri_mark", at + 1) or (at + 1 < len(self.words) and self.tables.counted.has(self._form(at + 1))):
            return None
        return at + 1 - index, value

    def _month_name(self, index: int) -> tuple[int, str, int] | None:
        """(words taken, calendar, month) of a name of a month, of both names where two stand (نيسان/أبريل)."""
        if index >= len(self.words):
            return None
        skip = self._match("month_word", index)
        at = index + (skip[0] if skip else 0)
        match = self.tables.months.match(self.words, at) if at < len(self.words) else None
        if match is None:
            return None
        calendar, name = match.value
        if self._form(at).endswith("اب") and "آ" not in self.text[self.words[at].start : self.words[at].end]:
            return None  # a door or the town of Ibb, not the month
        at += match.length
        if self._form(at) in {"/", "("} and at + 1 < len(self.words):
            second = self.tables.months.match(self.words, at + 1)
            if second and second.value[1] == name:
                at += 1 + second.length + (self._form(at) == "(")
        return min(at, len(self.words)) - index, calendar, name

    def _day_of_month(self, index: int, day_number: int, calendar: str, month: int) -> tuple[int, date] | None:
        """(words taken, day) once the year after a month at the word index is read."""
        if calendar != "gregorian":
            return self._foreign_day(index, day_number, calendar, month)
        taken, year, direction = self._year_after(index)
        same = self._same_year(index)
        if same:
            taken, year = same
        if year is not None:
            when = calendars.exact(year, month, day_number)
        elif self.anchor is None:
            return None
        elif direction == 0:
            when = calendars.exact(self.anchor.year, month, day_number)
        else:
            ahead = direction or self._tense(index)
            when = calendars.day_near(self.anchor, month, day_number, ahead)
        return (taken, when) if when else None

    def _same_year(self, index: int) -> tuple[int, int] | None:
        """(words taken, year) of من العام نفسه, the year of the date before."""
        of = self._match("of", index)
        at = index + (of[0] if of else 0)
        unit = self._match("unit", at) if of else None
        if not (unit and unit[1] == "year" and self._match("same", at + unit[0]) and self.before):
            return None
        return at + unit[0] + 1 - index, int(self.before.value[:4])

    def _foreign_year(self, index: int, calendar: str) -> tuple[int, int | None, int]:
        """(words taken, year, direction) of what follows a month of the lunar or the solar calendar."""
        at = index
        for kind in ("of", "year"):
            if match := self._match(kind, at):
                at += match[0]
        value = self._integer(at)
        years = _LUNAR if calendar == "hijri" else calendars.SOLAR_YEARS
        if value is not None and value in years:
            mark = self._match("hijri_mark", at + 1)
            return at + 1 + (mark[0] if mark else 0) - index, value, 0
        if calendar == "solar" and value in _SHORT_YEARS:
            return at + 1 - index, 1300 + value, 0
        if self.anchor and calendar == "solar":
            current = calendars.solar_current(self.anchor)
            for kind, offset in (("last_year", -1), ("this_year", 0), ("next_year", 1)):
                if match := self._match(kind, index):
                    return match[0], current + offset, 0
        for kind, direction in (("past", -1), ("future", 1)):
            if match := self._match(kind, index):
                return match[0], None, direction
        return 0, None, 0

    def _foreign_day(self, index: int, day_number: int, calendar: str, month: int) -> tuple[int, date] | None:
        taken, year, direction = self._foreign_year(index, calendar)
        make = calendars.hijri if calendar == "hijri" else calendars.solar
        when: date | None = None
        if year is not None:
            when = make(year, month, day_number)
        elif self.anchor and calendar == "solar":
            when = calendars.solar_near(self.anchor, month, day_number)
        elif self.anchor:
            when = calendars.hijri_near(self.anchor, month, day_number, direction)
        return (taken, when) if when else None

    def _foreign_month(self, index: int, cut: int, name: tuple[int, str, int]) -> _Found | None:
        """آبان ۱۴۰۱, رجب 1447, شهر رجب الماضي; as the Gregorian month in which most of it lies."""
        taken, calendar, month = name
        length, year, direction = self._foreign_year(index + taken, calendar)
        moment: Moment | None = None
        if year is not None:
            moment = (calendars.hijri_month if calendar == "hijri" else calendars.solar_month)(year, month)
        elif self.anchor and calendar == "solar" and self._stands_in_time(index):
            moment = calendars.solar_month_near(self.anchor, month)
        elif self.anchor and direction:
            middle = calendars.hijri_near(self.anchor, month, 15, direction)
            moment = calendars.month(middle.year, middle.month) if middle else None
        return _Found(index, taken + length, cut, moment) if moment else None

    # Readers: each looks at one word and gives what starts there.

    def _numeric(self, index: int) -> _Found | None:
        """22/11/2025, 22.11.2025, 22 نوفمبر 2025, 22 November, November 22."""
        form = self._form(index)
        if not form[:1].isdigit():
            return None
        if "." in form:
            parts = form.split(".")
            when = self._from_parts(parts)
            return _Found(index, 1, 0, calendars.day(when)) if when else None
        if self._form(index + 1) in _SEPARATORS and self._form(index + 3) == self._form(index + 1):
            when = self._from_parts([self._form(index + step) for step in (0, 2, 4)])
            if when and self._solid(index, 5):
                return _Found(index, 5, 0, calendars.day(when))
        return self._day_then_month(index)

    def _solid(self, index: int, length: int) -> bool:
        words = self.words[index : index + length]
        return len(words) == length and words[-1].end - words[0].start == sum(len(word.form) for word in words)

    def _from_parts(self, parts: list[str]) -> date | None:
        if len(parts) != 3 or not all(part.isdigit() and len(part) <= _YEAR_DIGITS for part in parts):  # noqa: PLR2004
            return None
        first, second, third = map(int, parts)
        if len(parts[0]) == _YEAR_DIGITS:
            return calendars.solar(first, second, third) or calendars.exact(first, second, third)
        if len(parts[2]) != _YEAR_DIGITS:
            return None
        if self.tongue == "en" and first != second and second <= _NOON >= first:
            return None  # day first or month first: nobody can tell
        if second > _NOON:
            first, second = second, first
        return calendars.exact(third, second, first)

    def _day_then_month(self, index: int) -> _Found | None:
        day_number = self._integer(index)
        if day_number is None or not 1 <= day_number <= 31 or self._is_name(index):  # noqa: PLR2004
            return None
        at = index + 1
        if self.tongue == "ckb" and self._form(at) == "ي":
            at += 1
        if within := self._within_month(index, at, day_number, 0):
            return within
        last: int | None = None
        joiner = self._form(at)
        if joiner in {"-", "–", "و", "الي", "à", "au", "to", "et"} and (last := self._integer(at + 1)):
            at += 2
        name = self._month_name(at)
        if name is None:
            return None
        at += name[0]
        final = self._day_of_month(at, last or day_number, name[1], name[2])
        if final is None:
            return None
        taken, when = final
        length = at + taken - index
        if last:
            start = self._day_of_month(at, day_number, name[1], name[2])
            if start is None or start[1] >= when:
                return None
            listed = joiner in {"و", "et"} and not self._led_by("between", index - 1)
            if listed and (when - start[1]).days > 1:
                return _Found(index, 1, 0, calendars.day(start[1]))  # two days, not the time between them
            return _Found(index, length, 0, Moment(f"{start[1].isoformat()}/{when.isoformat()}", "period"))
        return _Found(index, length, 0, calendars.day(when))

    def _is_name(self, index: int) -> bool:
        """Whether the word before makes a name of the date: حركة 23 مارس."""
        return index > 0 and self._ends_with("name_of", index - 1)

    def _within_month(self, index: int, at: int, day_number: int, cut: int) -> _Found | None:
        """24 من الشهر الحالي, العاشر من الشهر الماضي, 15 من الشهر نفسه."""
        of = self._match("of", at)
        unit = self._match("unit", at + of[0]) if of else None
        if of and unit and unit[1] == "month" and self._match("same", at + of[0] + unit[0]):
            if self.before is None or len(self.before.value) < len("2025-01"):
                return None
            when = calendars.exact(int(self.before.value[:4]), int(self.before.value[5:7]), day_number)
            end = at + of[0] + unit[0] + 1
            return _Found(index, end - index, cut, calendars.day(when)) if when else None
        for kind, offset in (("last_month", -1), ("next_month", 1), ("this_month", 0)):
            phrase = self._match(kind, at) if of else None
            month = calendars.shifted(self.anchor, "month", offset) if phrase and self.anchor else None
            if phrase and month:
                when = calendars.exact(int(month.value[:4]), int(month.value[5:]), day_number)
                return _Found(index, at + phrase[0] - index, cut, calendars.day(when)) if when else None
        return None

    def _stamp(self, index: int) -> _Found | None:
        """A time of day that opens a line by itself, as in a live page: 21:10, 18:40 | حصيلة."""
        if index or self._form(1) != ":" or not self._solid(0, 3):
            return None
        hour, minute = self._integer(0), self._integer(2)
        alone = len(self.words) == 3 or self._form(3)[:1] in {"|", "-", "–", "—", ":"}  # noqa: PLR2004
        if hour is None or minute is None or hour >= _HOURS or minute >= _MINUTES or not alone:
            return None
        return _Found(0, 3, 0, calendars.day(self.anchor) if self.anchor else None, (hour, minute))

    def _same_period(self, index: int) -> _Found | None:
        """الفترة المماثلة من العام الماضي: the period of the date before, in another year."""
        match = self.tables.kind("same_period").match(self.words, index)
        year = self._year_reference(index + match.length) if match else None
        if match is None or year is None or self.period is None:
            return None
        first, _, last = self.period.value.partition("/")
        shift = int(first[:4]) - year[1]
        moment = Moment(f"{year[1]}{first[4:]}/{int(last[:4]) - shift:04d}{last[4:]}", "period")
        return _Found(index, match.length + year[0], match.cut, moment)

    def _taken_up(self, index: int) -> _Found | None:
        """الشهر التالي, العام الذي سبقه, اليوم نفسه: as far from the date before."""
        if self.before is None:
            return None
        for kind in _TAKEN:
            phrase = self.tables.kind(kind).match(self.words, index)
            if phrase and not (kind == "taken_month" and self.before.precision == "year"):
                origin = date.fromisoformat(f"{self.before.value}-01-01"[:10])
                moment = calendars.shifted(origin, kind.removeprefix("taken_"), int(phrase.value))
                return _Found(index, phrase.length, phrase.cut, moment) if moment else None
        unit = self.tables.kind("unit").match(self.words, index)
        if unit is None:
            return None
        at = index + unit.length
        following = self._match("following", at)
        same = self._match("same", at)
        if not (following or same) or (self.before.precision == "year") > (unit.value == "year"):
            return None
        offset = int(following[1]) if following else 0
        length = following[0] if following else same[0] if same else 0
        whole = date.fromisoformat(f"{self.before.value}-01-01"[:10])
        moment = calendars.shifted(whole, unit.value, offset)
        return _Found(index, unit.length + length, unit.cut, moment) if moment else None

    def _edge(self, index: int) -> _Found | None:
        """منذ مطلع الشهر, نهاية العام: the month or year of publication, which is named without a word for this."""
        unit = self.tables.kind("bare_unit").match(self.words, index)
        if unit is None or self.anchor is None or index == 0 or not self._ends_with("edge", index - 1):
            return None
        after = self._form(index + unit.length)
        if any(self.tables.kind(kind).has(after) for kind in ("past", "future", "current", "same", "following")):
            return None
        if after.isdigit() or (after.startswith("ال") and self.tables.kind("ordinal_month").has(after)):
            return None
        moment = calendars.shifted(self.anchor, unit.value, 0)
        return _Found(index, unit.length, unit.cut, moment) if moment else None

    def _feast(self, index: int) -> _Found | None:
        """عيد الأضحى, Nowruz 2026, Noël."""
        match = self.tables.feasts.match(self.words, index)
        if match is None or self.anchor is None:
            return None
        at = index + match.length
        stated = self._stated_year(at) if at < len(self.words) else None
        direction = 1 if self._direction(index) > 0 else 0
        when = calendars.feast(self.anchor, *match.value, stated[1] if stated else None, direction)
        length = match.length + (stated[0] if stated else 0)
        return _Found(index, length, match.cut, calendars.day(when)) if when else None

    def _named_day(self, index: int) -> _Found | None:
        """مساء يوم الثلاثاء, اليوم الأربعاء, السبت الماضي, last Tuesday, صباح اليوم, الثلاثاء 18 نوفمبر 2025."""
        at, cut = index, 0
        whole = self.tables.relative.match(self.words, index)
        if whole and whole.value[0] == "day" and whole.length > 1:
            return self._relative_day(index, index, whole.cut, whole.length)
        for _ in range(2):
            for kind in ("day_part", "day_word"):
                match = self.tables.kind(kind).match(self.words, at) if at < len(self.words) else None
                if match:
                    cut = match.cut if at == index else cut
                    at += match.length
        if at >= len(self.words):
            return None
        relative = self.tables.relative.match(self.words, at)
        if relative and relative.value[0] == "day" and not self._is_rate(at, relative.length):
            return self._relative_day(index, at, relative.cut if at == index else cut, relative.length)
        before = self._before_weekday(at)
        at += before[0]
        weekday = self.tables.weekdays.match(self.words, at) if at < len(self.words) else None
        if weekday is None:
            return None
        cut = weekday.cut if at == index else cut
        if self.tongue == "ar" and self._form(at + weekday.length) in {"عشر", "عشره"}:
            return None  # الأشهر الأحد عشر
        if self.tongue == "ur" and not self._match("weekday_mark", at + 1):
            return None
        return self._weekday(index, at + weekday.length, cut, weekday.value, before[1])

    def _is_rate(self, index: int, length: int) -> bool:
        """Whether today is part of a rate or a title: 45 مترا في اليوم, “الليرة اليوم”."""
        if self.tongue != "ar" or self._form(index) != "اليوم" or length > 1:
            return False
        if index and self._form(index - 1) in {"في", "وفي"}:
            return True
        closing = self._form(index + 1)[:1] in _CLOSING
        return closing and any(set(self._form(index - back)) & _OPENING for back in (1, 2, 3) if index >= back)

    def _before_weekday(self, index: int) -> tuple[int, int | None]:
        """(words taken, direction) of last, next, geçen before a name of a day."""
        if self.tongue == "ar":
            return 0, None
        for kind, direction in (("past", -1), ("future", 1)):
            if match := self._match(kind, index):
                return match[0], direction
        return 0, None

    def _relative_day(self, index: int, at: int, cut: int, length: int) -> _Found | None:
        relative = self.tables.relative.match(self.words, at)
        if relative is None or self.anchor is None:
            return None
        after = at + length
        if self._match("not_day", after) or self._match("title_today", at - 1):
            return None
        if relative.value[1] < 0 and self._form(after) == "من":
            return None  # two days before something else
        moment = calendars.shifted(self.anchor, "day", relative.value[1])
        weekday = self.tables.weekdays.match(self.words, after) if after < len(self.words) else None
        if weekday:
            after += weekday.length
            dated = self._dated(after)
            after += dated[0] if dated else 0
        elif (part := self._match("day_part", after)) and self.tongue != "ar":
            after += part[0]
        return _Found(index, after - index, cut, moment)

    def _dated(self, index: int) -> tuple[int, date] | None:
        """(words taken, day) of 18 نوفمبر 2025 after the name of a day."""
        skipped = index + 1 if self._form(index) in {",", "،"} else index
        day_number = self._integer(skipped)
        name = self._month_name(skipped + 1) if day_number else None
        if day_number is None or name is None:
            return None
        final = self._day_of_month(skipped + 1 + name[0], day_number, name[1], name[2])
        return (skipped + 1 + name[0] + final[0] - index, final[1]) if final else None

    def _weekday(self, index: int, after: int, cut: int, iso: int, stated: int | None) -> _Found | None:
        if dated := self._dated(after):
            return _Found(index, after + dated[0] - index, cut, calendars.day(dated[1]))
        if self.anchor is None:
            return None
        direction = stated
        if earlier := self._match("past_before", after):
            when = calendars.weekday(self.anchor, iso, -1, strict=True)
            moment = calendars.shifted(when, "day", -7) if when else None
            return _Found(index, after + earlier[0] - index, cut, moment) if moment else None
        if direction is None and (match := self._match("past", after)):
            direction, after = -1, after + match[0]
        elif direction is None and (match := self._match("future", after)):
            direction, after = 1, after + match[0]
        strict = direction is not None
        if direction is None:
            # Who means the one of six days ago says so; without a word it is tomorrow's name.
            tomorrow = iso == self.anchor.isoweekday() % 7 + 1
            direction = 1 if tomorrow and self.tongue != "fa" else self._direction(index)
        when = calendars.weekday(self.anchor, iso, direction, strict=strict)
        if when is None:
            return None
        if second := self._next_day(after, iso, when):
            return _Found(index, after + second[0] - index, cut, second[1])
        if (part := self._match("day_part", after)) and self.tongue != "ar":
            after += part[0]
        return _Found(index, after - index, cut, calendars.day(when))

    def _next_day(self, index: int, iso: int, when: date) -> tuple[int, Moment] | None:
        """(words taken, period) of الأربعاء والخميس, read up to the second name."""
        night = index > 1 and self._form(index - 2).lstrip("و") in {"ليل", "ليله"} and self._form(index).startswith("ال")
        if self.tongue != "ar" or not (night or self._form(index).startswith("وال")):
            return None
        at, end, last = index, when, iso
        while at < len(self.words) and self._form(at).startswith(("وال", "ال")):
            match = self.tables.weekdays.match(self.words, at)
            after = calendars.weekday(end, match.value, 1, strict=True) if match else None
            if match is None or after is None or match.value != last % 7 + 1:
                break
            at, end, last = at + match.length, after, match.value
        return (at - index, Moment(f"{when.isoformat()}/{end.isoformat()}", "period")) if at > index else None

    def _relative(self, index: int) -> _Found | None:
        if self.anchor is None:
            return None
        match = self.tables.relative.match(self.words, index)
        if match is None or match.value[0] == "day":
            return None
        unit, offset = match.value
        if offset < 0 and self._form(index + match.length) == "من":
            return None
        if unit == "days":
            start = calendars.shifted(self.anchor, "day", offset + 1)
            moment = Moment(f"{start.value}/{self.anchor.isoformat()}", "period") if start else None
        elif unit == "day_either":
            moment = calendars.shifted(self.anchor, "day", self._direction(index) * offset)
        elif unit == "season":
            moment = calendars.season(self.anchor, offset)
        elif unit == "anniversary":
            when = calendars.exact(self.anchor.year + offset, self.anchor.month, self.anchor.day)
            moment = calendars.day(when) if when else None
        else:
            moment = calendars.shifted(self.anchor, unit, offset)
        return _Found(index, match.length, match.cut, moment) if moment else None

    def _ordinal(self, index: int) -> _Found | None:
        """التاسع من يناير 2024, العاشر من الشهر الماضي, 1er mai."""
        match = self.tables.kind("ordinal_day").match(self.words, index)
        if match is None:
            return None
        at = index + match.length
        if within := self._within_month(index, at, int(match.value), match.cut):
            return within
        of = self._match("of", at)
        if of:
            at += of[0]
        elif self.tongue == "ar":
            return None
        name = self._month_name(at)
        final = self._day_of_month(at + name[0], int(match.value), name[1], name[2]) if name else None
        if name and final:
            return _Found(index, at + name[0] + final[0] - index, match.cut, calendars.day(final[1]))
        return None

    def _month(self, index: int) -> _Found | None:
        """آذار 2019, مايو الماضي, في أيار, August 2024, October 12, 2024."""
        name = self._month_name(index)
        if name is None:
            return None
        taken, calendar, month = name
        match = self.tables.months.match(self.words, index)
        cut = match.cut if match else 0
        if calendar != "gregorian":
            return self._foreign_month(index, cut, name)
        after = index + taken
        day_number = self._integer(after)
        if self.tongue == "en" and day_number and day_number <= 31:  # noqa: PLR2004
            final = self._day_of_month(after + 1, day_number, calendar, month)
            return _Found(index, taken + 1 + final[0], cut, calendars.day(final[1])) if final else None
        length, year, direction = self._year_after(after)
        moment = None
        if year is not None:
            moment = calendars.month(year, month)
        elif self.anchor and direction == 0:
            moment = calendars.month(self.anchor.year, month)
        elif self.anchor and (direction is not None or self._stands_in_time(index)):
            soon = 0 < (month - self.anchor.month) % _NOON <= _SOON_MONTHS and self.tongue == "ar"
            ahead = direction or (1 if soon and self._tense(index) >= 0 else self._direction(index))
            moment = calendars.month_near(self.anchor, month, ahead, strict=direction is not None)
        return _Found(index, taken + length, cut, moment) if moment else None

    def _stands_in_time(self, index: int) -> bool:
        """Whether a preposition of time, or the word month, stands before the word."""
        if self._match("month_word", index):
            return True
        if self._match("goes_with", index + 1) or (self.tongue == "tr" and self._form(index).endswith(_LOCATIVES)):
            return True
        before = index - 1
        if self.tongue == "fr" and any(index >= back and self._spans("month_word", index - back, before) for back in (2, 3)):
            return True
        if self.tongue == "fr" and self._form(before) == "-" and self._form(before - 1) == "mi":
            return True
        if before >= 0 and self._form(index).startswith("و") and self.tables.months.match(self.words, before):
            return self._led_by("between", before - 1)
        return before >= 0 and bool(
            self._ends_with("since", before)
            or self._led_by("from", before)
            or self._led_by("between", before)
            or self._match("month_word", before)
            or (self.tongue != "ar" and self._match("year", before))
        )

    def _ends_with(self, kind: str, index: int) -> bool:
        lexicon = self.tables.kind(kind)
        match = lexicon.match(self.words, index)
        return match is not None and match.length == 1

    def _year(self, index: int) -> _Found | None:
        """عام 2015, منذ 2015, in 2019, 2013'te, سال ۱۳۹۶, 2014-2018."""
        form = self._form(index)
        if self._match("year", index) and not form[:1].isdigit():
            return self._led_year(index)
        value = self._integer(index)
        if value is None or len(form) != _YEAR_DIGITS or not _FIRST_BARE_YEAR <= value <= _LAST_BARE_YEAR:
            return None
        before, after = self._form(index - 1) if index else "", self._form(index + 1)
        if self._match("hijri_mark", index + 1) or after in {"%", "٪"}:
            return None
        led = index > 0 and any(self._ends_with(kind, index - 1) for kind in ("since", "year", "led"))
        suffix = self.tongue == "tr" and (
            (after == "'" and self._match("since_after", index + 2)) or self._match("since_after", index + 1)
        )
        if self.tongue == "tr" and after == "'" and (month := self._month_name(index + 3)):
            found = calendars.month(value, month[2])
            length = 3 + month[0] + (self._match("goes_with", index + 3 + month[0]) is not None)
            return _Found(index, length, 0, found) if found and self._form(index + 2) in _GENITIVES else None
        span = after in {"-", "–", "—"} and self._form(index + 2).isdigit() and self._form(index + 3).startswith(")")
        closed = before in {"-", "–", "—"} and after.startswith(")") and self._form(index - 3).endswith("(")
        if before.endswith("(") and span:
            return _Found(index, 1, 0, calendars.year(value))  # a life: (1938 - 2026)
        bracket = (before.endswith("(") and after.startswith(")")) or closed
        if not (led or suffix or bracket) or (index + 1 < len(self.words) and self.tables.counted.has(after)):
            return None
        return self._year_or_span(index, index, 0, value)

    def _led_year(self, index: int) -> _Found | None:
        match = self.tables.kind("year").match(self.words, index)
        at = index + (match.length if match else 1)
        value = self._integer(at)
        if match is None or value is None:
            return None
        if mark := self._match("hijri_mark", at + 1):
            lunar = calendars.hijri_year(value)
            return _Found(index, at + 1 + mark[0] - index, match.cut, lunar) if lunar else None
        if self.tongue == "fa" and (moment := calendars.solar_year(value)):
            return _Found(index, at + 1 - index, match.cut, moment)
        if len(self._form(at)) != _YEAR_DIGITS or not calendars.plausible(value):
            return None
        if self.tongue not in {"ar", "fa", "ur", "ckb"}:
            return None  # the word before is a preposition, no part of the date
        return self._year_or_span(index, at, match.cut, value)

    def _year_or_span(self, index: int, at: int, cut: int, value: int) -> _Found | None:
        joiner = self._form(at + 1)
        if joiner in {"-", "–", "/", "و", "الي", "and", "et", "to", "à"}:
            last = self._integer(at + 2)
            if at == index and joiner in {"و", "and", "et"} and not self._led_by("between", index - 1):
                last = None  # two years, not the time between them
            if last and value < last <= _LAST_BARE_YEAR and len(self._form(at + 2)) == _YEAR_DIGITS:
                return _Found(index, at + 3 - index, cut, Moment(f"{value}/{last}", "period"))
        if self._form(at + 1) == "s":
            return None
        moment = calendars.year(value)
        return _Found(index, at + 1 - index, cut, moment) if moment else None

    def _decade(self, index: int) -> _Found | None:
        """تسعينيات القرن الماضي, the 1990s, les années 1990, دهه ۱۹۹۰."""
        if match := self.tables.kind("decade").match(self.words, index):
            after = index + match.length
            century = self._match("decade_of", after)
            length = match.length + (century[0] if century else 0)
            return _Found(index, length, match.cut, Moment(f"{century[1] if century else 19}{match.value}X", "decade"))
        value, length = self._integer(index), 1
        led = self._match("decade_word", index)
        if led:
            value, length = self._integer(index + led[0]), led[0] + 1
        elif value is None or self._form(index + 1) != "s" or not self._solid(index, 2):
            return None
        if value is None or not _FIRST_BARE_YEAR <= value <= _LAST_BARE_YEAR or value % 10:
            return None
        return _Found(index, length + (0 if led else 1), 0, Moment(f"{value // 10}X", "decade"))

    def _period(self, index: int) -> _Found | None:
        """الربع الثاني من عام 2027, الأشهر التسعة الأولى من العام الجاري, الصيف الماضي."""
        for kind, months in (("quarter", 3), ("half", 6)):
            if match := self.tables.kind(kind).match(self.words, index):
                year = self._year_reference(index + match.length)
                if year is None and kind == "quarter":
                    year = self._year_of_part(index, int(match.value) * months)
                if year is None:
                    return None
                last = int(match.value) * months
                moment = Moment(f"{year[1]}-{last - months + 1:02d}/{year[1]}-{last:02d}", "period")
                return _Found(index, match.length + year[0], match.cut, moment)
        if self._match("first_months", index):
            return self._first_months(index)
        return self._season(index)

    def _year_of_part(self, index: int, last_month: int) -> tuple[int, int] | None:
        """(no word, year) of a quarter or half without a year: the last one that has begun, or the next one."""
        if self.anchor is None:
            return None
        begun = last_month - 2 <= self.anchor.month
        return 0, self.anchor.year - (0 if begun or self._direction(index) > 0 else 1)

    def _first_months(self, index: int) -> _Found | None:
        if index + 2 >= len(self.words) or not self._form(index + 1).startswith("ال"):
            return None
        counted = self.words[index + 1]
        counting = [counted._replace(form=counted.form[2:]), *self.words[index + 2 : index + 4]]
        count = number(counting, 0, self.text, self.tongue)
        at = index + 1 + (count.length if count else 0)
        year = self._year_reference(at + 1) if self._form(at) == "الاولي" else None
        if count is None or year is None or not 1 <= count.value <= 12:  # noqa: PLR2004
            return None
        return _Found(index, at + 1 + year[0] - index, 0, Moment(f"{year[1]}-01/{year[1]}-{int(count.value):02d}", "period"))

    def _season(self, index: int) -> _Found | None:
        match = self.tables.kind("season").match(self.words, index)
        if match is None or self.anchor is None:
            return None
        first, last = map(int, match.value.split("-"))
        at = index + match.length
        year = self._year_reference(at)
        if year and self.tongue == "ar" and self._form(index) not in _SEASONS:
            return None  # صيف 1974 is the year 1974
        if year:
            return _Found(index, match.length + year[0], match.cut, _season_of(year[1], first, last))
        before = self._before_weekday(index - 1) if index and self.tongue != "ar" else (0, None)
        direction, taken = before[1], 0
        for kind, sense in (("past", -1), ("future", 1), ("current", 0)):
            if modifier := self._match(kind, at):
                direction, taken = sense, modifier[0]
        if direction is None and not (index and self.tongue == "ar" and self._form(index) in _SEASONS and self._in_time(index)):
            return None
        start = calendars.month_near(self.anchor, first, 1 if direction == 1 else -1, strict=direction == 1)
        ends = calendars.shifted(self.anchor, "month", 0)
        if start is None or ends is None:
            return None
        number_of_year = int(start.value[:4])
        if direction == -1 and f"{number_of_year}-{last:02d}" >= ends.value:
            number_of_year -= 1
        skipped = before[0] if before[1] is not None else 0
        return _Found(index - skipped, match.length + taken + skipped, match.cut, _season_of(number_of_year, first, last))

    def _in_time(self, index: int) -> bool:
        return self._ends_with("since", index - 1)

    def _year_reference(self, index: int) -> tuple[int, int] | None:
        """(words taken, year) of من عام 2027, من العام الجاري, 2027."""
        if index >= len(self.words):
            return None
        if stated := self._stated_year(index):
            return stated
        for kind, offset in (("last_year", -1), ("this_year", 0), ("next_year", 1)):
            if self.anchor and (match := self._match(kind, index)):
                return match[0], self.anchor.year + offset
        return None

    # Times of day.

    def _oclock(self, index: int) -> _Found | None:
        """رات 12 بجے, صبح آٹھ بجے."""
        part = self._match("clock_part", index)
        at = index + (part[0] if part else 0)
        value = number(self.words, at, self.text, self.tongue) if part and at < len(self.words) else None
        if part is None or value is None or not 1 <= value.value <= _NOON:
            return None
        told = self._match("oclock", at + value.length)
        if told is None:
            return None
        hour = int(value.value)
        if hour == _NOON:
            hour = 0 if self._form(index) == "رات" else _NOON
        elif part[1] == "evening" and not (self._form(index) == "رات" and hour <= _SMALL_HOURS):
            hour += _NOON
        return _Found(index, at + value.length + told[0] - index, 0, None, (hour, 0))

    def _clock(self, index: int) -> _Found | None:
        """الساعة الرابعة والنصف فجرا, الثالثة فجرا, 14:30, 8am on Thursday, dès 10 heures, saat 05.30."""
        lead = self.tables.kind("clock").match(self.words, index)
        at, cut = index, 0
        if lead:
            at += lead.length
            cut = lead.cut
        elif self._match("hour_mark", index):
            at += 1
        read = self._hour(at)
        if read is None:
            return None
        length, hour, minute, sure = read
        at += length
        part = self._part_of_day(at)
        if part:
            at += part[0]
            hour = _in_part(hour, part[1], self._form(at - 1))
            sure = True
        named = index + lead.length - 1 if lead else index  # عند الساعة: the word for hour is part of the time
        strong = bool(lead) and self._form(named).removeprefix("ب") in _HOUR_WORDS
        spanned = self._form(at) in {"الي", "حتي"} and not self._form(index)[:1].isdigit()
        spanned = spanned and self._match("hour", at + 1) is not None
        if not (sure or strong or spanned or self._form(index + 1) == "الساعه" or (lead and self.tongue != "ar")):
            return None
        if not (0 <= hour < _HOURS and 0 <= minute < _MINUTES):
            return None
        if spanned and not part:
            hour = self._in_part_of_end(at + 1, hour)
        if self.tongue == "ar" and not part and (spoken := self._spoken_part(at)):
            hour = _in_part(hour, spoken, self._form(at + 1))
        day = self._day_after_clock(at)
        skipped = lead.length if lead else int(self._match("hour_mark", index) is not None)
        first = named if lead and strong else index + skipped
        if first != index:
            cut = 0
        if day:
            return _Found(first, at + day[0] - first, cut, day[1], (hour, minute))
        return _Found(first, at - first, cut, None, (hour, minute))

    def _in_part_of_end(self, index: int, hour: int) -> int:
        """The hour that an earlier one is, when the later one at the index names its part of the day."""
        last = self._hour(index)
        part = self._part_of_day(index + last[0]) if last else None
        return hour + _NOON if last and part and part[1] == "evening" and hour < last[1] < _NOON else hour

    def _spoken_part(self, index: int) -> str | None:
        """The part of the day that a day after a time is named with: من ليل الأربعاء."""
        match = self._match("hour_part", index + 1) if self._form(index) == "من" else None
        return match[1] if match else None

    def _day_after_clock(self, index: int) -> tuple[int, Moment] | None:
        at = index
        if self._form(at) in {"on", "من", "le", "du", "،"}:
            at += 1
        if at >= len(self.words):
            return None
        found = self._named_day(at)
        if found is None or found.moment is None or found.moment.precision != "day":
            return None
        return at + found.length - index, found.moment

    def _hour(self, index: int) -> tuple[int, int, int, bool] | None:
        """(words taken, hour, minute, whether its form alone tells a time of day)."""
        if index >= len(self.words):
            return None
        if self._form(index)[:1].isdigit():
            return self._hour_digits(index)
        named = self._match("hour", index)
        if named is None:
            return self._hour_word(index)
        length, value = named
        hour, minute = int(value), 0
        sure = self.tongue == "en" or (self.tongue == "fr" and index > 0 and self._ends_with("hour_mark", index - 1))
        if extra := self._match("minute", index + length):
            length += extra[0]
            minute = int(extra[1])
            sure = True
        elif counted := self._minutes(index + length):
            length += counted[0]
            minute = counted[1]
            sure = True
        if minute < 0:
            hour, minute = hour - 1, _MINUTES + minute
        return length, hour, minute, sure

    def _minutes(self, index: int) -> tuple[int, int] | None:
        """(words taken, minutes) of وأربعين دقيقة, و20 دقيقة, و ۱۷ دقیقه."""
        at = index + (self._form(index) == "و")
        if at >= len(self.words) or (at == index and not self._form(at).startswith("و")):
            return None
        value = number(self.words, at, self.text, self.tongue)
        if value is None or not 0 <= value.value < _MINUTES or not self._match("minute_word", at + value.length):
            return None
        return at + value.length + 1 - index, int(value.value)

    def _hour_digits(self, index: int) -> tuple[int, int, int, bool] | None:
        hour, form, sign = self._integer(index), self._form(index), self._form(index + 1)
        if self.tongue == "tr" and re.fullmatch(r"\d\d\.\d\d", form):
            return 1, int(form[:2]), int(form[3:]), False
        if self.tongue == "en" and re.fullmatch(r"\d\d?\.\d\d", form) and self._part_of_day(index + 1):
            whole, _, part = form.partition(".")
            return 1, int(whole), int(part), False
        if hour is None or hour >= _HOURS:
            return None
        minutes = self._integer(index + 2)
        if sign in {":", "h"} and minutes is not None and len(self._form(index + 2)) == 2 and self._solid(index, 3):  # noqa: PLR2004
            return 3, hour, minutes, sign == "h" or self._after_hour_sign(index)
        if self.tongue in {"fa", "ur"} and (counted := self._minutes(index + 1)):
            return 1 + counted[0], hour, counted[1], False
        if self._match("hour_word", index + 1) and index and self._match("hour_mark", index - 1):
            return 2, hour, 0, True
        return 1, hour, 0, False

    def _after_hour_sign(self, index: int) -> bool:
        return index > 0 and (self._ends_with("clock", index - 1) or self._ends_with("hour_mark", index - 1))

    def _hour_word(self, index: int) -> tuple[int, int, int, bool] | None:
        if index == 0:
            return None
        value = number(self.words, index, self.text, self.tongue)
        if self.tongue == "fr" and value and value.value < _HOURS and self._ends_with("hour_mark", index - 1):
            told = self._match("hour_word", index + value.length)
            return (value.length + told[0], int(value.value), 0, True) if told else None
        if self.tongue not in {"fa", "ur"} or not self._ends_with("clock", index - 1):
            return None
        return (value.length, int(value.value), 0, False) if value and value.value < _HOURS else None

    def _part_of_day(self, index: int) -> tuple[int, str] | None:
        for kind in ("morning", "evening"):
            if match := self._match(kind, index):
                return match[0], kind
        return None


_SEASONS = frozenset({"الصيف", "الخريف", "الربيع", "الشتاء"})


def _season_of(year: int, first: int, last: int) -> Moment:
    return Moment(f"{year}-{first:02d}/{year + (last < first)}-{last:02d}", "period")


def _follow(first: Moment | None, last: Moment | None) -> bool:
    """Whether the second day is the one after the first."""
    if first is None or last is None:
        return False
    return (date.fromisoformat(last.value) - date.fromisoformat(first.value)).days == 1


def _in_part(hour: int, part: str, word: str) -> int:
    """The hour of 24 for an hour of 12 in the morning or the evening."""
    if part == "evening" and hour < _NOON:
        return hour + _NOON
    if hour == _NOON and (part == "morning" or word in {"ليلا", "شب"}):
        return 0
    return hour
