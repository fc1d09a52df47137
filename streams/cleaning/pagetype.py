"""What kind of page a page is: an article, or a live blog, a gallery, a video, the stub before a paywall, a list.

What the page states about itself counts first, then its shape: entries with a clock, numbered pictures, a player with few
words, a note to subscribers below an opening, linked headlines without paragraphs. An address or a headline that names a
kind makes the shape's limits lower, and decides nothing alone.
"""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import re2

from streams.cleaning.blocks import Block, Page, Zone
from streams.cleaning.folding import fold, western_digits
from streams.cleaning.metadata import Metadata
from streams.cleaning.roles import Roles
from streams.cleaning.tables import rows

_STUB = 1500
"""Code points of a body that is more than what stands before a paywall."""

_BRIEF = 60
_STATED_BRIEF = 120
"""Words of a body that only introduces a film or pictures; of one on a page that says it is a film, or shows pictures."""

_CLOCK_REACH = 24
_CLOCK_LINE = 40
_OUTSIDE = Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT | Zone.FORM
_CLOCK = re.compile(r"(?<![\d.:/-])([01]?\d|2[0-3])\s?[:.hH٫]\s?([0-5]\d)(?![\d.:/-])")
_DIGIT = re.compile(r"\d")
_SLIDE = re.compile(r"\W{0,3}(\d{1,3})\s?(?:/|of|من|von|de|sur|di|از|\\|-)\s?(\d{1,3})\W{0,3}")
_DENSE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SEGMENT_END = re.compile(r"\.[a-z]{2,5}$")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")
_PLAYERS = (
    "<video", "youtube.com/embed", "youtube-nocookie.com/embed", "player.vimeo.com", "dailymotion.com/embed",
    "jwplayer", "brightcove", "VideoObject", "og:video",
)  # fmt: skip


@dataclass(slots=True)
class _Shape:
    """A page in numbers.

    words: of the body. run: words of its longest stretch of paragraphs without a linked headline or a heading
    between them. runs: how many such stretches it has. headlines: linked lines as long as headlines, outside menus.
    entries: stretches of prose that a clock opens. covered, longest: share of the page's prose in all and in the longest.
    slides: lines that number a picture. captions: words beside pictures.
    walled: a note to subscribers stands below the opening.
    """

    words: int = 0
    run: int = 0
    runs: int = 0
    headlines: int = 0
    entries: int = 0
    covered: float = 0.0
    longest: float = 0.0
    slides: int = 0
    captions: int = 0
    walled: bool = False


def tell(  # noqa: PLR0911 -- one answer after the other
    page: Page, roles: Roles, stated: Metadata, body: str, *, url: str | None, source: str
) -> str | None:
    """The kind of page, None for one without a body that nothing tells more about.

    source: the page as it came, in which players are looked for.
    """
    short = len(body) < _STUB
    shape = _measure(page.blocks, roles, short=short)
    addressed = set(_of_address(url))
    named = addressed | set(_of_titles((*stated.headlines[:2], *((stated.title,) if stated.title else ()))))
    if stated.page_type == "live" or _is_live(shape, named="live" in named):
        return "live"
    if _is_gallery(shape, stated, named="gallery" in named, addressed="gallery" in addressed):
        return "gallery"
    if page.structured and _is_film(shape, stated, source, ways=("video" in addressed) + ("video" in named)):
        return "video"
    if page.structured and _is_list(shape, stated, url, named="list" in addressed or stated.is_collection):
        return "list"
    if short and (shape.walled or not stated.free):
        return "paywall"
    if body:
        return "article"
    return "list" if shape.headlines >= 3 or not page.structured else None


def _is_live(shape: _Shape, *, named: bool) -> bool:
    if named:
        return shape.entries >= 3 and shape.covered >= 0.4
    # Clocks stand beside the date of an article and beside teasers too, but then most of the prose is the article.
    return shape.entries >= 6 and shape.covered >= 0.7 and shape.longest <= 0.4


def _is_gallery(shape: _Shape, stated: Metadata, *, named: bool, addressed: bool) -> bool:
    if stated.page_type == "gallery":
        return shape.words < _STATED_BRIEF or shape.captions > shape.words
    pictures = shape.slides >= 4 or (shape.captions >= 40 and shape.captions > shape.words)
    alone = shape.words < _BRIEF / 2 or shape.captions * 2 > shape.words
    return (pictures and (named or shape.words < _STATED_BRIEF)) or (addressed and shape.words < _BRIEF and alone)


def _is_film(shape: _Shape, stated: Metadata, source: str, *, ways: int) -> bool:
    """ways: how many of address and headline name a film."""
    if stated.page_type == "video":
        return shape.words < _STATED_BRIEF
    return shape.words < _BRIEF * (1 + ways) / 2 and any(player in source for player in _PLAYERS)


def _is_list(shape: _Shape, stated: Metadata, url: str | None, *, named: bool) -> bool:
    front = _is_front(url)
    if shape.headlines < (4 if named or front else 8):
        return False
    if front:
        return shape.run < 150
    if stated.is_article:
        return False
    teasers = shape.runs >= 4 and shape.run < 80 and (named or shape.run * 3 < shape.words)
    return teasers or (shape.words < 80 and not stated.published)


def _is_front(url: str | None) -> bool:
    """Whether an address is that of a site's front page, or of one of its languages."""
    if not url:
        return False
    path = urlsplit(url).path.strip("/").lower()
    return path in {"", "index.html", "index.php", "home"} or _LANGUAGE.fullmatch(path) is not None


