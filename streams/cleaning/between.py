"""Short lines between the paragraphs of a text without tags that belong to them: cross-headings, lists, times.

The classifier of lines has seen few of them; each kind shows by its shape and by where it stands.
"""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import math
import re
from collections.abc import Sequence
from itertools import pairwise

from streams.cleaning import likeness, phrases
from streams.cleaning.evidence import ends_softly
from streams.cleaning.linetraits import Lines

_LEAST = -2.5
"""Log-odds below which the classifier is too sure that a line is none of the body."""

_FIRM = 1.0
"""Log-odds of paragraphs that surely are the body's, so that what stands between them may be."""

_HEADING_WORDS = 5
_NEVER = -2.1
"""Log-odds below which a lone line is no cross-heading."""

_NEXT = 3
"""Lines below a cross-heading of which some must share words with it."""

_ITEM_WORDS = 24
_ROW_HEADING_WORDS = 7
_LABEL_WORDS = 6

_SIGN = re.compile(r"[^\w\s.,،؛:؟?!'’\"“”«»()/%–—-]")
"""What stands in buttons and teasers rather than in a cross-heading."""

_BUTTON = re.compile(rf"{_SIGN.pattern}|[:/)]|\.\.")
_BULLET = re.compile(r"([-–•*▪●◦])\s*+(?=\w)|\d{1,2}\s?[-–.)]\s")
_DASHES = ("-", "–")
_LABELLED = re.compile(r"[^:/]{2,60}:\s+(?=\w)")
_MARK = re.compile(r"\d{1,2}[:.]\d{2}|\(\d{1,2}\)")
"""The hour over an entry of a live report, the number over a part."""

_REACH = 16
"""Lines within which a paragraph is looked for around a list."""

_ROWS = 5
_LIKELY = -1.6
"""Lines of the shortest list of labels that nothing announces, and the mean of their log-odds."""

_MARKS = 3
"""Entries of the shortest live report."""


def found(lines: Lines, odds: Sequence[float], body: Sequence[int]) -> list[int]:
    """Indexes of the lines to add to ``body``, which are in order and so are these."""
    return _Between(lines, odds, body).found()


class _Between:
    """The lines of one text between the first and the last line of its body."""

    def __init__(self, lines: Lines, odds: Sequence[float], body: Sequence[int]) -> None:
        self.blocks, self.evidence = lines.blocks, lines.evidence
        self.odds, self.body, self.chosen = odds, body, set(body)
        self.listed, self.repeats = lines.listed, lines.repeats

    def found(self) -> list[int]:
        added: set[int] = set()
        for before, after in pairwise(self.body):
            if after - before > 1 and self._is_firm(before, -1) and self._is_firm(after, 1):
                added |= self._listed(before, after) or self._heading(before, after)
        return sorted(added | self._marks())

    def _is_firm(self, index: int, step: int) -> bool:
        """Whether the nearest paragraph in the direction ``step`` is surely one of the body's; items of lists are none."""
        for near in range(index, index + _REACH * step, step):
            if near in self.chosen and self.evidence[near].prose and not self._shape(near):
                return self.odds[near] > _FIRM
        return False

    def _is_open(self, index: int) -> bool:
        """Whether nothing but its length speaks against a line."""
        item, text = self.evidence[index], self.blocks[index].text
        known = item.chrome or item.date or item.byline or item.caption
        if known or self.repeats[item.folded] > 1 or item.folded in phrases.sections():
            return False
        return self.odds[index] > _LEAST and "://" not in text and "@" not in text

    def _heading(self, before: int, after: int) -> set[int]:
        """The line right above a paragraph, where all others down from the paragraph before are known to be chrome."""
        index = after - 1
        item, text = self.evidence[index], self.blocks[index].text
        short = item.words <= _HEADING_WORDS and not item.ends and not _BUTTON.search(text)
        if not (short and self._is_open(index) and self.odds[index] >= _NEVER):
            return set()
        follows = ends_softly(self.blocks[before].text) and all(map(self._is_chrome, range(before + 1, index)))
        if not (follows and (self.evidence[after].prose or self.blocks[after].text.endswith(":"))):
            return set()
        return {index} if item.words <= 2 or self._is_about(item.folded, after) else set()

    def _is_about(self, folded: str, after: int) -> bool:
        """Whether a line shares words with the paragraphs right after it, as the title of another story does not."""
        below = [index for index in self.body if after <= index < after + _NEXT]
        near = frozenset(stem for index in below for stem in likeness.stems(self.evidence[index].folded))
        return likeness.overlap(folded, near) > 0

    def _is_chrome(self, index: int) -> bool:
        """Whether rules or classifier are sure that a line is none of the article's."""
        item = self.evidence[index]
        return bool(item.chrome or item.caption) or index in self.listed or self.odds[index] < _NEVER

    def _listed(self, before: int, after: int) -> set[int]:
        """The lines of a list and the headings in it."""
        added: set[int] = set()
        run: list[int] = []
        for index in range(before + 1, after + 1):
            if index < after and self._is_open(index) and self._may_be_listed(index):
                run.append(index)
                continue
            if run and self._is_list(run):
                added.update(run)
            run = []
        return added

    def _may_be_listed(self, index: int) -> bool:
        """Whether a line may be an item of a list, or a heading in it."""
        item, text = self.evidence[index], self.blocks[index].text
        heads = item.words <= _ROW_HEADING_WORDS and not _SIGN.search(text)
        return item.words <= _ITEM_WORDS and (heads or self._shape(index) is not None)

    def _is_list(self, run: Sequence[int]) -> bool:
        """Whether half of the lines look alike, and with their neighbours two at least."""
        around = range(max(run[0] - 1, 0), min(run[-1] + 2, len(self.blocks)))
        shapes = [self._shape(index) for index in around]
        inner = [self._shape(index) for index in run]
        best = max(filter(None, inner), key=shapes.count, default=None)
        if best is None or shapes.count(best) < 2 or inner.count(best) * 2 < len(run):
            return False
        if best != "label":
            return True
        # "Topic: what is new" is how headlines look as well.
        announced = any(
            index in self.chosen and self.blocks[index].text.endswith(":") for index in range(run[0] - 2, run[0])
        )
        return announced or (len(run) >= _ROWS and math.fsum(map(self.odds.__getitem__, run)) > _LIKELY * len(run))

    def _shape(self, index: int) -> str | None:
        """What a line of a list begins with; after a dash, what ends as a sentence is spoken."""
        text = self.blocks[index].text
        if match := _BULLET.match(text):
            spoken = match[1] in _DASHES and self.evidence[index].ends
            return None if spoken else match[1] or "number"
        match = _LABELLED.match(text)
        return "label" if match and len(match[0].split()) <= _LABEL_WORDS else None

    def _marks(self) -> set[int]:
        """The hours over the entries of a live report, the numbers over the parts of a story."""
        first, last = self.body[0], self.body[-1]
        marks = {index for index in range(max(first - 1, 0), last) if _MARK.fullmatch(self.blocks[index].text)}
        return {index for index in marks - self.chosen if index + 1 in self.chosen} if len(marks) >= _MARKS else set()
