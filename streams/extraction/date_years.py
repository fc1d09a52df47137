"""Years, months and parts of years that a sentence names."""

from datetime import date

from streams.extraction import calendars
from streams.extraction.calendars import Moment
from streams.extraction.date_words import DateWords, Found
from streams.extraction.numerals import number

_FIRST_BARE_YEAR, _LAST_BARE_YEAR = 1900, 2099
_YEAR_DIGITS = 4
_LIVED = range(1940, 2040)  # years that may stand behind a noun alone
_COUNTING = 4  # words before a number in which a word for number makes a count of it
_ANDS = frozenset({"و", "and", "et"})
_NOUN = 3  # letters
_NOON, _HOURS, _MINUTES, _WEEK = 12, 24, 60, 7
_LUNAR = range(1300, 1500)
_SHORT_YEARS = range(90, 100)  # of the solar calendar, in two digits
_FAR_MONTHS = 9  # nobody means a month this far ahead without saying so
_SOON_MONTHS = 2  # a month without a year this far ahead is the coming one where no verb tells otherwise
_TAKEN = ("taken_year", "taken_month", "taken_day")
_MIDDLE = 15  # day of a month
_GENITIVES = frozenset({"nin", "nın", "nun", "nün", "in", "ın", "un", "ün"})
_LOCATIVES = ("da", "de", "ta", "te", "dan", "den", "tan", "ten")
_SEASONS = frozenset({"الصيف", "الخريف", "الربيع", "الشتاء"})


