"""Cited sources: to whom the article attributes its report."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Byline, CitedSource, CleanArticle, Entity, Mention
from streams.extraction import sources
from streams.extraction.text import fields

NAMES = {
    "صدى الساحل": "organisation",
    "وكالة أنباء المرفأ": "organisation",
    "هيئة الأنهار": "organisation",
    "وليد الحوراني": "person",
    "Harbour Tribune": "organisation",
}


def read(body: str, language: str = "ar", byline: list[Byline] | None = None) -> list[CitedSource]:
    article = CleanArticle(id="0" * 32, language=language, body=body, byline=byline or [])
    entities = [
        Entity.model_validate(
            {
                "id": f"e{number}",
                "name": name,
                "type": kind,
                "mentions": [Mention(text=name, start=body.find(name), end=body.find(name) + len(name))],
                "confidence": 1,
                "method": "test",
            }
        )
        for number, (name, kind) in enumerate(NAMES.items(), 1)
        if name in body
    ]
    found = sources.find(article, fields(article), entities)
    for source in found:
        assert 0 <= source.start < source.end <= len(body)
        assert body[source.start : source.end].strip() == body[source.start : source.end]
    return found


@pytest.mark.parametrize(
    ("language", "body", "name"),
    [
        ("ar", "أغلق الجسر صباحا، بحسب صحيفة “صدى الساحل”.", "صدى الساحل"),
        ("ar", "أغلق الجسر صباحا، وفق ما أوردته وكالة أنباء المرفأ.", "وكالة أنباء المرفأ"),
        ("ar", "أغلق الجسر صباحا، وفق ما أعلنت هيئة الأنهار.", "هيئة الأنهار"),
        ("ar", "أغلق الجسر صباحا، نقلا عن مصدر عسكري.", "مصدر عسكري"),
        ("ar", "وأفادت مصادر محلية بأن الجسر أغلق صباحا.", "مصادر محلية"),
        ("ar", "أغلق الجسر، بحسب صحيفة “نجمة المرسى”.", "نجمة المرسى"),
        ("ar", "قال وليد الحوراني في حديث لصحيفة صدى الساحل إن الجسر أغلق.", "صدى الساحل"),
        ("en", "The bridge was closed, according to Harbour Tribune.", "Harbour Tribune"),
        ("en", "The bridge was closed, port officials said.", "port officials"),
        ("fr", "Le pont est fermé, d'après une source sécuritaire.", "une source sécuritaire"),
    ],
)
def test_sources(language: str, body: str, name: str) -> None:
    assert [source.name for source in read(body, language)] == [name]


def test_the_page_s_own_outlet_is_none() -> None:
    body = "أغلق الجسر صباحا، بحسب صحيفة “صدى الساحل”."
    assert read(body, byline=[Byline(name="صدى الساحل", type="agency")]) == []


def test_a_source_is_named_once_and_with_its_entity() -> None:
    found = read("أغلق الجسر، بحسب هيئة الأنهار. وفتح الطريق، بحسب هيئة الأنهار.")
    assert [(source.name, source.entity) for source in found] == [("هيئة الأنهار", "e3")]


@pytest.mark.parametrize("body", ["يعمل المصنع حسب الحاجة.", "قال وليد الحوراني إن الجسر أغلق.", "بحسب ما قال مازحا."])
def test_no_source(body: str) -> None:
    assert read(body) == []


PIECES = st.sampled_from(
    [
        *(
            "بحسب",
            "وفق",
            "ما",
            "أعلنت",
            "نقلا",
            "عن",
            "مصدر",
            "أمني",
            "في",
            "هيئة الأنهار",
            "صدى الساحل",
            "صحيفة",
            "“",
            "”",
        ),
        *("،", ".", "قال", "مسؤول", "شهود", "عيان", "officials", "said", "according", "to", "göre", "source"),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["ar", "en", "fr", "tr", "fa", "ur", "ckb", "ku", "xx"]))
def test_any_words_give_spans_that_fit(pieces: list[str], language: str) -> None:
    body = " ".join(pieces) or "-"
    assert read(body, language) == read(body, language)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read(text or "-")


@pytest.mark.parametrize("body", ["بحسب " * 200_000, '"' * 1_000_000, "مصدر " * 200_000])
def test_hostile_texts_take_no_time(body: str) -> None:
    start = time.process_time()
    read(body)
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("أصيب رجلان، وفق بيانات نقابة الصيادين.", "نقابة الصيادين"),
        ("تضررت عشرون خيمة، بحسب لجنة المخيم التي زارته.", "لجنة المخيم"),
        ("ارتفع السعر، وفقا للنقابة.", "النقابة"),
        ("غير أن مصدراً مصرفياً أكد الخبر.", "مصدر مصرفي"),
        ("لكن مصدرا أمنيا تحدث عن توقيف ثلاثة.", "مصدر أمني"),
        ("وقال مصدر في مشفى الساحل إن رجلا توفي.", "مصدر في مشفى الساحل"),
        ("وقالت مصادر أمنية غربية إن السفينة غرقت.", "مصادر أمنية غربية"),
        ("ونقلت “أصداء الجبل” عن العمدة قوله إنه باق.", "أصداء الجبل"),
        ("وقال في تصريح لإذاعة الضفاف إن الجسر مغلق.", "إذاعة الضفاف"),
        ("عادت القافلة كما روى ذوو الضحايا.", "ذوو الضحايا"),
    ],
)
def test_a_source_that_no_entity_stands_for_is_named_as_the_text_calls_it(body: str, expected: str) -> None:
    assert expected in [source.name for source in read(body)]


@pytest.mark.parametrize(
    "body", ["عوقب وفق المادة 12 من القانون.", "أوقف على ذمة التحقيق.", "سار العمل وفق الخطة.", "قال مسؤول إنه غائب."]
)
def test_what_a_thing_accords_with_is_no_source(body: str) -> None:
    assert read(body) == []


@pytest.mark.parametrize(
    ("language", "body", "name"),
    [
        ("ar", "وقال تاجر عملة، طلب حجب هويته، إن السعر ارتفع.", "تاجر عملة"),
        ("ar", "لم تنفذ القرارات، وفق مصدر بمديرية السدود.", "مصدر بمديرية السدود"),
        ("ar", "وقال في بيان أوردته وكالة أنباء المرفأ إن الجسر مغلق.", "وكالة أنباء المرفأ"),
        ("ar", "أغلق الجسر، بحسب هيئة الأنهار والسدود.", "هيئة الأنهار والسدود"),
        ("en", "A harbour official, who asked not to be named, said the bridge was closed.", "A harbour official"),
        ("en", "He told Vesna Herald that the bridge was closed.", "Vesna Herald"),
        ("fr", "Le pont est fermé, selon la préfecture de police.", "préfecture de police"),
        ("fr", "Il a confié à Vesna Soir que le pont était fermé.", "Vesna Soir"),
        ("tr", "Vesna Haber'in haberine göre köprü kapalı.", "Vesna Haber"),
        ("tr", "Görgü tanıklarına göre köprü kapalı.", "görgü tanıkları"),
        ("fa", "به گزارش خبرگزاری ساحل، پل بسته است.", "ساحل"),
        ("ur", "محکمہ موسمیات کے اعداد کے مطابق بارش ہوئی۔", "محکمہ موسمیات"),
        ("ckb", "بەپێی پێشبینیی کەشناسیی کەنار، باران دەبارێت.", "کەشناسیی کەنار"),
    ],
)
def test_sources_of_other_forms_and_languages(language: str, body: str, name: str) -> None:
    assert name in [source.name for source in read(body, language)]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "He told reporters that the bridge was closed."),
        ("ar", "تعمل مراسلة لإذاعة الضفاف منذ عام."),
        ("ar", "يصلى وفق المذهب القديم."),
        ("fr", "Le pont est fermé selon son calendrier."),
    ],
)
def test_listeners_and_staff_are_no_sources(language: str, body: str) -> None:
    assert read(body, language) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("وكانت وكالة «نداء الميناء» ذكرت في مايو أن الجسر سيغلق.", "نداء الميناء"),
        ("غير أن صحيفة «نجمة المرسى» نقلت أن الجسر سيغلق.", "نجمة المرسى"),
        ("وقال المدير لشبكة «مرسى سبورت»: «لن نلعب هنا».", "مرسى سبورت"),
        ("ونفى المدير في اتصال مع قناة «المرسى» أن يكون الجسر مغلقا.", "المرسى"),
        ("وهذه أسماء المفقودين كما تحصلنا عليها من تنسيقية العائلات:", "تنسيقية العائلات"),
        ("وحصلت الصحيفة من مصادر طبية على أسماء بعض المتوفين.", "مصادر طبية"),
        ("منعت الشرطة دخول الطعام، بحسب ثلاثة عمال تحدثوا إلينا.", "ثلاثة عمال"),
        ("لعب الفريق أمام أربعة آلاف متفرج، مثلما أعلنته هيئة الأنهار.", "هيئة الأنهار"),
        ("كان قد كتب في مجلة «نجم الجنوب» أن المياه سترتفع.", "نجم الجنوب"),
        ("وفق ما صرح به رئيس هيئة الأنهار الأستاذ وليد الحوراني أمس.", "وليد الحوراني"),
        ("وقال التاجر لوكالة صدى الساحل إن الميناء مغلق.", "وكالة صدى الساحل"),
        ("وقال التاجر لمرسى نيوز إن الميناء مغلق.", "مرسى نيوز"),
        ("ونقلت عن ثلاثة مصادر مطلعة أن الميناء مغلق.", "ثلاثة مصادر مطلعة"),
    ],
)
def test_media_and_sources_in_other_places_of_the_sentence(body: str, expected: str) -> None:
    assert [source.name for source in read(body)] == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "وطالب العضو بنقل خزانات الوقود بعيدا عن المدينة.",
        "واللاعب كان على ذمة هيئة الأنهار حتى الصيف.",
        "وأعادت صحيفة نجمة نشر صور الانهيار.",
        "كما أعلنت هيئة الأنهار أن الجسر سيغلق.",
        "وقال إن قناة الاتصال بين الجانبين مفتوحة.",
        "وأغلق الجسر، كما قال المدير وليد الحوراني.",
        "وقالت لمراسل صدى الساحل إن الجسر مغلق.",
        "«انتظرنا ثلاثة أيام على الرصيف، ثم قال مصدر أمني للركاب إن الميناء مغلق حتى الربيع».",
    ],
)
def test_what_only_looks_like_an_attribution(body: str) -> None:
    assert not read(body)
