"""Marked-up text to train on: sentences with spans, from files in CoNLL's form and from marked-up articles."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streams.extraction.text import sentences

ENTITIES = {"PERS": "person", "PER": "person", "ORG": "organisation", "LOC": "place"}
_MARKS = {"per": "person", "org": "organisation", "loc": "place"}
_TAG = re.compile(r"<(/?)(\w+)([^<>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_LINE = re.compile(r"^([TABK]) (.*)$", re.MULTILINE)
_CLOSING = frozenset(".,،؛:!؟?)%»…")
_OPENING = frozenset("(«")
_ROLE_REACH = 160


@dataclass(frozen=True, slots=True)
class Span:
    """start, end: half-open, in code points of the text. exact: whether a clitic before the name is known to be outside."""

    start: int
    end: int
    label: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence. layers: which heads its spans are complete for ("entity", "role"), maybe none."""

    text: str
    spans: tuple[Span, ...]
    layers: frozenset[str] = field(default=frozenset({"entity"}))


def conll(path: Path) -> Iterator[Sample]:
    """The sentences of a file with a word and its tag a line; words are whole, with their clitics."""
    words: list[str] = []
    tags: list[str] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in [*lines, ""]:
            cells = line.split()
            if len(cells) > 1:
                words.append(cells[0])
                tags.append(cells[-1])
            elif words:
                yield _sentence(words, tags)
                words, tags = [], []


def _sentence(words: Sequence[str], tags: Sequence[str]) -> Sample:
    """Words and tags as text, set as a printer would, with spans."""
    text = ""
    spans: list[Span] = []
    glued = True
    for word, tag in zip(words, tags, strict=True):
        if not (glued or word[0] in _CLOSING):
            text += " "
        start, text = len(text), text + word
        glued = word in _OPENING
        label = ENTITIES.get(tag[2:])
        if label is None:
            continue
        if tag[0] == "I" and spans and spans[-1].label == label and not text[spans[-1].end : start].strip():
            spans[-1] = Span(spans[-1].start, len(text), label, exact=False)
        else:
            spans.append(Span(start, len(text), label, exact=False))
    return Sample(text, tuple(spans))


def unmarked(path: Path) -> Iterator[Sample]:
    """The sentences of a file of JSON Lines without any marks, for a teacher to mark."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = dict.fromkeys(json.loads(line)["text"] for line in lines)
    for text in texts:
        for start, end in sentences(text):
            yield Sample(text[start:end], (), frozenset())


def articles(folder: Path) -> Iterator[Sample]:
    """The sentences of the marked-up articles (*.gold) of a folder and the folders in it."""
    for path in sorted(folder.rglob("*.gold")):
        _, _, rest = path.read_text("utf-8").partition("\n---\n")
        page, _, _ = rest.partition("\n---\n")
        for _, line in _LINE.findall(page):
            yield from _divide(*_read(line))


def _read(line: str) -> tuple[str, list[Span]]:
    """The text of a line without its marks, and the spans of entities and roles in it."""
    text = ""
    spans: list[Span] = []
    roles: list[tuple[int, str]] = []
    opened: list[tuple[str, int, dict[str, str]]] = []
    skipped = 0
    at = 0
    for tag in _TAG.finditer(line):
        if not skipped:
            text += line[at : tag.start()]
        at = tag.end()
        closing, name, rest = tag.groups()
        attributes = dict(_ATTRIBUTE.findall(rest))
        if not closing:
            opened.append((name, len(text), attributes))
            skipped += name in {"fix", "c"}
            continue
        name, start, attributes = opened.pop()
        if name in {"fix", "c"}:
            skipped -= 1
            text += attributes.get("to", "") if name == "fix" else " "
        elif name in _MARKS and start < len(text):
            spans.append(Span(start, len(text), _MARKS[name]))
            if attributes.get("role"):
                roles.append((len(spans) - 1, attributes["role"]))
    text += line[at:]
    for number, role in roles:
        spans += _role(text, spans[number], role)
    return text, spans


def _role(text: str, person: Span, role: str) -> list[Span]:
    """Where the role of a person stands next to the name, if it stands there word for word."""
    before = text.rfind(role, max(0, person.start - _ROLE_REACH), person.start)
    after = text.find(role, person.end, person.end + _ROLE_REACH)
    found = [start for start in (before, after) if start >= 0]
    if not found:
        return []
    start = min(found, key=lambda start: abs(start - person.start))
    return [Span(start, start + len(role), "role")]


def _divide(text: str, spans: list[Span]) -> Iterator[Sample]:
    """The sentences of a text; a span that crosses their bounds is left out."""
    for start, end in sentences(text):
        inside = tuple(
            Span(span.start - start, span.end - start, span.label, span.exact)
            for span in sorted(spans, key=lambda span: span.start)
            if start <= span.start and span.end <= end
        )
        yield Sample(text[start:end], inside, frozenset({"entity", "role"}))
