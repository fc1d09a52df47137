"""The words that may tell an event: phrases of the languages, and Arabic verbs in all their forms."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from streams.extraction.reading import Lexicon, Word, table

STATEMENTS = frozenset({"ACCUSE", "REJECT", "REQUEST", "SUPPORT", "THREATEN"})  # types of what is only said

_COLUMNS = 9
_REACH = 12  # words behind a verb in which what it needs must stand
_SUFFIXED = 4  # letters of a perfect that is looked for with a suffix
_SUFFIXES = ("ه", "ها", "هم")


class Trigger(NamedTuple):
    """What a word or phrase tells.

    kind: as in event_triggers.tsv. event, sub_event: ACLED's types, empty where none fits. needs: words of which one
    must follow. form: perfect, imperfect or noun for the forms of event_verbs.tsv, else empty.
    """

    kind: str
    type: str
    mode: str
    event: str
    sub_event: str
    needs: Lexicon[None] | None = None
    form: str = ""

    def need_at(self, words: tuple[Word, ...], index: int) -> int | None:
        """Where, from words[index] on, what it needs stands: the number of words between; None where it does not."""
        if self.needs is None:
            return None
        near = range(index, min(len(words), index + _REACH))
        return next((at - index for at in near if self.needs.match(words, at)), None)


@cache
def triggers(tongue: str) -> Lexicon[Trigger]:
    """The triggers of a language."""
    entries = [
        (form, Trigger(kind, type_, mode, event, sub))
        for language, form, kind, type_, mode, event, sub in _padded("event_triggers.tsv", 7)
        if language == tongue
    ]
    if tongue == "ar":
        entries += _verbs()
    return Lexicon(entries, clitics=tongue == "ar")


def named(words: tuple[Word, ...], tongue: str) -> list[tuple[int, int, str]]:
    """Every word or phrase that may tell an event, the longest at each word: (first, last, half-open, PLOVER type)."""
    lexicon = triggers(tongue)
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        if not lexicon.has(words[at].form):
            at += 1
            continue
        fitting = [
            match
            for match in lexicon.matches(words, at)
            if match.value.needs is None or match.value.need_at(words, at + match.length) is not None
        ]
        length = 1
        if fitting:
            longest = max(fitting, key=lambda match: match.length)
            length = longest.length
            found.append((at, at + length, longest.value.type))
        at += length
    return found


def _padded(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    for row in table(name):
        yield (*row, *[""] * (columns - len(row)))


def _verbs() -> Iterator[tuple[str, Trigger]]:
    events = {row[0]: row[1] for row in table("acled_types.tsv")}
    lexicons: dict[str, Lexicon[None]] = {}
    for perfect, imperfect, noun, needs, verb_kind, noun_kind, kind, mode, sub in _padded("event_verbs.tsv", _COLUMNS):
        if needs and needs not in lexicons:
            lexicons[needs] = Lexicon([(phrase, None) for phrase in _spelled(needs)], clitics=True)
        for tense, forms in (
            ("perfect", perfects(perfect) if perfect else []),
            ("imperfect", imperfects(imperfect) if imperfect else []),
            ("noun", [noun] if noun else []),
        ):
            told = noun_kind if tense == "noun" else verb_kind
            if told != "-":
                trigger = Trigger(told, kind, mode, events.get(sub, ""), sub, lexicons.get(needs), tense)
                yield from ((form, trigger) for form in forms)


def _spelled(needs: str) -> Iterator[str]:
    """The words that a verb needs, those of its classes (@name) one by one."""
    for word in needs.split("|"):
        yield from _classes()[word[1:]] if word.startswith("@") else (word,)


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    return {name: tuple(forms.split("|")) for name, forms in table("event_classes.tsv")}


def perfects(verb: str) -> list[str]:
    """The third persons of a perfect (masculine singular as given), with and without an object suffix."""
    weak = verb[-1] in "ىا"
    stem = verb[:-1] if weak else verb
    joined = stem + "ا" if weak else verb
    feminine = stem + "ت"
    plain = [verb, feminine, stem + "وا", *([stem + "يا"] if verb.endswith("ى") else [verb + "ا"])]
    if len(verb) >= _SUFFIXED:
        plain += [feminine + "ا", *([] if weak else [stem + "ن"])]
    if len(verb) < _SUFFIXED:
        return plain  # too many would be other words: زارة in وزارة
    return [*plain, *(base + suffix for base in (joined, feminine) for suffix in _SUFFIXES)]


def imperfects(verb: str) -> list[str]:
    """The third persons of an imperfect (masculine singular as given), with and without an object suffix."""
    forms = []
    for person in (verb, "ت" + verb[1:]):
        weak = person[-1] in "ىيو"
        stem = person[:-1] if weak else person
        forms += [person, stem + "ون", person + "ان"]
        forms += [person + suffix for suffix in _SUFFIXES]
    return forms
