"""Marked-up pages: a flattened page with everything marked that a careful reader would extract (``corpus/README.md``).

`read` parses one file. Each line keeps its kind, its text as scraped and as it should come out, and its marks, whose
offsets are half-open, in code points of the clean text. ``python -m scripts.marked FOLDER`` prints what is wrong in the
files of a folder and ends with status 1 if anything is.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

KINDS = ("S", "T", "A", "Y", "D", "B", "K", "P", "C", "_")
"""Section, headline, alternative headline, byline, date, body, cross-heading, picture, chrome, empty."""

TOLD = "TABK"
"""Kinds of lines that are part of the story."""

FIGURES = frozenset(
    ["killed", "injured", "arrested", "missing", "displaced", "abducted", "released", "rescued", "infected", "participants", "money", "percent", "distance", "other"]
)  # fmt: skip
PRECISIONS = frozenset(["time", "day", "week", "month", "year", "decade", "period"])
SENSES = frozenset(["event", "dateline", "mentioned"])
PLOVER = frozenset(
    ["AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"]
)  # fmt: skip
ACLED = frozenset(
    [
        "Battles",
        "Explosions/Remote violence",
        "Violence against civilians",
        "Protests",
        "Riots",
        "Strategic developments",
    ]
)

_TAG = re.compile(r'<(/?)(per|org|loc|q|iq|src|n|t|fix|c)((?:\s+\w+="[^"]*")*)\s*>')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_LEFT_OVER = re.compile(r"</?\w+[ >]")
_FLAT = frozenset(["per", "org", "loc", "n", "t"])
_ENTITIES = frozenset(["per", "org", "loc"])
_HEADER = ("id", "url", "source", "fetched_at", "language", "topics")
_LARGEST = (90.0, 180.0)


@dataclass(frozen=True)
class Mark:
    """A marked span. tag: per, org, loc, q, iq, src, n or t. start, end: in the clean text of its line."""

    tag: str
    attributes: Mapping[str, str]
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a page. raw: as scraped. clean: repaired and without chrome; empty for lines that go."""

    kind: str
    raw: str
    clean: str
    marks: tuple[Mark, ...]
    fixes: int


@dataclass(frozen=True)
class Page:
    """One file: its header, its lines and the events that it states."""

    header: Mapping[str, str]
    lines: tuple[Line, ...]
    events: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def text(self) -> str:
        """The page as it was scraped."""
        return "\n".join(line.raw for line in self.lines)

    def of(self, kinds: str) -> list[str]:
        """The clean texts of all lines of some kinds."""
        return [line.clean for line in self.lines if line.kind in kinds]

    @property
    def event(self) -> dict[str, str]:
        """The raw article event."""
        return {key: self.header[key] for key in ("url", "source", "fetched_at")} | {"text": self.text}


