"""Filters: CEL expressions over records (Common Expression Language, https://cel.dev).

The record's fields are bare names, completed from its type: an absent scalar is null, an absent list is empty, and an
absent object equals null but has its fields, all null. So an expression needs no ``has()`` to be safe:

    language == "ar" && figures.exists(f, f.what == "killed" && f.low >= 10)
    places.exists(p, p.country == "SD" && p.sense == "event")
    headline.contains("غزة") || events.exists(e, e.place.name == "غزة")

Two things differ from the engine's own CEL, where one absent field would end an ``exists`` over the whole list:
``contains``, ``startsWith``, ``endsWith``, ``matches`` and ``<``, ``<=``, ``>``, ``>=`` on null are false. And ``size``
of a string counts code points, as CEL's specification and the offsets in records do.

One function is added: ``key`` gives the form of a text in which spellings of Arabic script do not matter.

    key(body).contains(key("أسامة"))
"""

import difflib
import json
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
_BINDING = {"all", "exists", "exists_one", "existsOne", "filter", "map"}
_LENGTH = "size_of"
_MISFIT = "the types of the values do not fit each other"
_NULL_IS_FALSE = ("contains", "endsWith", "matches", "startsWith")
_FUNCTIONS = {
    "bytes", "contains", "double", "duration", "dyn", "endsWith", "getDate", "getDayOfMonth", "getDayOfWeek",
    "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds", "has", "int",
    "key", "matches", "size", "startsWith", "string", "timestamp", "type", "uint",
}  # fmt: skip


class Filter:
    """A compiled expression over records of one type.

    failures: on how many records it failed, which then did not match.
    first_failure: one line that tells the first of these, or None.
    """

    def __init__(self, expression: str, record: type[BaseModel]) -> None:
        """Compile the expression.

        Raises UsageError for a syntax error, an unknown field or function and a result that is neither true nor false.
        """
        if len(expression) > LONGEST:
            raise UsageError(f"the expression has {len(expression)} characters, {LONGEST} are allowed")
        shape = shape_of(record)
        try:
            cel.compile(expression)
        except ValueError as error:
            raise UsageError(f"the expression is no CEL: {_syntax(str(error))}") from None
        names = _Names(expression, shape)
        names.check()
        self._program = cel.compile(names.rewritten())
        self._fields = {name: shape.fields[name] for name in self._program.variables() if name in shape.fields}
        self._context = cel.Context(functions=_OWN_FUNCTIONS)
        self.failures = 0
        self.first_failure: str | None = None
        try:
            result = self._evaluate(shape.full())
        except Exception:  # noqa: BLE001  # the engine's errors have no common type; a sample value may not fit
            return
        if not isinstance(result, bool | None):
            raise UsageError(f"the expression gives a {_type_name(result)}, not true or false")

    def matches(self, record: dict[str, Any]) -> bool:
        """Whether the record matches. record: the decoded JSON of a value, as it stands on the wire."""
        try:
            result = self._evaluate(record)
        except Exception as error:  # noqa: BLE001  # as above
            return self._fail(_failure(error))
        if isinstance(result, bool):
            return result
        if result is None:
            return self._fail(_MISFIT)
        return self._fail(f"the expression gives a {_type_name(result)}, not true or false")

    def _evaluate(self, record: dict[str, Any]) -> Any:
        # Only what the expression names crosses into the engine: most of a record is text and offsets.
        self._context.update({name: shape.complete(record.get(name)) for name, shape in self._fields.items()})
        return self._program.execute(self._context)

    def _fail(self, reason: str) -> bool:
        self.failures += 1
        self.first_failure = self.first_failure or reason
        return False


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | bytes | list | dict) else None


def _key(value: Any) -> str | None:
    from streams.cleaning.searchkey import search_key  # noqa: PLC0415  # the cleaner loads for those who ask for it

    return search_key(value) if isinstance(value, str) else None


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
        return _MISFIT
    if isinstance(error, KeyError):
        return one_line(f"no key {message}")
    if unknown := re.match(r"Undefined variable or function: '(\w+)'", message):
        return f"{unknown[1].replace(_LENGTH, 'size')}() does not take a value of this type"
    return one_line(message)


def _type_name(value: Any) -> str:
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
