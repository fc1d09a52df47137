import numpy as np
import pytest

from streams.extraction import encoder
from streams.extraction.evidence import Words
from streams.extraction.text import Field

FIRST = "قال وزير الخارجية التركي كرم أوزدميرلي في أنقرة إن بلاده ستدعم منظمة الصحة العالمية."
SECOND = "The mayor of Lyon, Jeanne Moreau, met officials of the United Nations in Geneva."


def words(text: str) -> Words:
    return Words(0, Field(None, text), clitics=True)


def tagged(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.label) for one in encoder.tag(words(text)) if one.label != "role"]


def test_names_are_tagged_in_arabic_and_latin_script() -> None:
    assert {("كرم أوزدميرلي", "person"), ("أنقرة", "place"), ("منظمة الصحة العالمية", "organisation")} <= set(
        tagged(FIRST)
    )
    assert {("Jeanne Moreau", "person"), ("Lyon", "place"), ("United Nations", "organisation")} <= set(tagged(SECOND))


def test_no_sentence_changes_another() -> None:
    both = f"{SECOND}\n{FIRST}"
    shift = len(SECOND) + 1
    alone = encoder.tag(words(SECOND)) + [
        one._replace(start=one.start + shift, end=one.end + shift) for one in encoder.tag(words(FIRST))
    ]
    assert encoder.tag(words(both)) == alone


@pytest.mark.parametrize("text", ["", " ", ".", "\u064b", "“” …", "ا" * 5000, "كلمة، " * 400, "a-" * 3000])
def test_anything_can_be_tagged(text: str) -> None:
    for one in encoder.tag(words(text)):
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.probability <= 1


def test_a_long_sentence_is_seen_in_windows_that_hold_each_unit_once() -> None:
    field = words("وقال محمد، " * 200)
    seen = encoder.marks(field)
    windows = list(encoder.windows(field, encoder.load().pieces, seen, [(0, len(field.text))]))
    assert len(windows) > 1
    assert [unit for window in windows for unit in window.units] == list(range(len(encoder.split(field))))
    for window in windows:
        assert len(window.ids) == sum(window.sizes) <= encoder.LONGEST
        assert np.allclose(window.shares.sum(axis=1), 1)


def test_tags_are_decoded_to_valid_sequences() -> None:
    names = encoder.HEADS["entity"]
    begin, inside, other = names.index("B-person"), names.index("I-person"), names.index("I-place")
    logits = np.zeros((3, len(names)), dtype=np.float32)
    logits[0, 0], logits[0, begin] = 2, 1.9
    logits[1, inside], logits[2, inside], logits[2, other] = 4, 3, 3.5
    assert encoder.decode(logits) == [begin, inside, inside]
    random = np.random.default_rng(1)
    for _ in range(50):
        before = 0
        for tag in encoder.decode(random.normal(size=(12, len(names)))):
            assert names[tag][0] != "I" or before in {tag, tag - 1}
            before = tag
