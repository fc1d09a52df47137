import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import CleanArticle, Entity
from streams.extraction import extract
from streams.extraction.text import fields

ARABIC = """\
قال المتحدث باسم وزارة الداخلية السورية، سامر عبد الكريم الحلواني، إن قوات الأمن أوقفت خمسة أشخاص في حي الميسر شرق مدينة حلب، بعد يوم على اجتماع في باريس.

وأضاف الحلواني أن الوزارة تتابع خلية تابعة لتنظيم “داعش” في ريف دير الزور، مشيراً إلى أن منظمة الصحة العالمية أرسلت وفداً إلى حلب.

وأكد وزير الخارجية التركي كرم أوزدميرلي، من أنقرة، أن بلاده ستدعم وزارة الداخلية. وزارت الناشطة ليلى بنت منصور الشامي مخيم اليرموك."""


def article(body: str, language: str = "ar", **more: object) -> CleanArticle:
    return CleanArticle.model_validate({"id": "0" * 32, "body": body, "language": language, **more})


def found(body: str, language: str = "ar", **more: object) -> dict[str, Entity]:
    return {entity.name: entity for entity in extract(article(body, language, **more)).entities}


def test_people_with_roles_and_later_mentions() -> None:
    people = {name: entity for name, entity in found(ARABIC).items() if entity.type == "person"}
    assert list(people) == ["سامر عبد الكريم الحلواني", "كرم أوزدميرلي", "ليلى بنت منصور الشامي"]
    spokesman = people["سامر عبد الكريم الحلواني"]
    assert spokesman.role == "المتحدث باسم وزارة الداخلية السورية"
    assert [mention.text for mention in spokesman.mentions] == ["سامر عبد الكريم الحلواني", "الحلواني"]
    assert spokesman.aliases == ["الحلواني"]
    assert people["كرم أوزدميرلي"].role == "وزير الخارجية التركي"


def test_organisations_with_short_forms() -> None:
    organisations = {name: entity for name, entity in found(ARABIC).items() if entity.type == "organisation"}
    ministry = organisations["وزارة الداخلية السورية"]
    assert [mention.text for mention in ministry.mentions] == ["وزارة الداخلية السورية", "الوزارة", "وزارة الداخلية"]
    assert organisations["منظمة الصحة العالمية"].wikidata == "Q7817"
    assert any("داعش" in [entity.name, *entity.aliases] for entity in organisations.values())


def test_clitics_stay_outside_but_a_merged_article_inside() -> None:
    entities = found("وصل الوفد إلى دمشق ثم عاد بدمشق ولبنان. وقال ناطق باسم حزب الله إن للمغرب رأيا.")
    assert [mention.text for mention in entities["دمشق"].mentions] == ["دمشق", "دمشق"]
    assert entities["لبنان"].mentions[0].text == "لبنان"
    assert entities["المغرب"].mentions[0].text == "للمغرب"


def test_a_family_name_that_is_a_city_is_no_place() -> None:
    entities = found("قالت الطبيبة سمر الحمصي إن المستشفى امتلأ. وغادرت الحمصي بعد ذلك.")
    assert [(entity.name, entity.type) for entity in entities.values()] == [("سمر الحمصي", "person")]


def test_a_quoted_newspaper_is_an_organisation() -> None:
    entities = found("بحسب صحيفة “الراصد العربي”، وقعت الحادثة ليلا.")
    assert entities["الراصد العربي"].type == "organisation"


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        (
            "en",
            "President Karim Haddad met Nadia Larsen, head of the Northern Relief Agency, in Beirut. Haddad thanked the United Nations.",
            {"Karim Haddad": "person", "Nadia Larsen": "person", "Beirut": "place", "United Nations": "organisation"},
        ),
        (
            "fr",
            "Le ministre Youssef Berrada s'est rendu à Alger. L'ONU a salué la visite, a déclaré Camille Moreau.",
            {"Youssef Berrada": "person", "Camille Moreau": "person", "Alger": "place", "ONU": "organisation"},
        ),
        (
            "tr",
            "Ankara'da konuşan Mehmet Yılmaz, Sağlık Bakanlığı ekiplerinin Suriye'ye gittiğini söyledi.",
            {"Mehmet Yılmaz": "person", "Ankara": "place", "Suriye": "place", "Sağlık Bakanlığı": "organisation"},
        ),
        (
            "fa",
            "علی رضایی، سخنگوی وزارت بهداشت در تهران گفت که سازمان ملل به ایران کمک می‌کند.",
            {"تهران": "place", "ایران": "place", "سازمان ملل": "organisation"},
        ),
        (
            "ur",
            "وزیر اعظم شہباز شریف نے اسلام آباد میں کہا کہ پاکستان امن چاہتا ہے۔",
            {"شہباز شریف": "person", "پاکستان": "place"},
        ),
        ("ckb", "مەسعود بارزانی لە هەولێر کۆبوونەوەی کرد.", {"مەسعود بارزانی": "person", "هەولێر": "place"}),
    ],
)
def test_other_languages(language: str, body: str, expected: dict[str, str]) -> None:
    entities = found(body, language)
    assert {name: entity.type for name, entity in entities.items() if name in expected} == expected


def test_plain_prose_names_nobody() -> None:
    assert found("ارتفعت أسعار الخضار خلال الأسبوع الماضي بعد موجة برد، وأكد تجار أن العرض قليل.") == {}
    assert found("Prices rose last week after a cold spell. However, traders said supply was low.", "en") == {}


