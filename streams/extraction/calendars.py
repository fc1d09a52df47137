"""Calendar arithmetic on partial dates: the day that a name stands for, seen from the day of publication."""

from datetime import date, timedelta
from typing import NamedTuple

from hijridate import Gregorian, Hijri

_MONTHS, _WEEK = 12, 7
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_SOON = 60  # days ahead; a date without a year this far ahead is the coming one, further ahead it is last year's
SOLAR_YEARS = range(1200, 1500)
"""The years of the Iranian solar calendar that are read."""
_SOLAR_OFFSET = 621


class Moment(NamedTuple):
    """A date value with its precision, as in DateMention."""

    value: str
    precision: str


def day(when: date) -> Moment:
    """The day as a value."""
    return Moment(when.isoformat(), "day")


def month(year: int, number: int) -> Moment | None:
    """The month as a value; None outside of the calendar."""
    return Moment(f"{year:04d}-{number:02d}", "month") if 1 <= number <= _MONTHS and plausible(year) else None


def year(number: int) -> Moment | None:
    """The year as a value; None outside of the calendar."""
    return Moment(f"{number:04d}", "year") if plausible(number) else None


def plausible(number: int) -> bool:
    """Whether the number can be a year of four digits."""
    return _FIRST_YEAR <= number <= _LAST_YEAR


def exact(year_number: int, month_number: int, day_number: int) -> date | None:
    """The day, None when the calendar has none."""
    if not plausible(year_number):
        return None
    try:
        return date(year_number, month_number, day_number)
    except ValueError:
        return None


def shifted(anchor: date, unit: str, offset: int) -> Moment | None:
    """The day, week, month or year that lies the offset away from the anchor's."""
    try:
        if unit == "day":
            return day(anchor + timedelta(days=offset))
        if unit == "week":
            iso = (anchor + timedelta(weeks=offset)).isocalendar()
            return Moment(f"{iso.year:04d}-W{iso.week:02d}", "week")
    except OverflowError:
        return None
    if unit == "month":
        years, rest = divmod(anchor.month - 1 + offset, _MONTHS)
        return month(anchor.year + years, rest + 1)
    return year(anchor.year + offset)


def weekday(anchor: date, number: int, direction: int, *, strict: bool) -> date | None:
    """The nearest day of that ISO number before (direction -1) or after (1) the anchor; with strict never the anchor."""
    distance = ((number - anchor.isoweekday()) * direction) % _WEEK
    if distance == 0 and strict:
        distance = _WEEK
    try:
        return anchor + timedelta(days=direction * distance)
    except OverflowError:
        return None


def month_near(anchor: date, number: int, direction: int, *, strict: bool) -> Moment | None:
    """The nearest month of that number at or before (direction -1) or after (1) the anchor's."""
    distance = ((number - anchor.month) * direction) % _MONTHS
    if distance == 0 and strict:
        distance = _MONTHS
    return shifted(anchor, "month", direction * distance)


def day_near(anchor: date, month_number: int, day_number: int, direction: int) -> date | None:
    """The day without a year: before the anchor (direction -1), after it (1), or the usual one of the two (0)."""
    around = [exact(anchor.year + offset, month_number, day_number) for offset in (-1, 0, 1)]
    past = [found for found in around if found and found <= anchor]
    coming = [found for found in around if found and found >= anchor]
    if direction == 0:
        direction = 1 if coming and (coming[0] - anchor).days <= _SOON else -1
    if direction > 0:
        return coming[0] if coming else None
    return past[-1] if past else None


def solar(year_number: int, month_number: int, day_number: int) -> date | None:
    """The Gregorian day of a day in the Iranian solar calendar, by its 33-year cycle of leap years."""
    if (
        year_number not in SOLAR_YEARS
        or not 1 <= month_number <= _MONTHS
        or not 1 <= day_number <= _longest(month_number)
    ):
        return None
    cycles = year_number + 1595
    days = -355668 + 365 * cycles + (cycles // 33) * 8 + ((cycles % 33) + 3) // 4 + day_number
    days += (month_number - 1) * 31 if month_number < _WEEK else (month_number - _WEEK) * 30 + 186
    return date.fromordinal(days - _YEAR_ZERO)


def solar_near(anchor: date, month_number: int, day_number: int) -> date | None:
    """The day of the solar calendar without a year that is nearest to the anchor."""
    years = (anchor.year - _SOLAR_OFFSET + offset for offset in (-1, 0, 1))
    days = [found for number in years if (found := solar(number, month_number, day_number))]
    return min(days, key=lambda found: abs((found - anchor).days), default=None)


_YEAR_ZERO = 365  # days from the day 1 of the formula above to that of date.fromordinal


def _longest(month_number: int) -> int:
    return 31 if month_number < _WEEK else 30


def solar_year(number: int) -> Moment | None:
    """The Gregorian year in which most of the solar year lies; None when it is no such year."""
    return year(number + _SOLAR_OFFSET) if number in SOLAR_YEARS else None


def solar_current(anchor: date) -> int:
    """The year of the solar calendar in which the day lies."""
    number = anchor.year - _SOLAR_OFFSET
    first = solar(number, 1, 1)
    return number if first and first <= anchor else number - 1


def solar_month(year_number: int, month_number: int) -> Moment | None:
    """The Gregorian month in which most of a month of the solar calendar lies."""
    middle = solar(year_number, month_number, _MIDDLE)
    return month(middle.year, middle.month) if middle else None


def solar_month_near(anchor: date, month_number: int) -> Moment | None:
    """The same without a year: of the last such month that has begun before the anchor."""
    years = (anchor.year - _SOLAR_OFFSET - offset for offset in (0, 1))
    begun = (number for number in years if (first := solar(number, month_number, 1)) and first <= anchor)
    latest = next(begun, None)
    return solar_month(latest, month_number) if latest else None


_MIDDLE = 15  # day of a month; where it lies most of the month lies


def hijri(year_number: int, month_number: int, day_number: int) -> date | None:
    """The Gregorian day of a day in the Umm al-Qura calendar, None outside of it."""
    try:
        found = Hijri(year_number, month_number, day_number).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)


