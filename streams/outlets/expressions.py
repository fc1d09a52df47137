"""Filters: CEL expressions over records (Common Expression Language, https://cel.dev).

The record's fields are bare names, completed from its type: an absent scalar is null, an absent list is empty, and an
absent object equals null but has its fields, all null. So an expression needs no ``has()`` to be safe:

    language == "ar" && figures.exists(f, f.what == "killed" && f.low >= 10)
    places.exists(p, p.country == "SD" && p.sense == "event")
    headline.contains("غزة") || events.exists(e, e.place.name == "غزة")

Two things differ from the engine's own CEL, where one absent field would end an ``exists`` over the whole list:
``contains``, ``startsWith``, ``endsWith``, ``matches`` and ``<``, ``<=``, ``>``, ``>=`` on null are false. And ``size``
of a string counts code points, as CEL's specification and the offsets in records do.

Two functions are added: ``key`` gives the form of a text in which spellings of Arabic script do not matter, and ``within``
tells whether a place lies within so many kilometres of a point.

    key(body).contains(key("أسامة"))
    places.exists(p, within(p, 31.25, 34.26, 15))
"""

import difflib
import functools
import json
import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import cel
from pydantic import BaseModel

from streams.errors import UsageError
from streams.outlets.shapes import Shape, shape_of
from streams.outlets.text import one_line

LONGEST = 4096
"""Characters in an expression; the engine's parser recurses, and overflows its stack on longer ones."""

LONGEST_NAME = 100
"""Characters of a text whose key is kept."""

