import io
import os
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from schemas import Alert, CleanArticle, EnrichedArticle, RawArticle
from streams.outlets.cards import card_of
from streams.outlets.dead_letters import DeadLetter
from streams.outlets.direction import ISOLATE, POP, Setting, choose_mode, lay_out, without_isolates, wrap
from streams.outlets.text import one_line, printable
from streams.outlets.view import LiveView

SAMPLES = [
    EnrichedArticle.from_json(line) for line in (Path(__file__).parent / "samples.jsonl").read_bytes().splitlines()
]


def console(width: int = 80, height: int = 60, *, terminal: bool = True) -> Console:
    return Console(
        file=io.StringIO(), width=width, height=height, force_terminal=terminal, color_system=None, highlight=False
    )


def shown(view_console: Console, rtl: Setting = "terminal", *records: EnrichedArticle, scroll: bool = True) -> str:
    with LiveView(view_console, rtl=rtl, scroll=scroll) as view:
        for record in records or SAMPLES:
            view.add(record)
        view.summary()
    file = view_console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.parametrize(
    ("environ", "mode"),
    [
        ({"VTE_VERSION": "5800"}, "terminal"),
        ({"VTE_VERSION": "7600"}, "terminal"),
        ({"VTE_VERSION": "5202"}, "visual"),
        ({"VTE_VERSION": "new"}, "visual"),
        ({"KONSOLE_VERSION": "220401"}, "terminal"),
        ({"TERM": "mlterm-256color"}, "terminal"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "terminal"),
        ({"TERM": "xterm-256color"}, "visual"),
        ({}, "visual"),
    ],
)
def test_who_reorders(environ: dict[str, str], mode: str) -> None:
    assert choose_mode("auto", is_terminal=True, environ=environ) == mode
    assert choose_mode("visual", is_terminal=True, environ=environ) == "visual"
    assert choose_mode("terminal", is_terminal=True, environ=environ) == "terminal"
    assert choose_mode("auto", is_terminal=False, environ=environ) == "plain"
    assert choose_mode("visual", is_terminal=False, environ=environ) == "plain"


@pytest.mark.parametrize("rtl", ["terminal", "visual"])
@pytest.mark.parametrize("width", [1, 12, 30, 43, 44, 60, 80, 110, 200])
def test_every_line_fits(rtl: Setting, width: int) -> None:
    lines = shown(console(width), rtl).splitlines()
    if width >= 12:
        assert max(map(cell_len, lines)) <= width
    frames = [line for line in lines if line.startswith("│")]
    assert bool(frames) == (width >= 44)
    assert {cell_len(line) for line in frames} <= {min(width, 110)}


def test_terminals_that_reorder_get_whole_isolates() -> None:
    text = shown(console(), "terminal")
    for line in text.splitlines():
        depth = 0
        for char in line:
            depth += (char == ISOLATE) - (char == POP)
            assert depth >= 0
        assert depth == 0
    arabic = next(line for line in text.splitlines() if "إحباط تهريب" in line)
    assert arabic.startswith("│ ")
    assert arabic.endswith(f"{POP} │")  # to the right


def test_other_terminals_get_visual_order() -> None:
    text = shown(console(), "visual", SAMPLES[1])
    assert ISOLATE not in text
    line = next(line for line in text.splitlines() if "(TN)" in line)
    assert lay_out("القصرين", "visual", right_to_left=True) + " │" not in line
    assert lay_out("القصرين", "visual", right_to_left=True) in line
    assert not set(line) & set("القصرين")  # every letter is shaped
    assert line.rstrip("│ ").endswith("places")  # the label is at the right


def test_reordering_keeps_numbers_and_mirrors_brackets() -> None:
    assert lay_out("قال (12) abc", "visual", right_to_left=True) == "abc (12) \ufedd\ufe8e\ufed7"
    assert lay_out("abc (قال)", "visual", right_to_left=False) == "abc (\ufedd\ufe8e\ufed7)"
    assert lay_out("12 (a)", "visual", right_to_left=True) == "12 (a)"


def test_pipes_get_plain_lines_in_logical_order() -> None:
    text = shown(console(20, terminal=False), "visual")
    assert SAMPLES[0].headline in text.splitlines()
    assert "  people: مروان الزعبي (مدير فرع مكافحة المخدرات في درعا) · هيثم المسالمة (المحامي)" in text.splitlines()
    assert not {ISOLATE, POP, "\x1b", "│"} & set(text)


def test_what_a_card_tells() -> None:
    card = card_of(SAMPLES[0])
    rows = {label: without_isolates(text) for label, text in card.rows}
    assert card.right_to_left
    assert without_isolates(card.about) == "محليات · ar · hawran.example · 2026-10-17"
    assert rows["places"].startswith("معبر نصيب (SY) · الكسوة (SY) · سوريا (SY)")
    assert rows["event"] == "seize (arrest) · إدارة مكافحة المخدرات · معبر نصيب · 2026-10-16"
    assert rows["counts"] == "seized 1,300,000 · arrested 4 · money 9,000,000+ USD"
    assert rows["quotes"] == "2 direct · 1 reported · هيثم المسالمة · مروان الزعبي"
    latin = {label: without_isolates(text) for label, text in card_of(SAMPLES[2]).rows}
    assert latin["counts"] == "passengers 210–230"
    assert latin["topics"] == "waterway and maritime transport"


