"""What one block shows by itself: its words, how it ends, the phrases it holds. The rules of roles.py weigh these."""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas import Byline
from streams.cleaning import bylines, dates, phrases
from streams.cleaning.blocks import Block
from streams.cleaning.folding import fold
from streams.cleaning.inline import without_cuts
from streams.cleaning.phrases import Phrase
from streams.cleaning.tables import rows

_DENSE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\u0e00-\u0e7f\u1780-\u17ff\u1000-\u109f]")
_SENTENCE_END = re.compile("[.!?؟…。！？۔։।][\"”»’'“)\\]\u201d\u200f\u200e ]*$")
_SOFT_END = re.compile('[:：؛;"”»)]$')
_GAPS = re.compile(r"\S {3,}\S.*\S {3,}\S|\S\s*\|\s*\S.*\|")
_MARKUP = re.compile(
    r"\{[^{}]*:[^{}]*[;}]|^\s*[\[{]\"\w+\":|</?(?:p|div|span|br|a|img|strong|b|i|h[1-6]|ul|li|table|tr|td|script|iframe)\b[^<>]*>|^\w+ style=\""
)
_TICKER = re.compile("[▲▼△▽]|\\d\\s?°|°\\s?[CFم]")
_TICKER_SIGNS = "▲▼△▽°"
_MARKUP_SIGNS = ("{", "<", "[", "style=")
_CRUMB_SIGNS = "»>›/|←"
_NUMBER = re.compile(r"[\d.,%:٠-٩]+")
_FILE_NAME = re.compile(r"[\w ().-]{3,80}\.(?:jpe?g|png|webp|gif|mp4)", re.IGNORECASE)
_POINTING = re.compile("[➡⬅👉👈☞◄🟢🔊📢]\ufe0f?\\s?\\w")
"""A sign that points at something else."""

_COUNTER = re.compile(r"[\W\d_]*")
_CRUMB = re.compile(r"^[^.؟?!]{2,60}(?:\s*[»>›/|←]\s*[^.؟?!»>›/|←]{1,60}){1,5}$")
_TAG_LINE = re.compile(r"(?:#\s?[^\s#]+(?:\s[^\s#]+){0,3}\s*){1,12}")
_TEASER_MARK = re.compile(r"^[^:|]{3,40}[:|]")
_WATCH = re.compile(r"(?:شاهد (?!أيضا)|Related |Watch )")
"""Labels of teasers that begin sentences and headlines as well."""

_LONG = 15
_SHORT = 6
_FOLDED = 2000
_PHRASE_WORDS = 60
"""Words of the longest line that may be chrome by a phrase."""

