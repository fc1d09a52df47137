"""Calendar arithmetic on partial dates: the day that a name stands for, seen from the day of publication."""

from datetime import date, timedelta
from typing import NamedTuple

_MONTHS, _WEEK = 12, 7
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_SOON = 60  # days ahead; a date without a year this far ahead is the coming one, further ahead it is last year's
_SOLAR_YEARS = range(1200, 1500)
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
        year_number not in _SOLAR_YEARS
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
    return year(number + _SOLAR_OFFSET) if number in _SOLAR_YEARS else None
