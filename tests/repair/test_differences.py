"""How two versions of a record are told apart."""

from streams.repair.differences import differences


def test_each_field_says_how_it_differs() -> None:
    before = {
        "schema": "1",
        "headline": "a",
        "body": "b",
        "entities": [{"id": "e1", "name": "x"}, {"id": "e2"}],
        "old": 1,
    }
    after = {
        "schema": "2",
        "headline": "a",
        "body": "c",
        "entities": [{"name": "x", "id": "e1"}, {"id": "e3"}],
        "new": 1,
    }
    assert differences(before, after) == {"body": "changed", "entities": "+1 -1", "new": "new", "old": "gone"}


def test_who_made_it_is_no_difference() -> None:
    assert differences({"pipeline": {"fingerprint": "1"}}, {"pipeline": {"fingerprint": "2"}}) == {}


def test_the_same_items_in_another_order_are_one() -> None:
    assert differences({"quotes": [1, 2]}, {"quotes": [2, 1]}) == {"quotes": "+0 -0"}
