"""Body and headline among the lines of a text without tags."""

# ruff: noqa: PLR2004 -- the weights and limits of a rule are read where the rule is
import math
import re
from collections.abc import Sequence

from streams.cleaning import between, bylines, likeness, linetraits, phrases, trees
from streams.cleaning.blocks import Block
from streams.cleaning.evidence import Evidence, ends_softly
from streams.cleaning.linetraits import Draft, Lines

LINES = "lines.json"
TITLES = "headlines.json"
"""The classifiers, made by ``scripts/train_lines.py``."""

LIMIT = -0.3
"""Log-odds above which a line is part of the body: to lose a paragraph is worse than to keep a line too many."""

_FEW = 10
"""Lines of the longest text on which the rules alone decide: the classifier learnt from whole pages."""

_SURE = 0.2
"""Share of the certainty that the headline must have among the candidates."""

_HEADLINE_REACH = 40
"""Lines above the first paragraph among which the headline is looked for."""

_REST = 2
"""Lines that a text may have left over and be nothing but an article all the same."""

_HANGING = re.compile(r"\s(?:على|في|من|عن|إلى|مع)$")
"""A preposition that something else should follow: the beginning of a label, no title."""

_BULLETS = ("•", "*", "-", "–", "▪", "●")
_STOP = re.compile("[.۔。।][\"”»’')]*$")

_TITLE_WORDS = 12
"""Words of the longest line that is a headline for no more than where it stands."""

_RESULT = re.compile(r"\d\s?[-–:]\s?\d")
_HEADING_WORDS = 9
_LEAD = 6
"""Paragraphs whose words a headline should share."""


def find(text: str, blocks: Sequence[Block], evidence: Sequence[Evidence]) -> tuple[list[int], int | None]:
    """Indexes of the body's lines and of the headline.

    Rules draft both, and on all but short texts classifiers that see the draft have the last word.
    """
    lines = linetraits.gather(text, blocks, evidence)
    draft = sketch(lines)
    if len(blocks) <= _FEW:
        return list(draft.body), draft.headline
    traits = linetraits.read(lines, draft)
    odds = trees.load(LINES).log_odds(traits)
    body = [index for index, value in enumerate(odds) if value > LIMIT]
    if not body:
        return list(draft.body), draft.headline
    wanted, rows = linetraits.titles(lines, traits, odds, body, draft)
    headline = None
    if wanted:
        ranks = trees.load(TITLES).log_odds(rows)
        best = max(ranks)
        if 1 / math.fsum(math.exp(rank - best) for rank in ranks) >= _SURE:
            headline = wanted[ranks.index(best)]
    body = sorted((*body, *between.found(lines, odds, body)))
    return [index for index in body if headline is None or index > headline], headline


def sketch(lines: Lines) -> Draft:
    """What the rules alone say."""
    return Draft(*_Text(lines).find())


def is_section(blocks: Sequence[Block], evidence: Sequence[Evidence], index: int) -> bool:
    """Whether a line above a headline names its section: by the table, or as the very first, short line of a text."""
    item = evidence[index]
    if item.folded in phrases.sections():
        return True
    return index == 0 and item.plain and item.words <= 3 and blocks[index].text.replace(" ", "").isalpha()


