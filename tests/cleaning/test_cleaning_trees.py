from collections.abc import Sequence

import pytest

from streams.cleaning import linetraits, pagebody, textbody, traits, trees


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (pagebody.MODEL, traits.TRAITS),
        (textbody.LINES, linetraits.TRAITS),
        (textbody.TITLES, linetraits.TITLE_TRAITS),
    ],
)
def test_models_were_trained_on_the_columns_that_they_are_given(name: str, columns: Sequence[str]) -> None:
    assert trees.load(name).traits == columns


def test_a_row_takes_the_leaf_that_its_splits_lead_to() -> None:
    # One tree of two levels: is the first number above 1, is the second above 2.
    model = trees.Trees(
        {"traits": ["a", "b"], "depth": 2, "columns": [0, 1], "borders": [1.0, 2.0], "leaves": [0, 10, 20, 30],
         "bias": 5, "scale": 10}
    )  # fmt: skip
    assert model.log_odds([[1, 2], [1.5, 2], [1, 2.5], [1.5, 2.5]]) == [0.5, 1.5, 2.5, 3.5]
    assert model.log_odds([]) == []
