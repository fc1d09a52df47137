"""Who speaks: the phrase behind a verb, a subject before it, whom the text named before, or nobody."""

import pytest

from schemas import CleanArticle, Quote
from streams.extraction import quotes
from streams.extraction.text import fields
from tests.extraction.test_quotes import entities

NAMES = {
    "سامي البرجاوي": "person",
    "هالة الدويري": "person",
    "وزارة النقل": "organisation",
    "صدى المرسى": "organisation",
    "Lena Orwell": "person",
    "Maud Terrier": "person",
    "Harbour Board": "organisation",
}


def read(body: str, language: str = "ar") -> list[Quote]:
    article = CleanArticle(id="0" * 32, language=language, body=body)
    return quotes.find(article, fields(article), entities(article, NAMES))


def speakers(body: str, language: str = "ar") -> list[str | None]:
    return [quote.speaker for quote in read(body, language)]


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("أما سامي البرجاوي فقال: “الميناء لن يغلق أبدا”.", "سامي البرجاوي"),
        ("وكان سامي البرجاوي قد قال أمام مجلس المدينة إن “الميناء لن يغلق أبدا”.", "سامي البرجاوي"),
        ("حضر سامي البرجاوي، الذي وصف القرار بأنه “خطوة إلى الوراء”.", "سامي البرجاوي"),
        ("ورد عليه سامي البرجاوي بأن “الميناء لن يغلق أبدا”.", "سامي البرجاوي"),
        ("وقال لوزارة النقل سامي البرجاوي إن “الميناء لن يغلق أبدا”.", "سامي البرجاوي"),
        ("ونقلت صحيفة عن سامي البرجاوي، وهو مهندس، قوله: “الميناء لن يغلق أبدا”.", "سامي البرجاوي"),
        ("ودعت وزارة النقل إلى “فتح الطريق فورا”.", "وزارة النقل"),
        ("“الميناء لن يغلق أبدا”، تضحك هالة الدويري.", "هالة الدويري"),
        ("“الميناء لن يغلق أبدا”. هكذا لخصت هالة الدويري المشهد.", "هالة الدويري"),
    ],
)
def test_the_subject_wherever_it_stands(body: str, speaker: str) -> None:
    assert speakers(body) == [speaker]


@pytest.mark.parametrize("verb", ["زاد", "أردفت", "يستدرك", "تتساءل", "صاحوا", "واصل", "اختتمت"])
def test_every_form_of_a_verb_of_saying(verb: str) -> None:
    assert [quote.cue for quote in read(f"ثم {verb}: “الميناء لن يغلق أبدا”.")] == [verb]


@pytest.mark.parametrize(
    "body",
    [
        "وقال مصدر في وزارة النقل إن الطريق سيفتح غدا.",
        "لكن مصدرا في الميناء قال لصدى المرسى إن الطريق سيفتح غدا.",
        "وقال سائق شاحنة في الميناء: “ننتظر منذ ثلاثة أيام”.",
        "أغلق الطريق لأسباب قيل إنها أمنية بحتة.",
    ],
)
def test_nobody_is_named(body: str) -> None:
    assert speakers(body) == [None]


def test_somebody_unnamed_goes_on_speaking() -> None:
    body = "زار سامي البرجاوي الميناء. وقال مصدر أمني إن الطريق أغلق صباحا. وأضاف أن السفن تنتظر في العرض."
    assert speakers(body) == [None, None]


def test_the_form_of_the_verb_tells_whom_it_looks_back_at() -> None:
    body = "وصل سامي البرجاوي مع الوزيرة هالة الدويري إلى الميناء. وقالت إن العمل بدأ صباحا."
    assert speakers(body) == ["هالة الدويري"]


def test_a_noun_refers_to_the_organisation_named_before() -> None:
    body = "أصدرت وزارة النقل بيانا، وحضر سامي البرجاوي. وقالت الوزارة إن الطريق سيفتح غدا."
    assert speakers(body) == ["وزارة النقل"]


def test_a_name_that_no_finder_knew_is_given_as_the_text_has_it() -> None:
    (quote,) = read("وقال مدير الميناء، المهندس رامز شلبك، إن الطريق سيفتح غدا.")
    assert (quote.speaker, quote.speaker_entity) == ("رامز شلبك", None)


def test_answers_of_an_interview_are_the_interviewed_ones() -> None:
    body = "استقبلنا سامي البرجاوي في مكتبه. تحدث البرجاوي طويلا.\n\nمتى يفتح الميناء؟\n\n“في الخريف إن شاء الله”."
    assert speakers(body) == ["سامي البرجاوي"]