def test_cards_of_other_topics() -> None:
    raw = card_of(RawArticle(url="https://a.example/1", html="<p>x</p>"))
    assert (raw.headline, dict(raw.rows)["bytes"]) == ("https://a.example/1", "8")
    clean = card_of(CleanArticle(id="0" * 32, headline="h", body="نص"))
    assert dict(clean.rows)["body"] == "2 characters, 0 paragraphs"
    letter = card_of(DeadLetter.model_validate({"error": {"code": "invalid_json", "message": "no"}, "value": "{"}))
    assert (letter.headline, dict(letter.rows)) == ("invalid_json", {"value": "{"})
    gone = card_of(SAMPLES[0].model_copy(update={"status": "withdrawn", "headline": None, "body": None}))
    assert gone.headline == "https://hawran.example/1"
    assert "WITHDRAWN" in gone.about


HOSTILE = "a\x1b[2Jb\x1b]0;title\x07c\x9b31md\u202ee\u2069f\x00g\r\nh\u2028i[bold]j[/bold]:smile:\x1b]8;;http://x\x1b\\k\x1bP1$r\x1b\\l\x7f"


def test_hostile_text_cannot_steer_the_terminal() -> None:
    assert printable(HOSTILE) == "abcdefg h i[bold]j[/bold]:smile:kl"
    entity = {"id": "e1", "name": HOSTILE, "type": "person", "role": HOSTILE, "confidence": 1, "method": HOSTILE}
    event = {"id": "v1", "plover": {"type": HOSTILE, "mode": HOSTILE}, "actors": [{"name": HOSTILE}], "date": HOSTILE}
    event |= {"place": {"name": HOSTILE}, "certainty": HOSTILE, "evidence": {"start": 0, "end": 1}}
    figure = {"what": HOSTILE, "low": 1, "unit": HOSTILE, "text": "1", "start": 0, "end": 1}
    place = {"entity": "e2", "name": HOSTILE, "country": HOSTILE, "sense": "event", "start": 0, "end": 1}
    topic = {"code": "x", "name": {"ar": HOSTILE, "en": HOSTILE}, "score": 1}
    record = EnrichedArticle.model_validate(
        {
            **dict.fromkeys(("headline", "section", "source", "language", "status"), HOSTILE),
            "id": "0" * 32,
            "entities": [entity],
            "events": [event],
            "figures": [figure],
            "places": [place | {"confidence": 1, "method": "x"}],
            "topics": [topic],
            "pipeline": {"version": "1", "fingerprint": "f"},
        }
    )
    for rtl, is_terminal in (("terminal", True), ("visual", True), ("auto", False)):
        text = shown(console(200, terminal=is_terminal), rtl, record)  # type: ignore[arg-type]  # as listed above
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\x00", "\u202e", "\x7f", "\u2028"}
        assert text.count("\u2066") == 0
        assert "[bold]j[/bold]:smile:" in text


def test_joiners_stay_and_spaces_fold() -> None:
    assert printable("می\u200cخواهد\u00a0 \t او") == "می\u200cخواهد او"
    assert one_line("x" * 5000) == "x" * 999 + "…"


def test_wrapping() -> None:
    assert wrap("aa bb cc", 5, 9) == ["aa bb", "cc"]
    assert wrap("aa bb cc", 5, 1) == ["aa b…"]
    assert wrap("abcdefgh", 3, 9) == ["abc", "def", "gh"]
    assert wrap("عَرَبِيّ عَرَب", 5, 9) == ["عَرَبِيّ", "عَرَب"]
    assert wrap(f"{ISOLATE}aa bb{POP} c", 3, 9) == [f"{ISOLATE}aa{POP}", f"{ISOLATE}bb{POP}", "c"]


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setitem(os.environ, "TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    file = io.StringIO()
    view_console = Console(file=file, width=80, force_terminal=True, highlight=False)
    shown(view_console, "terminal")
    assert "\x1b[3" not in file.getvalue()
    assert "\x1b[1m" in file.getvalue()


def test_the_live_region_shows_the_latest_and_counts() -> None:
    view_console = console(80, 24)
    view = LiveView(view_console, rtl="visual")
    threads = [threading.Thread(target=view.add, args=(SAMPLES[number % 3],)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view.add(SAMPLES[2])
    lines = view_console.render_lines(view.render(), pad=False)
    assert len(lines) <= 24
    text = "\n".join("".join(segment.text for segment in line) for line in lines)
    assert text.startswith("31 articles · ")
    assert "Hodeidah" in text
    with view:
        pass


def test_the_live_region_on_a_small_terminal_and_its_summary() -> None:
    text = shown(console(50, 5), "visual", scroll=False)
    assert "3 articles · 6 people · 5 organisations" in text
    assert "countries" in text
    assert "countries   JO 1 · SY 1 · TN 1 · YE 1\n" in text


def test_an_alert_is_a_card_in_the_language_of_its_article_and_no_article() -> None:
    record = (Path(__file__).parents[1] / "records" / "1.0" / "alert.json").read_bytes()
    alert = Alert.from_json(record)
    card = card_of(alert)
    assert card.headline == "Ten or more killed"
    assert card.about.startswith(f"{ISOLATE}WARNING")
    assert dict(card.rows)["alert"].startswith("Ten or more killed: count 21; figures ")
    arabic = card_of(alert.model_copy(update={"article": alert.article.model_copy(update={"headline": "غرق عبارة"})}))
    assert arabic.headline == "عشرة قتلى أو أكثر"
    seen = console()
    with LiveView(seen, rtl="terminal") as view:
        view.add(alert)
        view.summary()
    assert isinstance(seen.file, io.StringIO)
    assert "0 articles · 1 alerts" in seen.file.getvalue()
