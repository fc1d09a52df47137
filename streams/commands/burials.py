"""What ``khabar dead-letters`` does: read the topic, choose, show or settle."""

from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Self

import click
import orjson

from streams.outlets.dead_letters import DeadLetter
from streams.outlets.subscription import parse_end, parse_start
from streams.outlets.text import one_line, printable
from streams.repair.letters import Choice, Letter
from streams.repair.settling import Action, Found, Search, Settling, letters
from streams.settings import Settings

SHORT = 12
"""Characters of an id that a line shows."""


class Request(Search):
    """A search as the command line asks for it."""

    @classmethod
    def parse(  # noqa: PLR0917  # as many as the command has
        cls,
        ids: tuple[str, ...],
        codes: tuple[str, ...],
        stages: tuple[str, ...],
        source: str | None,
        start: str,
        end: str | None,
        settings: Settings,
    ) -> Self:
        """From the words of the command line. Raises UsageError."""
        now = datetime.now(UTC)
        until = None if end is None else parse_end(end, now)
        return cls(settings, parse_start(start, now), Choice(ids, codes, stages, source, until))

    async def list(self, *, form: str, settled_too: bool) -> None:
        """One line a letter, and the counts on standard error."""
        counts = Counter[str]()
        async with aclosing(letters(self)) as found:
            async for one in found:
                if one.settlement is None or settled_too:
                    counts[f"{one.letter.reason.stage} {one.letter.reason.code}"] += 1
                    click.echo(as_json(one) if form == "jsonl" else line(one))
        for what, count in counts.most_common():
            click.echo(one_line(f"{count} {what}"), err=True)
        if not counts:
            click.echo("no dead letters", err=True)

    async def show(self) -> int:
        """Each letter whole. Gives how many."""
        count = 0
        async with aclosing(letters(self)) as found:
            async for one in found:
                count += 1
                for text in whole(one):
                    click.echo(text)
        if not count:
            click.echo("khabar: no such dead letter", err=True)
        return count

    async def settle(self, action: Action, limit: int | None, *, apply: bool) -> bool:
        """Settle the letters, or say what would be. Whether all could be."""
        did = action if apply else f"would be {action}"

        def say(letter: Letter, outcome: str) -> None:
            told = did if outcome == action else printable(outcome)
            click.echo(f"{line(Found(letter))}  {told}", err=outcome != action)

        run = Settling(action, self, limit, say)
        await (run.apply() if apply else run.rehearse())
        outcomes = run.outcomes
        rest = "".join(f", {count} {what}" for what, count in outcomes.items() if what != action)
        hint = "" if apply or not outcomes[action] else "; --apply does it"
        click.echo(f"{outcomes[action]} {did}{rest}{hint}", err=True)
        return not outcomes["cannot go back"]


def line(found: Found) -> str:
    """One letter for a person."""
    letter, reason = found.letter, found.letter.reason
    parts = [
        letter.id[:SHORT],
        letter.written.isoformat(timespec="seconds").replace("+00:00", "Z"),
        reason.stage or "-",
        reason.code or "-",
        letter.source or "-",
        letter.place,
        *([f"redriven {letter.redrives} times before"] if letter.redrives else []),
        *([found.settlement.action] if found.settlement else []),
        reason.message or "",
    ]
    return "  ".join(printable(part) for part in parts)


def as_json(found: Found) -> bytes:
    """One letter as JSON: what `khabar subscribe dead-letters` shows, and what is known beside it."""
    letter = found.letter
    record = DeadLetter.from_kafka(letter.key, letter.value, letter.headers).model_dump(exclude_none=True)
    about = {"id": letter.id, "written": letter.written, "source": letter.source, "redrives": letter.redrives}
    done = {"settled": found.settlement.action} if found.settlement else {}
    return orjson.dumps({**about, **done, **record})


def whole(found: Found) -> list[str]:
    """All of one letter, for a person."""
    letter = found.letter
    headers = [f"{name}: {content.decode(errors='replace')}" for name, content in letter.headers]
    key = "none" if letter.key is None else letter.key.decode(errors="replace")
    value = "none" if letter.value is None else letter.value.decode(errors="replace")
    return [line(found), *(f"  {printable(text)}" for text in (*headers, f"key: {key}")), printable(value), ""]