def _measure(blocks: Sequence[Block], roles: Roles, *, short: bool) -> _Shape:  # noqa: C901, PLR0912 -- one pass for all
    """The numbers of a page. short: its body may be what stands before a paywall."""
    shape = _Shape()
    labels = roles.labels
    first = next((index for index, label in enumerate(labels) if label.role == "body"), len(blocks))
    last = max((index for index, label in enumerate(labels) if label.role == "body"), default=-1)
    run = beside = 0
    total = inside = entry = longest = 0
    entered = opened = False
    for index, (block, label) in enumerate(zip(blocks, labels, strict=True)):
        text, zones = block.text, block.zones
        if zones & (Zone.NAV | Zone.FOOTER | Zone.COMMENT_HINT) and label.role != "body":
            continue
        size = len(text)
        linked = block.linked * 10 >= size * 8
        if linked:
            if size >= 16 and _words(text) >= 4 and label.role != "headline":
                shape.headlines += 1
                run = 0
        elif label.role == "body" and zones & Zone.CAPTION:
            beside += _words(text)
        elif label.role == "body":
            count = _words(text)
            shape.words += count
            if block.heading:
                run = 0
            else:
                shape.runs += run == 0
                run += count
                shape.run = max(shape.run, run)
        elif zones & (Zone.CAPTION | Zone.FIGURE) or label.role == "caption":
            shape.captions += _words(text)
        if size <= 12 and text[0].isdigit() and _is_slide(text):
            shape.slides += 1
        if _opens_entry(text, size, linked=linked):
            opened, entered = True, False
        if not zones & _OUTSIDE and not linked and not block.heading and size >= 30 and _is_prose(text, size):
            total += size
            if opened:
                inside += size
                shape.entries += not entered
                entry = entry + size if entered else size
                longest = max(longest, entry)
                entered = True
        if short and not shape.walled and first < index <= last + 8 and size <= 200 and not zones & Zone.NAV:
            shape.walled = _is_wall(block, roles.evidence[index].folded)
    if shape.words:
        shape.captions += beside
    else:
        # A body of nothing else stands in an element whose name misleads.
        shape.words = shape.run = beside
    if total:
        shape.covered, shape.longest = inside / total, longest / total
    return shape


def _words(text: str) -> int:
    """The number of words, for scripts without spaces an estimate."""
    count = text.count(" ") + 1
    if count * 12 < len(text):
        count += len(_DENSE.findall(text)) // 2
    return count


def _is_prose(text: str, size: int) -> bool:
    return size >= 120 or text[-1] in '.!?؟…。！？۔।»"”'


def _is_slide(text: str) -> bool:
    match = _SLIDE.fullmatch(western_digits(text))
    return match is not None and 0 < int(match[1]) <= int(match[2]) and int(match[2]) > 2


def _opens_entry(text: str, size: int, *, linked: bool) -> bool:
    """Whether a block is the clock of an entry, or begins with one: ``14:32 The bridge is closed``."""
    if size <= _CLOCK_LINE:
        if not _DIGIT.search(text):
            return False
        return _CLOCK.search(western_digits(text)) is not None or (not linked and size <= 30 and _is_age(text))
    # Nearly every paragraph begins with a letter.
    if not _DIGIT.search(text, 0, 3):
        return False
    match = _CLOCK.search(western_digits(text[:_CLOCK_REACH]))
    return match is not None and match.start() <= 2


def _is_age(text: str) -> bool:
    return _phrases("age").search(fold(text)) is not None


def _is_wall(block: Block, folded: str) -> bool:
    if block.linked and block.linked * 10 >= len(block.text) * 9 and block.text.count(" ") > 8:
        # A linked headline about subscribers.
        return False
    return _phrases("line").search(folded) is not None


@lru_cache(maxsize=4)
def _phrases(place: str) -> Any:
    """What finds the phrases of one place among folded words; those without spaces between words stand anywhere."""
    found = [fold(phrase) for _, where, phrase in rows("pagetypes.tsv", 3) if where == place]
    spaced = "|".join(re2.escape(phrase) for phrase in found if not _DENSE.search(phrase))
    dense = "|".join(re2.escape(phrase) for phrase in found if _DENSE.search(phrase))
    return re2.compile(rf"(?:^|\s)(?:{spaced})(?:\s|$)" + (f"|{dense}" if dense else ""))


@lru_cache(maxsize=2)
def _kinds(place: str) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for kind, where, phrase in rows("pagetypes.tsv", 3):
        if where == place:
            kinds.setdefault(kind, set()).add(fold(phrase))
    return kinds


def _of_address(url: str | None) -> Iterable[str]:
    if not url:
        return
    segments = [fold(_SEGMENT_END.sub("", part)) for part in unquote(urlsplit(url).path).split("/") if part]
    whole = set(segments[:-1]) | {segment for segment in segments[-1:] if segment.count(" ") < 2}
    for kind, names in _kinds("url").items():
        if whole & names:
            yield kind
    slug = f" {segments[-1]} " if segments else ""
    if any(f" {name} " in slug for name in _kinds("url")["live"] if " " in name or len(name) > 7):
        yield "live"


def _of_titles(titles: Iterable[str]) -> Iterable[str]:
    for title in titles:
        folded = f" {fold(title)} "
        for kind, names in _kinds("title").items():
            if any(folded.startswith(f" {name} ") or folded.endswith(f" {name} ") for name in names):
                yield kind
