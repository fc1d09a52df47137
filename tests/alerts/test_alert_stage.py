"""The alert stage: from a record's bytes to its alerts, the same on every replay, and none of what is worked on again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import Alert
from streams.alerts import RuleFolder
from streams.alerts import rulefolder as reloading
from streams.errors import BadRule
from streams.pipeline import ALERT, CLEAN, AlertStage, set_up
from streams.settings import Settings
from streams.stage import Incoming, Outgoing, outputs, work

SETTINGS = Settings(_env_file=None)
Write = Callable[..., Path]
Record = Callable[..., dict[str, Any]]


def run(stage: AlertStage, record: dict[str, Any], **headers: str) -> list[Outgoing]:
    given = [(name.replace("_", "-"), value.encode()) for name, value in headers.items()]
    return outputs(
        stage, SETTINGS, Incoming("enriched", 0, 7, 1, b"k", orjson.dumps(record), [("ce_id", b"e1"), *given])
    )


def alerts(made: list[Outgoing]) -> list[Alert]:
    return [Alert.from_json(one.value or b"") for one in made]


@pytest.fixture
def stage(write: Write) -> AlertStage:
    write("a.yaml", cooldown="6h", deliver=["desk"], group_by="language")
    return replace(ALERT, rules=RuleFolder(write("b.yaml", id="english", when='language == "en"').parent))


def test_each_rule_that_holds_gives_one_alert(stage: AlertStage, enriched: Record) -> None:
    made = run(stage, enriched())
    killed, english = alerts(made)
    assert (killed.rule.id, killed.level, killed.timeliness, killed.count) == ("killed", "warning", "breaking", 12)
    assert (killed.groups, killed.deliver) == (["en"], ["desk"])
    assert killed.cooldown is not None
    assert (killed.cooldown.since, killed.cooldown.until) == ("2026-11-20T06:00:00Z", "2026-11-20T12:00:00Z")
    assert (english.rule.id, english.groups, english.cooldown) == ("english", ["article:" + "a" * 32], None)
    assert killed.article.url == "https://news.example/1"
    assert [(one.topic, one.key) for one in made] == [("khabar.alerts", b"a" * 32)] * 2
    assert run(stage, enriched(language="fr", figures=[])) == []


def test_headers_say_what_it_is(stage: AlertStage, enriched: Record) -> None:
    headers = dict(run(stage, enriched())[0].headers)
    assert headers["ce_type"] == b"khabar.alert"
    assert headers["ce_source"] == b"/khabar/alert"
    assert headers["ce_subject"] == b"a" * 32
    assert headers["ce_time"] == b"2026-11-20T11:00:00Z"
    assert headers["ce_dataschema"] == b"urn:khabar:schema:alert:1.0"


def test_a_replay_gives_the_same_bytes_and_ids(stage: AlertStage, enriched: Record) -> None:
    def without_timing(made: list[Outgoing]) -> list[Any]:
        return [(one.key, one.value, [pair for pair in one.headers if pair[0] != "khabar-timing"]) for one in made]

    first, again = run(stage, enriched()), run(stage, enriched())
    assert without_timing(first) == without_timing(again)
    assert len({dict(one.headers)["ce_id"] for one in first}) == 2


def test_the_id_is_of_article_revision_and_rule(stage: AlertStage, enriched: Record) -> None:
    first = [alert.id for alert in alerts(run(stage, enriched()))]
    assert [alert.id for alert in alerts(run(stage, enriched(keywords=["x"])))] == first
    assert not {alert.id for alert in alerts(run(stage, enriched(revision="c" * 32)))} & set(first)
    assert len(set(first)) == 2


def test_what_is_worked_on_again_never_alerts(stage: AlertStage, enriched: Record) -> None:
    assert run(stage, enriched(), khabar_lane="backfill") == []
    assert len(run(stage, enriched(), khabar_lane="live")) == 2


def test_stages_pass_the_lane_on() -> None:
    raw = Incoming("raw", 0, 0, 1, None, b'{"source": "s", "text": "a b c d"}', [("khabar-lane", b"backfill")])
    assert ("khabar-lane", b"backfill") in work(CLEAN, SETTINGS, raw).headers
    assert "khabar-lane" not in dict(work(CLEAN, SETTINGS, replace(raw, headers=[])).headers)


def test_withdrawn_articles_do_not_alert(stage: AlertStage, enriched: Record) -> None:
    withdrawn = enriched(status="withdrawn")
    del withdrawn["body"], withdrawn["revision"]
    assert run(stage, withdrawn) == []


def test_old_and_undated_articles_are_marked(stage: AlertStage, enriched: Record) -> None:
    assert {alert.timeliness for alert in alerts(run(stage, enriched(published_at="2026-11-01")))} == {"old"}
    undated = enriched()
    del undated["published_at"]
    assert {alert.timeliness for alert in alerts(run(stage, undated))} == {"undated"}


def test_what_is_no_enriched_article_is_one_dead_letter(stage: AlertStage, enriched: Record) -> None:
    for record, code in (
        (enriched(schema="clean-article/1.0"), "unsupported_schema"),
        (enriched(id=7), "invalid_field"),
    ):
        (letter,) = run(stage, record)
        assert letter.code == code
        assert dict(letter.headers)["khabar-error-stage"] == b"alert"


def test_rules_are_read_again_when_files_change(
    write: Write, enriched: Record, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.0)
    caplog.set_level("INFO")
    folder = RuleFolder(write("a.yaml").parent)
    stage = replace(ALERT, rules=folder)
    before = stage.fingerprint
    assert [alert.level for alert in alerts(run(stage, enriched()))] == ["warning"]

    write("a.yaml", level="critical")
    (alert,) = alerts(run(stage, enriched()))
    assert alert.level == "critical"
    assert alert.pipeline.fingerprint == stage.fingerprint != before
    assert "rules read again: 1" in caplog.text

    write("b.yaml", id="other", when='language == "en"')
    assert len(run(stage, enriched())) == 2
    (folder._place / "b.yaml").unlink()
    assert len(run(stage, enriched())) == 1


def test_a_broken_file_keeps_the_old_rules_and_says_so_once(
    write: Write, enriched: Record, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.0)
    path = write("a.yaml")
    stage = replace(ALERT, rules=RuleFolder(path.parent))
    for breakage in ({"when": "figurs == []"}, {"level": "loud"}):
        caplog.clear()
        write("a.yaml", **breakage)
        assert len(run(stage, enriched())) == len(run(stage, enriched())) == 1
        assert caplog.text.count("the rules stay as they were") == 1
    path.unlink()
    assert len(run(stage, enriched())) == 1
    write("a.yaml", level="info")
    assert [alert.level for alert in alerts(run(stage, enriched()))] == ["info"]


def test_unchanged_files_are_looked_at_once_a_second(write: Write, enriched: Record) -> None:
    path = write("a.yaml")
    stage = replace(ALERT, rules=RuleFolder(path.parent))
    write("a.yaml", level="critical")
    assert [alert.level for alert in alerts(run(stage, enriched()))] == ["warning"]


def test_the_stage_starts_with_the_rules_of_the_setting_or_says_what_is_wrong(write: Write, enriched: Record) -> None:
    folder = write("a.yaml", id="mine").parent
    configured = set_up(ALERT, SETTINGS.model_copy(update={"rules": folder}))
    assert isinstance(configured, AlertStage)
    assert [alert.rule.id for alert in alerts(run(configured, enriched()))] == ["mine"]
    assert "killed-ten" in {alert.rule.id for alert in alerts(run(ALERT, enriched()))}
    with pytest.raises(BadRule):
        set_up(ALERT, SETTINGS.model_copy(update={"rules": folder / "absent"}))
