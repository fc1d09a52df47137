"""The files for Prometheus and Grafana: they ask for what is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from streams.seeing import Meters

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "observability"

RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]
BOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text())
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
]


def series() -> dict[str, set[str]]:
    """Name of each series that a process may have → its labels."""
    found: dict[str, set[str]] = {}
    for metric in vars(Meters()).values():
        if isinstance(metric, Counter | Gauge | Histogram):
            labels = set(metric._labelnames)
            name = metric._name
            if isinstance(metric, Counter):
                found[name + "_total"] = labels
            elif isinstance(metric, Histogram):
                found[name + "_bucket"] = labels | {"le"}
            else:
                found[name] = labels
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_asks_for_series_and_labels_that_there_are(expression: str) -> None:
    known = series()
    names = set(re.findall(r"\bkhabar_\w+", expression))
    assert names <= set(known)
    labels = {"job", "instance"}.union(*(known[name] for name in names))
    by = {label for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(", ")}
    asked = set(re.findall(r"(\w+)=~?\"", expression))
    assert by | asked <= labels


def test_every_metric_of_ours_is_on_the_board_or_behind_an_alert() -> None:
    asked = {name for expression in EXPRESSIONS for name in re.findall(r"\bkhabar_\w+", expression)}
    assert set(series()) - asked == {"khabar_outputs_total"}


def test_every_alert_says_what_is_wrong_and_where() -> None:
    assert {"KhabarLag", "KhabarDeadLetters", "KhabarStalled", "KhabarSourceSilent"} <= {
        rule["alert"] for rule in RULES
    }
    for rule in RULES:
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        by = {label for group in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in group.split(", ")} - {"le"}
        named = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert by <= named, rule["alert"]


def test_the_panels_of_the_board_stand_beside_each_other() -> None:
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


def test_the_compose_file_runs_prometheus_over_its_own_services() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    assert services["prometheus"]["profiles"] == ["observability"]
    for job in jobs:
        for found in job["dns_sd_configs"]:
            assert set(found["names"]) <= set(services)
    environment = services["clean"]["environment"]
    ports = {job["job_name"]: job["dns_sd_configs"][0]["port"] for job in jobs}
    assert ports == {
        "khabar": environment["KHABAR_METRICS_PORT"],
        "khabar-worker": environment["KHABAR_METRICS_PORT"] + 1,
    }
