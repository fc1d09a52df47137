"""The packaged data tables of the clean stage: tab separated, ``#`` lines tell what they are and where they come from."""

from functools import cache
from importlib.resources import files


@cache
def rows(name: str, columns: int) -> tuple[tuple[str, ...], ...]:
    """The rows of ``data/<name>``, each with exactly ``columns`` cells; missing ones are empty."""
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    found = []
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) > columns:
                raise ValueError(f"{name}: more than {columns} cells in {line!r}")
            found.append((*cells, *[""] * (columns - len(cells))))
    return tuple(found)