EARTH_KM = 6371.0
"""The earth's mean radius."""

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*)
    |(?P<string>[rRbB]{0,2}(?:\"{3}(?:\\.|.)*?\"{3}|'{3}(?:\\.|.)*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[uU]?)
    |(?P<name>[^\W\d]\w*)
    |(?P<operator>[=!<>]=|&&|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_RELATIONS = {"<", "<=", ">", ">=", "==", "!=", "in"}
_WEAKER = {"&&", "||", "?", ":", ","}
"""What binds weaker than a relation, so that it ends one."""
_KEYWORDS = {"true", "false", "null", "in"}
_CHOOSING = {"exists", "exists_one", "existsOne", "filter"}
_BINDING = {"all", "exists", "exists_one", "existsOne", "filter", "map"}
_LENGTH = "size_of"
MISFIT = "the types of the values do not fit each other"
"""How an expression fails that compares or adds what cannot be."""

_NULL_IS_FALSE = ("contains", "endsWith", "matches", "startsWith")
_FUNCTIONS = {
    "bytes", "contains", "double", "duration", "dyn", "endsWith", "getDate", "getDayOfMonth", "getDayOfWeek",
    "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds", "has", "int",
    "key", "matches", "size", "startsWith", "string", "timestamp", "type", "uint", "within",
}  # fmt: skip


class Expression:
    """A compiled expression over records of one type; many of them may be evaluated on one `Facts`.

    fields: the fields that it names. selections: what it looks for in lists, see `Selection`.
    sought: the words that it looks for in texts, see `Sought`.
    """

    def __init__(self, text: str, record: type[BaseModel]) -> None:
        """Compile the expression.

        Raises UsageError for a syntax error and for an unknown field or function.
        """
        if len(text) > LONGEST:
            raise UsageError(f"the expression has {len(text)} characters, {LONGEST} are allowed")
        shape = shape_of(record)
        try:
            cel.compile(text)
        except ValueError as error:
            raise UsageError(f"the expression is no CEL: {_syntax(str(error))}") from None
        names = _Names(text, shape)
        names.check()
        self._program = cel.compile(names.rewritten())
        self.fields = {name: shape.fields[name] for name in self._program.variables() if name in shape.fields}
        self.selections = names.selections()
        self.sought = names.sought()

    def evaluate(self, facts: "Facts") -> Any:
        """What it gives on the record that is held. Raises UsageError, in one line, where it fails."""
        try:
            return self._program.execute(facts.context)
        except Exception as error:  # noqa: BLE001  # the engine's errors have no common type
            raise UsageError(_failure(error)) from None

    def holds(self, facts: "Facts") -> bool:
        """Whether it is true of the record that is held. Raises UsageError where it fails or is neither true nor false."""
        result = self.evaluate(facts)
        if isinstance(result, bool):
            return result
        raise UsageError(MISFIT if result is None else f"the expression gives a {type_name(result)}, not true or false")


@dataclass(frozen=True)
class Selection:
    """A search in a list, ``figures.exists(f, …)``, as an expression that gives the items which it is true of."""

    field: str
    text: str


@dataclass(frozen=True)
class Sought:
    """Words that are looked for in a text: ``body.contains("…")``. folded: spelling does not matter."""

    field: str
    words: str
    folded: bool


class Facts:
    """One record at a time in the engine's hands, for any number of expressions.

    Only the fields that these name cross into the engine, once a record: most of a record is text and offsets, and
    crossing takes longer than evaluating.
    """

    def __init__(self, expressions: Iterable[Expression]) -> None:
        self._fields = {name: shape for expression in expressions for name, shape in expression.fields.items()}
        self.context = cel.Context(functions=_OWN_FUNCTIONS)

    def hold(self, record: dict[str, Any]) -> None:
        """From now on expressions are about this record. record: decoded JSON, as it stands on the wire."""
        self.context.update({name: shape.complete(record.get(name)) for name, shape in self._fields.items()})


class Filter:
    """An expression that chooses records of one type.

    failures: on how many records it failed, which then did not match.
    first_failure: one line that tells the first of these, or None.
    """

    def __init__(self, expression: str, record: type[BaseModel]) -> None:
        """Compile the expression.

        Raises UsageError as `Expression` does, and for a result that is neither true nor false.
        """
        self._expression = Expression(expression, record)
        self._facts = Facts([self._expression])
        self.failures = 0
        self.first_failure: str | None = None
        self._facts.hold(shape_of(record).full())
        try:
            result = self._expression.evaluate(self._facts)
        except UsageError:
            return  # a sample value may not fit
        if not isinstance(result, bool | None):
            raise UsageError(f"the expression gives a {type_name(result)}, not true or false")

    def matches(self, record: dict[str, Any]) -> bool:
        """Whether the record matches. record: the decoded JSON of a value, as it stands on the wire."""
        self._facts.hold(record)
        try:
            return self._expression.holds(self._facts)
        except UsageError as failure:
            self.failures += 1
            self.first_failure = self.first_failure or str(failure)
            return False


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | bytes | list | dict) else None


def _key(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return _key_of_name(value) if len(value) <= LONGEST_NAME else _key_of_text(value)


def _key_of_text(text: str) -> str:
    from streams.cleaning.searchkey import search_key  # noqa: PLC0415  # the cleaner loads for those who ask for it

    return search_key(text)


_key_of_name = functools.lru_cache(4096)(
    _key_of_text
)  # within ``exists`` an expression's own words come again and again


def _within(place: Any, latitude: Any, longitude: Any, kilometres: Any) -> bool | None:
    """Whether a place lies so near a point; false where it has no coordinates. None, a failure, for what is no place."""
    if not isinstance(place, dict) or any(
        not isinstance(given, int | float) for given in (latitude, longitude, kilometres)
    ):
        return None
    here: list[Any] = [place.get("latitude"), place.get("longitude")]
    if any(not isinstance(found, int | float) for found in here):
        return False
    north, east, to_north, to_east = (math.radians(degrees) for degrees in (*here, latitude, longitude))
    sagitta = math.sin((to_north - north) / 2) ** 2 + (
        math.cos(north) * math.cos(to_north) * math.sin((to_east - east) / 2) ** 2
    )
    distance = 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, sagitta)))
    return bool(distance <= kilometres)


def _null_is_false(receiver: Any, _argument: Any = None) -> bool | None:
    # The engine asks here only when its own function does not take the receiver. None is no boolean: a failure.
    return False if receiver is None else None


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def ordered(left: Any, right: Any) -> bool | None:
        if left is None or right is None:
            return False
        try:
            return compare(left, right)
        except TypeError:
            return None

    return ordered


_COMPARISONS = {"<": "is_less", "<=": "is_at_most", ">": "is_more", ">=": "is_at_least"}
_OWN_FUNCTIONS: dict[str, Callable[..., Any]] = {
    _LENGTH: _length,
    "key": _key,
    "within": _within,
    **dict.fromkeys(_NULL_IS_FALSE, _null_is_false),
    "is_less": _ordering(operator.lt),
    "is_at_most": _ordering(operator.le),
    "is_more": _ordering(operator.gt),
    "is_at_least": _ordering(operator.ge),
}


def _syntax(message: str) -> str:
    """The parser's first complaint, without the drawing below it and its list of everything that could follow."""
    match = re.search(
        r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*?)(?: expecting \{.*)?$", message, re.MULTILINE
    )
    if not match:
        return one_line(message)
    line, column, complaint = match.groups()
    where = f"column {column}" if line == "1" else f"line {line} column {column}"
    return one_line(f"{where}: {complaint.replace('<EOF>', 'end')}")


