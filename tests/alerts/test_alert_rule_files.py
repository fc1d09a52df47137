"""Rule files: what is read, what is refused in one line, what lint finds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from schemas import Rule
from schemas.export import rule_schema
from streams.alerts import STARTERS, Rulebook, read_rules
from streams.alerts.lint import lint
from streams.alerts.reading import read_rule
from streams.errors import BadRule

Write = Callable[..., Path]
KILLED = {"figures": [{"what": "killed", "low": 5}]}


def test_a_folder_gives_its_rules_in_the_order_of_their_names(write: Write) -> None:
    folder = write("b.yaml", id="first").parent
    write("a.yml", id="second")
    (folder / "notes.txt").write_text("none")
    (folder / ".hidden.yaml").write_text("none")
    assert [file.rule.id for file in read_rules([folder])] == ["second", "first"]
    assert [file.rule.id for file in read_rules([folder / "b.yaml"])] == ["first"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Input should be a valid dictionary"),
        ("id: [", "line 1"),
        ("id: a\nid: b", "the key 'id' stands twice"),
        ("a: &x [1]\nb: *x", "aliases are not allowed"),
        ("id: !!python/object:os.system {}", "could not determine a constructor"),
        ("[" * 5000, "nested too deep"),
        ("x" * 300_000, "longer than 262144 bytes"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(BadRule) as refused:
        read_rule(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": "Not an id"}, "id: "),
        ({"id": None}, "id: Field required"),
        ({"titel": {}}, "titel: Extra inputs are not permitted"),
        ({"title": {"en": "x"}}, "title.ar: Field required"),
        ({"title": {"ar": "ق", "en": " "}}, "title.en: "),
        ({"level": "loud"}, "level: "),
        ({"cooldown": "6 hours"}, "cooldown: "),
        ({"cooldown": "8d"}, "cooldown: longer than 7d"),
        ({"raise": {"info": "true"}}, "info is not above the rule's own level"),
        ({"examples": []}, "examples: "),
        ({"examples": [{"name": "x", "fires": True}]}, "examples.0: an example has either text or record"),
        ({"deliver": ["No Name"]}, "deliver.0: "),
    ],
)
def test_a_rule_of_another_form_is_refused(write: Write, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadRule) as refused:
        read_rule(write("a.yaml", **changes))
    assert complaint in str(refused.value)


def test_two_rules_of_one_id_are_refused(write: Write) -> None:
    write("a.yaml")
    with pytest.raises(BadRule, match="the id killed is that of "):
        read_rules([write("b.yaml").parent])


def test_a_place_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRule, match="no such file or folder"):
        read_rules([tmp_path / "absent"])
    with pytest.raises(BadRule, match=r"no \.yaml or \.yml in this folder"):
        read_rules([tmp_path])


def test_the_schema_takes_the_starter_rules_and_refuses_what_the_type_refuses(write: Write) -> None:
    validator = jsonschema.Draft202012Validator(rule_schema())
    for path in STARTERS.glob("*.yaml"):
        validator.validate(yaml.safe_load(path.read_text()))
    wrong: list[dict[str, Any]] = [{"titel": 1}, {"level": "loud"}, {"examples": []}, {"id": "A b"}, {"cooldown": "x"}]
    for changes in wrong:
        assert not validator.is_valid(yaml.safe_load(write("a.yaml", **changes).read_text()))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"when": "figurs.exists(f, true)"}, "when: a record has no field 'figurs'; near it: figures"),
        ({"when": "figures.exists(f, f.lo > 1)"}, "when: f has no field 'lo'; near it: low"),
        ({"when": "headline"}, "when: gives a string, not true or false"),
        ({"when": "headline > 3"}, "when: the types of the values do not fit each other"),
        ({"when": "1 +"}, "when: the expression is no CEL"),
        ({"raise": {"critical": "nope"}}, "raise.critical: a record has no field 'nope'"),
        ({"group-by": "place"}, "group-by: a record has no field 'place'; near it: places"),
        ({"group-by": "places"}, "group-by: gives neither a text nor a list of texts"),
    ],
)
def test_an_expression_that_cannot_work_is_refused_with_rule_and_field(
    write: Write, changes: dict[str, Any], complaint: str
) -> None:
    path = write("a.yaml", **changes)
    with pytest.raises(BadRule) as refused:
        Rulebook([read_rule(path).rule])
    assert str(refused.value).startswith(f"rule killed: {complaint}")
    (finding,) = lint([path], [KILLED], None)
    assert finding.is_error
    assert complaint in str(finding)


def test_lint_tells_all_files_and_warns_of_a_rule_that_matches_no_seed(write: Write) -> None:
    folder = write("a.yaml", when='figures.exists(f, f.what == "eaten")').parent
    write("b.yaml", level="loud")
    write("c.yaml", id="fine", deliver=["desk"])
    write("d.yaml", id="fine")
    write("e.yaml", id="fails", when='timestamp(published_at) > timestamp("2026-01-01T00:00:00Z")')
    found = [str(finding).removeprefix(f"{folder}/") for finding in lint([folder], [KILLED], ["default"])]
    assert found[0] == "a.yaml: warning: matches none of the 1 seed articles"
    assert found[1].startswith("b.yaml: error: level: ")
    assert found[2] == "c.yaml: warning: deliver: there is no destination desk"
    assert found[3] == f"d.yaml: error: the id fine is that of {folder / 'c.yaml'}"
    assert found[4].startswith("e.yaml: error: fails on 1 of 1 seed articles: ")
    assert len(found) == 5


def test_the_version_is_of_what_the_rule_says_and_not_of_its_examples(ruled: Callable[..., Rule]) -> None:
    def version(**changes: Any) -> str:
        return Rulebook([ruled(**changes)]).rules[0].version

    assert version() == version(examples=[{"name": "other", "record": {"id": "x"}, "fires": False}])
    assert version() != version(level="info")
    assert version() != version(cooldown="1h")