def hijri_month(year_number: int, month_number: int) -> Moment | None:
    """The Gregorian month in which most of a lunar month lies."""
    middle = hijri(year_number, month_number, _MIDDLE)
    return month(middle.year, middle.month) if middle else None


def hijri_year(number: int) -> Moment | None:
    """The Gregorian year in which most of a lunar year lies."""
    middle = hijri(number, 7, 1)
    return year(middle.year) if middle else None


def hijri_near(anchor: date, month_number: int, day_number: int, direction: int) -> date | None:
    """The day of the lunar calendar without a year: before the anchor (-1), after it (1) or the nearest one (0)."""
    try:
        current = Gregorian(anchor.year, anchor.month, anchor.day).to_hijri().year
    except (ValueError, OverflowError):
        return None
    days = (hijri(current + offset, month_number, day_number) for offset in (-1, 0, 1))
    return _nearest(anchor, [found for found in days if found], direction)


def feast(anchor: date, calendar: str, day_name: str, year_number: int | None, direction: int) -> date | None:
    """The day of a feast: gregorian or hijri, month-day, or easter, days from it; of the year, else as hijri_near."""
    if calendar == "hijri":
        near = date(year_number, 7, 1) if year_number else anchor
        found = hijri_near(near, int(day_name[:2]), int(day_name[3:]), 0 if year_number else direction)
        return found if year_number is None or (found and found.year == year_number) else None
    years = [year_number] if year_number else [anchor.year + offset for offset in (-1, 0, 1)]
    if calendar == "easter":
        days: list[date | None] = [
            easter(number) + timedelta(days=int(day_name)) for number in years if plausible(number)
        ]
    else:
        days = [exact(number, int(day_name[:2]), int(day_name[3:])) for number in years]
    return _nearest(anchor, [found for found in days if found], 0 if year_number else direction)


def easter(year_number: int) -> date:
    """Easter Sunday of the Western churches, by the anonymous Gregorian rule."""
    golden, century, rest = year_number % 19, year_number // 100, year_number % 100
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - shift + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    days = moon + week - 7 * late + 114
    return date(year_number, days // 31, days % 31 + 1)


def _nearest(anchor: date, days: list[date], direction: int) -> date | None:
    fitting = [found for found in days if (found - anchor).days * direction >= 0]
    return min(fitting, key=lambda found: abs((found - anchor).days), default=None)


def joined(first: Moment, last: Moment) -> Moment | None:
    """The period from one day, month or year to another; None where the one is not before the other.

    A month beside a day ends with its last day.
    """
    start, end = first.value, last.value
    if first.precision == "day" and last.precision == "month":
        after = shifted(date.fromisoformat(end + "-01"), "month", 1)
        end = (date.fromisoformat(after.value + "-01") - timedelta(days=1)).isoformat() if after else end
    return Moment(f"{start}/{end}", "period") if start < end else None


def before(first: Moment, last: Moment) -> Moment:
    """The first month or day in the latest year in which it is before the last one: مايو إلى نوفمبر 2024."""
    earlier = int(last.value[:4]) - (first.value[4:] >= last.value[4 : len(first.value)])
    return Moment(f"{earlier:04d}{first.value[4:]}", first.precision)


def season(anchor: date, offset: int) -> Moment | None:
    """The season of sport and school that lies the offset away from the anchor's, from August on."""
    first = anchor.year - (anchor.month <= _WEEK) + offset
    return Moment(f"{first:04d}/{first + 1:04d}", "period") if plausible(first) and plausible(first + 1) else None
