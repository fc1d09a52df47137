import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.calibrate import Claim, fit
from streams.extraction.certainty import confidence, worths

KINDS = ["person", "organisation", "place", "direct", "reported"]


def test_every_kind_of_claim_with_a_confidence_was_measured() -> None:
    assert sorted(worths()) == sorted(KINDS)


@given(st.sampled_from(KINDS), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_is_never_less_sure(kind: str, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert 0 <= confidence(kind, low) <= confidence(kind, high) <= 1


def test_a_kind_without_a_table_keeps_its_score() -> None:
    assert confidence("event", 0.456) == 0.46


def test_shares_of_right_claims_are_learnt_and_never_fall() -> None:
    wrong_at_the_top = [Claim("person", score, number % 10 < right) for score, right in ((0.5, 5), (0.6, 9), (0.7, 7))
                        for number in range(200)]  # fmt: skip
    learnt = fit(wrong_at_the_top)["person"]
    assert [score for score, _ in learnt] == [0.5, 0.6, 0.7]
    shares = [share for _, share in learnt]
    assert shares == [50, 80, 80]


@pytest.mark.parametrize("count", [1, 3])
def test_few_claims_say_little(count: int) -> None:
    found = [Claim("place", 0.9, right=True)] * 100 + [Claim("place", 0.95, right=False)] * 100
    found += [Claim("place", 0.99, right=True)] * count
    assert fit(found)["place"][-1][1] <= 75
