"""Date lines of many languages and calendars, settled against one moment of fetching."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning import dates

FETCHED = "2026-11-20T08:00:00Z"


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("الثلاثاء 9 دجنبر 2025 - 20:15", "2025-12-09T20:15", None),
        ("السبت ٥ نيسان/أبريل ٢٠٢٥", "2025-04-05", None),
        ("15 غشت 2025", "2025-08-15", None),
        ("3 شتنبر 2025 | 10:45", "2025-09-03T10:45", None),
        ("الخميس 17 يوليوز 2025", "2025-07-17", None),
        ("14 جويلية 2024", "2024-07-14", None),
        ("2 أوت 2025 - 09:30", "2025-08-02T09:30", None),
        ("28 فيفري 2026", "2026-02-28", None),
        ("الإثنين، 5 كانون الثاني 2026", "2026-01-05", None),
        ("12 تشرين الأول / أكتوبر 2025 الساعة 14:05", "2025-10-12T14:05", None),
        ("20 كانون الثاني / يناير 2026", "2026-01-20", None),
        ("الأربعاء 1 تموز 2026 - 18:20", "2026-07-01T18:20", None),
        ("7 حزيران 2026", "2026-06-07", None),
        ("الجمعة 30 يناير 2026 11:15 ص", "2026-01-30T11:15", None),
        ("الجمعة 30 يناير 2026 11:15 م", "2026-01-30T23:15", None),
        ("الأحد 15 فبراير 2026 - 01:05 مساءً", "2026-02-15T13:05", None),
        ("یک\u200cشنبه، ۲۲ سرطان ۱۴۰۴", "2025-07-13", None),
        ("18ی شوباتی 2026", "2026-02-18", None),
        ("date 2025-12-10", "2025-12-10", None),
        ("نشر في: 12/03/2026 - 13:20 آخر تحديث: 12/03/2026 - 15:42", "2026-03-12T13:20", "2026-03-12T15:42"),
        ("آخر تحديث: 12 مارس 2026 10:00", None, "2026-03-12T10:00"),
        ("تاريخ النشر: 2026-03-12 08:15", "2026-03-12T08:15", None),
        ("1 رمضان 1447هـ", "2026-02-18", None),
        ("10 محرم 1447 هـ الموافق 5 يوليو 2025م", "2025-07-05", None),
        ("الأحد 22 رجب 1447هـ", "2026-01-11", None),
        ("27-12-1446", "2025-06-23", None),
        ("١٤٤٧/٠٣/٢٥", "2025-09-17", None),
        ("29 ذو الحجة 1446 هـ", "2025-06-25", None),
        ("الثلاثاء ٢٥ ربيع الأول ١٤٤٧هـ - ١٧ سبتمبر ٢٠٢٥ م", "2025-09-17", None),
        ("۱۸ آذر ۱۴۰۴", "2025-12-09", None),
        ("سه‌شنبه ۱۸ آذر ۱۴۰۴ - ۱۶:۴۲", "2025-12-09T16:42", None),
        ("۱۴۰۴/۰۹/۱۸ - ۱۶:۴۲", "2025-12-09T16:42", None),
        ("۱ فروردین ۱۴۰۵", "2026-03-21", None),
        ("۳۰ اسفند ۱۴۰۳", "2025-03-20", None),
        ("تاریخ انتشار: ۲۵ مهر ۱۴۰۴ ساعت ۰۹:۱۰", "2025-10-17T09:10", None),
        ("2025-10-22T21:35:11+00:00", "2025-10-22T21:35:11+00:00", None),
        ("2025-10-22T21:35:11.123Z", "2025-10-22T21:35:11Z", None),
        ("2025-10-22 21:35", "2025-10-22T21:35", None),
        ("2025/10/22 21:35", "2025-10-22T21:35", None),
        ("22.10.2025", "2025-10-22", None),
        ("22.10.25", "2025-10-22", None),
        ("22.10.2025, 21:35 Uhr", "2025-10-22T21:35", None),
        ("22.10.25, 21.35 Uhr", "2025-10-22T21:35", None),
        ("Stand: 22.10.2025 21:35 Uhr", None, "2025-10-22T21:35"),
        (
            "Veröffentlicht am 22.10.2025 um 21:35 Uhr, aktualisiert am 23.10.2025 um 07:05 Uhr",
            "2025-10-22T21:35",
            "2025-10-23T07:05",
        ),
        ("22. Oktober 2025, 21:35 Uhr", "2025-10-22T21:35", None),
        ("Mittwoch, 22. Oktober 2025", "2025-10-22", None),
        ("Aktualisiert: 22.10.2025, 21:35", None, "2025-10-22T21:35"),
        ("3. März 2026", "2026-03-03", None),
        ("Publié le 21 novembre 2025 à 18h02", "2025-11-21T18:02", None),
        (
            "Publié le 21 novembre 2025 à 18h02, mis à jour le 22 novembre 2025 à 08h10",
            "2025-11-21T18:02",
            "2025-11-22T08:10",
        ),
        ("1er août 2025 à 7 h 30", "2025-08-01T07:30", None),
        ("mercredi 3 décembre 2025", "2025-12-03", None),
        ("Mis à jour le 03/12/2025 à 10:11", None, "2025-12-03T10:11"),
        ("November 21, 2025", "2025-11-21", None),
        ("Nov. 21, 2025", "2025-11-21", None),
        ("Nov 21, 2025 3:45 p.m.", "2025-11-21T15:45", None),
        ("Nov 21, 2025 3:45 PM ET", "2025-11-21T15:45", None),
        ("21 Nov 2025 15:45 GMT", "2025-11-21T15:45Z", None),
        ("21 Nov 2025 15:45 UTC", "2025-11-21T15:45Z", None),
        ("21 November 2025, 15:45 (GMT+3)", "2025-11-21T15:45+03:00", None),
        ("Published: October 27, 2026 18:44", "2026-10-27T18:44", None),
        ("Published 27 October 2026, Updated 28 October 2026", "2026-10-27", "2026-10-28"),
        ("Updated 12:15 a.m. June 3, 2026", None, "2026-06-03T00:15"),
        ("Wed 27 Aug 2025 15.12 BST", "2025-08-27T15:12", None),
        ("Tue, 05 Mar 2024 10:11:12 +0300", "2024-03-05T10:11:12+03:00", None),
        ("5th of March 2024", "2024-03-05", None),
        ("03/05/2024", "2024-05-03", None),
        ("13/05/2024 10:15", "2024-05-13T10:15", None),
        ("05/13/2024", "2024-05-13", None),
        ("9-Nov-25", "2025-11-09", None),
        ("9 Nov '25", "2025-11-09", None),
        ("2025. 5. 15. 10:30", "2025-05-15T10:30", None),
        ("2025.05.15 10:30", "2025-05-15T10:30", None),
        ("2025년 5월 15일 10:30", "2025-05-15T10:30", None),
        ("2025年1月13日 10:30", "2025-01-13T10:30", None),
        ("2025年1月13日", "2025-01-13", None),
        ("12 Ağustos 2025 Salı", "2025-08-12", None),
        ("Giriş Tarihi: 03.02.2026 14:05 Güncelleme: 03.02.2026 14:31", "2026-02-03T14:05", "2026-02-03T14:31"),
        ("3 Şubat 2026, Salı - 14:05", "2026-02-03T14:05", None),
        (
            "Publisert 5. august 2025 kl. 10:15 Oppdatert 6. august 2025 kl. 08:00",
            "2025-08-05T10:15",
            "2025-08-06T08:00",
        ),
        ("Publicerad 5 augusti 2025 kl. 10.15", "2025-08-05T10:15", None),
        ("5 augustus 2025 om 10:15", "2025-08-05T10:15", None),
        ("Gepubliceerd op 5 mei 2025", "2025-05-05", None),
        ("5 de agosto de 2025", "2025-08-05", None),
        ("Publicado el 5 de agosto de 2025 a las 10:15", "2025-08-05T10:15", None),
        ("5 de março de 2026 às 14h30", "2026-03-05T14:30", None),
        ("Atualizado em 05/03/2026 14h30", None, "2026-03-05T14:30"),
        ("5 agosto 2025 alle 10:15", "2025-08-05T10:15", None),
        ("Pubblicato il 5 agosto 2025", "2025-08-05", None),
        ("5 sierpnia 2025, 10:15", "2025-08-05T10:15", None),
        ("5 августа 2025, 10:15", "2025-08-05T10:15", None),
        ("14.05.2025, 10:15", "2025-05-14T10:15", None),
        ("5 серпня 2025", "2025-08-05", None),
        ("20 Januari 2026 10:15 WIB", "2026-01-20T10:15", None),
        ("Selasa, 20 Januari 2026", "2026-01-20", None),
        ("21/11/2025 بتوقيت غرينتش 15:45", "2025-11-21T15:45", None),
        ("21/11/2025 15:45 بتوقيت غرينتش", "2025-11-21T15:45Z", None),
        ("21/11/2025 15:45 بتوقيت مكة", "2025-11-21T15:45", None),
        ("الخميس 21 نوفمبر 2025 15:45 (ت.غ)", "2025-11-21T15:45Z", None),
        ("منذ 3 ساعات", "2026-11-20T05:00Z", None),
        ("قبل ساعتين", "2026-11-20T06:00Z", None),
        ("منذ ساعة", "2026-11-20T07:00Z", None),
        ("منذ يوم", "2026-11-19", None),
        ("قبل 20 دقيقة", "2026-11-20T07:40Z", None),
        ("منذ ٥ أيام", "2026-11-15", None),
        ("أمس", "2026-11-19", None),
        ("أمس 14:30", "2026-11-19T14:30", None),
        ("اليوم 07:15", "2026-11-20T07:15", None),
        ("أول أمس", "2026-11-18", None),
        ("3 hours ago", "2026-11-20T05:00Z", None),
        ("an hour ago", "2026-11-20T07:00Z", None),
        ("Updated 2 hours ago", None, "2026-11-20T06:00Z"),
        ("2 days ago", "2026-11-18", None),
        ("Yesterday", "2026-11-19", None),
        ("Yesterday at 2:30 pm", "2026-11-19T14:30", None),
        ("5 mins ago", "2026-11-20T07:55Z", None),
        ("vor 2 Stunden", "2026-11-20T06:00Z", None),
        ("vor einer Stunde", "2026-11-20T07:00Z", None),
        ("Gestern, 14:30 Uhr", "2026-11-19T14:30", None),
        ("Heute, 07:15 Uhr", "2026-11-20T07:15", None),
        ("il y a 3 heures", "2026-11-20T05:00Z", None),
        ("il y a 2 jours", "2026-11-18", None),
        ("Hier à 18h02", "2026-11-19T18:02", None),
        ("hace 3 horas", "2026-11-20T05:00Z", None),
        ("há 2 dias", "2026-11-18", None),
        ("3 ore fa", "2026-11-20T05:00Z", None),
        ("3 saat önce", "2026-11-20T05:00Z", None),
        ("dün 14:30", "2026-11-19T14:30", None),
        ("امروز ۰۷:۱۵", "2026-11-20T07:15", None),
        ("دیروز", "2026-11-19", None),
        ("۳ ساعت پیش", "2026-11-20T05:00Z", None),
        ("i går kl. 14:30", "2026-11-19T14:30", None),
        ("3 timer siden", "2026-11-20T05:00Z", None),
        ("3 uur geleden", "2026-11-20T05:00Z", None),
        ("3 часа назад", "2026-11-20T05:00Z", None),
        ("вчера", "2026-11-19", None),
        ("آخر تحديث: منذ 10 دقائق", None, "2026-11-20T07:50Z"),
        ("منذ أسبوع", "2026-11-13", None),
        ("1 week ago", "2026-11-13", None),
    ],
)
def test_date_line(line: str, published: str | None, modified: str | None) -> None:
    found = dates.read_line(line)
    assert found is not None
    assert dates.settle(found.published, FETCHED) == published
    assert dates.settle(found.modified, FETCHED) == modified


@pytest.mark.parametrize(
    "line",
    [
        "اليوم",
        "Today",
        "Heute",
        "منذ عام 1967",
        "قبل ساعتين من الموعد",
        "3 hours ago the bridge closed",
        "il y a 3 heures de route",
        "seit gestern gesperrt",
        "آخر 24 ساعة",
        "31.02.2025",
        "30 شباط 2026",
        "31 رمضان 1447 هـ",
        "۳۱ مهر ۱۴۰۴",
        "30.11.1447 8",
        "2026",
        "12:45",
        "1.2.3",
        "v10.11.12 beta",
        "5 May 20²⁵",
        "⑤ May 2025",
    ],
)
def test_line_that_is_no_date(line: str) -> None:
    assert dates.read_line(line) is None


@pytest.mark.parametrize("line", ["منذ 3 ساعات", "yesterday", "vor 2 Tagen", "امروز ۰۷:۱۵"])
def test_an_age_stays_untold_without_the_moment_of_fetching(line: str) -> None:
    found = dates.read_line(line)
    assert found is not None
    assert dates.settle(found.published, None) is None


@pytest.mark.parametrize(
    "value",
    ["1970-01-01", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "1899-12-31", "2026-11-23", "2031-01-01T10:00"],
)
def test_implausible_dates_are_refused(value: str) -> None:
    assert dates.settle(dates.read_value(value), FETCHED) is None


@pytest.mark.parametrize("value", ["2026-11-22", "2026-11-20T23:00+03:00", "1995-04-02"])
def test_plausible_dates_are_kept(value: str) -> None:
    assert dates.settle(dates.read_value(value), FETCHED) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20240502T101112Z", "2024-05-02T10:11:12Z"),
        ("20240502", "2024-05-02"),
        ("1714644672", "2024-05-02T10:11:12Z"),
        ("1714644672000", "2024-05-02T10:11:12Z"),
        ("Thu May 02 10:11:12 CEST 2024", "2024-05-02T10:11:12"),
        ("Sat Apr 27 2024 17:28:34 GMT+0000", "2024-04-27T17:28:34+00:00"),
        ("99999999", None),
        ("123456", None),
    ],
)
def test_values_that_machines_write(value: str, expected: str | None) -> None:
    assert dates.read_value(value) == expected


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2076, 1, 1)))
def test_days_come_back_from_every_spelling(day: date) -> None:
    iso = str(day)
    year, month, number = iso.split("-")
    for text in (iso, f"{number}.{month}.{year}", f"{year}/{month}/{number}", f"{year}年{int(month)}月{int(number)}日"):
        assert dates.read_value(text) == iso


@given(st.text(max_size=200))
def test_any_text_is_read_without_fault(text: str) -> None:
    found = dates.read_line(text)
    if found is not None:
        dates.settle(found.published, FETCHED)
    dates.read_value(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://post.example/2026/01/18/trams", "2026-01-18"),
        ("https://post.example/2026-01-18-trams.html", "2026-01-18"),
        ("https://post.example/2026/01/derby", None),
        ("https://post.example/2026/13/45/x", None),
        ("https://post.example/a/202601181", None),
    ],
)
def test_day_in_an_address(url: str, expected: str | None) -> None:
    assert dates.read_path(url) == expected
