"""Figures: how many people, how much money, which share; nothing where nothing is counted."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle, Figure
from streams.extraction import figures
from streams.extraction.numerals import number
from streams.extraction.reading import table, words
from streams.extraction.text import fields


def read(body: str, language: str = "ar") -> list[Figure]:
    article = CleanArticle(id="0" * 32, language=language, body=body)
    found = figures.find(article, fields(article))
    for figure in found:
        assert body[figure.start : figure.end] == figure.text
    return found


def kinds(body: str, language: str = "ar") -> list[tuple[str, float | None, float | None]]:
    return [(figure.what, figure.low, figure.high) for figure in read(body, language)]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("ar", "أربعة عشر", 14),
        ("ar", "مئتان وخمسة وعشرون", 225),
        ("ar", "ثلاثة آلاف", 3000),
        ("ar", "مليوني", 2_000_000),
        ("ar", "مليارا و300 مليون", 1_300_000_000),
        ("ar", "مليون ونصف مليون", 1_500_000),
        ("ar", "21 ألفا و400", 21_400),
        ("ar", "2.11 مليار", 2_110_000_000),
        ("ar", "١١٬٥٨٥", 11_585),
        ("en", "two hundred and fifty thousand", 250_000),
        ("en", "1,210", 1210),
        ("fr", "quatre-vingt-dix-sept".replace("-", " "), 97),
        ("fr", "3 000", 3000),
        ("fr", "2,6", 2.6),
        ("tr", "on bir", 11),
        ("tr", "2.500", 2500),
        ("fa", "دو هزار میلیارد", 2_000_000_000_000),
        ("fa", "بیست و پنج", 25),
        ("ar", "وأحد عشر", 11),
        ("ar", "خمسا وثلاثين", 35),
        ("ar", "ستة آلاف وتسعمئة مليار", 6.9e12),
        ("ar", "ستة ملايين ونصف المليون", 6_500_000),
        ("en", "two and a half million", 2_500_000),
        ("en", "two dozen", 24),
        ("en", "sixty-one", 61),
        ("fr", "vingt-trois", 23),
        ("fr", "une vingtaine", 20),
        ("tr", "bir buçuk milyon", 1_500_000),
        ("ur", "ساڑھے تین سو", 350),
        ("ur", "14 ہزار 300", 14_300),
        ("ckb", "سێ سەد و پەنجا", 350),
    ],
)
def test_numbers(language: str, text: str, value: float) -> None:
    sequence = words(text)
    found = number(sequence, 0, text, language)
    assert found is not None
    assert (found.value, found.length) == (value, len(sequence))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("أدى الانفجار إلى مقتل عنصر.", [("killed", 1, 1)]),
        ("سقط قتيلان في الحادث.", [("killed", 2, 2)]),
        ("مقتل عنصرين وإصابة ثلاثة بجروح.", [("killed", 2, 2), ("injured", 3, 3)]),
        ("قتل ما لا يقل عن 17 شخصا في الهجوم.", [("killed", 17, None)]),
        ("أصيب أكثر من مئتي متظاهر.", [("injured", 200, None)]),
        ("اعتقال 4 آخرين في المداهمة.", [("arrested", 4, 4)]),
        ("نزوح ما بين 110 و120 أسرة من الوادي.", [("displaced", 110, 120)]),
        ("فرّ ما بين 60 و65 ألف نازح.", [("displaced", 60_000, 65_000)]),
        ("أنقذت الفرق سبع عشرة عائلة.", [("rescued", 17, 17)]),
        ("سجلت المحافظة ٦١ إصابة بالكوليرا.", [("infected", 61, 61)]),
        ("أعلن المستشفى وصول 14 جريحا.", [("injured", 14, 14)]),
        ("بلغت النسبة 18.4% من السكان.", [("percent", 18.4, 18.4)]),
        ("على بعد 70 كيلومترا من الميناء.", [("distance", 70, 70)]),
        ("زرعت البلدية 85 شجرة.", [("other", 85, 85)]),
    ],
)
def test_arabic(body: str, expected: list[tuple[str, float | None, float | None]]) -> None:
    assert kinds(body) == expected


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "The blast killed 12 people and wounded 30 others.", [("killed", 12, 12), ("injured", 30, 30)]),
        ("en", "At least 40 civilians were arrested.", [("arrested", 40, None)]),
        ("fr", "Trois personnes ont été interpellées.", [("arrested", 3, 3)]),
        ("fr", "Entre 3 000 à 4 000 manifestants ont défilé.", [("participants", 3000, 4000)]),
        ("tr", "Operasyonda 11 şüpheli gözaltına alındı.", [("arrested", 11, 11)]),
        ("fa", "در این حادثه ۱۲ نفر کشته شدند.", [("killed", 12, 12)]),
    ],
)
def test_other_languages(language: str, body: str, expected: list[tuple[str, float | None, float | None]]) -> None:
    assert kinds(body, language) == expected


@pytest.mark.parametrize(
    ("language", "body", "low", "unit"),
    [
        ("ar", "دفع التاجر 14 ألف دولار.", 14_000, "USD"),
        ("ar", "خصصت بورصة قطر 2.1 مليار ريال للمشروع.", 2_100_000_000, "QAR"),
        ("ar", "دفع التاجر خمسين ليرة سورية.", 50, "SYP"),
        ("ar", "دفع التاجر 30 ريالا.", 30, None),
        ("en", "The fund received $575m.", 575_000_000, "USD"),
        ("fr", "Tunis a dépensé 12 millions de dinars.", 12_000_000, "TND"),
        ("tr", "Değeri 180 milyon lira.", 180_000_000, "TRY"),
    ],
)
def test_money(language: str, body: str, low: float, unit: str | None) -> None:
    money = [figure for figure in read(body, language) if figure.what == "money"]
    assert [(figure.low, figure.unit) for figure in money] == [(low, unit)]


def bound(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}"


def test_counts_in_the_wordings_of_many_countries() -> None:
    wrong = []
    for line in Path(__file__).with_name("figures.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, sentence, expected = line.split("\t")
        told = [figure for figure in read(sentence, language) if figure.what not in {"other", "distance"}]
        found = "; ".join(f"{figure.what} {bound(figure.low)} {bound(figure.high)}" for figure in told)
        if found != expected:
            wrong.append((sentence, expected, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "body", "low", "unit"),
    [
        ("ar", "هبط البرميل في لندن 38 سنتا.", 0.38, "USD"),
        ("ar", "سعر اللتر في الأردن 820 فلسا.", 0.82, "JOD"),
        ("ar", "سعر اللتر في الأردن دينار و40 فلسا.", 1.04, "JOD"),
        ("ur", "پیٹرول 266 روپے 5 پیسے ہے۔", 266.05, "PKR"),
        ("fa", "قیمت آن ۹۰ میلیون تومان است.", 900_000_000, "IRR"),
        ("en", "Revenue reached Dh412 million.", 412_000_000, "AED"),
        ("en", "Each family paid N350,000.", 350_000, "NGN"),
    ],
)
def test_coins_and_signs_before_the_number(language: str, body: str, low: float, unit: str) -> None:
    assert [(figure.what, figure.low, figure.unit) for figure in read(body, language)] == [("money", low, unit)]


@pytest.mark.parametrize(
    "body",
    [
        "عمره 35 عاما.",
        "حكم عليه بالسجن عشر سنوات.",
        "سجل الهدف في الدقيقة 23 برأسية.",
        "بدأ المشروع في 2019 بالمدينة.",
        "وصل في 22 حزيران إلى الميناء.",
        "خيطنا جرح طفل في العيادة.",
    ],
)
def test_ages_terms_minutes_and_dates_are_no_figures(body: str) -> None:
    assert read(body) == []


PIECES = st.sampled_from(
    [
        *("مقتل", "إصابة", "5", "١٢", "و", "بين", "ما", "ألف", "آلاف", "مليون", "ونصف", "ثلاثة", "وعشرون", "أشخاص"),
        *("عنصر", "عنصرين", "قتيلان", "من", "بينهم", "أحدهم", "دولار", "ريال", "%", "$", "أكثر", "على", "الأقل", "إلى"),
        *("killed", "at", "least", "3.5", "1,000", "people", "m", "yüzde", "quatre", "vingt", "صد", "نصف", "9" * 25),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["ar", "en", "fr", "tr", "fa", "ur", "ckb", "ku", "xx"]))
def test_any_words_give_spans_that_fit(pieces: list[str], language: str) -> None:
    body = " ".join(pieces) or "-"
    found = read(body, language)
    assert found == read(body, language)
    for figure in found:
        assert figure.low is not None or figure.high is not None
        assert figure.low is None or figure.high is None or figure.low <= figure.high


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read(text or "-")


@pytest.mark.parametrize("body", ["1" * 1_000_000, "1 " * 500_000, "ق" * 1_000_000, "مقتل 5 أشخاص " * 75_000])
def test_hostile_texts_take_no_time(body: str) -> None:
    start = time.process_time()
    read(body)
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "Two killed as storm hits the coast.", [("killed", 2, 2)]),
        ("en", "Nine rescued as small boat sinks.", [("rescued", 9, 9)]),
        ("en", "Two construction workers were killed when a wall fell.", [("killed", 2, 2)]),
        ("en", "Three bombs exploded near people.", [("other", 3, 3)]),
        ("ar", "وقالت المنظمة إن أكثر من 3000 أسرة نزحت.", [("displaced", 3000, None)]),
        ("ar", "وما زال ثلاثة أشخاص في عداد المفقودين.", [("missing", 3, 3)]),
        ("ar", "انفجر اللغم يوم 2 October قرب الطريق.", []),
        ("ar", "غرامات بين 600 و1200 دينار كويتي.", [("money", 600, 1200)]),
        ("ar", "بين 110 و120 ألف نازح.", [("displaced", 110_000, 120_000)]),
        (
            "fr",
            "Ses services ont pris 312 arrêtés et relogé 1 240 personnes.",
            [("other", 312, 312), ("other", 1240, 1240)],
        ),
        ("tr", "Antakya'da 2 bin 400 konutun anahtarı verildi.", [("other", 2400, 2400)]),
        ("tr", "Üç buçuk yıl sonra 53 binden fazla konut kaldı.", []),
    ],
)
def test_what_the_words_around_a_number_count(
    language: str, body: str, expected: list[tuple[str, float | None, float | None]]
) -> None:
    assert kinds(body, language) == expected


@pytest.mark.parametrize(
    ("language", "body", "unit"),
    [
        ("en", "The line is seven kilometres long.", "km"),
        ("en", "It sank four miles off the coast.", "mi"),
        ("ar", "على عمق عشرة كيلومترات.", "km"),
        ("ar", "سقط 142 ملم من المطر.", "mm"),
        ("fr", "À 35 kilomètres de la ville.", "km"),
        ("fa", "سطح آب ۳۸ متر پایین رفت.", "m"),
    ],
)
def test_a_distance_has_its_unit(language: str, body: str, unit: str) -> None:
    assert [(figure.what, figure.unit) for figure in read(body, language)] == [("distance", unit)]


def test_every_word_for_a_distance_has_a_unit() -> None:
    units = {(language, form) for language, form, _ in table("distance_units.tsv")}
    assert {(row[0], row[1]) for row in table("figure_words.tsv") if row[2] == "distance"} <= units
