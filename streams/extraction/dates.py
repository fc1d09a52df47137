"""Dates and times that an article names, resolved against its publication."""

import re
from datetime import date, datetime

from schemas import CleanArticle, DateMention
from streams.extraction import calendars
from streams.extraction.calendars import Moment
from streams.extraction.date_days import DayReader
from streams.extraction.date_words import Found
from streams.extraction.numerals import number
from streams.extraction.reading import Sentence, cut_start, language, read
from streams.extraction.text import Field

_YEAR_DIGITS = 4
_SMALL_HOURS = 4  # up to which a time of the night is one after midnight
_NOON, _HOURS, _MINUTES, _WEEK = 12, 24, 60, 7
_MEMORY = 1  # sentences; how far back a time of day may lean on a day
_TRAILING = "،,.؛;:"
_BARE_MONTHS = 4  # words of two months without a year
_SURE_LEADS = frozenset({"عند", "حدود", "تمام"})
_HOUR_WORDS = frozenset({"الساعه", "saat", "ساعت", "کاتژمێر"})
_DIGITS = 2
_DAY_LETTERS = len("2025-01-31")


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
    found: list[Found], sentence: Sentence, position: int, days: list[tuple[int, date]], anchor: date | None
) -> list[Found]:
    """Give every time of day its day: the nearest of the sentence, else the last one before, else publication's."""
    own = [
        (sentence.words[item.first].start, date.fromisoformat(_day_of(item.moment)))
        for item in found
        if item.moment and _day_of(item.moment)
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


def _mention(field: Field, sentence: Sentence, item: Found) -> DateMention | None:
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


class _Reader(DayReader):
    """Reads the dates and the times of day of one sentence, and makes periods of two dates."""

    def read(self) -> list[Found]:
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

    def joined(self, found: list[Found]) -> list[Found]:
        """The dates, two that make one period as one: بين كانون الأول 2024 وآذار 2026, من مايو إلى نوفمبر."""
        result: list[Found] = []
        for item in found:
            period = self._period_of(result[-1], item) if result else None
            if period:
                result[-1] = period
            else:
                result.append(item)
        return result

    def _period_of(self, first: Found, last: Found) -> Found | None:
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
        return Found(first.first, length, first.cut, moment) if moment else None

    def _joins(self, first: Found, last: Found) -> bool:
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

    def _at(self, index: int) -> Found | None:
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

    def _with_clock(self, item: Found) -> Found:
        """The day with the time of day that stands right after it (bu sabah saat 05.30)."""
        after = item.first + item.length
        if item.clock or item.moment is None or item.moment.precision != "day" or after >= len(self.words):
            return item
        time = self._clock(after)
        led = self.tongue == "ar" and self._form(after) == "عند" and time is not None and time.first == after + 1
        if time is None or time.moment or (time.first != after and not led):
            return item
        return item._replace(length=time.first + time.length - item.first, clock=time.clock)

    def _stamp(self, index: int) -> Found | None:
        """A time of day that opens a line by itself, as in a live page: 21:10, 18:40 | حصيلة."""
        if index or self._form(1) != ":" or not self._solid(0, 3):
            return None
        hour, minute = self._integer(0), self._integer(2)
        alone = len(self.words) == 3 or self._form(3)[:1] in {"|", "-", "–", "—", ":", "."}  # noqa: PLR2004
        if hour is None or minute is None or hour >= _HOURS or minute >= _MINUTES or not alone:
            return None
        return Found(0, 3, 0, calendars.day(self.anchor) if self.anchor else None, (hour, minute))

    def _oclock(self, index: int) -> Found | None:
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
        return Found(index, at + value.length + told[0] - index, 0, None, (hour, 0))

    def _clock(self, index: int) -> Found | None:
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
        spanned = not self._form(at - length)[:1].isdigit() and self._is_told_as_hour(
            at, self._form(named) if lead else ""
        )
        told = sure or strong or spanned or self._form(index + 1) == "الساعه" or (lead and self.tongue != "ar")
        if not (told and 0 <= hour < _HOURS and 0 <= minute < _MINUTES):
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
            return Found(first, at + day[0] - first, cut, day[1], (hour, minute))
        return Found(first, at - first, cut, None, (hour, minute))

    def _is_told_as_hour(self, after: int, lead: str) -> bool:
        """Whether an Arabic ordinal is an hour by what stands around it: من الرابعة حتى الثامنة, عند العاشرة."""
        if self._form(after) in {"الي", "حتي"} and self._match("hour", after + 1):
            return True
        return lead in _SURE_LEADS and self._form(after)[:1] not in {"و", "م", "ف"}

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
        part = self._match("day_part", at) if found is None else None
        if part and at + part[0] < len(self.words) and self.tongue == "ar":
            found = self._numeric(at + part[0])  # من فجر 19 أكتوبر
        if found is None or found.moment is None or found.moment.precision != "day":
            return None
        at = found.first
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
        pointed = re.fullmatch(r"(\d\d?)\.(\d\d)", form)
        if pointed and (self.tongue == "tr" or (self.tongue == "en" and self._part_of_day(index + 1))):
            return 1, int(pointed[1]), int(pointed[2]), False
        if hour is None or hour >= _HOURS:
            return None
        minutes = self._integer(index + 2)
        if sign in {":", "h"} and minutes is not None and len(self._form(index + 2)) == _DIGITS:
            solid = self._solid(index, 3) or (self.tongue == "fr" and sign == "h")
            sure = sign == "h" or self._after_hour_sign(index)
            return (3, hour, minutes, sure) if solid else (1, hour, 0, False)
        if self.tongue in {"fa", "ur"} and (counted := self._minutes(index + 1)):
            return 1 + counted[0], hour, counted[1], False
        named = self._match("hour_word", index + 1) and index and self._match("hour_mark", index - 1)
        return (2, hour, 0, True) if named else (1, hour, 0, False)

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


def _day_of(moment: Moment) -> str:
    """The day, or the first day of the period, that a time of day may belong to; empty for anything longer."""
    first, _, _ = moment.value.partition("/")
    return first if moment.precision in {"day", "period"} and len(first) == _DAY_LETTERS else ""


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
