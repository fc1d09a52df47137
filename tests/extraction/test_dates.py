"""Dates: resolved against publication, in the names of many calendars, never invented."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle
from streams.extraction import calendars, dates
from streams.extraction.text import fields

VALUE = re.compile(
    r"\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2})?)?)?|\d{4}-W\d{2}|\d{3}X|\d{4}(?:-\d{2}(?:-\d{2})?)?/\d{4}(?:-\d{2}(?:-\d{2})?)?"
)


def article(body: str, language: str = "ar", published: str | None = "2025-05-21T10:00:00+03:00") -> CleanArticle:
    return CleanArticle(id="0" * 32, language=language, headline=None, body=body, published_at=published)


def values(body: str, language: str = "ar", published: str | None = "2025-05-21T10:00:00+03:00") -> list[str]:
    read = article(body, language, published)
    return [mention.value for mention in dates.find(read, fields(read))]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("وصل الوفد يوم السبت إلى المدينة.", "2025-05-17"),
        ("وصل الوفد اليوم الأربعاء.", "2025-05-21"),
        ("وصل الوفد أمس الثلاثاء.", "2025-05-20"),
        ("وصل الوفد مساء أمس.", "2025-05-20"),
        ("وصل الوفد أول من أمس.", "2025-05-19"),
        ("سيصل الوفد غدا.", "2025-05-22"),
        ("سيعقد الاجتماع الأحد في القاعة.", "2025-05-25"),
        ("عقد الاجتماع الأحد الماضي.", "2025-05-18"),
        ("عقد الاجتماع الأسبوع الماضي.", "2025-W20"),
        ("افتتح الجسر الشهر الماضي.", "2025-04"),
        ("افتتح الجسر منذ مطلع الشهر الجاري.", "2025-05"),
        ("افتتح الجسر مطلع العام.", "2025"),
        ("يعمل المصنع منذ 2015 دون توقف.", "2015"),
        ("تأسس النادي عام ١٩٥٥ في الميناء.", "1955"),
        ("بدأ العمل في 22 نيسان/أبريل 2024.", "2024-04-22"),
        ("بدأ العمل في ٩ كانون الثاني الماضي.", "2025-01-09"),
        ("بدأ العمل في 3 شتنبر 2023.", "2023-09-03"),
        ("بدأ العمل في 12 جويلية 2023.", "2023-07-12"),
        ("بدأ العمل في آذار 2019.", "2019-03"),
        ("بدأ العمل في التاسع من يناير 2024.", "2024-01-09"),
        ("بدأ العمل في العاشر من الشهر الماضي.", "2025-04-10"),
        ("سجل الاتفاق بتاريخ 07/03/2024 في العاصمة.", "2024-03-07"),
        ("سجل الاتفاق بتاريخ 2024-03-07 في العاصمة.", "2024-03-07"),
        ("ارتفعت المبيعات في الربع الثاني من عام 2024.", "2024-04/2024-06"),
        ("ازدهرت المدينة في تسعينيات القرن الماضي.", "199X"),
        ("أغلق الجسر بين عامي 2014 و2018.", "2014/2018"),
        ("بدأ الاحتفال عند الساعة الرابعة والنصف عصرا.", "2025-05-21T16:30"),
    ],
)
def test_arabic(body: str, value: str) -> None:
    assert values(body) == [value]


@pytest.mark.parametrize(
    ("language", "body", "value"),
    [
        ("en", "The bridge opened on Monday.", "2025-05-19"),
        ("en", "The bridge opened last week.", "2025-W20"),
        ("en", "The bridge opened on 14 March 2023.", "2023-03-14"),
        ("en", "The bridge opened on March 14, 2023.", "2023-03-14"),
        ("en", "The bridge opened in August 2024.", "2024-08"),
        ("en", "The market grew in the 1990s.", "199X"),
        ("en", "The gate opens at 8am on Thursday.", "2025-05-22T08:00"),
        ("fr", "Le pont a ouvert vendredi dernier.", "2025-05-16"),
        ("fr", "Le pont a ouvert le 14 juillet 2023.", "2023-07-14"),
        ("fr", "Le pont a ouvert hier.", "2025-05-20"),
        ("tr", "Köprü dün açıldı.", "2025-05-20"),
        ("tr", "Köprü 3 Şubat 2024 günü açıldı.", "2024-02-03"),
        ("fa", "پل در ۱۸ آذر ۱۴۰۳ باز شد.", "2024-12-08"),
        ("fa", "پل از سال ۱۳۹۶ باز است.", "2017"),
        ("ckb", "پردەکە دوێنێ کرایەوە.", "2025-05-20"),
        ("ur", "پل 5 مارچ 2024 کو کھلا۔", "2024-03-05"),
    ],
)
def test_other_languages(language: str, body: str, value: str) -> None:
    assert values(body, language) == [value]


def marked() -> list[tuple[str, ...]]:
    """The rows of dates.tsv: language, day of publication, sentence with the date in brackets, value, precision."""
    lines = Path(__file__).with_name("dates.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


def test_dates_of_all_calendars_and_languages_are_read_whole() -> None:
    wrong = []
    for language, published, sentence, value, precision in marked():
        start, end = sentence.index("["), sentence.index("]") - 1
        read = article(sentence.replace("[", "").replace("]", ""), language, published)
        found = [(d.value, d.precision, d.start, d.end) for d in dates.find(read, fields(read))]
        if found != [(value, precision, start, end)]:
            wrong.append((sentence, value, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("وقع الاتفاق في آذار 2024، ونفذ في الشهر التالي.", ["2024-03", "2024-04"]),
        ("بدأ العمل عام 2019 وتوقف في العام التالي.", ["2019", "2020"]),
        ("اعتقل في 10 أكتوبر 2025. وفي 15 من الشهر نفسه أفرج عنه.", ["2025-10-10", "2025-10-15"]),
        ("نما الاقتصاد في الربع الثاني من 2024 مقابل الفترة نفسها من 2023.", ["2024-04/2024-06", "2023-04/2023-06"]),
    ],
)
def test_a_date_takes_up_the_one_before(body: str, expected: list[str]) -> None:
    assert values(body) == expected


def test_two_days_that_do_not_follow_each_other_are_no_period() -> None:
    assert values("نفذ اتفاقا 10 و26 يناير 2024 تباعا.") == ["2024-01-10", "2024-01-26"]


def test_a_line_of_a_live_page_is_timed_by_the_day_of_publication() -> None:
    assert values("وصل في 3 آذار 2021.\n\n21:10 | حصيلة جديدة") == ["2021-03-03", "2025-05-21T21:10"]


def test_a_named_day_outweighs_yesterday_where_they_differ() -> None:
    assert values("وصل الوفد أمس الاثنين.") == ["2025-05-19"]


@pytest.mark.parametrize(
    "body",
    [
        "تزور الحملة السكان من باب إلى باب.",
        "وصل إلى إب مع زملائه.",
        "هاجمت حركة 23 مارس القرية.",
        "تنتج المحطة 45 ألف متر في اليوم.",
        "عوقب بالسجن من 8 إلى 11 سنة.",
    ],
)
def test_what_only_looks_like_a_date_is_none(body: str) -> None:
    assert values(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "استمر الاجتماع ثلاثة أيام.",
        "الرجل في الخامسة والثلاثين من عمره.",
        "في اليوم الثالث من الرحلة توقفت السفينة.",
        "وصل ذلك قبل يومين من الافتتاح.",
        "شارك 2000 عامل في البناء.",
        "لا أحد يعرف السبب.",
    ],
)
def test_durations_ages_and_counts_are_no_dates(body: str) -> None:
    assert values(body) == []


def test_a_number_behind_a_comma_is_no_year() -> None:
    assert values("منذ مطلع تشرين الأول/أكتوبر، 1900 لتر لا تكفي.") == ["2024-10"]


def test_the_span_ends_with_the_date() -> None:
    read = article("بدأ العمل في أكتوبر (تشرين الأول)، وانتهى.")
    assert [mention.text for mention in dates.find(read, fields(read))] == ["أكتوبر (تشرين الأول)"]


def test_without_publication_only_full_dates_stand() -> None:
    assert values("وصل أمس، وكان قد سافر في 3 آذار 2021 وعاد في أيار.", published=None) == ["2021-03-03"]


def test_fetch_time_stands_in_for_publication() -> None:
    read = CleanArticle(id="0" * 32, language="ar", body="وصل الوفد أمس.", fetched_at="2025-05-21T10:00:00Z")
    assert [mention.value for mention in dates.find(read, fields(read))] == ["2025-05-20"]


def test_a_time_of_day_takes_the_day_of_its_sentence() -> None:
    assert values("اندلع الحريق يوم السبت في المخزن عند الثانية فجرا.") == ["2025-05-17", "2025-05-17T02:00"]
    assert values("اندلع الحريق يوم السبت عند الثانية فجرا.") == ["2025-05-17T02:00"]


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [((1404, 9, 18), "2025-12-09"), ((1404, 1, 1), "2025-03-21"), ((1357, 11, 22), "1979-02-11")],
)
def test_solar_calendar(solar: tuple[int, int, int], gregorian: str) -> None:
    day = calendars.solar(*solar)
    assert day is not None
    assert day.isoformat() == gregorian


PIECES = st.sampled_from(
    [
        *("يوم", "السبت", "الأحد", "أمس", "الماضي", "المقبل", "من", "في", "عام", "منذ", "آذار", "نيسان", "/", "-", ":"),
        *("الساعة", "الثانية", "والنصف", "فجرا", "ظهرا", "2025", "31", "30", "12", "0", "9999", "الربع", "الأول", "و"),
        *("last", "May", "Monday", "8am", "1990", "s", "15:30", "11.11.2011", "الأشهر", "التسعة", "الأولى", "،", "."),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["ar", "en", "fr", "tr", "fa", "ur", "ckb", "ku", "xx"]))
def test_any_words_give_spans_that_fit_and_values_of_the_grammar(pieces: list[str], language: str) -> None:
    read = article(" ".join(pieces) or "-", language)
    texts = {field.name: field.text for field in fields(read)}
    found = dates.find(read, fields(read))
    assert found == dates.find(read, fields(read))
    for mention in found:
        assert texts[mention.field][mention.start : mention.end] == mention.text
        assert VALUE.fullmatch(mention.value)
        assert mention.precision in {"time", "day", "week", "month", "year", "decade", "period"}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read = article(text or "-")
    for mention in dates.find(read, fields(read)):
        assert (read.body or "")[mention.start : mention.end] == mention.text


@pytest.mark.parametrize(
    "body",
    [
        "امتلأ ملعب 8 ماي 1945 قبل خط الانطلاق.",
        "نافذة اليوم - عمان: ارتفعت أسعار الخضار.",
        "بلغ عدد المشاركين 2019 من أبناء الوادي.",
        "خسر الفريق وتجمد رصيده عند 17.",
    ],
)
def test_names_and_counts_that_look_like_dates_are_none(body: str) -> None:
    assert values(body) == []


def test_an_office_is_no_year() -> None:
    assert values("صدر الحكم في 2024، ومثل المدير العام السابق للمكتب.") == ["2024"]


def test_years_in_a_row_are_each_a_year() -> None:
    assert values("ألغيت الانتخابات في 2024 و2025 بسبب الحرب.") == ["2024", "2025"]


@pytest.mark.parametrize(
    ("language", "body"),
    [("fa", "امام جمعه شهر سخنرانی کرد."), ("tr", "Müftü, cuma hutbesini bu konuya ayırdı.")],
)
def test_what_there_is_every_week_has_no_day(language: str, body: str) -> None:
    read = article(body, language)
    assert dates.find(read, fields(read)) == []


@pytest.mark.parametrize(
    "body", ["مايو " * 15_000, "2020 و " * 15_000, "قبل 3 مايو الخميس " * 3_500, "قد الأحد " * 15_000]
)
def test_hostile_texts_take_no_time(body: str) -> None:
    read = article(body)
    start = time.process_time()
    dates.find(read, fields(read))
    assert time.process_time() - start < 5