def read(path: Path) -> Page:
    """Parse a file.

    Raises:
        ValueError: where it breaks the form, with the number of the page line.
    """
    head, page, foot = re.split(r"^---\s*$", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    pairs = (line.split(":", 1) for line in head.strip().splitlines())
    header = {key.strip(): value.strip() for key, value in pairs}
    lines = []
    for number, text in enumerate(page.strip("\n").split("\n"), 1):
        kind, _, rest = text.partition(" ")
        if kind not in KINDS:
            raise ValueError(f"page line {number}: unknown kind {kind!r}")
        try:
            lines.append(_line(kind, rest))
        except ValueError as error:
            raise ValueError(f"page line {number}: {error}") from None
    return Page(header, tuple(lines), tuple(json.loads(line) for line in foot.strip().splitlines()))


def pages(folder: Path) -> Iterator[Page]:
    """All pages of a folder and its folders, by name."""
    yield from map(read, sorted(folder.rglob("*.gold")))


def _line(kind: str, text: str) -> Line:
    raw: list[str] = []
    clean: list[str] = []
    marks: list[Mark] = []
    opened: list[tuple[str, dict[str, str], int]] = []
    muted = False
    position = 0
    for match in _TAG.finditer(text):
        piece = text[position : match.start()]
        raw.append(piece)
        clean += [] if muted else [piece]
        position = match.end()
        at = sum(map(len, clean))
        tag = match[2]
        if not match[1]:
            attributes = dict(_ATTRIBUTE.findall(match[3]))
            if tag in _FLAT and any(other in _FLAT for other, _, _ in opened):
                raise ValueError(f"<{tag}> inside <{opened[-1][0]}>")
            if tag == "fix" and "to" not in attributes:
                raise ValueError("<fix> without to")
            opened.append((tag, attributes, at))
            muted = muted or tag in {"fix", "c"}
            continue
        if not opened or opened[-1][0] != tag:
            raise ValueError(f"</{tag}> closes nothing")
        tag, attributes, start = opened.pop()
        if tag in {"fix", "c"}:
            muted = False
            clean += [attributes["to"]] if tag == "fix" else []
        else:
            marks.append(Mark(tag, attributes, start, at, "".join(clean)[start:at]))
    if opened:
        raise ValueError(f"<{opened[-1][0]}> is not closed")
    raw.append(text[position:])
    clean.append(text[position:])
    if left := _LEFT_OVER.search("".join(raw)):
        raise ValueError(f"unknown mark {left[0]}")
    told = "".join(clean) if kind in "STAYDBK" else ""
    margin = len(told) - len(told.lstrip())
    shifted = (Mark(one.tag, one.attributes, one.start - margin, one.end - margin, one.text) for one in marks)
    return Line(kind, "".join(raw), told.strip(), tuple(shifted), text.count("<fix "))


def faults(page: Page) -> Iterator[str]:
    """What a second reader would strike out, each with its place."""
    yield from (f"no {key} in the header" for key in _HEADER if key not in page.header)
    if len(page.of("T")) != 1:
        yield "not one headline"
    if not page.of("B"):
        yield "no body"
    known: set[str] = set()
    names: dict[str, str] = {}
    for number, line in enumerate(page.lines, 1):
        for mark in line.marks:
            for fault in _mark_faults(mark, names):
                yield f"line {number}: {mark.text[:30]}: {fault}"
            known |= {mark.attributes["id"]} if "id" in mark.attributes and line.kind in TOLD else set()
    for line in page.lines:
        wanted = (mark.attributes[key] for mark in line.marks for key in ("by", "in") if key in mark.attributes)
        yield from (f"unknown id {one}" for one in wanted if one not in known)
    for event in page.events:
        yield from _event_faults(event, known, page)


def _mark_faults(mark: Mark, names: dict[str, str]) -> Iterator[str]:
    given = mark.attributes
    if not mark.text or mark.text != mark.text.strip():
        yield "empty, or with spaces at its ends"
    if mark.tag in _ENTITIES:
        yield from _entity_faults(mark, names)
    if mark.tag == "q" and mark.text[:1] in '"“«':
        yield "quotation marks inside"
    if mark.tag == "n":
        if given.get("what") not in FIGURES:
            yield f"unknown kind of figure {given.get('what')}"
        if not given.keys() & {"low", "high"} or not all(
            _is_number(given[key]) for key in ("low", "high") if key in given
        ):
            yield "no number"
        if given.get("what") == "money" and "unit" not in given:
            yield "money without a unit"
    if mark.tag == "t" and (given.get("p") not in PRECISIONS or not _is_date(given.get("v", ""))):
        yield "no date"


def _entity_faults(mark: Mark, names: dict[str, str]) -> Iterator[str]:
    given = mark.attributes
    if "id" not in given:
        yield "no id"
        return
    if given["id"][0] != mark.tag[0]:
        yield f"id {given['id']} of another kind"
    if given["id"] not in names and "name" not in given:
        yield "no name at its first mention"
    if "name" in given and names.setdefault(given["id"], given["name"]) != given["name"]:
        yield f"another name than {names[given['id']]}"
    if given.get("sense", "mentioned") not in SENSES:
        yield f"unknown sense {given['sense']}"
    for key, largest in zip(("lat", "lon"), _LARGEST, strict=True):
        if key in given and not (_is_number(given[key]) and abs(float(given[key])) <= largest):
            yield f"{key} {given[key]}"


def _event_faults(event: Mapping[str, Any], known: set[str], page: Page) -> Iterator[str]:
    place = [event["place"]] if event.get("place") else []
    named = [*event.get("actors", []), *event.get("recipients", []), *place]
    yield from (f"an event names the unknown id {one}" for one in named if one not in known)
    if event.get("plover") not in PLOVER:
        yield f"unknown event type {event.get('plover')}"
    if event.get("acled", "Battles") not in ACLED:
        yield f"unknown ACLED type {event['acled']}"
    if "date" in event and not _is_date(event["date"]):
        yield f"date of an event {event['date']}"
    line = event.get("line", 0)
    if not 1 <= line <= len(page.lines) or page.lines[line - 1].kind not in TOLD:
        yield f"an event in line {line}, which tells nothing"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _is_date(text: str) -> bool:
    """ISO 8601: a year, month, day or time, a week, or two with a stroke between."""
    if "/" in text:
        return all(_is_date(part) for part in text.split("/"))
    if re.fullmatch(r"\d{4}(-W\d{2})?|\d{3}X", text):
        return True
    for form in ("%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H"):
        try:
            datetime.strptime(text, form)  # noqa: DTZ007 -- only its form is asked
        except ValueError:
            continue
        return True
    return False


def main() -> None:
    """Print the faults of all files of a folder."""
    wrong = 0
    for path in sorted(Path(sys.argv[1]).rglob("*.gold")):
        try:
            found = list(faults(read(path)))
        except (ValueError, KeyError) as error:
            found = [str(error)]
        for fault in found:
            print(f"{path.name}: {fault}")
        wrong += len(found)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
