"""``make soak``: rounds of the fault test, each with a seed of its own, for hours."""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.soak.faults import KINDS
from tests.soak.run import run


def main() -> int:
    """Run rounds until the time is up or one is not faultless. Gives the exit code."""
    options = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--hours", type=float, default=1.0, help="no round begins after these; 0: one round")
    options.add_argument("--seed", type=int, default=1, help="of the first round; each later one has the next")
    options.add_argument("--articles", type=int, default=50_000, help="of a round")
    options.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS), help="of faults; all of them")
    options.add_argument("--reports", type=Path, default=Path("var/soak"), help="folder for the reports")
    chosen = options.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the faults are ours, the report tells them
    chosen.reports.mkdir(parents=True, exist_ok=True)
    say = partial(print, file=sys.stderr, flush=True)
    ends = time.monotonic() + chosen.hours * 3600
    seed = chosen.seed
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"khabar-soak-{seed}-"))
        report = asyncio.run(run(folder, seed, chosen.articles, say, kinds=chosen.kinds))
        (chosen.reports / f"{seed}.json").write_text(report.to_json())
        (chosen.reports / f"{seed}.txt").write_text(report.to_text())
        sys.stdout.write(report.to_text())
        sys.stdout.flush()
        if not report.faultless:
            say(f"what lay there is in {folder}")
            return 1
        shutil.rmtree(folder)
        seed += 1
        if time.monotonic() > ends:
            return 0


if __name__ == "__main__":
    sys.exit(main())
