"""Dates as pages write them, to ISO: Gregorian, Hijri and Solar Hijri, in several languages and kinds of digits.

Only what a line states counts, and no clock: what is told from the moment of reading stays an `Age` until it is settled
against the moment at which the page was fetched. An offset is given only where the page gives one.
"""

# ruff: noqa: PLR2004 -- calendars and clocks are made of such numbers
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from hijridate import Hijri

from streams.cleaning.folding import fold, western_digits
from streams.cleaning.tables import rows

_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?: ?(Z|[+-]\d{2}:?\d{2})(?!\d))?)?(?!\d)"
)
_NUMERIC = re.compile(r"(?<![\d.:])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{2,4})(?![\d:])")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z?))?")
_PATH = re.compile(r"/((?:19|20)\d{2})([/-])(\d{1,2})\2(\d{1,2})(?=[/_-])")
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
# As Java and Ruby print a moment: Thu May 02 10:00:00 CEST 2024
_YEAR_LAST = re.compile(r"\b([A-Z][a-z]{2} \d{1,2}) (\d{2}:\d{2}:\d{2})(?: [A-Z]{3,5}| [+-]\d{4})? (\d{4})$")
_TIME = re.compile(r"(?<![\d.:])(\d{1,2})\s?[:hH]\s?(\d{2})(?::(\d{2}))?(?!\d)")
_DOTTED_TIME = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])\.([0-5]\d)(?![\d.])")
_AFTERNOON = re.compile(r"\s{0,4}م(?!\w)")
# Zones that mean one offset everywhere; what EST or IST means depends on who writes it.
_OFFSET = re.compile(
    r"\s*\(?(?:(Z|GMT|UTC|ت\.?غ|(?:بتوقيت|توقيت) (?:غرينتش|جرينتش|غرينيتش))\s?)?(?:([+-])(0?\d|1[0-4])(?::?([0-5]\d))?)?(?![\w:])"
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
# No date is without a year, and that has four digits or stands behind a mark.
_DIGIT = re.compile(r"\d")
_YEARLIKE = re.compile(r"\d{4}|\d\s?[-/.]\s?\d|[-'’]\d\d")
_LINE_LIMIT = 160
_AGE_LIMIT = 80
_BARE_WORD = re.compile(r"[^\s,،:|.\-–()]+")
_DAY = 24 * 60
_LEEWAY = timedelta(days=2)
_ZEROES = frozenset(["1970-01-01", "0001-01-01", "1900-01-01"])
_DATE_SHARE = 4
_YEARS = range(1900, 2101)
# The two calendars with the same era: which one a number means shows in its size until 2037.
_HIJRI_YEARS = range(1416, 1500)
_SOLAR_YEARS = range(1300, 1416)
_SOLAR_STARTS = 226894
"""Proleptic ordinal from which the days of the Solar Hijri calendar are counted."""


@dataclass(frozen=True, slots=True)
class Age:
    """How long before the moment of fetching: whole days, with the time of day where it is told, or else minutes."""

    days: int = 0
    minutes: int = 0
    clock: str | None = None


Moment: TypeAlias = str | Age
"""An ISO date or date-time, or one that is told from the moment of reading."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a line of nothing but dates states."""

    published: Moment | None
    modified: Moment | None


def settle(moment: Moment | None, fetched_at: str | None) -> str | None:
    """The date or date-time, None for one that cannot be, or that cannot be told.

    fetched_at: RFC 3339 in UTC. Without it an `Age` stays untold. No article is older than 1900 or comes from later than
    two days after it was fetched, which allows for clocks and zones; the day from which computers count is no date.
    """
    if moment is None:
        return None
    now = datetime.fromisoformat(fetched_at) if fetched_at else None
    if isinstance(moment, str):
        late = now is not None and date.fromisoformat(moment[:10]) > (now + _LEEWAY).date()
        return None if late or moment[:10] in _ZEROES else moment
    if now is None:
        return None
    if moment.minutes:
        told = (now - timedelta(minutes=moment.minutes)).astimezone(UTC)
        return told.strftime("%Y-%m-%dT%H:%MZ")
    day = (now - timedelta(days=moment.days)).date().isoformat()
    return f"{day}T{moment.clock}" if moment.clock else day


def _is_yearlike(text: str) -> bool:
    # A digit is found in a fifth of the time.
    return _DIGIT.search(text) is not None and _YEARLIKE.search(text) is not None


def read_line(text: str) -> DateLine | None:
    """Read a date line such as ``الثلاثاء 9 دجنبر 2025 - 20:15``; None when the line says anything else as well."""
    if len(text) > _LINE_LIMIT:
        return None
    if not _is_yearlike(text):
        return _read_age(text)
    plain = western_digits(text)
    found = _dates(plain)
    if not found:
        return _read_age(plain)
    if not _is_filler(_outside(plain, found)):
        return None
    published = modified = None
    for position, item in enumerate(found):
        before = plain[found[position - 1].end if position else 0 : item.start]
        if "modified" in _kinds(before):
            modified = modified or item.value
        elif published is None or (len(item.value) > len(published) and published in item.value):
            published = item.value
    return DateLine(published, modified)


def _read_age(text: str) -> DateLine | None:
    """``منذ 3 ساعات``, ``Updated 2 hours ago``, ``Gestern, 14:30 Uhr``: nothing but an age and date words."""
    if len(text) > _AGE_LIMIT or _age_anchors().isdisjoint(_BARE_WORD.findall(text.lower())):
        return None
    text = western_digits(text)
    tokens = [match[0] for match in _TOKEN.finditer(_TIME.sub(" ", text).replace("\u200c", " "))]
    folded = [token if token.isdecimal() else _fold_word(token) for token in tokens]
    for start in range(len(folded)):
        width, age = _age_at(folded, start)
        if age is None:
            continue
        if not _are_filler([word for word in (*folded[:start], *folded[start + width :]) if word]):
            return None
        clock = _TIME.search(text)
        if clock and not age.minutes and int(clock[1]) < 24 and int(clock[2]) < 60:
            age = Age(days=age.days, clock=f"{int(clock[1]) + _half(text, clock):02d}:{clock[2]}")
        kinds = _kinds(text)
        if age == Age() and not kinds & {"published", "modified"}:
            # "Today" alone is as well a section or a paper.
            return None
        return DateLine(None, age) if "modified" in kinds else DateLine(age, None)
    return None


def _half(text: str, clock: re.Match[str]) -> int:
    """Hours that the half of the day beside a time adds to it."""
    halves, hour = _kinds(text[clock.end() :]) | _kinds(text[: clock.start()]), int(clock[1])
    if ("pm" in halves or _AFTERNOON.match(text, clock.end())) and hour < 12:
        return 12
    return -12 if "am" in halves and hour == 12 else 0


def _age_at(folded: list[str], start: int) -> tuple[int, Age | None]:
    """How many words an age takes there, and the age."""
    table = _ages()
    for size in (3, 2, 1):
        days = table["day"].get(" ".join(folded[start : start + size]))
        if days is not None and start + size <= len(folded):
            return size, Age(days=days)
    position, before = start, False
    for size in (3, 2, 1):
        if " ".join(folded[start : start + size]) in table["before"]:
            position, before = start + size, True
            break
    if position >= len(folded):
        return 0, None
    if (minutes := table["two"].get(folded[position])) is not None:
        count, end = 2, position + 1
    else:
        number = 1 if folded[position] in table["one"] else _number(folded, position, 99)
        # The Arabic unit alone means one of it: "منذ ساعة".
        end = position + (number is not None)
        count = number or 1
        minutes = table["unit"].get(folded[end]) if end < len(folded) and (number is not None or before) else None
        end += 1
    after = 0
    if minutes is not None:
        after = next((size for size in (2, 1) if " ".join(folded[end : end + size]) in table["after"]), 0)
    if minutes is None or not (before or after):
        return 0, None
    whole = count * minutes
    age = Age(days=whole // _DAY) if minutes >= _DAY else Age(minutes=whole)
    return end + after - start, age


@lru_cache(maxsize=1)
def _ages() -> dict[str, dict[str, int]]:
    """Words of ages by kind, each with what it counts: minutes of a unit, days before today; 0 for what counts nothing."""
    table: dict[str, dict[str, int]] = {}
    for kind, count, words in rows("ages.tsv", 3):
        table.setdefault(kind, {})[fold(words)] = int(count or 0)
    return table


@lru_cache(maxsize=1)
def _age_anchors() -> frozenset[str]:
    """Words without one of which a line tells no age."""
    return frozenset(
        words.lower().split()[0] for kind, _, words in rows("ages.tsv", 3) if kind in {"before", "after", "day"}
    )


# The same words stand in the dates of all pages.
_fold_word = lru_cache(maxsize=4096)(fold)


def read_beside(text: str) -> DateLine | None:
    """The date of a short line that is mostly one and says something else too: ``مايا حداد - 10 تشرين الأول 2026``."""
    if not _is_yearlike(text):
        return None
    found = _dates(western_digits(text))
    if not found or sum(item.end - item.start for item in found) * _DATE_SHARE < len(text):
        return None
    return DateLine(found[0].value, None)


def read_any(text: str) -> DateLine | None:
    """The first date of a line, whatever else it says."""
    value = read_value(text)
    return DateLine(value, None) if value else None


def around(text: str) -> list[str]:
    """What stands before, between and after the dates of a line, without day names, hours and the like next to them."""
    found = _dates(western_digits(text)) if _YEARLIKE.search(text) else []
    if not found:
        return [text]
    starts = (0, *(item.end for item in found))
    ends = (*(item.start for item in found), len(text))
    last = len(found)
    return [
        without_date_words(text[start:end], left=index > 0, right=index < last)
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def without_date_words(text: str, *, left: bool, right: bool) -> str:
    """A name without the date words at its ends; two short words are a name even so: ``Yang Sun``."""
    words, table = text.split(), _words()
    while right and words and (fold(words[-1]) in table or not fold(words[-1])):
        if len(words) == 2 and 0 < len(fold(words[-1])) <= 3 and fold(words[0]) not in table:
            break
        words.pop()
    while left and words and (fold(words[0]) in table or not fold(words[0])):
        words.pop(0)
    return " ".join(words)


def read_value(text: str) -> str | None:
    """The first date of a metadata value or an attribute, as ISO; None where there is none."""
    plain = western_digits(text[:_LINE_LIMIT]).strip()
    if plain.isdecimal() or _COMPACT.fullmatch(plain):
        return _machine_value(plain)
    if match := _YEAR_LAST.search(plain):
        plain = f"{match[1]} {match[3]} {match[2]}"
    found = _dates(plain)
    return found[0].value if found else None


def read_path(url: str) -> str | None:
    """The day in an address: ``/2026/01/18/``, ``/2026-01-18-…``."""
    match = _PATH.search(url)
    return _day(int(match[1]), int(match[3]), int(match[4])) if match else None


def _machine_value(digits: str) -> str | None:
    """``20240502T101112Z``, ``20240502``, and seconds or milliseconds since 1970."""
    if _STAMP.fullmatch(digits):
        return datetime.fromtimestamp(int(digits[:10]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    match = _COMPACT.fullmatch(digits)
    day = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
    if match is None or day is None or not match[4] or int(match[4]) > 23 or int(match[5]) > 59:
        return day
    return f"{day}T{match[4]}:{match[5]}" + (f":{match[6]}" if match[6] else "") + match[7]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: str
    secondary: bool = False


def _dates(text: str) -> list[_Found]:
    """Dates in order. A Hijri date next to a Gregorian one is a second spelling of it."""
    found = [*_iso_dates(text)]
    for reader in (_cjk_dates, _numeric_dates, _named_dates):
        for item in reader(text):
            if all(item.end <= other.start or item.start >= other.end for other in found):
                found.append(item)
    if any(not item.secondary for item in found):
        found = [item for item in found if not item.secondary]
    found.sort(key=lambda item: item.start)
    return [
        _with_time(text, item, found[i + 1].start if i + 1 < len(found) else len(text), i)
        for i, item in enumerate(found)
    ]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if year in _YEARS else None
    except ValueError:
        return None


def _iso_dates(text: str) -> list[_Found]:
    found = []
    for match in _ISO.finditer(text):
        year, month, day, hour, minute, second, offset = match.groups()
        value = _day(int(year), int(month), int(day))
        if value is None:
            if other := _any_day(int(year), int(month), int(day)):
                found.append(_Found(match.start(), match.start() + 10, other))
            continue
        if hour and int(hour) < 24 and int(minute) < 60 and int(second or 0) < 60:
            value += f"T{hour}:{minute}" + (f":{second}" if second else "")
            if offset:
                value += offset if offset == "Z" or ":" in offset else f"{offset[:3]}:{offset[3:]}"
            try:
                datetime.fromisoformat(value)
            except ValueError:
                value = value[:10]
        found.append(_Found(match.start(), match.end(), value))
    return found


def _cjk_dates(text: str) -> list[_Found]:
    return [
        _Found(match.start(), match.end(), value)
        for match in _CJK.finditer(text)
        if (value := _day(int(match[1]), int(match[2]), int(match[3])))
    ]


def _numeric_dates(text: str) -> list[_Found]:
    found = []
    for match in _NUMERIC.finditer(text):
        first, middle, last = int(match[1]), int(match[3]), int(match[4])
        value = None
        if len(match[1]) == 4:
            value = _any_day(first, middle, last)
        elif len(match[4]) == 4 or (len(match[4]) == 2 and (match[2] != "." or len(match[1]) == len(match[3]) == 2)):
            year = last if len(match[4]) == 4 else 2000 + last
            # The day comes first unless it cannot: outside the United States nobody writes the month first.
            value = _any_day(year, middle, first) or _day(year, first, middle)
        if value:
            found.append(_Found(match.start(), match.end(), value))
    return found


def _any_day(year: int, month: int, day: int) -> str | None:
    return _day(year, month, day) or _solar(year, month, day) or _hijri(year, month, day)


def _solar(year: int, month: int, day: int) -> str | None:
    """A day of the Solar Hijri calendar, by the 33-year rule that holds for 1343 to 1472."""
    if year not in _SOLAR_YEARS or not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        return None
    leaps = (year * 8 + 21) // 33
    days = (month - 1) * 31 - max(month - 7, 0)
    ordinal = _SOLAR_STARTS + (year - 1) * 365 + leaps + days + day
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=1)
def _months() -> dict[str, tuple[str, int]]:
    table: dict[str, tuple[str, int]] = {}
    for name, calendar, number in rows("months.tsv", 3):
        table.setdefault(fold(name), (calendar, int(number)))
    return table


def _named_dates(text: str) -> list[_Found]:
    """``9 دجنبر 2025``, ``November 21, 2025``, ``20 كانون الثاني / يناير 2026``, ``۱۸ آذر ۱۴۰۴``, ``22 رجب 1447``."""
    tokens = [(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text.replace("\u200c", " "))]
    folded = [token if token.isdecimal() else _fold_word(token) for _, _, token in tokens]
    found = []
    position = 0
    while position < len(tokens):
        width, month = _month_at(folded, position)
        if month is None:
            position += 1
            continue
        end = position + width
        # A second name of the same month: "نيسان/أبريل".
        second, other = _month_at(folded, end)
        if other == month:
            end += second
        item = _around(text, tokens, folded, (position, end), month)
        if item:
            found.append(item)
        position = end
    return found


def _month_at(folded: list[str], position: int) -> tuple[int, tuple[str, int] | None]:
    """How many words the name of a month takes there, and its calendar and number."""
    for size in (2, 1):
        if month := _months().get(" ".join(folded[position : position + size])):
            return size, month
    return 0, None


def _around(
    text: str, tokens: list[tuple[int, int, str]], folded: list[str], span: tuple[int, int], name: tuple[str, int]
) -> _Found | None:
    """The date whose month stands in tokens start to end: its day before or after it, its year last."""
    start, end = span
    day_at = start - 1
    while day_at >= 0 and folded[day_at] in {"st", "nd", "rd", "th", "er", "de", "di", "of", "ی", "ي", "من"}:
        day_at -= 1
    before = _number(folded, day_at, 31)
    year_at = end
    if before is None:
        before = _number(folded, end, 31)
        day_at, year_at = start, end + 1
    if year_at < len(folded) and folded[year_at] in {
        "st",
        "nd",
        "rd",
        "th",
        "de",
        "del",
        "do",
        "سنه",
        "عام",
        "لسنه",
        "لعام",
    }:
        year_at += 1
    year = _year(text, tokens[year_at]) if before is not None and year_at < len(tokens) else None
    if before is None or year is None:
        return None
    calendar, month = name
    value = {"g": _day, "s": _solar, "h": _hijri}[calendar](year, month, before)
    if value is None:
        return None
    return _Found(tokens[min(day_at, start)][0], tokens[year_at][1], value, secondary=calendar == "h")


def _year(text: str, token: tuple[int, int, str]) -> int | None:
    """A year with four digits, or with two behind a mark: ``9-Nov-25``, ``9 Nov '25``."""
    start, _, digits = token
    if not digits.isdecimal():
        return None
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits) if len(digits) == 2 and text[start - 1] in "-'’" else None


def _number(folded: list[str], position: int, limit: int) -> int | None:
    if 0 <= position < len(folded) and folded[position].isdecimal() and len(folded[position]) <= 2:
        value = int(folded[position])
        return value if 1 <= value <= limit else None
    return None


def _hijri(year: int, month: int, day: int) -> str | None:
    """A day of the Umm al-Qura calendar; papers that count by the moon seen may be a day off."""
    if year not in _HIJRI_YEARS:
        return None
    try:
        gregorian = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(gregorian.year, gregorian.month, gregorian.day).isoformat()


def _with_time(text: str, item: _Found, limit: int, position: int) -> _Found:
    """Add the time of day that stands next to a date: after it, or before the first date of the line."""
    if len(item.value) > 10:
        return item
    for area_start, area_end in ((item.end, limit), (0, item.start)):
        if area_start == 0 and position:
            continue
        area = text[area_start:area_end]
        match = _TIME.search(area) or _DOTTED_TIME.search(area)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            continue
        hour = int(match[1]) + _half(area, match)
        value = f"{item.value}T{hour:02d}:{match[2]}"
        if match.re is _TIME and match[3] and int(match[3]) < 60:
            value += f":{match[3]}"
        zone = _OFFSET.match(area, match.end())
        if zone and not (zone[1] or zone[4] or (zone[2] and len(zone[3]) == 2)):
            zone = None
        if zone:
            value += f"{zone[2]}{int(zone[3]):02d}:{zone[4] or '00'}" if zone[2] else "Z"
        tail = zone.end() if zone else match.end()
        start, end = (item.start, area_start + tail) if area_start else (match.start(), item.end)
        return _Found(start, end, value)
    return item


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {fold(words): kind for kind, words in rows("date-words.tsv", 2)}


def _kinds(text: str) -> set[str]:
    """The kinds of date words that the text holds, phrases of up to three words."""
    folded = fold(text.replace("\u200c", " ")).split()
    table = _words()
    return {
        kind
        for size in (1, 2, 3)
        for position in range(len(folded) - size + 1)
        if (kind := table.get(" ".join(folded[position : position + size])))
    }


def _outside(text: str, found: list[_Found]) -> str:
    """What is left of a line without its dates."""
    pieces = []
    position = 0
    for item in found:
        pieces.append(text[position : item.start])
        position = item.end
    pieces.append(text[position:])
    return " | ".join(pieces)


def _is_filler(text: str) -> bool:
    """Whether nothing but date words, a Hijri spelling, a time and punctuation is left."""
    for item in _named_dates(text):
        text = text[: item.start] + " | " + text[item.end :] if item.secondary else text
    return _are_filler(fold(_TIME.sub(" ", text).replace("\u200c", " ")).split())


def _are_filler(rest: list[str]) -> bool:
    table = _words()
    position = 0
    while position < len(rest):
        for size in (3, 2, 1):
            if " ".join(rest[position : position + size]) in table:
                position += size
                break
        else:
            return False
    return True
