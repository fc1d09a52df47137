"""Days that a sentence names: in digits, by their names, by their distance from publication."""

from datetime import date

from streams.extraction import calendars
from streams.extraction.calendars import Moment
from streams.extraction.date_words import Found
from streams.extraction.date_years import YearReader

_YEAR_DIGITS = 4
_NOON, _HOURS, _MINUTES, _WEEK = 12, 24, 60, 7
_CURRENT = frozenset({"الجاري", "الحالي"})
_OPENING, _CLOSING = frozenset('“«"”'), frozenset('”»"')
_SPAN = 6  # words between the two names of a time from day to day
_DATELINE = frozenset("-–—:/|")
_SEPARATORS = frozenset({"/", "-", ".", "–"})


class DayReader(YearReader):
    """Reads days; each reader looks at one word and gives what starts there."""

    def _numeric(self, index: int) -> Found | None:
        """22/11/2025, 22.11.2025, 22 نوفمبر 2025, 22 November, November 22."""
        form = self._form(index)
        if not form[:1].isdigit():
            return None
        if "." in form:
            parts = form.split(".")
            when = self._from_parts(parts)
            return Found(index, 1, 0, calendars.day(when)) if when else None
        if self._form(index + 1) in _SEPARATORS and self._form(index + 3) == self._form(index + 1):
            when = self._from_parts([self._form(index + step) for step in (0, 2, 4)])
            if when and self._solid(index, 5):
                return Found(index, 5, 0, calendars.day(when))
        return self._day_then_month(index)

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

    def _day_then_month(self, index: int) -> Found | None:
        day_number = self._integer(index)
        if day_number is None or not 1 <= day_number <= 31 or self._is_name(index):  # noqa: PLR2004
            return None
        at = index + 1
        if self.tongue == "ckb" and self._form(at) == "ي":
            at += 1
        if within := self._within_month(index, at, day_number, 0):
            return within
        last, at = self._last_of_days(at)
        name = self._month_name(at)
        final = self._day_of_month(at + name[0], last or day_number, name[1], name[2]) if name else None
        if name is None or final is None:
            return None
        taken, when = final
        length = at + name[0] + taken - index
        if last is None:
            return Found(index, length, 0, calendars.day(when))
        start = self._day_of_month(at + name[0], day_number, name[1], name[2])
        return self._days(index, length, start[1], when) if start and start[1] < when else None

    def _days(self, index: int, length: int, first: date, last: date) -> Found:
        """The time from one day to another, or the first of two days that are only listed."""
        listed = self._form(index + 1) in {"و", "et"} and not self._led_by("between", index - 1)
        if listed and (last - first).days > 1:
            return Found(index, 1, 0, calendars.day(first))
        return Found(index, length, 0, Moment(f"{first.isoformat()}/{last.isoformat()}", "period"))

    def _last_of_days(self, at: int) -> tuple[int | None, int]:
        """(last day, the word after it) of 3 au 7 mai; (None, at) where the month follows right away."""
        if self._form(at) not in {"-", "–", "و", "الي", "à", "au", "to", "et"}:
            return None, at
        article = int(self._form(at + 1) == "le")
        last = self._integer(at + 1 + article)
        return (last, at + 2 + article) if last else (None, at)

    def _is_name(self, index: int) -> bool:
        """Whether the word before makes a name of the date: حركة 23 مارس."""
        return index > 0 and self._ends_with("name_of", index - 1)

    def _within_month(self, index: int, at: int, day_number: int, cut: int) -> Found | None:
        """24 من الشهر الحالي, العاشر من الشهر الماضي, 15 من الشهر نفسه."""
        of = self._match("of", at)
        unit = self._match("unit", at + of[0]) if of else None
        if of and unit and unit[1] == "month" and self._match("same", at + of[0] + unit[0]):
            if self.before is None or len(self.before.value) < len("2025-01"):
                return None
            when = calendars.exact(int(self.before.value[:4]), int(self.before.value[5:7]), day_number)
            end = at + of[0] + unit[0] + 1
            return Found(index, end - index, cut, calendars.day(when)) if when else None
        alone = self._form(at) in _CURRENT and self._is_told(index)  # منذ 19 الجاري
        for kind, offset in (("last_month", -1), ("next_month", 1), ("this_month", 0)):
            phrase = self._match(kind, at) if of or alone else None
            month = calendars.shifted(self.anchor, "month", offset) if phrase and self.anchor else None
            if phrase and month:
                when = calendars.exact(int(month.value[:4]), int(month.value[5:]), day_number)
                return Found(index, at + phrase[0] - index, cut, calendars.day(when)) if when else None
        return None

    def _feast(self, index: int) -> Found | None:
        """عيد الأضحى, Nowruz 2026, Noël."""
        match = self.tables.feasts.match(self.words, index)
        if match is None or self.anchor is None:
            return None
        at = index + match.length
        stated = self._stated_year(at) if at < len(self.words) else None
        direction = 1 if self._direction(index) > 0 else 0
        when = calendars.feast(self.anchor, *match.value, stated[1] if stated else None, direction)
        length = match.length + (stated[0] if stated else 0)
        return Found(index, length, match.cut, calendars.day(when)) if when else None

    def _named_day(self, index: int) -> Found | None:
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
        if relative and relative.value[0] == "day" and not self._is_title(at, relative.length):
            return self._relative_day(index, at, relative.cut if at == index else cut, relative.length)
        before = self._before_weekday(at)
        at += before[0]
        weekday = self.tables.weekdays.match(self.words, at) if at < len(self.words) else None
        if weekday is None or not self._is_weekday(at + weekday.length) or self._is_weekly(at, weekday.length):
            return None
        cut = weekday.cut if at == index else cut
        return self._weekday(index, at + weekday.length, cut, weekday.value, before[1])

    def _is_weekday(self, after: int) -> bool:
        """Whether what stands behind a name of a day does not make it a number (الأشهر الأحد عشر) or a noun."""
        if self.tongue == "ar":
            return self._form(after) not in {"عشر", "عشره"}
        return self.tongue != "ur" or self._match("weekday_mark", after) is not None

    def _is_weekly(self, index: int, length: int) -> bool:
        """Whether the name of a day is part of what there is every week: امام جمعه, cuma hutbesi."""
        return bool(self._match("weekly_before", index - 1) or self._match("weekly_after", index + length))

    def _is_title(self, index: int, length: int) -> bool:
        """Whether today is part of a rate or a title: 45 مترا في اليوم, “الليرة اليوم”, نافذة اليوم - عمان:."""
        if self.tongue != "ar" or self._form(index) != "اليوم" or length > 1:
            return False
        if index and self._form(index - 1) in {"في", "وفي"}:
            return True
        if index == 1 and self._form(index + 1)[:1] in _DATELINE:
            return True
        closing = self._form(index + 1)[:1] in _CLOSING
        return closing and any(set(self._form(index - back)) & _OPENING for back in (1, 2, 3) if index >= back)

    def _relative_day(self, index: int, at: int, cut: int, length: int) -> Found | None:
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
            named = calendars.weekday(self.anchor, weekday.value, -1 if relative.value[1] <= 0 else 1, strict=False)
            moment = calendars.day(named) if named and self._near(named, relative.value[1]) else moment
            after += weekday.length
            dated = self._dated(after)
            after += dated[0] if dated else 0
        elif moment and (named_too := self._aside(after, moment)):
            after += named_too
        elif (part := self._match("day_part", after)) and self.tongue != "ar":
            after += part[0]
        return Found(index, after - index, cut, moment)

    def _aside(self, index: int, moment: Moment) -> int:
        """How many words name the same day once more behind a comma: مساء اليوم، الثلاثاء."""
        if self._form(index) not in {",", "،"} or index + 1 >= len(self.words):
            return 0
        weekday = self.tables.weekdays.match(self.words, index + 1)
        same = (
            weekday is not None and not weekday.cut and date.fromisoformat(moment.value).isoweekday() == weekday.value
        )
        return 1 + weekday.length if weekday and same else 0

    def _near(self, named: date, offset: int) -> bool:
        """Whether the day that a name says is a day off, as for a page fetched a day later: أمس الأربعاء on a Friday."""
        return self.anchor is not None and abs((named - self.anchor).days - offset) == 1

    def _dated(self, index: int) -> tuple[int, date] | None:
        """(words taken, day) of 18 نوفمبر 2025 after the name of a day."""
        skipped = index + 1 if self._form(index) in {",", "،"} else index
        day_number = self._integer(skipped)
        name = self._month_name(skipped + 1) if day_number else None
        if day_number is None or name is None:
            return None
        final = self._day_of_month(skipped + 1 + name[0], day_number, name[1], name[2])
        return (skipped + 1 + name[0] + final[0] - index, final[1]) if final else None

    def _weekday(self, index: int, after: int, cut: int, iso: int, stated: int | None) -> Found | None:
        told = self._match("past", after) or self._match("future", after)  # الخميس الماضي 14 مايو
        if dated := self._dated(after) or (self._dated(after + told[0]) if told else None):
            after += told[0] if told else 0
            final = after + dated[0]
            stated_year = self._form(final - 1).isdigit()
            day = dated[1] if stated_year else self._year_of_weekday(dated[1], iso)
            return Found(index, final - index, cut, calendars.day(day))
        if self.anchor is None:
            return None
        direction = stated
        if further := self._next_but_one(after, iso):
            return Found(index, after + further[0] - index, cut, further[1])
        if direction is None and (match := self._match("past", after)):
            direction, after = -1, after + match[0]
        elif direction is None and (match := self._match("future", after)):
            direction, after = 1, after + match[0]
        strict = direction is not None
        if direction is None:
            # Who means the one of six days ago says so; without a word it is tomorrow's name.
            tomorrow = iso == self.anchor.isoweekday() % 7 + 1
            named = tomorrow and self.tongue != "fa" and not self._is_over(index)
            direction = 1 if named or self._is_put_off(index) else self._direction(index)
        when = calendars.weekday(self.anchor, iso, direction, strict=strict)
        if when is None:
            return None
        if second := self._next_day(after, iso, when):
            return Found(index, after + second[0] - index, cut, second[1])
        if (part := self._match("day_part", after)) and self.tongue != "ar":
            after += part[0]
        return Found(index, after - index, cut, calendars.day(when))

    def _next_but_one(self, index: int, iso: int) -> tuple[int, Moment] | None:
        """(words taken, day) of قبل الماضي or بعد المقبل behind the name of a day."""
        for kind, way in (("past_before", -1), ("future_after", 1)):
            if (further := self._match(kind, index)) and self.anchor:
                near = calendars.weekday(self.anchor, iso, way, strict=True)
                moment = calendars.shifted(near, "day", way * _WEEK) if near else None
                return (further[0], moment) if moment else None
        return None

    def _year_of_weekday(self, when: date, iso: int) -> date:
        """The day in the year about publication's in which it bears that name, as it is where none or several do."""
        if self.anchor is None or when.isoweekday() == iso:
            return when
        years = (calendars.exact(self.anchor.year + offset, when.month, when.day) for offset in (-1, 0, 1))
        named = [other for other in years if other and other.isoweekday() == iso]
        return named[0] if len(named) == 1 else when

    def _is_put_off(self, index: int) -> bool:
        """Whether something is moved to the day (رفعت الجلسة إلى الاثنين), and no time up to it is told."""
        if self.tongue != "ar" or self._form(index - 1) != "الي":
            return False
        return not any(self.tables.weekdays.has(word.form) for word in self.words[max(0, index - _SPAN) : index - 1])

    def _next_day(self, index: int, iso: int, when: date) -> tuple[int, Moment] | None:
        """(words taken, period) of الأربعاء والخميس, read up to the second name."""
        night = (
            index > 1 and self._form(index - 2).lstrip("و") in {"ليل", "ليله"} and self._form(index).startswith("ال")
        )
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

    def _relative(self, index: int) -> Found | None:
        if self.anchor is None:
            return None
        match = self.tables.relative.match(self.words, index)
        if match is None or match.value[0] == "day" or self._is_office(index):
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
        return Found(index, match.length, match.cut, moment) if moment else None

    def _ordinal(self, index: int) -> Found | None:
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
            return Found(index, at + name[0] + final[0] - index, match.cut, calendars.day(final[1]))
        return None