_MEMORABLE = 100
_DIRECT = frozenset({"comment", "cookie", "newsletter", "copyright", "notice", "end", "teaser", "share"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one block shows. words: their number, for scripts without spaces an estimate."""

    folded: str
    words: int
    ends: bool
    phrase: Phrase | None
    chrome: str | None
    date: dates.DateLine | None
    byline: list[Byline] | None
    caption: bool

    @property
    def plain(self) -> bool:
        """Neither chrome nor a date nor a byline."""
        return self.chrome is None and self.date is None and self.byline is None

    @property
    def prose(self) -> bool:
        """A paragraph by the looks of it."""
        return self.chrome is None and (self.words >= 22 or (self.words >= 8 and self.ends))

    @property
    def strong(self) -> bool:
        """A paragraph that hardly is a teaser."""
        return self.chrome is None and (self.words >= 35 or (self.words >= 20 and self.ends))

    @property
    def titled(self) -> bool:
        """Could be a headline, by its length and its end."""
        return self.plain and 2 < self.words <= 32


def look(block: Block) -> Evidence:
    """Gather what a block shows."""
    # Menus and footers are the same on every page of a site.
    return _look_again(block.text) if len(block.text) <= _MEMORABLE else _look(block.text)


def _look(text: str) -> Evidence:
    # What is glued to a paragraph's end hides how the paragraph itself ends.
    text = without_cuts(text) or text
    folded = fold(text[:_FOLDED])
    count = text.count(" ") + 1
    if dense := len(_DENSE.findall(text[:4000])):
        count += dense // 2
    ends = bool(_SENTENCE_END.search(text[-12:]))
    date, beside = dates.read_line(text) if count <= 24 else None, False
    if date is None and count <= 16 and not ends:
        date = dates.read_beside(text) or (dates.read_any(text) if bylines.is_labelled(text) else None)
        beside = date is not None
    words = folded.split() if count <= _PHRASE_WORDS else []
    phrase = phrases.find(folded, words) if words else None
    if phrase and not _holds(phrase, text, count, ends=ends):
        phrase = None
    byline = bylines.marked(text) if phrase is None and date is None else None
    if beside:
        byline = bylines.beside_date(text)
    chrome = None
    if date is None and byline is None:
        chrome = phrase.reason if phrase else _shape(text, folded, count, ends=ends)
    caption = (
        chrome is None
        and date is None
        and byline is None
        and count <= 30
        and _is_caption(text, folded, words, ends=ends)
    )
    return Evidence(folded, count, ends, phrase, chrome, date, byline, caption)


_look_again = lru_cache(maxsize=16384)(_look)


def _holds(phrase: Phrase, text: str, count: int, *, ends: bool) -> bool:
    """Whether a phrase at the beginning of a line makes it chrome: not where a whole paragraph only begins like that."""
    if phrase.whole:
        return True
    if phrase.reason == "teaser":
        return bool(_TEASER_MARK.match(text)) or (count <= _LONG and not _WATCH.match(text))
    return phrase.reason in _DIRECT or not (ends and count >= (_SHORT if phrase.reason == "follow" else _LONG))


def _shape(text: str, folded: str, count: int, *, ends: bool) -> str | None:  # noqa: C901, PLR0911 -- a table of rules
    """Chrome that shows in the shape of a line rather than in its words."""
    # A sign that each pattern needs is looked for first: it takes a tenth of the time.
    head = text[:1000]
    if _COUNTER.fullmatch(text):
        return "ornament"
    if any(sign in head for sign in _MARKUP_SIGNS) and _MARKUP.search(text[:300]):
        return "markup"
    if ends and count >= 8:
        return None
    if count <= _LONG and _POINTING.match(text):
        return "teaser"
    if _is_file_name(text):
        return None
    if any(sign in text for sign in _TICKER_SIGNS) and _TICKER.search(text) and len(_NUMBER.findall(text)) * 4 >= count:
        return "ticker"
    if count >= 12 and ("|" in head or "   " in head) and _GAPS.search(head):
        return "list"
    if phrases.is_menu(folded):
        return "nav"
    if any(sign in text for sign in _CRUMB_SIGNS) and _is_crumb(text):
        return "nav"
    if "#" in text and _TAG_LINE.fullmatch(text):
        return "tags"
    if count <= 6 and folded not in phrases.sections() and phrases.is_glued(folded):
        return "nav"
    return None


def _is_crumb(text: str) -> bool:
    """Whether a line leads from section to section: ``الرئيسية » سياسة » …``."""
    return bool(_CRUMB.match(text)) and any(
        part.strip() in phrases.sections() for part in re.split(f"[{_CRUMB_SIGNS}]", text)[1:]
    )


def _is_file_name(text: str) -> bool:
    return "." in text[-5:-3] and _FILE_NAME.fullmatch(text) is not None


@lru_cache(maxsize=1)
def _captions() -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[str]]]:
    """Phrases by the first word, with where they match; those that a line ends with, by the last word."""
    firsts: dict[str, list[tuple[str, str]]] = {}
    lasts: dict[str, list[str]] = {}
    for match, phrase in rows("captions.tsv", 2):
        folded = fold(phrase)
        if match == "end":
            lasts.setdefault(folded.split()[-1], []).append(folded)
        else:
            firsts.setdefault(folded.split()[0], []).append((match, folded))
    return firsts, lasts


def _is_caption(text: str, folded: str, words: Sequence[str], *, ends: bool) -> bool:
    if _is_file_name(text):
        return True
    firsts, lasts = _captions()
    if firsts.keys().isdisjoint(words) and lasts.keys().isdisjoint(words[-1:]):
        return False
    spaced = f" {folded} "
    known = [found for word in words if word in firsts for found in firsts[word]]
    if any(match == "line" and folded == phrase for match, phrase in known):
        return True
    if any(match == "start" and spaced.startswith(f" {phrase} ") for match, phrase in known):
        return not ends or ":" in text[:30]
    if any(match == "inside" and f" {phrase} " in spaced for match, phrase in known):
        return not ends or "(" in text or "file photo" in folded
    return not ends and any(spaced.endswith(f" {phrase} ") for phrase in lasts.get(words[-1] if words else "", ()))


def ends_softly(text: str) -> bool:
    """Whether a line ends where a sentence may end or pause, so that the next line need not go on with it."""
    return bool(_SENTENCE_END.search(text[-12:]) or _SOFT_END.search(text[-1:]))
