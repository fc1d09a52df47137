"""The lexicons that the finders of counts look words up in."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from streams.extraction.paradigms import noun_forms, verb_forms
from streams.extraction.reading import Lexicon, Openers, table, words

_DATED = frozenset({"en", "fr"})  # whose months stand in texts of other languages as well
_KIN_ENDINGS = ("ه", "ها", "هم", "هما")


class Noun(NamedTuple):
    """A noun of people: what it says of them, and its number as in counted_nouns.tsv: 1, 2 or n."""

    what: str
    number: str


class Currency(NamedTuple):
    """A meaning of a name of money: the code, words that speak for it, and what one of it is worth in whole units."""

    code: str
    hints: frozenset[str]
    factor: float


class Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        nouns = list(dict.fromkeys(_counted(tongue)))
        self.nouns = Lexicon([(form, noun) for form, noun in nouns if noun.what != "kin"], clitics=clitics)
        self.definite = Lexicon(list(_definite(nouns)) if tongue == "ar" else [], clitics=clitics)
        verbs = list(dict.fromkeys(_governing(tongue)))
        self.verbs = {
            place: Lexicon(
                [(form, what) for form, what, position in verbs if position == place],
                clitics=clitics and place != "after",  # a conjunction there begins the next clause
            )
            for place in ("before", "many", "after", "toll")
        }
        kinds: dict[str, list[tuple[str, str]]] = {}
        for lang, form, kind in table("figure_words.tsv"):
            if lang == tongue:
                kinds.setdefault(kind, []).append((form, form))
        self._kinds = {
            kind: Lexicon(entries, clitics=clitics and kind in {"disease", "one_of_them"})
            for kind, entries in kinds.items()
        }
        self._empty: Lexicon[str] = Lexicon([])
        codes: dict[str, list[Currency]] = {}
        for lang, form, code, hints, *factor in table("currencies.tsv"):
            if lang == tongue:
                hinting = frozenset(_bare(word) for word in hints.split())
                codes.setdefault(form, []).append(Currency(code, hinting, float(factor[0]) if factor else 1.0))
        self.prefixes = {_bare(form): options for form, options in codes.items() if len(words(form)) == 1}
        self.currencies = Lexicon(list(codes.items()), clitics=False)
        units = [(form, unit) for lang, form, unit in table("distance_units.tsv") if lang == tongue]
        self.units = Lexicon(units, clitics=False)
        months = [(form, True) for lang, form, *_ in table("months.tsv") if lang in {tongue, *_DATED}]
        self.months = Lexicon(months, clitics=False)
        self.one_of = Lexicon([(form, "") for form, _ in kinds.get("one_of", [])], clitics=clitics)

        alone: tuple[Lexicon[Any], ...] = (self.one_of, self.nouns, self.definite, self.currencies)
        alone += (self.kind("one_of_them"), self.kind("ordinal_one"))
        self._alone = Openers(alone if tongue == "ar" else ())

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of words around numbers."""
        return self._kinds.get(kind, self._empty)

    def may_stand_alone(self, form: str) -> bool:
        """Whether the word can be one or two people without a number."""
        return self._alone.has(form)


def _counted(tongue: str) -> Iterator[tuple[str, "Noun"]]:
    """The nouns of people of one language in all their forms."""
    for lang, form, what, pattern in table("counted_nouns.tsv"):
        if lang == tongue:
            yield from ((spelt, Noun(what, count)) for spelt, count in noun_forms(lang, form, pattern))


def _definite(nouns: list[tuple[str, "Noun"]]) -> Iterator[tuple[str, "Noun"]]:
    """One person by name or kin: المصور, مرافقه."""
    for form, noun in nouns:
        if noun.number != "1" or noun.what not in {"person", "kin"} or " " in form:
            continue
        if noun.what == "kin":
            stem = form[:-1] + "ت" if form.endswith("ة") else form
            yield from ((stem + ending, noun) for ending in _KIN_ENDINGS)
        elif not form.endswith("ا"):
            yield "ال" + form, noun


def _governing(tongue: str) -> Iterator[tuple[str, str, str]]:
    """(form, what, position) of the verbs and nouns of one language that tell what befell people."""
    for lang, form, what, position, *present in table("figure_verbs.tsv"):
        if lang != tongue:
            continue
        if position == "verb":
            yield from ((spelt, what, place) for spelt, place in verb_forms(lang, form, present[0] if present else ""))
        else:
            yield form, what, position


def _bare(word: str) -> str:
    return words(word)[0].form


@cache
def tables(tongue: str) -> Tables:
    """The lexicons of the language, made once."""
    return Tables(tongue)
