"""The words that tell who said what: every form of the verbs and nouns of saying, made from their principal parts."""

from collections.abc import Iterator
from functools import cache
from typing import Literal

from streams.extraction.reading import Lexicon, Openers, phrases_by_kind, table
from streams.extraction.text import bare

Gender = Literal["feminine", "masculine"]

_NONE = "-"
_WEAK = "اىي"  # last letters of an Arabic stem that give way to an ending
_LEANING = {"say": "participle", "tell": "participle", "act": "acting", "ask": "acting", "label": "labeling"}
_PRONOUNS = ("ه", "ها", "هم", "هما")
_LIGHT = {
    "کرد": ("کرد", "کردند", "کرده+است", "کرده+اند", "کرده+بود", "می‌کند", "می‌کنند", "کرده"),
    "داد": ("داد", "دادند", "داده+است", "داده+اند", "داده+بود", "می‌دهد", "می‌دهند", "داده"),
}
_FRENCH_REGULAR = ("e", "ent", "é", "ait", "aient", "ant")
_FRENCH_HAVE = ("a", "ont", "avait", "avaient", "aurait", "auraient", "ait")


class Tables:
    """The lexicons of one language: cues with their kind, and the small words around them."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        kinds = phrases_by_kind("cues.tsv", tongue)
        listed = [entry for kind in ("say", "tell", "participle", "noun", "relay") for entry in kinds.get(kind, [])]
        made = list(forms(tongue))
        known = {form for form, _ in made}
        self.cues = Lexicon([*made, *(entry for entry in listed if entry[0] not in known)], clitics=clitics)
        self._genders = _genders(made)
        self._kinds = {kind: Lexicon(entries, clitics=clitics) for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])
        self.openers = Openers([self.cues, self.kind("aside"), self.kind("anonymous")])

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of small words."""
        return self._kinds.get(kind, self._empty)

    def gender(self, form: str) -> Gender | None:
        """The gender of the single subject that an Arabic verb or participle, without clitics, has; None without one."""
        return self._genders.get(form)


def _genders(made: list[tuple[str, str]]) -> dict[str, Gender]:
    """The Arabic forms, folded, that tell the gender of a single subject."""
    known = {bare(form) for form, _ in made}
    leaning = {bare(form) for form, kind in made if kind in _LEANING.values()}
    found: dict[str, Gender] = {}
    for form in known:
        begins = form[:1] == "ت" and "ي" + form[1:] in known and form + "ت" not in known
        leans = form.endswith("ه") and form in leaning and form[:-1] + "ا" in known
        ends = form.endswith("ت") and any(form[:-1] + last in known for last in ("", "ي", "ا"))
        masculine = form.endswith("ا") or form[:1] == "ي" or form + "ت" in known
        if begins or leans or ends:
            found[form] = "feminine"
        elif masculine and not form.endswith(("وا", "تا", "ون", "ان")):
            found[form] = "masculine"
    return found


@cache
def tables(tongue: str) -> Tables:
    """The lexicons of a language, read once."""
    return Tables(tongue)


def forms(tongue: str) -> Iterator[tuple[str, str]]:
    """(form, kind) of every verb and noun of saying of a language, as `Lexicon` takes them.

    kind: say, tell, act, ask or label, as in the table; for what leans on a verb before it participle,
    acting or labeling; noun (قوله); being (söyleyen).
    """
    makers = {"ar": _arabic, "en": _english, "fr": _french, "tr": _turkish, "fa": _persian}
    for language, kind, parts in table("cue_verbs.tsv"):
        if language == tongue:
            for form, sort in makers.get(tongue, _listed)(kind, parts.split()):
                yield form.replace("+", " "), sort


def _listed(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        yield part, kind


def _arabic(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    past, present, participle, noun = parts
    for verb in [*_arabic_past(past), *_arabic_present(present)]:
        yield verb, kind
    if kind == "label":
        prefixed = [prefix + present[1:] for prefix in ("ي", "ت") if present != _NONE]
        for base in (past.replace("ى", "ا"), _arabic_stem(past) + "ت", *prefixed):
            for pronoun in _PRONOUNS:
                yield base + pronoun, kind
    if participle != _NONE:
        stem = participle[:-1]
        for form in (participle, stem + "ة", stem.removesuffix("ي") + "ين", stem + "ات"):
            yield form, _LEANING[kind]
    if noun != _NONE and kind in {"say", "tell"}:
        for pronoun in _PRONOUNS:
            yield noun.replace("ة", "ت") + pronoun, "noun"
        if noun == "قول":
            yield "القول", "noun"


def _arabic_stem(past: str) -> str:
    """The past before an ending: a last weak letter gives way."""
    return past[:-1] if past[-1] in _WEAK else past


def _arabic_past(past: str) -> Iterator[str]:
    stem = _arabic_stem(past)
    yield from (past, stem + "ت", stem + "وا", stem + "تا", past + "ا" if stem == past else stem + "يا")
    if past[-2:-1] == "ا" and stem == past:
        yield past[:-2] + past[-1] + "ن"  # قلن


def _arabic_present(present: str) -> Iterator[str]:
    if present == _NONE:
        return
    stem = present[1:-1] if present[-1] in _WEAK + "و" else present[1:]
    for prefix in ("ي", "ت"):
        yield from (prefix + present[1:], prefix + stem + "ون", prefix + present[1:].replace("ى", "ي") + "ان")
        yield "س" + prefix + present[1:]


def _english(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    if len(parts) == 1:
        stem = parts[0]
        parts = [stem, stem + ("es" if stem.endswith(("s", "sh", "ch")) else "s"), stem + "ed", stem + "ing"]
    yield parts[0], kind
    yield parts[1], kind
    yield parts[2], kind
    yield parts[3], _LEANING[kind]


def _french(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    if len(parts) == 1:
        parts = [parts[0].removesuffix("-") + ending for ending in _FRENCH_REGULAR]
    one, many, past, once, often, leaning = parts
    for verb in (one, many, once, often, *(f"{have}+{past}" for have in _FRENCH_HAVE)):
        yield verb, kind
    yield leaning, "participle"


def _turkish(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    past, *others, being, by = parts
    for verb in (past, *others):
        if verb != _NONE:
            yield verb, kind
            yield verb + ("lar" if _back(verb) else "ler"), kind
    if being != _NONE:
        yield being, "being"
    if by != _NONE:
        yield by, "participle"


def _back(word: str) -> bool:
    """Whether the last vowel of a Turkish word is a back one."""
    return next((letter in "aıou" for letter in reversed(word) if letter in "aıoueiöü"), False)


def _persian(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part.endswith("+"):
            noun, _, light = part[:-1].rpartition("+")
            for verb in _LIGHT[light]:
                yield f"{noun}+{verb}", kind
        else:
            yield part, kind
