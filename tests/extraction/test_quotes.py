"""Quotations: who said it, in whose words; scare quotes and titles are none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle, Entity, Mention, Quote
from streams.extraction import quotes
from streams.extraction.text import fields


def entities(article: CleanArticle, names: dict[str, str]) -> list[Entity]:
    found = []
    for number, (name, kind) in enumerate(names.items(), 1):
        mentions = []
        for field in fields(article):
            at = field.text.find(name)
            while at >= 0:
                mentions.append(Mention(field=field.name, text=name, start=at, end=at + len(name)))
                at = field.text.find(name, at + 1)
        if mentions:
            row = {
                "id": f"e{number}",
                "name": name,
                "type": kind,
                "mentions": mentions,
                "confidence": 1,
                "method": "test",
            }
            found.append(Entity.model_validate(row))
    return found


NAMES = {
    "سامي البرجاوي": "person",
    "هالة الدويري": "person",
    "وزارة النقل": "organisation",
    "Lena Orwell": "person",
    "Harbour Board": "organisation",
    "Maud Terrier": "person",
    "Cem Aksoylu": "person",
    "بهار نیکنام": "person",
}


def read(body: str, language: str = "ar", headline: str | None = None) -> list[Quote]:
    article = CleanArticle(id="0" * 32, language=language, headline=headline, body=body)
    texts = {field.name: field.text for field in fields(article)}
    found = quotes.find(article, fields(article), entities(article, NAMES))
    for quote in found:
        assert texts[quote.field][quote.start : quote.end] == quote.text
    return found


def short(body: str, language: str = "ar") -> list[tuple[str, str, str | None]]:
    return [(quote.kind, quote.text, quote.speaker) for quote in read(body, language)]


@pytest.mark.parametrize("marks", [("“", "”"), ("«", "»"), ('"', '"'), ("„", "“"), ("“", "“")])
def test_direct_in_all_marks(marks: tuple[str, str]) -> None:
    said = "الميناء يعمل بكامل طاقته"
    body = f"وقال المدير سامي البرجاوي إن {marks[0]}{said}{marks[1]}."
    assert short(body) == [("direct", said, "سامي البرجاوي")]


@pytest.mark.parametrize(
    ("language", "body", "said", "speaker"),
    [
        (
            "ar",
            "وأضاف سامي البرجاوي: “السفن تنتظر منذ الصباح في العرض”.",
            "السفن تنتظر منذ الصباح في العرض",
            "سامي البرجاوي",
        ),
        ("ar", "«السفن تنتظر منذ الصباح»، قالت هالة الدويري مبتسمة.", "السفن تنتظر منذ الصباح", "هالة الدويري"),
        ("ar", "حضر سامي البرجاوي الحفل، مؤكدا أن “العمل لن يتوقف أبدا”.", "العمل لن يتوقف أبدا", "سامي البرجاوي"),
        (
            "en",
            '"The ships have waited since dawn," said Lena Orwell.',
            "The ships have waited since dawn,",
            "Lena Orwell",
        ),
        (
            "en",
            '"The ships have waited since dawn," Lena Orwell said.',
            "The ships have waited since dawn,",
            "Lena Orwell",
        ),
        (
            "fr",
            "« Les navires attendent depuis l'aube », affirme Maud Terrier.",
            "Les navires attendent depuis l'aube",
            "Maud Terrier",
        ),
        ("tr", 'Cem Aksoylu, "Gemiler sabahtan beri bekliyor" dedi.', "Gemiler sabahtan beri bekliyor", "Cem Aksoylu"),
        ("fa", "بهار نیکنام گفت: «کشتی‌ها از صبح منتظرند».", "کشتی‌ها از صبح منتظرند", "بهار نیکنام"),
    ],
)
def test_direct(language: str, body: str, said: str, speaker: str) -> None:
    assert short(body, language) == [("direct", said, speaker)]


@pytest.mark.parametrize(
    ("language", "body", "said", "speaker"),
    [
        (
            "ar",
            "وأكد سامي البرجاوي أن الميناء سيفتح غدا، داعيا السائقين إلى الصبر.",
            "الميناء سيفتح غدا",
            "سامي البرجاوي",
        ),
        ("ar", "وقالت وزارة النقل إنها أرسلت فريقا إلى الميناء.", "إنها أرسلت فريقا إلى الميناء", "وزارة النقل"),
        ("ar", "وقال مصدر أمني إن الطريق أغلق صباحا.", "الطريق أغلق صباحا", None),
        (
            "en",
            "Lena Orwell said the harbour would open again soon.",
            "the harbour would open again soon",
            "Lena Orwell",
        ),
        ("fr", "Maud Terrier assure que le port rouvrira bientôt.", "le port rouvrira bientôt", "Maud Terrier"),
        (
            "tr",
            "Cem Aksoylu, limanın yarın yeniden açılacağını söyledi.",
            "limanın yarın yeniden açılacağını",
            "Cem Aksoylu",
        ),
        ("fa", "بهار نیکنام گفت که بندر فردا باز می‌شود.", "بندر فردا باز می‌شود", "بهار نیکنام"),
    ],
)
def test_reported(language: str, body: str, said: str, speaker: str | None) -> None:
    assert short(body, language) == [("reported", said, speaker)]


@pytest.mark.parametrize(
    "body",
    [
        "دخلت خلية تتبع تنظيم “السهم الأحمر” إلى المدينة.",
        "افتتحت شركة “دلتا النهر الكبير” فرعها الأول.",
        "شاهد الجمهور فيلم «ليلة في الميناء القديم» أمس.",
        "يذكر أن الميناء أغلق ثلاث مرات.",
        'وقال سامي البرجاوي لـ"صدى المرسى الجديد" كلاما قليلا.',
        "ورد في “دليل السائق الجديد” ذكر الجسر.",
    ],
)
def test_scare_quotes_and_titles_are_none(body: str) -> None:
    assert read(body) == []


def test_a_second_cue_keeps_the_speaker() -> None:
    found = read("قال سامي البرجاوي إن العمل بدأ صباحا. وأضاف أن السفن تنتظر في العرض.")
    assert [quote.speaker for quote in found] == ["سامي البرجاوي", "سامي البرجاوي"]
    assert found[0].confidence > found[1].confidence


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("مصدر في الجمارك طلب عدم ذكر اسمه", "كشف"),
        ("مصدر أمني رفض الكشف عن هويته", "كشف"),
        ("أحد السكان، مفضلا عدم نشر اسمه،", "أكد"),
        ("موظفون اشترطوا عدم الكشف عن أسمائهم", "أكد"),
    ],
)
def test_who_wants_no_name_has_none_and_is_quoted(who: str, said: str) -> None:
    (quote,) = read(f"و{said} {who} أن الشاحنة عبرت الحدود ليلا.")
    assert (quote.text, quote.speaker, quote.cue) == ("الشاحنة عبرت الحدود ليلا", None, said)


def test_headline_label() -> None:
    found = read("نص.", headline="سامي البرجاوي: «لن نغلق الميناء أبدا»")
    assert [(quote.kind, quote.field, quote.speaker) for quote in found] == [("direct", "headline", "سامي البرجاوي")]


def test_quotation_marks_pair_within_a_line() -> None:
    assert quotes.pairs('"a\nb" “c” «d “e” f»') == [(7, 8), (11, 18), (14, 15)]


PIECES = st.sampled_from(
    [
        *(
            "قال",
            "أكد",
            "مضيفا",
            "سامي البرجاوي",
            "وزارة النقل",
            "إن",
            "أن",
            "“",
            "”",
            "«",
            "»",
            '"',
            ":",
            "،",
            ".",
            "\n\n",
        ),
        *("الميناء", "يعمل", "نقلت", "عن", "مصدر", "said", "Lena Orwell", "that", "dedi", "گفت", "که", "قوله", "بين"),
    ]
)


@given(st.lists(PIECES, max_size=40), st.sampled_from(["ar", "en", "fr", "tr", "fa", "ur", "ckb", "ku", "xx"]))
def test_any_words_give_spans_that_fit(pieces: list[str], language: str) -> None:
    body = " ".join(pieces).strip() or "-"
    found = read(body, language)
    assert found == read(body, language)
    for quote in found:
        assert quote.text == quote.text.strip() != ""


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read(text or "-")


@pytest.mark.parametrize(
    "body", ['"' * 1_000_000, "“ ”" * 300_000, '"قال" ' * 150_000, "قال إن " * 140_000, "« " * 500_000]
)
def test_hostile_texts_take_no_time(body: str) -> None:
    start = time.process_time()
    read(body)
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        ("ونفى المدير أن يكون الجسر مغلقا، متهما خصومه بالكذب.", "يكون الجسر مغلقا"),
        ("وأكد المدير أن الجسر سيبقى مفتوحا، لكنه طالب السائقين بالصبر.", "الجسر سيبقى مفتوحا"),
        ("وقالت المديرة إن الجسر سيبقى مفتوحا، الأمر الذي انتقده السائقون.", "الجسر سيبقى مفتوحا"),
        ("ونبّه الحارس إلى أن الجسر سيغلق غدا.", "الجسر سيغلق غدا"),
        ("وشدد المدير على أن الجسر سيغلق غدا.", "الجسر سيغلق غدا"),
    ],
)
def test_a_reported_clause_ends_where_something_else_is_told(body: str, clause: str) -> None:
    assert [quote.text for quote in read(body) if quote.kind == "reported"] == [clause]


@pytest.mark.parametrize(
    "body",
    [
        "وأعلنت الشركة شراء السفن بقيمة تبلغ مليار دولار، على أن تسلم أولاها في مارس.",
        "وأعلن المدير وصول الرجل الذي يوصف بأنه كبير المهربين في الميناء.",
    ],
)
def test_a_condition_or_a_description_is_no_reported_clause(body: str) -> None:
    assert not [quote for quote in read(body) if quote.kind == "reported"]
