"""Which alerts are sent: once a window and group, but for what is higher, whatever the order in which they come."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import LEVELS, Alert
from streams.alerts.cooldown import Cooldowns
from streams.alerts.making import window
from streams.identity import alert_id


def alert(number: int, minute: int = 0, **changes: Any) -> Alert:
    fetched_at = f"2026-11-20T{10 + minute // 60:02}:{minute % 60:02}:00Z"
    article = f"{number:032x}"
    cooldown = window(fetched_at, 6 * 3600)
    assert cooldown is not None
    return Alert.model_validate(
        {
            "id": alert_id(article, article, "r"),
            "rule": {"id": "r", "version": "0" * 12, "title": {"ar": "ق", "en": "t"}},
            "level": "warning",
            "timeliness": "breaking",
            "groups": ["aleppo"],
            "cooldown": cooldown.model_dump(),
            "matched": {},
            "explanation": {"ar": "ق", "en": "t"},
            "article": {"id": article, "revision": article, "fetched_at": fetched_at},
            "pipeline": {"version": "0", "fingerprint": "0"},
        }
        | changes
    )


def verdicts(*alerts: Alert) -> list[str]:
    judge = Cooldowns()
    return [judge.judge(one) for one in alerts]


def test_a_group_is_alerted_once_in_a_window() -> None:
    assert verdicts(alert(1), alert(2, 30), alert(3, 60)) == ["sent", "quiet", "quiet"]


def test_another_group_rule_or_window_is_not_silenced() -> None:
    rule = {"id": "s", "version": "0" * 12, "title": {"ar": "ق", "en": "t"}}
    assert verdicts(alert(1), alert(2, 1, groups=["homs"]), alert(3, 2, rule=rule), alert(4, 130)) == ["sent"] * 4


def test_a_higher_level_or_count_is_never_swallowed() -> None:
    assert verdicts(
        alert(1, 0, count=5),
        alert(2, 1, count=5),
        alert(3, 2, count=6),
        alert(4, 3, count=2, level="critical"),
        alert(5, 4, count=6),
        alert(6, 5, count=7, level="info"),
        alert(7, 6, count=7, level="critical"),
        alert(8, 7),
    ) == ["sent", "quiet", "sent", "sent", "quiet", "sent", "sent", "quiet"]


def test_an_alert_of_many_groups_is_sent_for_the_one_that_was_not_heard() -> None:
    assert verdicts(alert(1), alert(2, 1, groups=["aleppo", "homs"]), alert(3, 2, groups=["homs"])) == [
        "sent",
        "sent",
        "quiet",
    ]


def test_what_was_fetched_later_silences_nothing_earlier() -> None:
    assert verdicts(alert(2, 30), alert(1), alert(3, 40)) == ["sent", "sent", "quiet"]


def test_the_same_revision_again_is_repeated_unless_it_is_worse() -> None:
    assert verdicts(alert(1), alert(1), alert(1, count=5), alert(1, count=5)) == [
        "sent",
        "repeated",
        "sent",
        "repeated",
    ]


def test_old_ones_are_not_sent_and_silence_nothing() -> None:
    assert verdicts(alert(1, timeliness="old"), alert(2, 1), alert(3, 2, timeliness="undated", count=3)) == [
        "old",
        "sent",
        "sent",
    ]


def test_without_a_cooldown_or_a_time_every_alert_is_sent() -> None:
    assert verdicts(*(alert(number, cooldown=None) for number in range(3))) == ["sent"] * 3
    assert window(None, 3600) is None
    assert window("9999-12-31T23:59:59Z", 3600) is None
    assert window("0001-01-01T00:00:00Z", 7 * 86400) is None


def test_windows_begin_at_the_same_moments_for_all() -> None:
    moments = ["2026-11-20T06:00:00Z", "2026-11-20T11:59:59.9Z", "2026-11-20T12:00:00Z"]
    assert [found.since for moment in moments if (found := window(moment, 6 * 3600))] == [
        "2026-11-20T06:00:00Z",
        "2026-11-20T06:00:00Z",
        "2026-11-20T12:00:00Z",
    ]


def test_the_memory_is_bounded() -> None:
    judge = Cooldowns(remembered=2)
    for number in range(50):
        judge.judge(alert(number, groups=[str(number)]))
    assert len(judge._windows) == len(judge._alerts) == 2


heights = st.tuples(st.integers(0, 59), st.sampled_from(LEVELS), st.integers(0, 4))


@given(st.lists(heights, min_size=1, max_size=6))
def test_in_the_order_of_fetching_all_that_is_higher_is_sent_and_the_rest_is_covered(
    given_heights: list[tuple[int, str, int]],
) -> None:
    alerts = [alert(n, minute, level=level, count=count) for n, (minute, level, count) in enumerate(given_heights)]
    alerts.sort(key=lambda one: (one.article.fetched_at or "", one.id))
    for place, (one, verdict) in enumerate(zip(alerts, verdicts(*alerts), strict=True)):
        covered = any(
            LEVELS.index(before.level) >= LEVELS.index(one.level) and (before.count or 0) >= (one.count or 0)
            for before in alerts[:place]
        )
        assert verdict == ("quiet" if covered else "sent")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_they_come_none_is_lost_that_the_order_of_fetching_sends(order: tuple[int, ...]) -> None:
    alerts = [alert(1, 0, count=5), alert(2, 1, count=9), alert(3, 2, count=9, level="critical"), alert(4, 3, count=1)]
    judge = Cooldowns()
    sent = {place for place in order if judge.judge(alerts[place]) == "sent"}
    assert sent >= {0, 1, 2}
