import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle
from streams.extraction.text import Token, bare, fields, fold, sentences, strip_clitics, tokens


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_makes_spellings_one() -> None:
    assert fold("أإآٱ ىی ةہ ک ٣۳ İA") == "اااا يي هه ك 33 ia"
    assert bare("تَحرٍّ الـــقاهرة") == "تحر القاهره"


@given(st.text())
def test_tokens_are_ordered_slices(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end
        assert token.text == text[token.start : token.end]
        end = token.end


def test_tokens_hold_vowel_marks_and_break_at_apostrophes() -> None:
    assert [token.folded for token in tokens("تحرٍّ عن l'Algérie Ankara'da می‌شود")] == [
        *("تحر", "عن", "l", "algérie", "ankara", "da", "مي", "شود"),
    ]


@given(st.text(alphabet="ab .!?\n\"'؟د1"))
def test_sentences_are_ordered_and_hold_all_words(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    assert sum(len(text[start:end].split()) for start, end in spans) == len(text.split())


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    text = "قال د. سالم إن النمو 3.5 بالمئة. ثم غادر؟ نعم\nMr. Roe left the U.S. army. He “ran.” Yes"
    assert [text[start:end] for start, end in sentences(text)] == [
        "قال د. سالم إن النمو 3.5 بالمئة.",
        "ثم غادر؟",
        "نعم",
        "Mr. Roe left the U.S. army.",
        "He “ran.”",
        "Yes",
    ]


@pytest.mark.parametrize(
    ("word", "stem", "offset"),
    [
        ("وبحلب", "حلب", 2),
        ("للوزارة", "الوزاره", 0),
        ("وللوزارة", "الوزاره", 1),
        ("كالمغرب", "المغرب", 1),
        ("وَبِالمغرب", "المغرب", 4),
        ("فرنسا", "فرنسا", 0),
    ],
)
def test_clitics_are_cut_with_their_offset(word: str, stem: str, offset: int) -> None:
    assert (offset, stem) in strip_clitics(tokens(word)[0])


def test_the_article_is_cut_on_demand() -> None:
    token = tokens("والهجوم")[0]
    assert (3, "هجوم") in strip_clitics(token, article=True)
    assert (3, "هجوم") not in strip_clitics(token)
    assert strip_clitics(Token(0, 3, "The", "the")) == [(0, "the")]


@given(st.text(min_size=1) | st.text(alphabet="وفبلكساخ \u064b", min_size=1))
def test_every_reading_starts_inside_its_token(text: str) -> None:
    for token in tokens(text):
        readings = strip_clitics(token, article=True)
        assert readings[0] == (0, token.folded)
        assert all(0 <= offset < len(token.text) for offset, _ in readings)


def test_fields_come_in_reading_order() -> None:
    article = CleanArticle.model_validate(
        {"id": "0" * 32, "headline": "a", "alternative_headline": ["b", "c"], "body": "d"}
    )
    assert [tuple(field) for field in fields(article)] == [
        ("headline", "a"),
        ("alternative_headline", "b\nc"),
        (None, "d"),
    ]


@pytest.mark.parametrize("text", ["ا" * 1_000_000, "." * 1_000_000, ".'" * 500_000, "\n" * 1_000_000, "و" * 1_000_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    sentences(text)
    for token in tokens(text):
        strip_clitics(token)
    assert time.process_time() - started < 3
