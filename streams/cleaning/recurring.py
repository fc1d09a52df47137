"""Lines that recur over many articles of one source: how they are learnt, written to a file and read back.

What stands in one article after another of a source is furniture: menus, slogans, calls to follow, boxes of other stories.
A table of such lines comes from cleaned articles (`Learner`) and is used by the clean stage, which takes them out with the
reason ``recurring``.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from schemas import CleanArticle
from streams.cleaning import flattened, phrases
from streams.cleaning.evidence import Evidence, look
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata
from streams.errors import UsageError

SCHEMA = "source-table/1.0"

ARTICLES = 8
"""Articles that a source must have: in fewer, one running story may recur in most."""

SHARE = 0.3
"""Share of a source's articles in which a line must stand: most furniture stands in nearly all of one section."""

BODY_SHARE = 0.5
"""The same for a line that the clean stage mostly keeps in the body: it may be a cross-heading that a source likes."""

_STATED_SHARE = 0.1
"""Share of a line's appearances as section, byline or date above which it is none of ours: ``Reuters``, ``Politics``."""

_LONGEST = 400
"""Code points of the longest line that is looked at."""

_STATED = frozenset({"section", "byline", "date"})
_SWEEP = 256
"""Articles of one source after which its rare lines are forgotten, so that memory stays bounded."""

_RARE = 0.02
"""Share below which they are."""

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Source:
    """What is known of one source. articles: looked at. lines: folded lines, each with the articles that hold it."""

    articles: int
    lines: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """Lines that recur, by source: its name in records, ``source`` or the host of the URL."""

    sources: Mapping[str, Source] = field(default_factory=dict)

    def lines_of(self, source: str | None) -> Collection[str]:
        """The folded lines that recur in the articles of a source."""
        known = self.sources.get(_key(source or ""))
        return known.lines.keys() if known else ()

    @property
    def fingerprint(self) -> str:
        """Hash of the table, 16 hex digits: the same for the same lines, in whatever order they were learnt."""
        return hashlib.sha256(orjson.dumps(_plain(self), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def to_json(self) -> bytes:
        """The file that `read` takes: one line of the table a line, the most frequent first."""
        data = {"schema": SCHEMA, "fingerprint": self.fingerprint, "sources": _plain(self)}
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


NOTHING = Table()
"""The table that takes nothing out."""


def _plain(table: Table) -> dict[str, Any]:
    return {
        name: {"articles": source.articles, "lines": dict(source.lines)}
        for name, source in sorted(table.sources.items())
    }


def _key(source: str) -> str:
    return source.strip().lower().removeprefix("www.")


@dataclass
class _Seen:
    """The lines of one source so far: in how many articles each stood, was body, and was section, byline or date."""

    articles: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    body: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)

    def add(self, article: CleanArticle) -> None:
        """Count the lines of one article, each once."""
        roles = _roles(article)
        self.articles += 1
        self.lines.update(roles.keys())
        self.body.update(line for line, role in roles.items() if role == "body")
        self.stated.update(line for line, role in roles.items() if role in _STATED)
        if self.articles % _SWEEP == 0:
            for line in [line for line, count in self.lines.items() if count < _RARE * self.articles]:
                del self.lines[line], self.body[line], self.stated[line]

    def recurring(self, share: float) -> dict[str, int]:
        """The lines that recur, the most frequent first."""
        found = {
            line: count
            for line, count in self.lines.items()
            if count >= self.articles * (max(share, BODY_SHARE) if self.body[line] * 2 > count else share)
            and self.stated[line] <= count * _STATED_SHARE
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


class Learner:
    """Finds the lines that recur over the articles of each source.

    The same article counts once, however often it comes, and so does the same text under two addresses. A sentence that
    the clean stage keeps in the body is never learnt: a running story repeats its background.
    """

    def __init__(self) -> None:
        self._sources: dict[str, _Seen] = {}
        self._known: set[str] = set()

    @property
    def articles(self) -> dict[str, int]:
        """How many articles of each source were looked at."""
        return {name: source.articles for name, source in sorted(self._sources.items())}

    def add(self, article: CleanArticle) -> None:
        """Look at one article; one without source or text says nothing."""
        own = {article.id, article.revision or article.id}
        if not article.source or article.page_text is None or own & self._known:
            return
        self._known |= own
        self._sources.setdefault(_key(article.source), _Seen()).add(article)

    def table(self, least: int = ARTICLES, share: float = SHARE) -> Table:
        """What recurs in the articles so far.

        least: articles that a source must have to be in the table. share: of them that must hold a line, 0 to 1.
        """
        found = {
            name: Source(source.articles, source.recurring(share))
            for name, source in self._sources.items()
            if source.articles >= least
        }
        return Table({name: source for name, source in sorted(found.items()) if source.lines})


def _roles(article: CleanArticle) -> dict[str, str]:
    """The folded lines of an article that may be furniture, each with a role that it has in the article."""
    page = flattened.split(article.page_text or "")
    spans = [span for span in article.layout if span.role != "space"]
    roles: dict[str, str] = {}
    kept: set[str] = set()
    position = 0
    for block in page.blocks:
        while position < len(spans) and spans[position].end <= block.start:
            position += 1
        role = spans[position].role if position < len(spans) else "chrome"
        if len(block.text) > _LONGEST or not _LETTER.search(block.text):
            continue
        item = look(block)
        if _is_known(item) or (role == "body" and _is_story(item, block.text)):
            kept.add(item.folded)
        if role in _STATED or item.folded not in roles:
            roles[item.folded] = role
    return {line: role for line, role in roles.items() if line not in kept}


def _is_known(item: Evidence) -> bool:
    """Whether the stage's own tables say what a line is, and what follows from it: a label may open a list of stories."""
    return item.folded in phrases.sections() or bool(item.chrome or item.date or item.byline)


def _is_story(item: Evidence, text: str) -> bool:
    """Whether a line of the body is a sentence, or a cross-heading that announces one: authors may always use the same."""
    return item.prose or item.ends or text.endswith(":")


def furniture(evidence: Sequence[Evidence], stated: Metadata, lines: Collection[str]) -> frozenset[int]:
    """Indexes of a page's blocks that are one of the folded ``lines``; never the headline that the page states."""
    found = [index for index, item in enumerate(evidence) if item.folded in lines]
    titles = {fold(text) for text in stated.headlines} if found else ()
    return frozenset(index for index in found if evidence[index].folded not in titles)


@cache
def read(path: Path) -> Table:
    """The table in a file, read once a process.

    Raises UsageError for a file that is not as `Table.to_json` writes it.
    """
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path}: no JSON: {error}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise UsageError(f"{path}: no {SCHEMA}, as khabar sources learn writes it")
    table = Table(_sources(path, data.get("sources")))
    if data.get("fingerprint") != table.fingerprint:
        raise UsageError(f"{path}: its fingerprint is not that of its lines, {table.fingerprint}")
    return table


def _sources(path: Path, data: Any) -> dict[str, Source]:
    """The sources of a file. Raises UsageError naming what is wrong."""
    if not isinstance(data, dict):
        raise UsageError(f"{path}: sources is no object")
    for name, source in data.items():
        lines = source.get("lines") if isinstance(source, dict) else None
        if not isinstance(lines, dict) or not isinstance(source.get("articles"), int):
            raise UsageError(f"{path}: {name}: articles is to be a number and lines an object")
        for line, count in lines.items():
            if not isinstance(count, int) or not line or fold(line) != line:
                raise UsageError(f"{path}: {name}: {line!r} is no folded line with a number of articles")
    return {name: Source(source["articles"], source["lines"]) for name, source in data.items()}
