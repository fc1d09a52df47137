"""What a line of a text without tags looks like in numbers: its own shape, its neighbours, its place in the text.

Structure only: of words nothing but whether they belong to a phrase of the tables. `TRAITS` and `TITLE_TRAITS` name the
columns in order.
"""

# ruff: noqa: PLR2004 -- the limits of a number are read where it is made
import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from streams.cleaning import bylines, likeness, listing, phrases
from streams.cleaning.blocks import Block
from streams.cleaning.evidence import Evidence, ends_softly

Table = np.ndarray[Any, np.dtype[np.float32]]

_OWN = (
    "words", "length", "ends", "soft_end", "chrome", "phrase", "whole_phrase", "tools", "menu", "related", "date", "byline",
    "caption", "prose", "strong", "titled", "digits", "commas", "colon_end", "bullet", "lower", "quote_start", "question",
    "quote_end", "bar", "bracket_end", "label", "section",
)  # fmt: skip
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_NEAR = ("words", "ends", "prose", "chrome")
_WINDOWS = ((-5, 0), (1, 6))
_WIDE = ((-12, 0), (1, 13))

TRAITS: Final = (
    *_OWN, "listed", "repeats", "gap_before", "gap_after", "place", "length_before", "prose_before", "prose_after",
    *(f"{name}_{step}" for step in _NEIGHBOURS for name in _NEAR),
    *(f"{name}_{start}_{end}" for name in ("prose", "chrome", "short", "ends") for start, end in _WINDOWS),
    *(f"prose_{start}_{end}" for start, end in _WIDE),
    "lines", "all_prose", "prose_share",
    "draft", "before_draft", "after_draft", "from_draft", "to_draft", "next_draft", "previous_draft", "after_headline",
)  # fmt: skip

TITLE_TRAITS: Final = (
    "to_body", "from_top", "repeats", "begins_other", "goes_on", "like_lead", "odds", "odds_before", "odds_after",
    "section_before", "date_before", "byline_before", "chrome_before", "tools_after", "date_after", "byline_after",
    "words_after", "words_before", "date_soon", "byline_soon", "tools_soon", "name", "full_stop", "bracket", "length",
    "longest_before", "longest_after", "parts", "titles_before", "titles_after", "draft_headline",
    *(f"line_{name}" for name in TRAITS),
)  # fmt: skip

_DIGIT = re.compile(r"\d")
_PART = re.compile(r"\s[|\-–—:]\s")
_TOOLS = frozenset({"share", "tools", "comment"})
_REACH = 40
"""Lines at the top of a text in which a title may be repeated with the site's name."""

_TITLE_WORDS = 45
_TITLE_REACH = 100
"""Lines above the first paragraph that may be a headline."""


class Lines(NamedTuple):
    """A text, its lines with what they show, the lines of lists with the reason, and how often each folded line stands."""

    text: str
    blocks: Sequence[Block]
    evidence: Sequence[Evidence]
    listed: Mapping[int, str]
    repeats: Mapping[str, int]


class Draft(NamedTuple):
    """What the rules think: indexes of the body's lines and of the headline."""

    body: Sequence[int]
    headline: int | None


def gather(text: str, blocks: Sequence[Block], evidence: Sequence[Evidence]) -> Lines:
    """What is asked of a text more than once."""
    return Lines(text, blocks, evidence, listing.listed(evidence), Counter(item.folded for item in evidence))