def _failure(error: Exception) -> str:
    message = str(error).splitlines()[0] if str(error) else type(error).__name__
    if message.startswith(("No such overload", "Unsupported operation")):
        return MISFIT
    if isinstance(error, KeyError):
        return one_line(f"no key {message}")
    if unknown := re.match(r"Undefined variable or function: '(\w+)'", message):
        return f"{unknown[1].replace(_LENGTH, 'size')}() does not take a value of this type"
    return one_line(message)


def type_name(value: Any) -> str:
    """What people call the type of a value."""
    names = {"str": "string", "float": "number", "int": "number", "dict": "object"}
    return names.get(type(value).__name__, type(value).__name__)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


Scope = dict[str, Shape | None]
"""What the names that a macro bound stand for; None is unknown."""

_END: Final = _Token("end", "", -1, -1)


class _Names:
    """Reads a valid expression far enough to know which field each name means.

    It knows nothing of precedence: operands follow each other, operators are skipped, brackets and the macros that bind
    a name open a scope.
    """

    def __init__(self, expression: str, record: Shape) -> None:
        self._expression = expression
        self._tokens = [
            _Token(str(match.lastgroup), match[0], match.start(), match.end())
            for match in _TOKEN.finditer(expression)
            if match.lastgroup != "skip"
        ]
        self._at = 0
        self._record = record
        self._edits: list[tuple[int, int, str]] = []
        self._selections: dict[int, Selection] = {}

    def check(self) -> None:
        """Resolve every name. Raises UsageError for a field or function that there is not, with names near it."""
        while self._peek() is not _END:
            self._group({})
            self._at += 1

    def rewritten(self) -> str:
        """The expression as the engine evaluates it: see the module's docstring on objects and ``size``."""
        text = self._expression
        for start, end, replacement in sorted(self._edits, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text

    def selections(self) -> list[Selection]:
        """The searches in the record's own lists, as they stand outside of other searches."""
        return list(self._selections.values())

    def sought(self) -> list[Sought]:
        """The constant words that ``contains`` looks for in the record's own texts."""
        found = []
        texts = [token.text for token in self._tokens]
        for start, text in enumerate(texts):
            plain = texts[start + 1 : start + 4] == [".", "contains", "("]
            folded = texts[start - 2 : start] == ["key", "("] and texts[start + 1 : start + 7] == [
                *(")", ".", "contains", "(", "key", "("),
            ]
            argument = start + (7 if folded else 4)
            if text in self._record.fields and (plain or folded) and self._peek_at(argument).kind == "string":
                found.append(Sought(text, cel.compile(texts[argument]).execute(), folded))
        return found

    def _peek_at(self, at: int) -> _Token:
        return self._tokens[at] if at < len(self._tokens) else _END

    def _peek(self, ahead: int = 0) -> _Token:
        at = self._at + ahead
        return self._tokens[at] if 0 <= at < len(self._tokens) else _END

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _group(self, scope: Scope) -> Shape | None:
        """Read up to a closing bracket or the end, which stays; the shape where the group is one operand alone."""
        shapes: list[Shape | None] = []
        first = self._at
        relations: list[int] = []
        operators = 0
        while (token := self._peek()) is not _END and token.text not in {")", "]", "}"}:
            self._at += 1
            if token.text in _RELATIONS:
                relations.append(self._at - 1)
            if token.text in {"(", "[", "{"}:
                inner = self._group(scope)
                self._at += 1
                shapes.append(self._path(token, inner if token.text == "(" else None, scope))
            elif token.kind == "name" and token.text not in _KEYWORDS:
                shapes.append(self._operand(token, scope))
            elif token.kind in {"string", "number"} or token.text in {"true", "false", "null"}:
                shapes.append(self._path(token, None, scope))
            else:
                operators += 1
            if token.text in _WEAKER:
                self._relation(first, relations, self._at - 2)
                first, relations = self._at, []
        self._relation(first, relations, self._at - 1)
        return shapes[0] if len(shapes) == 1 and not operators else None

    def _relation(self, first: int, relations: list[int], last: int) -> None:
        """Make ``a < b`` over these tokens a call of our function. A chain, ``a < b == c``, is left to the engine."""
        if len(relations) == 1 and (relation := self._tokens[relations[0]]).text in _COMPARISONS:
            start, end = self._tokens[first].start, self._tokens[last].end
            self._edits.append((start, start, f"{_COMPARISONS[relation.text]}("))
            self._edits.append((relation.start, relation.end, ","))
            self._edits.append((end, end, ")"))

    def _operand(self, token: _Token, scope: Scope) -> Shape | None:
        before = self._at - 1
        shape: Shape | None = None
        if self._peek().text == "(":
            self._call(token, scope)
        elif token.text in scope:
            shape = scope[token.text]
        else:
            shape = self._field(self._record, token, "a record", scope)
        shape = self._path(token, shape, scope)
        if shape is not None and shape.kind == "object" and shape.optional:
            self._compared_with_null(before, shape)
        return shape

    def _path(self, first: _Token, shape: Shape | None, scope: Scope) -> Shape | None:
        """Read ``.field``, ``.method(…)`` and ``[…]`` behind an operand of this shape; None is unknown."""
        while (token := self._peek()).text in {".", "["}:
            self._at += 1
            if token.text == "[":
                self._group(scope)
                self._at += 1
                shape = shape.item if shape is not None else None
                continue
            name = self._next()
            if self._peek().text == "(" and name.text in _BINDING:
                shape = self._bind(name, shape, scope)
                if name.text in _CHOOSING and not scope and first.text in self._record.fields:
                    self._select(first, name)
            elif self._peek().text == "(":
                self._call(name, scope)
                shape = None
            elif shape is None or shape.kind == "map":
                shape = None
            else:
                shape = self._field(shape, name, self._expression[first.start : token.start], {})
        return shape

    def _call(self, name: _Token, scope: Scope) -> None:
        if name.text not in _FUNCTIONS:
            raise UsageError(f"no function {name.text!r} in CEL{_near(name.text, _FUNCTIONS | _BINDING)}")
        if name.text == "matches":
            self._check_pattern(self._peek(1), self._peek(2))
        if name.text == "size":
            self._edits.append((name.start, name.end, _LENGTH))
        self._at += 1
        self._group(scope)
        self._at += 1

    def _check_pattern(self, pattern: _Token, end: _Token) -> None:
        """Let the engine itself read a constant regular expression, which it otherwise does with each record."""
        if pattern.kind != "string" or end.text != ")":
            return
        try:
            cel.compile(f"''.matches({pattern.text})").execute()
        except Exception as error:  # noqa: BLE001  # the engine's errors have no common type
            if "not a valid regex" in str(error):
                why = re.search(r"^error: (.*?)(?:\. Check function arguments.*)?$", str(error), re.MULTILINE)
                raise UsageError(f"{pattern.text} is no regular expression{': ' + why[1] if why else ''}") from None

    def _bind(self, name: _Token, shape: Shape | None, scope: Scope) -> Shape | None:
        """Read ``.exists(x, …)`` and the like: within the brackets x is an item of the list."""
        self._at += 1
        variable = self._next()
        self._group({**scope, variable.text: shape.item if shape is not None else None})
        self._at += 1
        return shape if name.text == "filter" else None

    def _select(self, first: _Token, name: _Token) -> None:
        """Keep ``figures.exists(f, …)``, just read, as ``figures.filter(f, …)``; of two on one path the later.

        What is denied, ``!figures.exists(f, …)``, is no search for something.
        """
        before = self._tokens.index(first) - 1
        if before >= 0 and self._tokens[before].text == "!":
            return
        end = self._tokens[self._at - 1].end
        text = f"{self._expression[first.start : name.start]}filter{self._expression[name.end : end]}"
        self._selections[first.start] = Selection(first.text, text)

    def _field(self, shape: Shape, name: _Token, of: str, scope: Iterable[str]) -> Shape:
        if name.text in shape.fields:
            return shape.fields[name.text]
        if shape.kind == "list" and shape.item is not None and name.text in shape.item.fields:
            raise UsageError(f"{of} is a list; say {of}.exists(x, x.{name.text} …)")
        known = [*shape.fields, *scope]
        if not known:
            raise UsageError(f"{of} has no fields, so no {name.text!r}")
        raise UsageError(f"{of} has no field {name.text!r}{_near(name.text, known)}")

    def _compared_with_null(self, before: int, shape: Shape) -> None:
        """Make ``object == null`` mean that it is absent, though absent objects are completed with their fields."""
        sides = (
            (self._peek(), self._peek(1)),
            (self._tokens[before - 1], self._tokens[before - 2]) if before > 1 else (_END, _END),
        )
        for relation, null in sides:
            if relation.text in {"==", "!="} and null.text == "null":
                self._edits.append((null.start, null.end, json.dumps(shape.complete(None))))


def _near(name: str, known: Iterable[str]) -> str:
    """``; near it: a, b`` or, where nothing is near, all names."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=5, cutoff=0.5)
    return f"; near it: {', '.join(near)}" if near else f"; there are: {', '.join(known)}"
