import pytest

from streams.extraction import keywords, topics
from streams.extraction.text import Field


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("قصفت طائرة مسيرة موقعا عسكريا، وردت قوات الجيش بصواريخ، ودارت اشتباكات حتى الفجر.", "medtop:20000056"),
        ("سجل اللاعب هدفا في الشوط الثاني من المباراة، ومنح فريق المدرب فوزا مهما في الدوري.", "medtop:20000822"),
        ("The court heard the prosecutor, and the judge convicted two men after a long trial.", "medtop:20000106"),
        ("Les enseignants et les élèves de l'école ont repris les cours à l'université.", "medtop:05000000"),
        ("بیماری تازه‌ای با ویروس ناشناخته در شهر پیدا شده و وزارت بهداشت از واکسن خبر داد.", "medtop:20000446"),
    ],
)
def test_the_words_tell_the_topic(text: str, code: str) -> None:
    found = topics.find([Field(None, text)])
    assert code in [topic.code for topic in found]
    assert [topic.score for topic in found] == sorted((topic.score for topic in found), reverse=True)
    assert all(0 < topic.score < 1 and topic.name.ar and topic.name.en for topic in found)


def test_nothing_when_little_speaks_for_anything() -> None:
    assert topics.find([Field(None, "وقف الرجل أمام الباب ونظر إلى البعيد.")]) == []
    assert topics.find([]) == []


def test_keywords_are_phrases_of_the_text() -> None:
    text = "عثرت الفرق على عبوات ناسفة في المبنى. وقالت الفرق إن عبوات ناسفة أخرى عثر عليها، ثم غادرت الفرق."
    found = keywords.find([Field(None, text)], [])
    assert "عبوات ناسفة" in found
    assert "الفرق" in found
    assert len(found) <= 10
    assert all(phrase in text for phrase in found)


def test_the_first_topic_lies_under_the_weightiest_upper_level() -> None:
    text = "أمرت المحكمة بسجن المتهم بعد جلسة طويلة، وقال القاضي إن الشرطة ضبطت مخدرات. وحضر المباراة لاعب."
    first, *_ = topics.find([Field(None, text)])
    assert first.code in {"medtop:02000000", "medtop:20000106", "medtop:20000129", "medtop:20000082"}
