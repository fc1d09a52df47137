"""An explanation as a terminal shows it: a card of what was found, and below it the page with its labels."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from streams.outlets.cards import BETWEEN
from streams.outlets.direction import Mode, Setting, can_reorder, choose_mode, is_right_to_left, lay_out, wrap
from streams.outlets.explanations import CLOSE, OPEN, Explanation, Passage, Verdict
from streams.outlets.view import LABEL, NARROW, WIDEST, CardView

SIGNS: dict[Verdict, str] = {"kept": " ", "field": "=", "removed": "-", "claimed": "+"}
"""The first column, so that nothing is told by colour alone."""

STYLES: dict[Verdict, Style] = {
    "kept": Style(),
    "field": Style(color="cyan"),
    "removed": Style(dim=True),
    "claimed": Style(color="green"),
}
REPAIR = Style(color="yellow", bold=True)

LABELS = 17
"""Cells of the column of labels: those of the longest reason, repeated_headline."""

MOST_LINES = 100_000
"""Lines of a passage that was not removed: all of them."""

RUN, RUN_HEAD, RUN_TAIL = 8, 4, 2
"""A run of more removed lines than the first is shown by its head and tail: menus have hundreds."""

_MARK = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")


class ExplanationView:
    """An explanation as rich draws it, mirrored where the article runs from right to left.

    For files and pipes nothing is wrapped, shortened or drawn.
    """

    def __init__(self, explanation: Explanation, mode: Mode) -> None:
        self._card = explanation.card
        self._passages = explanation.passages
        self._mode = mode

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Rows of segments, one a line."""
        width = min(options.max_width, WIDEST)
        yield CardView(self._card, self._mode)
        if self._mode == "plain" or width < NARROW:  # nothing frames the card
            yield Segment.line()
        if self._mode == "plain":
            for passage in self._passages:
                text = lay_out(passage.text, "plain", right_to_left=False)
                yield Segment(f"{SIGNS[passage.verdict]} {passage.label.ljust(LABELS)} {text}\n")
        else:
            yield from self._drawn(width)
        yield Segment.line()

    def _drawn(self, width: int) -> Iterator[Segment]:
        groups = [list(group) for _, group in groupby(self._passages, lambda passage: passage.verdict)]
        for passages, after in zip(groups, [*groups[1:], []], strict=True):
            verdict = passages[0].verdict
            shown = _shortened(passages) if verdict == "removed" else passages
            claimed = bool(after) and after[0].verdict == "claimed"
            for number, passage in enumerate(shown, 1):
                yield from self._passage(passage, width)
                last = number == len(shown)
                if (verdict == "kept" or last) and not (last and claimed):
                    yield Segment.line()

    def _passage(self, passage: Passage, width: int) -> Iterator[Segment]:
        style = STYLES[passage.verdict]
        most = 1 if passage.verdict == "removed" else MOST_LINES
        narrow = width < NARROW
        mirrored = self._card.right_to_left
        room = max(8, width if narrow else width - LABELS - 3)
        text = f"{SIGNS[passage.verdict]} {passage.label}: {passage.text}" if narrow else passage.text
        right_to_left = is_right_to_left(passage.text)
        for number, line in enumerate(wrap(text, room, most)):
            shown = lay_out(line, self._mode, right_to_left=right_to_left)
            gap = Segment(" " * (room - cell_len(shown)))
            value = list(_highlighted(shown, style))
            value = [gap, *value] if mirrored else [*value, gap]
            if not narrow:
                label, sign = ("", " ") if number else (passage.label, SIGNS[passage.verdict])
                margin = f" {label.rjust(LABELS)} {sign}" if mirrored else f"{sign} {label.ljust(LABELS)} "
                value = [*value, Segment(margin, LABEL)] if mirrored else [Segment(margin, LABEL), *value]
            yield from value
            yield Segment.line()


def _highlighted(shown: str, style: Style) -> Iterator[Segment]:
    """Repairs and the words of claims stand out, wherever the direction of the text has put them: a mark opens on the left in any case."""
    position = 0
    for mark in _MARK.finditer(shown):
        yield Segment(shown[position : mark.start()], style)
        yield Segment(mark[0], REPAIR)
        position = mark.end()
    yield Segment(shown[position:], style)


def _shortened(passages: Sequence[Passage]) -> list[Passage]:
    """A long run of removed lines by its beginning and its end, and what lies between by numbers."""
    if len(passages) <= RUN:
        return list(passages)
    between = Counter(passage.label for passage in passages[RUN_HEAD:-RUN_TAIL])
    counted = BETWEEN.join(f"{label} {count}" for label, count in between.most_common())
    more = Passage("removed", "…", f"{between.total()} more lines: {counted}")
    return [*passages[:RUN_HEAD], more, *passages[-RUN_TAIL:]]


class Explainer:
    """Prints explanations as they come.

    console: where to; standard output when absent. rtl: how right-to-left text goes out, see `streams.outlets.direction`.
    """

    def __init__(self, rtl: Setting = "auto", console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._mode = choose_mode(rtl, is_terminal=self._console.is_terminal and not self._console.is_dumb_terminal)
        if self._mode == "visual" and not can_reorder():
            self._console.print(Text("Right-to-left text needs khabar[rtl] on this terminal.", LABEL))

    def show(self, explanation: Explanation) -> None:
        """Print one."""
        self._console.print(ExplanationView(explanation, self._mode), crop=False)