def read(lines: Lines, draft: Draft) -> Table:
    """One row of `TRAITS` for each line."""
    text, blocks, evidence, found, repeats = lines
    count = len(blocks)
    own = np.array([_own(block.text, item) for block, item in zip(blocks, evidence, strict=True)], np.float32)
    column = {name: own[:, number] for number, name in enumerate(_OWN)}
    listed = np.zeros(count, np.float32)
    listed[list(found)] = 1
    again = np.array([min(repeats[item.folded], 5) for item in evidence], np.float32)
    gaps = np.array([0, *_gaps(text, blocks), 0], np.float32)
    lengths = np.array([len(block.text) for block in blocks], np.float64)
    length_sums, total_length = _sums(lengths), max(float(lengths.sum()), 1.0)
    words = np.array([item.words for item in evidence], np.float64)
    # Chinese and Japanese put no spaces between words.
    prose = np.where((column["prose"] > 0) & (listed == 0), np.maximum(words, np.floor(lengths / 6)), 0.0)
    prose_sums = _sums(prose)
    total = max(float(prose_sums[-1]), 1.0)
    columns = [
        *own.T, listed, again, gaps[:-1], gaps[1:], np.arange(count) / count, length_sums[:-1] / total_length,
        prose_sums[:-1] / total, 1 - prose_sums[1:] / total,
    ]  # fmt: skip
    for step in _NEIGHBOURS:
        columns += [_shifted(column[name], step) for name in _NEAR]
    sums = (prose_sums, _sums(column["chrome"]), _sums(words < 6), _sums(column["ends"]))
    columns += [_mean(one, count, start, end) for one in sums for start, end in _WINDOWS]
    columns += [_mean(prose_sums, count, start, end) for start, end in _WIDE]
    columns += [np.full(count, value) for value in (count, total, prose_sums[-1] / total_length)]
    columns += _drafted(count, draft)
    return np.array(columns, np.float32).T


def _drafted(count: int, draft: Draft) -> list[Any]:
    """How lines lie to the draft of the rules."""
    places = np.arange(count)
    first, last = min(draft.body, default=count), max(draft.body, default=-1)
    chosen = np.zeros(count, bool)
    chosen[list(draft.body)] = True
    following, previous = np.full(count, 99), np.full(count, 99)
    if draft.body:
        body = np.array(draft.body)
        right = np.searchsorted(body, places, "right")
        following = np.where(right < len(body), body[np.minimum(right, len(body) - 1)] - places, 99)
        left = np.searchsorted(body, places, "left") - 1
        previous = np.where(left >= 0, places - body[np.maximum(left, 0)], 99)
    headline = np.full(count, -300) if draft.headline is None else np.minimum(places - draft.headline, 200)
    far = bool(draft.body)
    return [
        chosen, places < first, places > last, (places - first) * far, (last - places) * far,
        np.minimum(following, 99), np.minimum(previous, 99), headline,
    ]  # fmt: skip


def titles(
    lines: Lines, traits: Table, odds: Sequence[float], body: Sequence[int], draft: Draft
) -> tuple[list[int], Table]:
    """The lines that may be the headline, with one row of `TITLE_TRAITS` for each.

    traits, odds: of all lines, as `read` and the classifier of lines give them. body: indexes of the body's lines.
    """
    evidence, count = lines.evidence, len(lines.blocks)
    first = body[0] if body else count
    wanted = [
        index
        for index in range(max(first - _TITLE_REACH, 0), min(first + 3, count))
        if 0 < evidence[index].words <= _TITLE_WORDS
        and (index == draft.headline or not (evidence[index].chrome or evidence[index].date or evidence[index].caption))
    ]
    if not wanted:
        return [], np.zeros((0, len(TITLE_TRAITS)), np.float32)
    page = _Titles(lines, odds, body, first, draft.headline)
    rows = np.array([page.row(index) for index in wanted], np.float32)
    return wanted, np.hstack([rows, traits[wanted]])


