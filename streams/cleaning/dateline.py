"""The dateline at the beginning of a body: where it was filed, and by which agency. It stays in the body."""

import re
from datetime import date, timedelta

from schemas import Dateline
from streams.cleaning.bylines import is_agency, is_organisation

_HEAD = 90
_WORD = r"[^\W\d_][^\W\d_'’.]*"
_NAME = rf"{_WORD}(?:[ -]{_WORD}){{0,3}}"
_AGENCY = r"[^\W\d_][^\W\d_.]*(?:[ .][^\W\d_]+){0,3}\.?"
_DASH = r"(?:[-–—ـ/]{1,2}|:)"

# حلب - سانا: / القدس المحتلة-سانا / شفق نيوز- أربيل
_TWO_NAMES = re.compile(rf"\s*({_NAME})\s*[-–—/،,]\s*({_AGENCY})\s*(?:{_DASH}|\n|$)")
# طرابلس - (د ب أ) / الكويت - 6 - 11 (كونا) -- / PARIS (AFP) -
_BRACKETS = re.compile(
    rf"\s*({_NAME})(?:, [^\W\d_]+)?\s*[-–—,]?\s*(?:[\d/]{{1,5}}\s*[-–—/]?\s*){{0,3}}\(\s*({_AGENCY})\s*\)\s*(?:{_DASH}|\s|$)"
)
# PORT SUDAN — / BEIRUT, Lebanon –
_CAPITAL = "[A-ZÀ-ÞİŞĞ'’]"
_CAPITALS = re.compile(
    rf"\s*+((?:(?={_CAPITAL}[^ ,.]){_CAPITAL}++(?:-{_CAPITAL}++)*+\.?[ ,]{{0,2}}){{1,4}})(?:[A-Z][a-z]+(?: [A-Z][a-z]+)?)?\s*[-–—]{{1,2}}\s"
)
# An agency that the table does not know shows in the dash before it: الأبيض - (نايل واير)
_DASHED = re.compile(rf"\s*{_NAME}\s*[-–—]\s*\(")
# or in the dash after it: جدة (المشرق) - أعلنت
_BEFORE_DASH = re.compile(rf"\s*{_WORD}(?:[ -]{_WORD}){{0,2}} \({_WORD}(?: {_WORD}){{0,2}}\)\s*[-–—]{{1,2}}\s+[^\W\d_]")
# Agencies that date their reports leave the year out: الكويت - 6 - 11 (كونا)
_DAY_AND_MONTH = re.compile(
    rf"\s*{_NAME}\s*[-–—,]\s*(\d{{1,2}})\s*[-–—/]\s*(\d{{1,2}})\s*[-–—/]?\s*\(\s*({_AGENCY})\s*\)"
)
_BRACKETS_ALONE = re.compile(rf"\s*\(\s*({_AGENCY})\s*\)\s*(?:{_DASH})?\s*")


def read(body: str) -> Dateline | None:
    """The dateline that ``body`` opens with, None where there is none."""
    head = body[:_HEAD]
    if (match := _BRACKETS.match(head)) and (is_agency(match[2]) or _DASHED.match(head) or _BEFORE_DASH.match(head)):
        return Dateline(place=match[1].strip(), agency=match[2].strip())
    if match := _TWO_NAMES.match(head):
        first, second = match[1].strip(), match[2].strip()
        if is_agency(first) or (is_organisation(first) and not is_organisation(second)):
            return Dateline(place=second, agency=first)
        if is_agency(second) or is_organisation(second):
            return Dateline(place=first, agency=second)
    if match := _CAPITALS.match(head):
        return Dateline(place=match[1].strip(" ,"))
    if (match := _BRACKETS_ALONE.match(head)) and is_agency(match[1]):
        return Dateline(agency=match[1].strip())
    return None


def day(body: str, fetched_at: str | None) -> str | None:
    """The day that the dateline gives, in the year in which the page was fetched or the one before; None without either."""
    match = _DAY_AND_MONTH.match(body[:_HEAD])
    if match is None or fetched_at is None or not is_agency(match[3]):
        return None
    fetched = date.fromisoformat(fetched_at[:10])
    for year in (fetched.year, fetched.year - 1):
        try:
            found = date(year, int(match[2]), int(match[1]))
        except ValueError:
            return None
        if found <= fetched + timedelta(days=1):
            return found.isoformat()
    return None
