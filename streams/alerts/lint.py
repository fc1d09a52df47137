"""What is wrong with rule files, and what is suspicious."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.alerts.reading import RuleFile, read_rule, rule_paths
from streams.alerts.rulebook import Rulebook
from streams.errors import BadRule


@dataclass(frozen=True)
class Finding:
    """One line on a rule file. is_error: the rule cannot be used; else it is a warning."""

    path: Path
    message: str
    is_error: bool

    def __str__(self) -> str:
        return f"{self.path}: {'error' if self.is_error else 'warning'}: {self.message}"


def lint(
    places: Sequence[Path], records: Sequence[dict[str, Any]], destinations: Iterable[str] | None
) -> Iterator[Finding]:
    """Check the rules of files and folders.

    records: enriched records on which every expression must work, and one of which a rule should match.
    destinations: the names that ``deliver`` may use; None where they are not known.
    Raises BadRule where there is no file.
    """
    known = None if destinations is None else set(destinations)
    first: dict[str, Path] = {}
    for path in [path for place in places for path in rule_paths(place)]:
        try:
            file = read_rule(path)
            rulebook = Rulebook([file.rule])
        except BadRule as error:
            yield Finding(path, str(error).removeprefix(f"{path}: "), is_error=True)
            continue
        if file.rule.id in first:
            yield Finding(path, f"the id {file.rule.id} is that of {first[file.rule.id]}", is_error=True)
        first.setdefault(file.rule.id, path)
        yield from _on_records(file, rulebook, records)
        for name in file.rule.deliver:
            if known is not None and name not in known:
                yield Finding(path, f"deliver: there is no destination {name}", is_error=False)


def _on_records(file: RuleFile, rulebook: Rulebook, records: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    matching = sum(bool(rulebook.matches(record)) for record in records)
    if failures := rulebook.failures[file.rule.id]:
        why = rulebook.first_failure[file.rule.id]
        yield Finding(file.path, f"fails on {failures} of {len(records)} seed articles: {why}", is_error=True)
    elif not matching:
        yield Finding(file.path, f"matches none of the {len(records)} seed articles", is_error=False)
