"""A view of records for people: cards that scroll by, or a live region with the latest ones and counters."""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from schemas import Alert, EnrichedArticle, Record
from streams.outlets.cards import BETWEEN, Card, card_of
from streams.outlets.direction import Mode, Setting, can_reorder, choose_mode, lay_out, wrap
from streams.outlets.text import printable

WIDEST = 110
"""Cells of a card at most: longer lines are hard to read."""
NARROW = 44
"""Below this width a card has neither frame nor column of labels."""
LABELS = 8
HEADLINE_LINES, ABOUT_LINES, ROW_LINES = 3, 2, 3

FRAME = Style(dim=True)
HEADLINE = Style(bold=True)
ABOUT = Style(color="cyan")
LABEL = Style(dim=True)
ROW_STYLES = {
    "alert": Style(color="red"),
    "event": Style(color="yellow"),
    "counts": Style(color="red"),
    "people": Style(color="green"),
}


class CardView:
    """A card as rich draws it, mirrored where its text runs from right to left."""

    def __init__(self, card: Card, mode: Mode) -> None:
        self._card = card
        self._mode = mode

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Rows of segments, one a line."""
        if self._mode == "plain":
            yield from self._plain()
            return
        width = min(options.max_width, WIDEST)
        bare = width < NARROW
        inner = max(8, width if bare else width - 4)
        frame = "+-+|+-+" if options.ascii_only else "╭─╮│╰─╯"
        if not bare:
            yield from _line(Segment(frame[0] + frame[1] * (width - 2) + frame[2], FRAME))
        for segments in self._lines(inner, bare=bare):
            edge = [] if bare else [Segment(frame[3], FRAME)]
            space = [] if bare else [Segment(" ")]
            yield from _line(*edge, *space, *segments, *space, *edge)
        if not bare:
            yield from _line(Segment(frame[4] + frame[5] * (width - 2) + frame[6], FRAME))

    def _plain(self) -> Iterator[Segment]:
        """For files and pipes: nothing is wrapped, nothing is drawn."""
        lines = [
            self._card.headline,
            f"  {self._card.about}",
            *(f"  {label}: {text}" for label, text in self._card.rows),
        ]
        for line in lines:
            yield from _line(Segment(lay_out(line, "plain", right_to_left=False)))

    def _lines(self, width: int, *, bare: bool) -> Iterator[list[Segment]]:
        card = self._card
        for text, style, most in ((card.headline, HEADLINE, HEADLINE_LINES), (card.about, ABOUT, ABOUT_LINES)):
            for line in wrap(text, width, most) if text else ():
                yield self._aligned(line, width, style)
        for label, text in card.rows:
            style = ROW_STYLES.get(label, Style())
            if bare:
                for line in wrap(f"{label}: {text}", width, ROW_LINES):
                    yield self._aligned(line, width, style)
                continue
            first = True
            for line in wrap(text, width - LABELS - 1, ROW_LINES):
                value = self._aligned(line, width - LABELS - 1, style)
                name = label if first else ""
                first = False
                if card.right_to_left:
                    yield [*value, Segment(" "), Segment(name.rjust(LABELS), LABEL)]
                else:
                    yield [Segment(name.ljust(LABELS), LABEL), Segment(" "), *value]

    def _aligned(self, line: str, width: int, style: Style) -> list[Segment]:
        shown = lay_out(line, self._mode, right_to_left=self._card.right_to_left)
        gap = Segment(" " * (width - cell_len(shown)))
        text = Segment(shown, style)
        return [gap, text] if self._card.right_to_left else [text, gap]


def _line(*segments: Segment) -> Iterator[Segment]:
    yield from segments
    yield Segment.line()


class LiveView:
    """Shows records as they come, and counts.

    console: where to; standard output when absent.
    rtl: how right-to-left text goes out, see `streams.outlets.direction`.
    scroll: print each card below the last one. Otherwise a live region shows the latest cards that fit, with counters
    above; where the console is no terminal, cards scroll in any case.

    A context manager. `add` may be called from any thread.
    """

    def __init__(self, console: Console | None = None, rtl: Setting = "auto", *, scroll: bool = False) -> None:
        self._console = console or Console(highlight=False)
        self._mode = choose_mode(rtl, is_terminal=self._console.is_terminal and not self._console.is_dumb_terminal)
        self._lock = threading.Lock()
        self._latest: deque[CardView] = deque(maxlen=16)
        self._started = time.monotonic()
        self._articles = 0
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in ("found", *_TABLES)}
        self._live: Live | None = None
        if self._mode != "plain" and not scroll:
            self._live = Live(console=self._console, get_renderable=self.render, refresh_per_second=5)

    def __enter__(self) -> Self:
        if self._mode == "visual" and not can_reorder():
            self._console.print(Text("Right-to-left text needs khabar[rtl] on this terminal.", LABEL))
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def add(self, record: Record) -> None:
        """Show one record."""
        view = CardView(card_of(record), self._mode)
        with self._lock:
            if isinstance(record, Alert):
                self._counts["found"]["alerts"] += 1
            else:
                self._articles += 1
            if isinstance(record, EnrichedArticle):
                self._count(record)
            self._latest.appendleft(view)
        if self._live is None:
            self._console.print(view, crop=False)

    def summary(self) -> None:
        """Print what has been counted. Ends the live region."""
        if self._live is not None:
            self._live.stop()
        self._console.print(self._counters())
        for label, counter in self._counts.items():
            if label in _TABLES and counter:
                most = BETWEEN.join(f"{printable(name)} {count:,}" for name, count in counter.most_common(8))
                self._console.print(Text.assemble((label.ljust(12), LABEL), most))

    def _count(self, record: EnrichedArticle) -> None:
        found = self._counts["found"]
        for entity in record.entities:
            found[_PLURALS[entity.type]] += 1
        for name in ("events", "figures", "quotes"):
            found[name] += len(getattr(record, name))
        self._counts["languages"][record.language or "unknown"] += 1
        self._counts["countries"].update(sorted({place.country for place in record.places if place.country}))
        self._counts["events"].update(event.plover.type for event in record.events)

    def _counters(self) -> Text:
        seconds = time.monotonic() - self._started
        parts = [f"{self._articles:,} articles"]
        parts += [f"{self._counts['found'][name]:,} {name}" for name in _FOUND if self._counts["found"][name]]
        if seconds >= 1:  # a rate over less says nothing
            parts.append(f"{self._articles / seconds:,.1f}/s")
        return Text(BETWEEN.join(parts), HEADLINE)

    def render(self) -> Group:
        """The counters, and the latest cards that fit between them and the screen's last line."""
        options = self._console.options
        with self._lock:
            latest = list(self._latest)
            counters = self._counters()
        room = self._console.height - 1 - len(self._console.render_lines(counters, options, pad=False))
        shown: list[CardView] = []
        for view in latest:
            room -= len(self._console.render_lines(view, options, pad=False))
            if room < 0 and shown:
                break
            shown.append(view)
        return Group(counters, *shown)


_PLURALS = {"person": "people", "organisation": "organisations", "place": "places"}
_FOUND = (*_PLURALS.values(), "events", "figures", "quotes", "alerts")
_TABLES = ("languages", "countries", "events")
