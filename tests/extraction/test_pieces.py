import time
import unicodedata
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.extraction import encoder
from streams.extraction.pieces import BEGIN, END, UNKNOWN, Pieces, units
from streams.extraction.text import tokens

LISTED = [
    ("<s>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -5.0),
    ("▁قال", -2.0),
    ("قا", -3.0),
    ("ل", -4.0),
    ("ا", -4.5),
]
VOCABULARY = files("streams.extraction").joinpath("data", "encoder.tsv")
LETTERS = st.text(alphabet=st.sampled_from("قالوب ab.،“-\n\u064e\u0640٣é\u0301\u200cی"))


@cache
def _listed() -> list[str]:
    return [line.rpartition("\t")[0] for line in VOCABULARY.read_text("utf-8").removesuffix("\n").split("\n")]


@given(st.one_of(st.text(), LETTERS))
def test_units_are_ordered_slices_with_white_space_between(text: str) -> None:
    end = 0
    for unit in units(text):
        assert end <= unit.start < unit.end
        assert not text[end : unit.start].strip()
        end = unit.end
    assert not text[end:].strip()


@given(st.one_of(st.text(), LETTERS))
def test_units_that_are_words_are_the_tokens(text: str) -> None:
    words = [(unit.start, unit.end) for unit in units(text) if unit.is_word]
    assert words == [(token.start, token.end) for token in tokens(text)]


@settings(deadline=None)  # the first one reads the vocabulary
@given(st.text(alphabet="قالوبabc", min_size=1, max_size=14), st.booleans())
def test_pieces_put_together_are_the_word(word: str, spaced: bool) -> None:  # noqa: FBT001
    found = encoder.load().pieces.of(word, spaced=spaced)
    listed = _listed()
    assert not {BEGIN, END, UNKNOWN} & set(found)
    assert "".join(listed[number] for number in found) == ("▁" if spaced else "") + unicodedata.normalize("NFKC", word)


def test_the_most_probable_division_wins() -> None:
    pieces = Pieces(LISTED)
    assert pieces.of("قال", spaced=True) == (4,)
    assert pieces.of("قَـال", spaced=True) == (4,)
    assert pieces.of("قال", spaced=False) == (5, 6)
    assert pieces.of("?", spaced=False) == (UNKNOWN,)


@pytest.mark.parametrize("word", ["ا" * 1_000_000, "\u0640" * 1000, "\u064b", "_", "𓀀", "ﷺ"])
def test_any_unit_has_some_pieces_soon(word: str) -> None:
    started = time.process_time()
    assert 1 <= len(Pieces(LISTED).of(word, spaced=True)) <= 16
    assert time.process_time() - started < 1
