import pytest

from streams.extraction import roles
from streams.extraction.encoder import Tagged
from streams.extraction.evidence import Words
from streams.extraction.text import Field


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("الخبير المصرفي", "خبير مصرفي"),
        ("الشاعر والمسرحي", "شاعر ومسرحي"),
        ("الممرضة", "ممرضة"),
        ("الرئيس", "الرئيس"),
        ("الرئيس الفرنسي", "الرئيس الفرنسي"),
        ("النائب العام", "النائب العام"),
        ("الناطق باسم الشرطة", "الناطق باسم الشرطة"),
        ("وزير  الطاقة", "وزير الطاقة"),
        ("وزيراً للشباب", "وزير الشباب"),
        ("سائق الترام", "سائق ترام"),
        ("مدرب الأنصار", "مدرب الأنصار"),
        ("the mayor of Lyon", "mayor of Lyon"),
        ("une avocate", "avocate"),
        ("lawyer", "lawyer"),
        ("Africa researcher at a university", "Africa researcher at a university"),
        (" ", ""),
    ],
)
def test_an_office_is_called_without_the_article_of_apposition(role: str, expected: str) -> None:
    assert roles.office(role) == expected


def beside(text: str, name: str, role: str) -> str | None:
    words = Words(0, Field(None, text), clitics=True)
    start = text.index(name)
    first = next(index for index, token in enumerate(words.tokens) if token.start >= start)
    person = words.candidate((first, first + len(name.split())), "person", 1.0, "encoder")
    at = text.index(role)
    return roles.beside(words, person, [Tagged(at, at + len(role), "role", 0.9, 0)])


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("قال مدير المستشفى، الدكتور سامي الكاظم: كفى", "مدير المستشفى", "مدير المستشفى"),
        ("نفى مدير المستشفى اللواء سامي الكاظم ذلك", "مدير المستشفى اللواء", "مدير المستشفى"),
        ("اتصل بعازف العود سامي الكاظم أمس", "بعازف العود", "عازف العود"),
        ("منح للكاتب المصري سامي الكاظم جائزة", "للكاتب المصري", "الكاتب المصري"),
        ("said Prime Minister سامي الكاظم today", "Prime Minister", "Prime Minister"),
        ("نجا سامي الكاظم، وهو طبيب بيطري، من الموت", "طبيب بيطري", "طبيب بيطري"),
        ("نفى مدير المستشفى أن سامي الكاظم مات", "مدير المستشفى", None),
        ("نفى مدير المستشفى\nسامي الكاظم مات", "مدير المستشفى", None),
        ("وقالت الممرضة سامي الكاظم في غزة", "غزة", "الممرضة"),
    ],
)
def test_a_role_stands_beside_the_name(text: str, role: str, expected: str | None) -> None:
    assert beside(text, "سامي الكاظم", role) == expected


@pytest.mark.parametrize(
    ("text", "named", "role", "expected"),
    [
        (
            "وقال الناطق باسم الوزارة سامي",
            ["الوزارة=وزارة الكهرباء"],
            "الناطق باسم الوزارة",
            "الناطق باسم وزارة الكهرباء",
        ),
        (
            "وقال الأمين العام للمجلس سامي",
            ["للمجلس=المجلس الأعلى"],
            "الأمين العام للمجلس",
            "الأمين العام للمجلس الأعلى",
        ),
        (
            "أعلنت إدارة الأرصاد. وقال مدير الإدارة سامي",
            ["إدارة الأرصاد=إدارة الأرصاد"],
            "مدير الإدارة",
            "مدير إدارة الأرصاد",
        ),
        (
            "رفضت حكومة توغو. وأكد المتحدث باسمها سامي",
            ["حكومة توغو=حكومة توغو"],
            "المتحدث باسمها",
            "المتحدث باسم حكومة توغو",
        ),
        ("وقال مدير الإدارة سامي", [], "مدير الإدارة", "مدير الإدارة"),
    ],
)
def test_a_role_gets_the_full_name_of_its_organisation(text: str, named: list[str], role: str, expected: str) -> None:
    words = Words(0, Field(None, text), clitics=True)
    person = words.candidate((len(words) - 1, len(words)), "person", 1.0, "encoder")
    places = [
        (text.index(short), text.index(short) + len(short), name) for short, name in (one.split("=") for one in named)
    ]
    assert roles.complete(text, person, role, places) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("دعا مجلس أعيان مصراتة في بيان تلاه رئيسه الحاج سامي", "رئيس مجلس أعيان مصراتة"),
        ("ونعت نقابة الصحفيين زميلا، وطالب أمينها العام سامي", "الأمين العام لنقابة الصحفيين"),
        ("أسدلت محكمة الجنايات برئاسة المستشار سامي", "رئيس محكمة الجنايات"),
        ("ونفى مجلس أعيان مصراتة ما قاله ابنه سامي", None),
        ("وقال رئيسها سامي", None),
    ],
)
def test_a_role_may_lean_on_what_was_named_before(text: str, expected: str | None) -> None:
    words = Words(0, Field(None, text), clitics=True)
    person = words.candidate((len(words) - 1, len(words)), "person", 1.0, "encoder")
    names = [name for name in ("مجلس أعيان مصراتة", "نقابة الصحفيين", "محكمة الجنايات") if name in text]
    named = [(text.index(name), text.index(name) + len(name), name) for name in names]
    assert roles.owned(words, person, named) == expected


@pytest.mark.parametrize(
    ("text", "name", "people", "expected"),
    [
        ("قال سعد العلي إن شقيقه أكرم غائب.", "أكرم", ["سعد العلي"], "شقيق سعد العلي"),
        ("بكت منى، وابنتها ريم معها.", "ريم", ["منى"], "ابنة منى"),
        ("كان سعد العلي مع عمر باز، وقالت والدته هدى باز ذلك.", "هدى باز", ["سعد العلي", "عمر باز"], "والدة عمر باز"),
        ("كان سعد العلي هناك، وقال محاميه ناجي شمس ذلك.", "ناجي شمس", ["سعد العلي"], "محامي سعد العلي"),
        ("وقال شقيقه أكرم ذلك.", "أكرم", [], None),
    ],
)
def test_what_somebody_is_to_the_person_named_before(
    text: str, name: str, people: list[str], expected: str | None
) -> None:
    words = Words(0, Field(None, text), clitics=True)
    start = text.index(name)
    first = next(at for at, token in enumerate(words.tokens) if token.start == start)
    person = words.candidate((first, first + len(name.split())), "person", 0.9, "names")
    near = [(text.index(other), text.index(other) + len(other), other) for other in people]
    assert roles.related(words, person, name, near) == expected


def test_a_role_ends_with_the_institution_that_a_preposition_joins_to_it() -> None:
    text = "سمر ناصر، صحفية بإذاعة مرايا، حضرت."
    words = Words(0, Field(None, text), clitics=True)
    person = words.candidate((0, 2), "person", 0.9, "names")
    start = text.index("إذاعة")
    assert roles.complete(text, person, "صحفية", [(start, start + 11, "إذاعة مرايا")]) == "صحفية بإذاعة مرايا"
