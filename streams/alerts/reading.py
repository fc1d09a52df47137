"""Rule files: YAML, one rule a file, checked as schemas/json/alert-rule.json says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from schemas import Rule
from streams.errors import BadRule
from streams.yamlfile import read_yaml

STARTERS = Path(__file__).parent / "data"
"""The rules that come with Khabar."""

SUFFIXES = (".yaml", ".yml")

LONGEST_FILE = 256 * 1024
"""Bytes of a rule file."""


@dataclass(frozen=True)
class RuleFile:
    """A rule and where it stands."""

    path: Path
    rule: Rule


def rule_paths(place: Path) -> list[Path]:
    """The rule files of a folder, or the one file. Raises BadRule where there is none."""
    if not place.is_dir():
        if not place.exists():
            raise BadRule(f"{place}: no such file or folder")
        return [place]
    found = sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    if not found:
        raise BadRule(f"{place}: no {' or '.join(SUFFIXES)} in this folder")
    return found


def read_rule(path: Path) -> RuleFile:
    """Read one rule file. Raises BadRule, in one line that names file and place."""
    try:
        return RuleFile(path, Rule.model_validate(read_yaml(path, LONGEST_FILE)))
    except (yaml.YAMLError, OSError, ValueError) as error:
        raise BadRule(f"{path}: {_complaint(error)}") from None


def read_rules(places: Sequence[Path]) -> list[RuleFile]:
    """Read the rules of files and folders. Raises BadRule, also where two have the same id."""
    files = [read_rule(path) for place in places for path in rule_paths(place)]
    first: dict[str, Path] = {}
    for file in files:
        if file.rule.id in first:
            raise BadRule(f"{file.path}: the id {file.rule.id} is that of {first[file.rule.id]}")
        first[file.rule.id] = file.path
    return files


def _complaint(error: Exception) -> str:
    match error:
        case ValidationError():
            problem = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            return f"{where}: {problem['msg']}" if where else str(problem["msg"])
        case OSError():
            return error.strerror or type(error).__name__
    return " ".join(str(error).split())