class YearReader(DateWords):
    """Reads what is no single day; each reader looks at one word and gives what starts there."""

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
        if self._match("hijri_mark", at + 1) or (
            at + 1 < len(self.words) and self.tables.counted.has(self._form(at + 1))
        ):
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
        if calendar == "solar" and value is not None and value in _SHORT_YEARS:
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

    def _foreign_month(self, index: int, cut: int, name: tuple[int, str, int]) -> Found | None:
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
        return Found(index, taken + length, cut, moment) if moment else None

    def _month(self, index: int) -> Found | None:
        """آذار 2019, مايو الماضي, في أيار, August 2024, October 12, 2024."""
        name = self._month_name(index)
        if name is None:
            return None
        taken, calendar, month = name
        match = self.tables.months.match(self.words, index)
        cut = match.cut if match else 0
        if index > 1 and self._form(index - 1).isdigit() and self._ends_with("name_of", index - 2):
            return None  # ملعب 8 ماي 1945
        if calendar != "gregorian":
            return self._foreign_month(index, cut, name)
        after = index + taken
        day_number = self._integer(after)
        if self.tongue == "en" and day_number and day_number <= 31:  # noqa: PLR2004
            final = self._day_of_month(after + 1, day_number, calendar, month)
            return Found(index, taken + 1 + final[0], cut, calendars.day(final[1])) if final else None
        length, year, direction = self._year_after(after)
        moment = None
        if year is not None:
            moment = calendars.month(year, month)
        elif self.anchor and direction == 0:
            moment = calendars.month(self.anchor.year, month)
        elif self.anchor and (direction is not None or self._stands_in_time(index)):
            soon = 0 < (month - self.anchor.month) % _NOON <= _SOON_MONTHS and self.tongue == "ar"
            ahead = direction or (1 if soon and self._tense(index) >= 0 else self._direction(index))
            if direction is None and (month - self.anchor.month) % _NOON >= _FAR_MONTHS:
                ahead = -1
            moment = calendars.month_near(self.anchor, month, ahead, strict=direction is not None)
        return self._middle(Found(index, taken + length, cut, moment)) if moment else None

    def _middle(self, item: Found) -> Found:
        """The fifteenth where the middle of the month is named, else the month."""
        before = item.first - 1
        match = self.tables.kind("middle").match(self.words, before) if before >= 0 else None
        if match is None or item.moment is None or self._match("till", item.first + item.length):
            return item
        middle = calendars.exact(int(item.moment.value[:4]), int(item.moment.value[5:]), _MIDDLE)
        return Found(before, item.length + 1, match.cut, calendars.day(middle)) if middle else item

    def _stands_in_time(self, index: int) -> bool:
        """Whether a preposition of time, or the word month, stands before the word."""
        if self._match("month_word", index):
            return True
        if self._match("goes_with", index + 1) or (self.tongue == "tr" and self._form(index).endswith(_LOCATIVES)):
            return True
        before = index - 1
        if self.tongue == "fr" and any(
            index >= back and self._spans("month_word", index - back, before) for back in (2, 3)
        ):
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
            or self._match("month_of", before)
            or (self.tongue != "ar" and self._match("year", before))
        )

    def _year(self, index: int) -> Found | None:
        """عام 2015, منذ 2015, in 2019, 2013'te, سال ۱۳۹۶, 2014-2018."""
        form = self._form(index)
        if self._match("year", index) and not form[:1].isdigit():
            return self._led_year(index)
        value = self._integer(index)
        if value is None or len(form) != _YEAR_DIGITS or self._form(index + 1) in {"%", "٪"}:
            return None
        if self.tongue == "fa" and value in calendars.SOLAR_YEARS:
            solar = calendars.solar_year(value) if self._is_told(index) else None
            return Found(index, 1, 0, solar) if solar else None
        if not _FIRST_BARE_YEAR <= value <= _LAST_BARE_YEAR or self._match("hijri_mark", index + 1):
            return None
        if self.tongue == "tr" and self._form(index + 1) == "'" and (month := self._month_name(index + 3)):
            found = calendars.month(value, month[2])
            length = 3 + month[0] + (self._match("goes_with", index + 3 + month[0]) is not None)
            return Found(index, length, 0, found) if found and self._form(index + 2) in _GENITIVES else None
        return self._bare_year(index, value)

    def _is_told(self, index: int) -> bool:
        """Whether a word before makes a year of the number, and none behind makes a count of it."""
        led = index > 0 and any(self._ends_with(kind, index - 1) for kind in ("since", "year", "led"))
        led = led or (self._form(index - 1) in _ANDS and self._is_year(index - 2))  # في 2024 و2025
        return led and not self._counts(index + 1)

    def _is_year(self, index: int) -> bool:
        led = index > 0 and (self._ends_with("since", index - 1) or self._match("year", index - 1) is not None)
        return led and self._integer(index) in _LIVED

    def _bare_year(self, index: int, value: int) -> Found | None:
        before, after = self._form(index - 1) if index else "", self._form(index + 1)
        suffix = self.tongue == "tr" and (
            (after == "'" and self._match("since_after", index + 2)) or self._match("since_after", index + 1)
        )
        span = after in {"-", "–", "—"} and self._form(index + 2).isdigit() and self._form(index + 3).startswith(")")
        closed = before in {"-", "–", "—"} and after.startswith(")") and self._form(index - 3).endswith("(")
        if before.endswith("(") and span:
            return Found(index, 1, 0, calendars.year(value))  # a life: (1938 - 2026)
        bracket = (before.endswith("(") and after.startswith(")")) or closed
        told = self._is_told(index) or self._tells_which(index, value)
        if not (told or ((suffix or bracket) and not self._counts(index + 1))):
            return None
        return self._year_or_span(index, index, 0, value)

    def _tells_which(self, index: int, value: int) -> bool:
        """Whether the year stands behind a noun without a preposition, and counts nothing: فيضان 2003, the 2027 edition."""
        before, after = self.words[index - 1] if index else None, self._form(index + 1)
        if before is None or not before.is_name or value not in _LIVED or value % 100 == 0:
            return False
        if self.tongue == "en":
            return before.form == "the" and after[:1].isalpha() and not self._counts(index + 1)
        if self.tongue != "ar" or len(before.form) < _NOUN or self.tables.kind("no_year").has(before.form):
            return False
        if self.tables.months.match(self.words, index - 1) or any(
            self._match("counting", at) for at in range(max(0, index - _COUNTING), index)
        ):
            return False
        closed = not after[:1].isalnum() and after[:1] not in {"%", "٪", "-", "/", "–"}
        return closed or self.tables.kind("past_tense").has(after) or self._ends_with("since", index + 1)

    def _led_year(self, index: int) -> Found | None:
        match = self.tables.kind("year").match(self.words, index)
        at = index + (match.length if match else 1)
        value = self._integer(at)
        if match is None or value is None:
            return None
        if mark := self._match("hijri_mark", at + 1):
            lunar = calendars.hijri_year(value)
            return Found(index, at + 1 + mark[0] - index, match.cut, lunar) if lunar else None
        if self.tongue == "fa" and (moment := calendars.solar_year(value)):
            return Found(index, at + 1 - index, match.cut, moment)
        if len(self._form(at)) != _YEAR_DIGITS or not calendars.plausible(value):
            return None
        if self.tongue not in {"ar", "fa", "ur", "ckb"}:
            return None  # the word before is a preposition, no part of the date
        return self._year_or_span(index, at, match.cut, value)

    def _year_or_span(self, index: int, at: int, cut: int, value: int) -> Found | None:
        joiner = self._form(at + 1)
        if joiner in {"-", "–", "/", "و", "الي", "and", "et", "to", "à"}:
            last = self._integer(at + 2)
            if at == index and joiner in {"و", "and", "et"} and not self._led_by("between", index - 1):
                last = None  # two years, not the time between them
            if last and value < last <= _LAST_BARE_YEAR and len(self._form(at + 2)) == _YEAR_DIGITS:
                return Found(index, at + 3 - index, cut, Moment(f"{value}/{last}", "period"))
        if self._form(at + 1) == "s":
            return None
        moment = calendars.year(value)
        return Found(index, at + 1 - index, cut, moment) if moment else None

    def _decade(self, index: int) -> Found | None:
        """تسعينيات القرن الماضي, the 1990s, les années 1990, دهه ۱۹۹۰."""
        if match := self.tables.kind("decade").match(self.words, index):
            after = index + match.length
            century = self._match("decade_of", after)
            length = match.length + (century[0] if century else 0)
            return Found(index, length, match.cut, Moment(f"{century[1] if century else 19}{match.value}X", "decade"))
        value, length = self._integer(index), 1
        led = self._match("decade_word", index)
        if led:
            value, length = self._integer(index + led[0]), led[0] + 1
        elif value is None or self._form(index + 1) != "s" or not self._solid(index, 2):
            return None
        if value is None or not _FIRST_BARE_YEAR <= value <= _LAST_BARE_YEAR or value % 10:
            return None
        return Found(index, length + (0 if led else 1), 0, Moment(f"{value // 10}X", "decade"))

    def _period(self, index: int) -> Found | None:
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
                return Found(index, match.length + year[0], match.cut, moment)
        if self._match("first_months", index):
            return self._first_months(index)
        return self._season(index)

    def _year_of_part(self, index: int, last_month: int) -> tuple[int, int] | None:
        """(no word, year) of a quarter or half without a year: the last one that has begun, or the next one."""
        if self.anchor is None:
            return None
        begun = last_month - 2 <= self.anchor.month
        return 0, self.anchor.year - (0 if begun or self._direction(index) > 0 else 1)

    def _first_months(self, index: int) -> Found | None:
        if index + 2 >= len(self.words) or not self._form(index + 1).startswith("ال"):
            return None
        counted = self.words[index + 1]
        counting = [counted._replace(form=counted.form[2:]), *self.words[index + 2 : index + 4]]
        count = number(counting, 0, self.text, self.tongue)
        at = index + 1 + (count.length if count else 0)
        year = self._year_reference(at + 1) if self._form(at) == "الاولي" else None
        if count is None or year is None or not 1 <= count.value <= 12:  # noqa: PLR2004
            return None
        return Found(
            index, at + 1 + year[0] - index, 0, Moment(f"{year[1]}-01/{year[1]}-{int(count.value):02d}", "period")
        )

    def _season(self, index: int) -> Found | None:
        match = self.tables.kind("season").match(self.words, index)
        if match is None or self.anchor is None:
            return None
        first, last = map(int, match.value.split("-"))
        at = index + match.length
        year = self._year_reference(at)
        if year and self.tongue == "ar" and self._form(index) not in _SEASONS:
            return None  # صيف 1974 is the year 1974
        if year:
            return Found(index, match.length + year[0], match.cut, _season_of(year[1], first, last))
        before = self._before_weekday(index - 1) if index and self.tongue != "ar" else (0, None)
        direction, taken = before[1], 0
        for kind, sense in (("past", -1), ("future", 1), ("current", 0)):
            if modifier := self._match(kind, at):
                direction, taken = sense, modifier[0]
        if direction is None and not (
            index and self.tongue == "ar" and self._form(index) in _SEASONS and self._in_time(index)
        ):
            return None
        start = calendars.month_near(self.anchor, first, 1 if direction == 1 else -1, strict=direction == 1)
        ends = calendars.shifted(self.anchor, "month", 0)
        if start is None or ends is None:
            return None
        number_of_year = int(start.value[:4])
        if direction == -1 and f"{number_of_year}-{last:02d}" >= ends.value:
            number_of_year -= 1
        skipped = before[0] if before[1] is not None else 0
        return Found(
            index - skipped, match.length + taken + skipped, match.cut, _season_of(number_of_year, first, last)
        )

    def _in_time(self, index: int) -> bool:
        return self._ends_with("since", index - 1)

    def _before_weekday(self, index: int) -> tuple[int, int | None]:
        """(words taken, direction) of last, next, geçen before a name of a day."""
        if self.tongue == "ar":
            return 0, None
        for kind, direction in (("past", -1), ("future", 1)):
            if match := self._match(kind, index):
                return match[0], direction
        return 0, None

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

    def _same_period(self, index: int) -> Found | None:
        """الفترة المماثلة من العام الماضي: the period of the date before, in another year."""
        match = self.tables.kind("same_period").match(self.words, index)
        year = self._year_reference(index + match.length) if match else None
        if match is None or year is None or self.period is None:
            return None
        first, _, last = self.period.value.partition("/")
        shift = int(first[:4]) - year[1]
        moment = Moment(f"{year[1]}{first[4:]}/{int(last[:4]) - shift:04d}{last[4:]}", "period")
        return Found(index, match.length + year[0], match.cut, moment)

    def _taken_up(self, index: int) -> Found | None:
        """الشهر التالي, العام الذي سبقه, اليوم نفسه: as far from the date before."""
        if self.before is None or self._is_office(index):
            return None
        for kind in _TAKEN:
            phrase = self.tables.kind(kind).match(self.words, index)
            finer = self.before.precision == "day" or (kind == "taken_year" or self.before.precision != "year")
            if phrase and finer and not (kind == "taken_day" and self.before.precision != "day"):
                origin = date.fromisoformat(f"{self.before.value}-01-01"[:10])
                moment = calendars.shifted(origin, kind.removeprefix("taken_"), int(phrase.value))
                return Found(index, phrase.length, phrase.cut, moment) if moment else None
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
        return Found(index, unit.length + length, unit.cut, moment) if moment else None

    def _edge(self, index: int) -> Found | None:
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
        return Found(index, unit.length, unit.cut, moment) if moment else None


def _season_of(year: int, first: int, last: int) -> Moment:
    return Moment(f"{year}-{first:02d}/{year + (last < first)}-{last:02d}", "period")
