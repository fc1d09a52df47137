"""The part of e5's vocabulary that the languages we support need."""

import re
from collections.abc import Iterable

from scripts.tagger import e5
from streams.extraction import lexicon
from streams.extraction.pieces import Pieces, units

_SPACE = "\u2581"
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]+")
_LATIN = re.compile("[A-Za-zàâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆğışĞİŞÇ’']+")
_SIGNS = re.compile(r"[^\w\s]{1,2}|\d{1,4}|[٠-٩۰-۹]{1,2}")
_LATIN_PIECES = 10_000
_LOWEST = 0x2100  # single characters below are all kept


def choose(model: e5.Model) -> list[int]:
    """The numbers of the pieces to keep: begin, end and unknown first, then in the order of e5.

    All of Arabic script, digits and signs; of Latin script the most frequent and those that our lists use.
    """
    specials = [model.specials.begin, model.specials.end, model.specials.unknown]
    kept: set[int] = set()
    latin: list[tuple[float, int]] = []
    for number, (piece, score) in enumerate(model.pieces):
        bare = piece.removeprefix(_SPACE)
        if not bare.isprintable():
            continue
        if not bare or _ARABIC.fullmatch(bare) or _SIGNS.fullmatch(bare) or (len(bare) == 1 and ord(bare) < _LOWEST):
            kept.add(number)
        elif _LATIN.fullmatch(bare):
            latin.append((-score, number))
    kept.update(number for _, number in sorted(latin)[:_LATIN_PIECES])
    every = [("", 0.0)] * 3 + model.pieces
    whole = Pieces(every)
    for text in _listed():
        for unit in units(text):
            spaced = unit.start == 0 or text[unit.start - 1].isspace()
            kept.update(number - 3 for number in whole.of(text[unit.start : unit.end], spaced=spaced))
    return specials + sorted(
        number for number in kept if number >= 0 and number not in specials and number != model.specials.pad
    )


def _listed() -> Iterable[str]:
    for _, name in lexicon.rows("person_names.tsv"):
        yield name
    for name in ("organisations.tsv", "people.tsv"):
        for cells in lexicon.rows(name):
            yield from cells[0].split("|")
    for cells in lexicon.rows("words.tsv"):
        yield cells[1].replace("|", " ")