@pytest.mark.parametrize(
    ("language", "body", "found"),
    [
        ("en", '"We wait," Lena Orwell said. "Nobody has told us why."', ["Lena Orwell"]),
        ("en", "Lena Orwell spoke first. She said the port would open soon.", ["Lena Orwell"]),
        ("en", "A source at the Harbour Board said the port would open soon.", [None]),
        ("en", "The port will open again in spring, the Harbour Board said on Monday.", ["Harbour Board"]),
        ("fr", "Le port rouvrira dès la semaine prochaine, a précisé lundi Maud Terrier.", ["Maud Terrier"]),
        ("ur", "وزیر نے کہا: ”بندرگاہ کل کھل جائے گی“۔", [None]),
    ],
)
def test_other_languages(language: str, body: str, found: list[str | None]) -> None:
    assert speakers(body, language)[:1] == found


def test_a_long_quotation_needs_no_cue_and_a_short_one_does() -> None:
    assert len(read("وعاد إلى “أيام كانت فيها السفن ترسو كل صباح”.")) == 1
    assert read("وعاد إلى “عاصمة الضباب” مساء.") == []


def test_what_follows_inna_belongs_to_a_form_of_qala() -> None:
    (quote,) = read("وقال سامي البرجاوي، الذي أكد حضوره، إن الطريق سيفتح غدا.")
    assert (quote.cue, quote.speaker) == ("قال", "سامي البرجاوي")


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("سامي البرجاوي يعد بأصابعه ما خسره: “مركب وشباك وعشرون عاما”.", "سامي البرجاوي"),
        ("مدير الميناء سامي البرجاوي عزا الزحام إلى خريف ماطر “لم تشهد مثله المدينة منذ عشرين سنة”.", "سامي البرجاوي"),
        ("وقال سامي البرجاوي إن الطريق أغلق. وتعهد بإصدار قرار “يعيد السفن كلها إلى الميناء القديم”.", "سامي البرجاوي"),
        ("وقف سامي البرجاوي طويلا ثم اتهم وزارة النقل بـ“التفريط بالميناء كله”.", "سامي البرجاوي"),
        ("“هكذا كان البحر قبل أن يرحلوا عنه”، تنهد التاجر سامي البرجاوي.", "سامي البرجاوي"),
        ("حضر سامي البرجاوي النقاش، وطمأن الحاضرين إلى أن الميناء سيفتح غدا.", "سامي البرجاوي"),
        ("حضر سامي البرجاوي متأخرا. “لم أجد من يفتح لي باب الميناء”.", "سامي البرجاوي"),
        ("وسألت هالة الدويري المدير سامي البرجاوي عن السفن، فأجاب: “سترسو كلها غدا”.", "سامي البرجاوي"),
        ("وقال سامي البرجاوي: “انتظرنا طويلا. لم يأت أحد إلينا”. وأضاف أن السفن سترسو غدا.", "سامي البرجاوي"),
    ],
)
def test_the_subject_is_told_from_objects_and_from_those_who_only_stand_near(body: str, speaker: str) -> None:
    assert speakers(f"زارت هالة الدويري المدينة.\n\n{body}")[-1] == speaker


def test_what_a_paper_says_is_said_by_whose_paper_it_is_and_not_by_who_saw_it() -> None:
    body = "وتفيد أرقام اطلع عليها سامي البرجاوي بأن ألف سفينة رست هنا."
    assert speakers(body) == [None]
    assert speakers("وتفيد أرقام حصل عليها سامي البرجاوي من وزارة النقل بأن ألف سفينة رست هنا.") == ["وزارة النقل"]


@pytest.mark.parametrize(
    ("language", "body", "found"),
    [
        ("en", "Maud Terrier left. “We have waited here for nineteen years,” shrugged Lena Orwell.", ["Lena Orwell"]),
        ("en", "Lena Orwell came last. “We have waited here for nineteen years,” she smiled.", ["Lena Orwell"]),
        ("fr", "« On nous a donné un numéro et une chaise », soupire sa mère, Maud Terrier.", ["Maud Terrier"]),
    ],
)
def test_any_verb_may_stand_behind_a_quotation(language: str, body: str, found: list[str | None]) -> None:
    assert speakers(body, language) == found


def test_a_family_name_alone_is_known_by_the_full_name_before_it() -> None:
    body = "حضر سامي البرجاوي.\n\nوصلت هالة الدويري.\n\nونفى البرجاوي في اتصال مع “صدى المرسى” أن يكون الميناء مغلقا."
    assert speakers(body) == ["سامي البرجاوي"]


def test_a_name_that_no_finder_knew_behind_an_organisation_ends_with_its_last_name() -> None:
    body = "وقال مدير وزارة النقل خالد محمود أمس إن الميناء سيفتح غدا."
    assert speakers(body) == ["خالد محمود"]


def test_french_demonstratives_are_pronouns() -> None:
    body = "Le port est fermé, a précisé Maud Terrier. Ce dernier point. Celle-ci estime que le port rouvrira lundi."
    assert speakers(body, "fr")[-1] == "Maud Terrier"
