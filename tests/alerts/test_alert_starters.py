"""The starter rules: they lint, their examples hold, and the story of the seeds alerts as an analyst would want."""

from collections import Counter
from pathlib import Path

import pytest

from schemas import Alert
from streams.alerts import STARTERS
from streams.alerts.cooldown import Cooldowns
from streams.commands import main
from streams.demo import enriched_seeds
from streams.pipeline import ALERT

MAX_BYTES = 8 * 1024 * 1024


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(str(ended.value.code))


@pytest.fixture(scope="module")
def alerts() -> list[Alert]:
    values = [article.to_json() for article in enriched_seeds()]
    made = [alert for value in values for alert in ALERT.records(value, MAX_BYTES) if isinstance(alert, Alert)]
    return sorted(made, key=lambda alert: (alert.article.fetched_at or "", alert.id))


def test_they_lint_and_their_examples_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", "lint") == 0
    assert run("rules", "test") == 0
    assert "0 errors" in capsys.readouterr().err


def test_a_copy_can_be_made_and_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert run("rules", "init", str(folder)) == 0
    assert {path.name for path in folder.iterdir()} == {path.name for path in STARTERS.iterdir()}
    assert run("rules", "init", str(folder)) == 2
    rule = folder / "killed-ten.yaml"
    rule.write_text(rule.read_text().replace("low >= 10", "low >= 100", 1))
    assert run("rules", "test", str(folder)) == 1
    assert "حصيلة حريق: should fire and does not" in capsys.readouterr().out
    rule.write_text(rule.read_text().replace("figures.exists", "figure.exists", 1))
    assert run("rules", "lint", str(folder)) == 1
    assert "a record has no field 'figure'; near it: figures" in capsys.readouterr().out


def test_most_rules_alert_on_the_seeds_in_both_languages(alerts: list[Alert]) -> None:
    assert len({alert.rule.id for alert in alerts}) >= 9
    assert {"ar", "en"} <= {(alert.article.language or "").split("-")[0] for alert in alerts}
    for alert in alerts:
        assert alert.matched.spans
        assert alert.explanation.ar.startswith(alert.rule.title.ar)
        assert alert.explanation.en.startswith(alert.rule.title.en)


def test_many_papers_on_one_event_are_one_alert_an_hour_apart(alerts: list[Alert]) -> None:
    judge = Cooldowns()
    verdicts = Counter((alert.rule.id, judge.judge(alert)) for alert in alerts)
    assert verdicts["truce", "sent"] == 1
    assert verdicts["truce", "quiet"] >= 1
