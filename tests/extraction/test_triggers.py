"""The forms of the verbs that tell events."""

from streams.extraction.reading import read
from streams.extraction.text import bare
from streams.extraction.triggers import imperfects, named, perfects, triggers


def kinds(body: str, form: str) -> set[str]:
    words = read(body)[0].words
    index = next(at for at, word in enumerate(words) if word.form == bare(form))
    return {
        match.value.type
        for match in triggers("ar").matches(words, index)
        if match.value.needs is None or match.value.need_at(words, index + match.length) is not None
    }


def test_a_perfect_has_its_persons_and_suffixes() -> None:
    assert {"اعتقل", "اعتقلت", "اعتقلوا", "اعتقلا", "اعتقله", "اعتقلتهم"} <= set(perfects("اعتقل"))


def test_a_weak_perfect_loses_its_last_letter() -> None:
    assert {"اغتنى", "اغتنت", "اغتنوا", "اغتناها"} <= set(perfects("اغتنى"))


def test_short_verbs_have_no_suffixes_since_other_words_look_like_them() -> None:
    assert "زاره" not in perfects("زار")


def test_an_imperfect_has_its_persons() -> None:
    assert {"يعتقل", "تعتقل", "يعتقلون", "تعتقلهم"} <= set(imperfects("يعتقل"))


def test_a_verb_tells_what_follows_it() -> None:
    assert "AGREE" in kinds("وقع الوزيران مذكرة تفاهم", "وقع")
    assert "AGREE" not in kinds("وقع حادث سير", "وقع")
    assert "ASSAULT" in kinds("أطلق مسلحون النار", "اطلق")
    assert "RETREAT" in kinds("أطلق الخاطفون سراح الرهينة", "اطلق")


def test_the_longest_wording_of_each_event_is_named_with_its_type() -> None:
    words = read("اندلعت اشتباكات في النهر وطالب السكان بالهدوء.")[0].words
    assert [kind for _, _, kind in named(words, "ar")] == ["ASSAULT", "REQUEST"]
    assert named(read("زرع السكان أشجارا.")[0].words, "ar") == []