class _Titles:
    """The lines around a headline."""

    def __init__(self, lines: Lines, odds: Sequence[float], body: Sequence[int], first: int, draft: int | None) -> None:
        self.blocks, self.evidence, self.repeats = lines.blocks, lines.evidence, lines.repeats
        self.odds, self.first, self.draft = odds, first, draft
        self.count = len(self.blocks)
        self.sections = phrases.sections()
        self.lead = frozenset(stem for index in body[:6] for stem in likeness.stems(self.evidence[index].folded))
        self.top = [item.folded for item in self.evidence[:_REACH]]
        self.heads = {folded for folded in self.top[: first + 1] if len(folded) > 12}
        self.titled = [0]
        for item in self.evidence:
            self.titled.append(self.titled[-1] + (item.words >= 5 and item.titled))

    def row(self, index: int) -> list[float]:
        item, text, odds, count = self.evidence[index], self.blocks[index].text, self.odds, self.count
        before = self.evidence[index - 1] if index else None
        after = self.evidence[index + 1] if index + 1 < count else None
        soon = self.evidence[index + 1 : index + 6]
        start = item.folded + " "
        return [
            self.first - index,
            index,
            min(self.repeats[item.folded], 4),
            item.words >= 3 and any(other.startswith(start) for other in self.top),
            any(item.folded.startswith(head + " ") for head in self.heads),
            likeness.overlap(item.folded, self.lead),
            odds[index],
            odds[index - 1] if index else -9,
            odds[index + 1] if index + 1 < count else -9,
            *((before.folded in self.sections, before.date is not None, before.byline is not None) if before else (-1,) * 3),
            before.chrome is not None if before else -1,
            *((after.chrome in _TOOLS, after.date is not None, after.byline is not None) if after else (-1,) * 3),
            after.words if after else -1,
            before.words if before else -1,
            any(other.date for other in soon),
            any(other.byline for other in soon),
            any(other.chrome in _TOOLS for other in soon),
            bylines.plain(text) is not None,
            text.endswith("."),
            "(" in text[-25:],
            len(text),
            max((other.words for other in self.evidence[max(0, index - 3) : index]), default=0),
            max((other.words for other in soon[:3]), default=0),
            _PART.search(text) is not None,
            self.titled[index],
            self.titled[max(self.first, index + 1)] - self.titled[index + 1],
            index == self.draft,
        ]  # fmt: skip


def _own(text: str, item: Evidence) -> tuple[float, ...]:
    """What a line is by itself."""
    head, size, first, last = text[:200], len(text), text[0], text[-1]
    phrase, chrome = item.phrase, item.chrome
    return (
        min(item.words, 150), min(size, 1500), item.ends, ends_softly(text), chrome is not None, phrase is not None,
        phrase is not None and phrase.whole, chrome in _TOOLS, chrome in {"nav", "list"}, chrome in {"related", "teaser"},
        item.date is not None, item.byline is not None, item.caption, item.prose, item.strong, item.titled,
        len(_DIGIT.findall(head)) / len(head), min(text.count(",") + text.count("،"), 20), last == ":",
        first in "•-–▪●»>→►|*·", first.islower(), first in "\"“«„'‘", last in "?؟!", last in '"”»“', "|" in head, last == ")",
        ":" in text[:25], item.folded in phrases.sections(),
    )  # fmt: skip


def _gaps(text: str, blocks: Sequence[Block]) -> list[int]:
    """Line breaks between neighbouring lines, up to 4."""
    return [min(text.count("\n", one.end, other.start), 4) for one, other in itertools.pairwise(blocks)]


def _sums(values: Any) -> Any:
    """Running sums, from 0, of whole numbers: their order does not matter."""
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def _shifted(values: Table, step: int) -> Table:
    """Each line's neighbour ``step`` lines on, -1 where there is none."""
    moved = np.full(len(values), -1, np.float32)
    if abs(step) < len(values):
        if step > 0:
            moved[:-step] = values[step:]
        else:
            moved[-step:] = values[:step]
    return moved


def _mean(sums: Any, count: int, start: int, end: int) -> Any:
    """Means over a window of lines relative to each one, -1 where it is empty."""
    places = np.arange(count)
    left, right = np.clip(places + start, 0, count), np.clip(places + end, 0, count)
    sizes = right - left
    return np.where(sizes > 0, (sums[right] - sums[left]) / np.maximum(sizes, 1), -1.0)