def test_ids_follow_the_first_mention_from_the_headline_on() -> None:
    entities = extract(
        article("وصل الوفد إلى دمشق.", headline="بيروت تستقبل وفدا", alternative_headline=["من عمان"])
    ).entities
    assert [(entity.id, entity.name) for entity in entities] == [("e1", "بيروت"), ("e2", "عمان"), ("e3", "دمشق")]
    assert [entity.mentions[0].field for entity in entities] == ["headline", "alternative_headline", None]


def test_no_body_no_answer() -> None:
    withdrawn = CleanArticle.model_validate({"id": "0" * 32, "status": "withdrawn", "headline": "بيروت"})
    assert extract(withdrawn).entities == []


PIECES = st.sampled_from(
    [
        *(
            "قال",
            "الرئيس",
            "وزير",
            "أحمد",
            "بن",
            "عبد",
            "الله",
            "وحلب",
            "للوزارة",
            "وزارة",
            "الداخلية",
            "حي",
            "و",
            "صحيفة",
        ),
        *(
            "President",
            "Karim",
            "UN",
            "of",
            "Beirut",
            "said",
            "،",
            ".",
            "“",
            "”",
            "\n\n",
            "تحرٍّ",
            "12",
            "-",
            "داعش",
            "مخيم",
        ),
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200), st.sampled_from(["ar", "en", "fa", ""]))
def test_spans_are_slices_and_ids_are_in_order(body: str, language: str) -> None:
    given_article = article(body or "-", language, headline="حلب وبيروت")
    texts = {field.name: field.text for field in fields(given_article)}
    order = {name: number for number, name in enumerate(texts)}
    result = extract(given_article)
    firsts = []
    for number, entity in enumerate(result.entities, 1):
        assert entity.id == f"e{number}"
        for mention in entity.mentions:
            assert texts[mention.field][mention.start : mention.end] == mention.text != ""
        firsts.append((order[entity.mentions[0].field], entity.mentions[0].start))
    assert firsts == sorted(firsts)
    mentions = {(m.field, m.start, m.end) for entity in result.entities for m in entity.mentions}
    assert all((place.field, place.start, place.end) in mentions for place in result.places)
    assert extract(given_article) == result


def test_the_same_under_any_hash_seed() -> None:
    program = (
        "import sys; from schemas import CleanArticle; from streams.extraction import extract;"
        "body = sys.stdin.buffer.read().decode();"
        "a = CleanArticle.model_validate({'id': '0' * 32, 'body': body, 'language': 'ar'});"
        "sys.stdout.buffer.write(extract(a).model_dump_json().encode())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=ARABIC.encode(),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        ("واتهم العميد نبيل عبد الله قوات الدعم السريع بالقصف.", "ar", ["نبيل عبد الله"]),
        (
            "وقالت منسقة الشؤون الإنسانية كليمنتين نكويتا سلامي إن الوضع صعب.",
            "ar",
            ["كليمنتين نكويتا سلامي"],
        ),
        ("وقال رئيس القسم الدكتور باسل أبو ندى إن الوقود ينفد.", "ar", ["باسل أبو ندى"]),
        ("وقال الخبير النفطي حمزة الكربلائي إن السعر تراجع.", "ar", ["حمزة الكربلائي"]),
        ("وقال الدكتور محمد طالب النعيمي إن الكتب عادت.", "ar", ["محمد طالب النعيمي"]),
        ("وكانت الطفلة نجت من الحادث.", "ar", []),
        ("حان وقت جني محصول الزيتون وجني التمور.", "ar", []),
        ("سجلت الفواتير بأسماء مزارعين وتولى أمين المكتبة حفظها.", "ar", []),
        ("من يصل إليك ليس ضيفا، بل صاحب بيت.", "ar", []),
        ("Songül Demirtaş konuştu, dedi.\n\nHaberin Devamı\n\nAnkara soğuk.", "tr", ["Songül Demirtaş"]),
        ("بارش نسبت به سال آبی گذشته کم شد و شش نفر جان باختند.", "fa", []),
        ("استاندار سه روز عزای عمومی اعلام کرد.", "fa", []),
        ("پارێزگاری هەولێر بڕیاریدا دەوامی قوتابخانەکان ڕابگیرێت.", "ckb", []),
        ("The Marine Accident Investigation Branch sent a team.", "en", []),
    ],
)
def test_where_names_of_people_begin_and_end(body: str, language: str, expected: list[str]) -> None:
    assert [entity.name for entity in found(body, language).values() if entity.type == "person"] == expected


def test_a_role_takes_no_first_name() -> None:
    people = found("وقالت منسقة الشؤون الإنسانية كليمنتين نكويتا سلامي إن الوضع صعب.")
    assert people["كليمنتين نكويتا سلامي"].role == "منسقة الشؤون الإنسانية"


def test_a_persian_organisation_ends_before_the_verb() -> None:
    names = found("نماینده مردم از وزارت نیرو خواست جدول آب را منتشر کند.", "fa")
    assert [entity.name for entity in names.values() if entity.type == "organisation"] == ["وزارت نیرو"]


def test_names_have_plain_spaces_while_mentions_are_the_slices() -> None:
    entities = found("زارت وفود منظمة الصحة\u00a0العالمية مدينة حلب. وقالت منظمة الصحة العالمية إنها باقية.")
    organisation = entities["منظمة الصحة العالمية"]
    assert organisation.aliases == []
    assert [mention.text for mention in organisation.mentions] == ["منظمة الصحة\u00a0العالمية", "منظمة الصحة العالمية"]
