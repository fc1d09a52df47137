"""The words that tell who said what: every form of the verbs and nouns of saying, made from their principal parts."""

from collections.abc import Iterator
from functools import cache

from streams.extraction.reading import Lexicon, phrases_by_kind, table
from streams.extraction.text import bare

_NONE = "-"
_WEAK = "اىي"  # last letters of an Arabic stem that give way to an ending
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
        self._feminine = _feminine(made)
        self._kinds = {kind: Lexicon(entries, clitics=clitics) for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of small words."""
        return self._kinds.get(kind, self._empty)


    def feminine(self, form: str) -> bool | None:
        """Whether an Arabic verb or participle, without clitics, has a feminine subject; None when it does not tell."""
        return self._feminine.get(form)


def _feminine(made: list[tuple[str, str]]) -> dict[str, bool]:
    """Of the Arabic forms, folded, those that tell the gender of a single subject."""
    known = {bare(form) for form, _ in made}
    found = {}
    for form in known:
        masculine = form.endswith("ا") or form[:1] == "ي" or form + "ت" in known
        if form[:1] == "ت" and "ي" + form[1:] in known and form + "ت" not in known:
            found[form] = True
        elif form.endswith("ه") and form[:-1] + "ا" in known:
            found[form] = True
        elif form.endswith("ت") and (form[:-1] in known or form[:-1] + "ي" in known or form[:-1] + "ا" in known):
            found[form] = True
        elif masculine and not form.endswith(("وا", "تا", "ون", "ان")):
            found[form] = False
    return found


@cache
def tables(tongue: str) -> Tables:
    """The lexicons of a language, read once."""
    return Tables(tongue)


def forms(tongue: str) -> Iterator[tuple[str, str]]:
    """(form, kind) of every verb and noun of saying of a language, as `Lexicon` takes them.

    kind: say, tell, act or label, as in the table; participle for what leans on a verb before it; noun (قوله).
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
    stem = past[:-1] if past[-1] in _WEAK else past
    verbs = [past, stem + "ت", stem + "وا", stem + "تا", past + "ا" if stem == past else stem + "يا"]
    if past[-2:-1] == "ا" and stem == past:
        verbs.append(past[:-2] + past[-1] + "ن")  # قلن
    if present != _NONE:
        weak = present[:-1] if present[-1] in _WEAK + "و" else present
        for prefix in ("ي", "ت"):
            verbs += [prefix + present[1:], prefix + weak[1:] + "ون", prefix + present[1:].replace("ى", "ي") + "ان"]
        verbs += ["سي" + present[1:], "ست" + present[1:]]
    if kind == "label":
        prefixes = ("ي", "ت") if present != _NONE else ()
        bases = [past.replace("ى", "ا"), stem + "ت", *(prefix + present[1:] for prefix in prefixes)]
        verbs += [base + pronoun for base in bases for pronoun in _PRONOUNS]
    for verb in verbs:
        yield verb, kind
    if participle != _NONE:
        leaning = "participle" if kind in {"say", "tell"} else f"{kind}ing"
        weak = participle[:-1]
        plural = weak.removesuffix("ي") + "ين"
        for form in (participle, weak + "ة", plural, weak + "ات"):
            yield form, leaning
    if noun != _NONE and kind in {"say", "tell"}:
        for pronoun in _PRONOUNS:
            yield noun.replace("ة", "ت") + pronoun, "noun"
        if noun == "قول":
            yield "القول", "noun"


def _english(kind: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    if len(parts) == 1:
        stem = parts[0]
        parts = [stem, stem + ("es" if stem.endswith(("s", "sh", "ch")) else "s"), stem + "ed", stem + "ing"]
    yield parts[0], kind
    yield parts[1], kind
    yield parts[2], kind
    yield parts[3], "participle" if kind in {"say", "tell"} else "labeling"


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
