from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning import language

LINES = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("headlines.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
HEADLINES: dict[str, list[str]] = defaultdict(list)
for tag, headline in LINES:
    HEADLINES[tag].append(headline)

FLOORS = {
    "ar": 0.98,
    "fa": 0.97,
    "ur": 0.96,
    "ckb": 0.96,
    "ps": 0.96,
    "he": 1.0,
    "en": 0.97,
    "fr": 0.96,
    "tr": 0.95,
    "ku": 0.96,
    "ug": 1.0,
    "sd": 1.0,
}

ARTICLES = {
    "ar": "أعلنت بلدية المدينة صباح اليوم إغلاق الجسر القديم أمام الشاحنات بعد ظهور تشققات في دعاماته، وقالت إن أعمال الترميم "
    "ستستمر ستة أشهر. ",
    "fa": "شهرداری امروز اعلام کرد پل قدیمی به دلیل ترک‌های تازه در پایه‌ها به روی کامیون‌ها بسته می‌شود و مرمت آن شش ماه طول می‌کشد. ",
    "ur": "بلدیہ نے آج اعلان کیا کہ پرانے پل کے ستونوں میں دراڑیں پڑنے کے بعد اسے ٹرکوں کے لیے بند کر دیا گیا ہے اور مرمت چھ ماہ تک جاری رہے گی۔ ",
    "ckb": "شارەوانی ئەمڕۆ ڕایگەیاند کە پردە کۆنەکە بەهۆی درزەوە بەڕووی بارهەڵگرەکاندا دادەخرێت و نۆژەنکردنەوەی شەش مانگ دەخایەنێت. ",
    "ps": "ښاروالۍ نن اعلان وکړ چې زوړ پل د ستنو د درزونو له امله د لاریو پر مخ وتړل شو او رغول به یې شپږ میاشتې وخت ونیسي. ",
    "ku": "Şaredariyê îro ragihand ku pira kevn ji ber derzên di stûnan de ji bo kamyonan hat girtin û nûkirina wê dê şeş mehan bidome. ",
    "tr": "Belediye bugün eski köprünün ayaklarındaki çatlaklar nedeniyle kamyonlara kapatıldığını, onarımın altı ay süreceğini açıkladı. ",
    "ca": "L'ajuntament ha anunciat avui que el pont vell queda tancat als camions per les esquerdes als pilars i que les obres "
    "duraran sis mesos. ",
}


@pytest.mark.parametrize("tag", FLOORS)
def test_a_headline_is_enough(tag: str) -> None:
    wrong = {line: found for line in HEADLINES[tag] if (found := language.detect(line)) != tag}
    assert len(wrong) <= (1 - FLOORS[tag]) * len(HEADLINES[tag]), wrong


def test_other_languages_of_the_world() -> None:
    lines = [(tag, line) for tag, line in LINES if tag not in FLOORS]
    wrong = [(tag, language.detect(line), line) for tag, line in lines if language.detect(line) != tag]
    assert len(wrong) <= 0.1 * len(lines), wrong


@pytest.mark.parametrize("tag", ARTICLES)
def test_articles(tag: str) -> None:
    assert language.detect(ARTICLES[tag]) == tag
    assert language.detect(ARTICLES[tag] * 40) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("د. سامر الحاج: الوضع مستقر", "ar"),  # a doctor, not the Pashto preposition
        ("مؤسسة GreenTech Solutions تطلق تطبيق WaterMap", "ar"),
        ("افزايش قيمت نان در كرج", "fa"),  # an Arabic keyboard
        ("ئه‌نجومه‌نی وه‌زیران كۆبووه‌وه‌", "ckb"),  # old fonts: heh and a zero-width non-joiner
        ("GREVA KARKERAN LI AMEDÊ", "ku"),
        ("İZMİR'DE SAĞANAK", "tr"),
    ],
)
def test_damaged_and_mixed_headlines(text: str, tag: str) -> None:
    assert language.detect(text) == tag


def test_vowel_marks_and_tatweel_change_nothing() -> None:
    assert language.detect("أَعْلَنَتِ البَلَدِيَّةُ إِغْلَاقَ الجِسْرِ") == "ar"
    assert language.detect("عـــاجل") == "ar"


def test_hint_stands_where_the_text_tells_nothing() -> None:
    assert language.detect("123", "ar") == "ar"
    assert language.detect("123") is None
    assert language.detect("احمد کمال", "ur") == "ur"
    assert language.detect("Film festivali", "tr") == "tr"


def test_hint_keeps_its_region() -> None:
    assert language.detect("The convoy reached the town on Tuesday", "en-GB") == "en-GB"
    assert language.detect("Ordføreren går av etter strid om svømmehall", "nb-NO") == "nb-NO"
    assert language.detect("市長宣布關閉大橋", "zh-Hant") == "zh-Hant"


def test_text_overrules_a_hint() -> None:
    assert language.detect("The convoy reached the town on Tuesday and left it again on Thursday", "ar") == "en"
    assert language.detect("The convoy reached the town on Tuesday and left it again on Thursday", "fr") == "en"
    assert language.detect("افغانستان کې د ښوونځیو پرانیستل", "fa") == "ps"
    assert language.detect("لە هەولێر نرخی نان بەرزبووەوە", "ar") == "ckb"


@pytest.mark.parametrize(
    "letter", sorted({letter for tag in ("ar", "fa", "ur", "ckb", "ps", "ku") for letter in ARTICLES[tag]})
)
def test_one_letter_is_no_fault(letter: str) -> None:
    found = language.detect(letter)
    assert found is None or found.isalpha()


@given(
    st.text(max_size=400) | st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), max_size=40),
    st.sampled_from([None, "ar", "en-GB", "ku"]),
)
def test_any_text_has_a_tag_or_the_hint(text: str, hint: str | None) -> None:
    found = language.detect(text, hint)
    assert found == hint or (found is not None and found.isascii())


@given(st.sampled_from(LINES), st.sampled_from(["\n", "  ", "\r\n", "\u200f"]))
def test_white_space_around_a_line_changes_nothing(line: tuple[str, str], space: str) -> None:
    assert language.detect(space + line[1] + space) == language.detect(line[1])
