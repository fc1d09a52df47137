"""Marked-up text to train on: sentences with spans, from files in CoNLL's form and from marked-up articles."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streams.extraction.text import Token, sentences, tokens

ENTITIES = {"PERS": "person", "PER": "person", "ORG": "organisation", "LOC": "place"}
_MARKS = {"per": "person", "org": "organisation", "loc": "place"}
_TAG = re.compile(r"<(/?)(\w+)([^<>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_LINE = re.compile(r"^([TABK]) (.*)$", re.MULTILINE)
_CLOSING = frozenset(".,،؛:!؟?)%»…")
_OPENING = frozenset("(«")
_ROLE_REACH = 160
_BREAK = re.compile(r"[.!?؟:؛;«»“”\n]")
_NEAR = 3  # code points between a role and its name
_ALIKE = 0.49  # least F1 of the words of a role in the marks and in the text
_LONGEST_ARTICLE = 4


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


def articles(folder: Path) -> Iterator[Sample]:
    """The sentences of the marked-up articles (*.gold) of a folder and the folders in it."""
    for path in sorted(folder.rglob("*.gold")):
        _, _, rest = path.read_text("utf-8").partition("\n---\n")
        page, _, _ = rest.partition("\n---\n")
        stated = {attributes["id"]: attributes["role"] for attributes in _people(page) if attributes.get("role")}
        for _, line in _LINE.findall(page):
            yield from _divide(*_read(line, stated))


def _people(page: str) -> Iterator[dict[str, str]]:
    """The attributes of each mark of a person."""
    for closing, name, rest in _TAG.findall(page):
        if name == "per" and not closing:
            yield dict(_ATTRIBUTE.findall(rest))


def _read(line: str, stated: Mapping[str, str]) -> tuple[str, list[Span]]:
    """The text of a line without its marks, and the spans of entities and roles in it; stated: the role of a person by id."""
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
            if attributes.get("id") in stated:
                roles.append((len(spans) - 1, stated[attributes["id"]]))
    text += line[at:]
    marked = {span for number, role in roles if (span := _role(text, spans[number], role)) is not None}
    return text, spans + _apart(marked)


def _role(text: str, person: Span, role: str) -> Span | None:
    """Where the role of a person stands next to the name, word for word or in a shorter or more definite form.

    The marks have مدير معبر جوسيه where the text says مدير المعبر.
    """
    before = text.rfind(role, max(0, person.start - _ROLE_REACH), person.start)
    after = text.find(role, person.end, person.end + _ROLE_REACH)
    found = [start for start in (before, after) if start >= 0]
    if found:
        start = min(found, key=lambda start: abs(start - person.start))
        return Span(start, start + len(role), "role")
    listed = [_stem(token) for token in tokens(role)]
    wanted = Counter(listed)
    best, chosen = _ALIKE, None
    for start, end in _beside(text, person):
        words = tokens(text[start:end])
        for first in range(len(words)):
            if _stem(words[first]) != listed[0]:
                continue
            for last in range(first + 1, len(words) + 1):
                near = (
                    words[last - 1].end + start >= end - _NEAR if end == person.start else words[first].start <= _NEAR
                )
                same = sum((wanted & Counter(map(_stem, words[first:last]))).values())
                alike = 2 * same / (wanted.total() + last - first)
                if near and alike > best:
                    best, chosen = alike, Span(start + words[first].start, start + words[last - 1].end, "role")
    return chosen


def _beside(text: str, person: Span) -> list[tuple[int, int]]:
    """What stands right before and right after a name, within its sentence part."""
    before = text[: person.start]
    after = text[person.end :]
    opening = max((match.end() for match in _BREAK.finditer(before)), default=0)
    closing = _BREAK.search(after)
    end = closing.start() if closing else len(after)
    return [
        (max(opening, person.start - _ROLE_REACH), person.start),
        (person.end, min(person.end + end, person.end + _ROLE_REACH)),
    ]


def _stem(token: Token) -> str:
    """A word for comparison: without its article, merged or not, and without a case ending."""
    word = token.folded
    for article in ("لل", "ال"):
        if word.startswith(article) and len(word) > _LONGEST_ARTICLE:
            return word[len(article) :].removesuffix("ي")
    return word.removesuffix("ي")


def _apart(spans: set[Span]) -> list[Span]:
    """The spans that overlap no longer one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def _divide(text: str, spans: list[Span]) -> Iterator[Sample]:
    """The sentences of a text; a span that crosses their bounds is left out."""
    for start, end in sentences(text):
        inside = tuple(
            Span(span.start - start, span.end - start, span.label, span.exact)
            for span in sorted(spans, key=lambda span: span.start)
            if start <= span.start and span.end <= end
        )
        yield Sample(text[start:end], inside, frozenset({"entity", "role"}))
