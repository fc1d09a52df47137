#!/usr/bin/env python
"""Draw the live view of enriched records as a picture, as a terminal shows it.

scripts/screenshot.py RECORDS.jsonl docs/images/live-view.png

RECORDS.jsonl (- for standard input) is what ``khabar enrich`` writes. An .svg is written as it is; a .png needs Chromium.
"""

import argparse
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from schemas import EnrichedArticle
from streams.outlets.view import LiveView

FONT = "DejaVu Sans Mono"
"""The font of the picture: its Arabic letters are as wide as its Latin ones, as on a terminal."""


def draw(lines: list[str], width: int, height: int) -> str:
    """The view as SVG."""
    console = Console(
        record=True, file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="truecolor"
    )
    view = LiveView(console, rtl="visual")
    for line in lines:
        view.add(EnrichedArticle.from_json(line.encode()))
    console.print(view.render())
    svg = console.export_svg(title="khabar demo", theme=MONOKAI, font_aspect_ratio=0.602)
    # Rich's template loads a font from the network, which has no Arabic letters.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", FONT)
    # The letters are shaped and in visual order already; the browser must not turn them round once more.
    return svg.replace("<style>", "<style>text { direction: ltr; unicode-bidi: bidi-override; }")


def photograph(svg: str, picture: Path) -> None:
    """Let Chromium render the SVG into a PNG."""
    _, _, width, height = (float(part) for part in re.findall(r'viewBox="([^"]+)"', svg)[0].split())
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "view.svg"
        page.write_text(svg)
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        command += [f"--user-data-dir={folder}/profile", f"--window-size={int(width)},{int(height)}"]
        command += ["--hide-scrollbars", "--default-background-color=00000000"]
        subprocess.run(  # noqa: S603  # all of it is written above
            [*command, f"--screenshot={picture.resolve()}", page.as_uri()], check=True, timeout=120, capture_output=True
        )


def main() -> None:
    """Read the arguments and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", help="enriched records, one a line; - for standard input")
    parser.add_argument("picture", type=Path, help="an .svg or .png file")
    parser.add_argument("--width", type=int, default=100, help="cells")
    parser.add_argument("--height", type=int, default=34, help="lines")
    arguments = parser.parse_args()
    text = sys.stdin.read() if arguments.records == "-" else Path(arguments.records).read_text()
    svg = draw(text.splitlines(), arguments.width, arguments.height)
    if arguments.picture.suffix == ".svg":
        arguments.picture.write_text(svg)
    else:
        photograph(svg, arguments.picture)


if __name__ == "__main__":
    main()