class _Text:
    """The lines of one text with their evidence."""

    def __init__(self, lines: Lines) -> None:
        _, self.blocks, self.evidence, self.listed, self.repeats = lines

    def find(self) -> tuple[list[int], int | None]:
        values = [self._value(index) for index in range(len(self.blocks))]
        start, end = _best_run(values)
        if start == end:
            return self._find_short()
        body = [index for index in range(start, end) if values[index] > 0]
        body = self._with_continuations(body)
        headline = self._headline(body[0], body)
        if headline is None and len(body) > 1 and self._opens_with_headline(body):
            headline = body.pop(0)
        body = self._with_sentences(body, -1 if headline is None else headline)
        if headline is None:
            headline = self._short_headline(body[0])
        return self._with_rest(body, headline), headline

    def _value(self, index: int) -> int:
        """What a line adds to a run of paragraphs."""
        item = self.evidence[index]
        if index in self.listed:
            return -4 if item.prose else -2
        return min(item.words, 60) if item.prose and not item.caption else -2

    def _is_open(self, index: int) -> bool:
        """Whether nothing yet says what a line is."""
        item = self.evidence[index]
        return not (item.chrome or item.date or item.byline or item.caption or index in self.listed)

    def _short_headline(self, first: int) -> int | None:
        """The line that a text begins with, or its second after a section, as the headline above the paragraphs."""
        above = [index for index in range(first) if self._is_open(index)]
        between = (self.evidence[index] for index in range(above[0] if above else 0, first))
        if any(item.chrome for item in between):
            return None
        if len(above) == 2 and is_section(self.blocks, self.evidence, above[0]):
            above = above[1:]
        return above[0] if len(above) == 1 and self._is_short_title(above[0]) else None

    def _is_short_title(self, index: int) -> bool:
        item = self.evidence[index]
        ends = item.ends or self.blocks[index].text.endswith((":", "؛", ";", "،", ","))
        return (
            self._is_open(index) and not ends and item.words <= _TITLE_WORDS and item.folded not in phrases.sections()
        )

    def _with_sentences(self, body: list[int], headline: int) -> list[int]:
        """Add the short sentences right below the paragraphs, and those right above, up to a title."""
        start, end = body[0], body[-1] + 1
        while end < len(self.blocks) and self._is_sentence(end):
            end += 1
        while start - 1 > headline and self._is_sentence(start - 1):
            start -= 1
        if start != headline + 1 and not (start and self._is_short_title(start - 1)):
            start = body[0]
        return [*range(start, body[0]), *body, *range(body[-1] + 1, end)]

    def _with_rest(self, body: list[int], headline: int | None) -> list[int]:
        """Add the few lines that are left of a text in which nothing but the article shows."""
        if self.listed or any(item.chrome or item.caption for item in self.evidence) or (headline or 0) > 1:
            return body
        rest = {index for index in range(body[0], len(self.blocks)) if self._is_open(index)} - set(body)
        return sorted((*body, *rest)) if len(rest) <= _REST and len(rest) <= len(body) else body

    def _is_sentence(self, index: int) -> bool:
        """Whether a short line is a paragraph by its end."""
        return self._is_open(index) and self.evidence[index].words > 1 and bool(_STOP.search(self.blocks[index].text))

    def _find_short(self) -> tuple[list[int], int | None]:
        """A text without anything that looks like a paragraph: what is no chrome is the body, after a headline."""
        plain = [index for index in range(len(self.blocks)) if self._is_open(index)]
        if len(plain) < 2:
            return plain, None
        opens = len(plain) > 2 and is_section(self.blocks, self.evidence, plain[0])
        if self.evidence[plain[0]].folded in phrases.sections() or (opens and self._precedes_sentence(plain[1:])):
            plain = plain[1:]
        if len(plain) > 1:
            first = self.evidence[plain[0]]
            is_shorter = sum(self.evidence[index].words for index in plain[1:]) > first.words
            is_title = first.titled and is_shorter and not self.blocks[plain[0]].text.startswith(_BULLETS)
            if is_title or self._precedes_sentence(plain):
                return plain[1:], plain[0]
        return plain, None

    def _precedes_sentence(self, plain: Sequence[int]) -> bool:
        """Whether the first of these lines is a title by its end and the next one a sentence."""
        return self._is_short_title(plain[0]) and self._is_sentence(plain[1])

    def _with_continuations(self, body: list[int]) -> list[int]:
        """Add the cross-headings and short lines between the paragraphs, and the pieces of lines that were cut."""
        while self._goes_on(body[0]):
            body.insert(0, body[0] - 1)
        chosen = set(body)
        vocabulary = self._vocabulary(body)
        for index in range(body[0] + 1, body[-1]):
            if index in chosen or index - 1 not in chosen or not self._is_open(index):
                continue
            following = next((later for later in range(index + 1, index + 5) if later in chosen), None)
            between = range(index + 1, following) if following is not None else ()
            if following is None or not all(self._is_open(other) for other in between):
                continue
            item, text = self.evidence[index], self.blocks[index].text
            is_cut = not ends_softly(self.blocks[index - 1].text) and self.evidence[index - 1].words > _HEADING_WORDS
            is_heading = item.words <= _HEADING_WORDS and (
                text.endswith(":") or text[:1] in '"“«*•-–' or likeness.overlap(item.folded, vocabulary) >= 0.5
            )
            # Lines of a table under a heading or a sentence that announces them.
            is_row = (
                len(between) > 0 and self.evidence[index - 1].words <= _HEADING_WORDS and item.words <= _HEADING_WORDS
            )
            if is_cut or is_heading or is_row or (item.ends and item.words >= 3):
                chosen.add(index)
        return sorted(chosen)

    def _goes_on(self, index: int) -> bool:
        """Whether a line goes on with the sentence of the line before; shows in scripts with small letters only."""
        return (
            index > 0
            and self._is_open(index - 1)
            and self.blocks[index].text[:1].islower()
            and self.evidence[index - 1].words > _HEADING_WORDS
            and not ends_softly(self.blocks[index - 1].text)
        )

    def _vocabulary(self, indexes: Sequence[int]) -> frozenset[str]:
        return frozenset(stem for index in indexes for stem in likeness.stems(self.evidence[index].folded))

    def _headline(self, first: int, body: list[int]) -> int | None:
        """The headline above the first paragraph: it shares words with the text, is repeated, and stands near."""
        lead = self._vocabulary(body[:_LEAD])
        best: tuple[float, int] | None = None
        for index in range(max(first - _HEADLINE_REACH, 0), first):
            if self._may_be_headline(index):
                score = self._headline_score(index, first, lead)
                if best is None or score > best[0]:
                    best = (score, index)
        if best is None:
            return None
        index = best[1]
        # A sub-headline shares words with the text as well; the headline stands before it.
        while index and self._outranks(index - 1, lead):
            index -= 1
        return index

    def _may_be_headline(self, index: int) -> bool:
        item, text = self.evidence[index], self.blocks[index].text
        # Teasers of other stories are sentences, headlines rarely are.
        return item.titled and not item.caption and not (text.endswith(".") and not text.endswith(".."))

    def _headline_score(self, index: int, first: int, lead: frozenset[str]) -> float:
        item = self.evidence[index]
        score = 2 * likeness.overlap(item.folded, lead) - 0.04 * (first - index)
        if self._is_repeated(index):
            score += 0.8
        if item.words >= 5:
            score += 0.4
        if item.folded in phrases.sections():
            score -= 2
        if _RESULT.search(self.blocks[index].text) or _HANGING.search(self.blocks[index].text):
            score -= 1
        if bylines.plain(self.blocks[index].text) is not None or "(" in self.blocks[index].text[-25:]:
            score -= 1
        if index and is_section(self.blocks, self.evidence, index - 1):
            score += 0.5
        # A text cut out of its page begins with its headline, or with the section and then the headline.
        if (index == 0 and item.words <= 12) or (index == 1 and is_section(self.blocks, self.evidence, 0)):
            score += 0.6
        following = self.evidence[index + 1]
        if following.chrome in {"share", "tools"} or following.date or following.byline:
            score += 0.8
        return score

    def _outranks(self, index: int, lead: frozenset[str]) -> bool:
        item = self.evidence[index]
        return (
            self._may_be_headline(index)
            and item.words >= 4
            and item.folded.split()[0] not in phrases.sections()
            and likeness.overlap(item.folded, lead) >= 0.4
        )

    def _is_repeated(self, index: int) -> bool:
        """Whether the line stands twice, or as the beginning of a line that goes on with the site's name."""
        item = self.evidence[index]
        if self.repeats[item.folded] > 1:
            return True
        start = item.folded + " "
        return item.words >= 4 and any(
            other.words <= item.words + 8 and other.folded.startswith(start)
            for other in self.evidence[:_HEADLINE_REACH]
        )

    def _opens_with_headline(self, body: list[int]) -> bool:
        first, second = self.evidence[body[0]], self.evidence[body[1]]
        ends = self.blocks[body[0]].text.endswith((".", ".”", '."', "۔"))
        return first.words <= 25 and not ends and not first.strong and second.strong


def _best_run(values: Sequence[int]) -> tuple[int, int]:
    """The contiguous run of the highest sum, half-open; empty when nothing is positive."""
    best = (0, 0, 0)
    start, total = 0, 0
    for index, value in enumerate(values):
        if total <= 0:
            start, total = index, 0
        total += value
        if total > best[0]:
            best = (total, start, index + 1)
    return best[1], best[2]
