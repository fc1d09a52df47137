"""Compiled rules over one record at a time: which hold, how loudly, in which groups, and on what evidence."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schemas import LEVELS, EnrichedArticle, Level, Matched, Rule
from streams.alerts.evidence import count_of, matched
from streams.errors import BadRule, UsageError
from streams.outlets.expressions import MISFIT, Expression, Facts, Selection, Sought, type_name
from streams.outlets.shapes import shape_of

log = logging.getLogger(__name__)

MOST_GROUPS = 20
LONGEST_GROUP = 200
"""Characters."""


@dataclass(frozen=True)
class Match:
    """A rule that holds for a record. count: the largest figure among what matched."""

    rule: Rule
    version: str
    level: Level
    groups: tuple[str, ...]
    matched: Matched
    count: float | None


def version_of(rule: Rule) -> str:
    """The version of a rule, 12 hex digits: what it says, its examples left out."""
    said = rule.model_dump(mode="json", by_alias=True, exclude={"examples"})
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


class CompiledRule:
    """A rule with its expressions compiled."""

    def __init__(self, rule: Rule) -> None:
        """Compile the rule. Raises BadRule, in one line that names rule and field."""
        self.rule = rule
        self.version = version_of(rule)
        self.when = _compiled(rule.id, "when", rule.when)
        escalations = sorted(rule.escalate.items(), key=lambda step: -LEVELS.index(step[0]))
        self.escalate = [(level, _compiled(rule.id, f"raise.{level}", text)) for level, text in escalations]
        self.group_by = None if rule.group_by is None else _compiled(rule.id, "group-by", rule.group_by)
        conditions = [self.when, *(condition for _, condition in self.escalate)]
        selections: dict[Selection, None] = dict.fromkeys(one for each in conditions for one in each.selections)
        self.selections = [(one.field, Expression(one.text, EnrichedArticle)) for one in selections]
        self.sought: list[Sought] = list(dict.fromkeys(one for each in conditions for one in each.sought))
        self.fields = sorted({name for each in conditions for name in each.fields})
        _check_types(self)

    def expressions(self) -> list[Expression]:
        """All of them, as the record's fields that they name must be held."""
        others = [] if self.group_by is None else [self.group_by]
        return [self.when, *(condition for _, condition in self.escalate), *others]

    def match(self, facts: Facts, record: dict[str, Any]) -> Match | None:
        """What the rule makes of the record, which ``facts`` hold. Raises UsageError where an expression fails."""
        if not self.when.holds(facts):
            return None
        level = next((level for level, condition in self.escalate if condition.holds(facts)), self.rule.level)
        groups = () if self.group_by is None else groups_of(self.group_by.evaluate(facts))
        chosen = [(field, selection.evaluate(facts)) for field, selection in self.selections]
        evidence = matched(record, self.fields, chosen, self.sought)
        return Match(self.rule, self.version, level, groups, evidence, count_of(chosen))


class Rulebook:
    """A set of rules, evaluated in one context a record.

    version: 16 hex digits over the versions of all rules. failures: how often each rule's expressions failed on a record,
    on which it then did not hold. first_failure: one line on each of them.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Compile the rules. Raises BadRule."""
        self.rules = [CompiledRule(rule) for rule in rules]
        versions = sorted(f"{compiled.rule.id}@{compiled.version}" for compiled in self.rules)
        self.version = hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]
        self._facts = Facts(expression for compiled in self.rules for expression in compiled.expressions())
        self.failures: Counter[str] = Counter()
        self.first_failure: dict[str, str] = {}

    def matches(self, record: dict[str, Any]) -> list[Match]:
        """The rules that hold, in their order. record: decoded JSON, as it stands on the wire."""
        self._facts.hold(record)
        found = []
        for compiled in self.rules:
            try:
                match = compiled.match(self._facts, record)
            except UsageError as failure:
                if not self.failures[compiled.rule.id]:
                    self.first_failure[compiled.rule.id] = str(failure)
                    log.warning("rule %s fails, here and maybe elsewhere: %s", compiled.rule.id, failure)
                self.failures[compiled.rule.id] += 1
                continue
            if match is not None:
                found.append(match)
        return found


def groups_of(value: Any) -> tuple[str, ...]:
    """The groups that a ``group-by`` gives: a text, a number or a list of them; what is empty or null is none."""
    items: Sequence[Any] = value if isinstance(value, list) else [value]
    texts = [str(item)[:LONGEST_GROUP] for item in items if isinstance(item, str | int | float) and item != ""]
    return tuple(dict.fromkeys(texts))[:MOST_GROUPS]


def _compiled(rule: str, field: str, text: str) -> Expression:
    try:
        return Expression(text, EnrichedArticle)
    except UsageError as error:
        raise BadRule(f"rule {rule}: {field}: {error}") from None


def _check_types(compiled: CompiledRule) -> None:
    """Evaluate everything on a full sample record.

    Raises BadRule for a result of another type than is needed, and for values whose types do not fit each other. What
    fails otherwise may be right all the same, as the sample's values are none that occur.
    """
    facts = Facts(compiled.expressions())
    facts.hold(shape_of(EnrichedArticle).full())
    conditions = {"when": compiled.when} | {f"raise.{level}": condition for level, condition in compiled.escalate}
    for field, condition in conditions.items():
        try:
            result = condition.evaluate(facts)
        except UsageError as error:
            _refuse_misfit(compiled, field, str(error))
            continue
        if not isinstance(result, bool):
            why = MISFIT if result is None else f"gives a {type_name(result)}, not true or false"
            raise BadRule(f"rule {compiled.rule.id}: {field}: {why}")
    if compiled.group_by is not None:
        try:
            result = compiled.group_by.evaluate(facts)
        except UsageError as error:
            _refuse_misfit(compiled, "group-by", str(error))
            return
        if not all(
            isinstance(item, str | int | float | None) for item in (result if isinstance(result, list) else [result])
        ):
            raise BadRule(f"rule {compiled.rule.id}: group-by: gives neither a text nor a list of texts")


def _refuse_misfit(compiled: CompiledRule, field: str, failure: str) -> None:
    if failure == MISFIT:
        raise BadRule(f"rule {compiled.rule.id}: {field}: {failure}")
