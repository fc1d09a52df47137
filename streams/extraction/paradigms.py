"""Forms of a word by the rules of its language, so that a table needs no more than its base form."""

from collections.abc import Iterator

_VOICELESS = "fstkçşhp"
_TURKISH_CASES = {"a": ("ı", "a"), "ı": ("ı", "a"), "o": ("u", "a"), "u": ("u", "a")} | {
    "e": ("i", "e"),
    "i": ("i", "e"),
    "ö": ("ü", "e"),
    "ü": ("ü", "e"),
}
_SORANI_ENDINGS = ("ێک", "ێکی", "ێکیان", "ی", "ان", "انی", "یان", "یش", "ەکە", "ەکەی", "ەکان", "ەکانی")
_PERSIAN_ENDINGS = ("ی", "ان", "ها", "های", "\u200cها", "\u200cهای")
_OBJECTS = ("ها", "هم", "هما", "هن")  # not ه, which folds with the feminine ending: رحلة


def noun_forms(language: str, form: str, pattern: str) -> Iterator[tuple[str, str]]:
    """The forms of a noun, each with its number: 1 singular, 2 dual, n behind a number.

    pattern: the number itself where the form has no others, else the name of a paradigm. Arabic: m, sound masculine;
    mf, with feminine forms; b and bf, the same without a plural, which is broken; f, of a feminine noun in ta marbuta;
    a, an adjective of relation, of which no accusative is a person (موقعا عسكريا); g, the people of a country, who are
    counted only. English and French: s, plural in s; es, French with feminine forms. Turkish, Sorani and Persian: case.
    """
    if pattern in {"1", "2", "n"}:
        yield form, pattern
    elif language == "ar":
        yield from _arabic_noun(form, pattern)
    elif pattern in {"s", "es"}:
        yield from ((form + ending, "n") for ending in ("", "s", "e", "es") if pattern == "es" or ending in {"", "s"})
    elif language == "tr":
        yield from ((ending, "n") for ending in _turkish_noun(form))
    else:
        endings = _SORANI_ENDINGS if language == "ckb" else _PERSIAN_ENDINGS
        yield from ((form + ending, "n") for ending in ("", *endings))


def _arabic_noun(form: str, pattern: str) -> Iterator[tuple[str, str]]:
    if pattern == "f":
        stem = form[:-1]
        yield from ((form, "1"), (stem + "تان", "2"), (stem + "تين", "2"), (stem + "ات", "n"))
        return
    accusative = {"a": "n", "g": "n"}.get(pattern, "1")
    yield from (
        (form, "n" if pattern == "g" else "1"),
        (form + "ا", accusative),
        (form + "ان", "2"),
        (form + "ين", "2"),
    )
    if pattern in {"m", "mf", "a", "g"}:
        yield from ((form + "ون", "n"), (form + "ين", "n"))
    if pattern in {"mf", "bf"}:
        yield from ((form + "ة", "1"), (form + "تان", "2"), (form + "تين", "2"), (form + "ات", "n"))


def _turkish_noun(form: str) -> Iterator[str]:
    yield form
    vowel = next((letter for letter in reversed(form) if letter in _TURKISH_CASES), "e")
    high, low = _TURKISH_CASES[vowel]
    plural = f"{form}l{low}r"
    linked = form[-1] in _TURKISH_CASES
    own = f"s{high}" if linked else high
    yield from (f"{form}{'n' if linked else ''}{high}n", f"{form}{'y' if linked else ''}{high}")
    yield from (f"{form}{'y' if linked else ''}{low}", form + own, f"{form}{own}n{high}n", f"{form}{own}n{high}")
    yield from (f"{form}{'' if linked else high}m{high}z", f"{form}d{low}n", f"{form}t{low}n", plural)


def verb_forms(language: str, form: str, present: str) -> Iterator[tuple[str, str]]:
    """The finite forms of a verb, each with its place: before or after those whom it befalls.

    form: the Arabic perfect of he, or the Turkish stem. present: the Arabic imperfect of he, or nothing.
    """
    if language == "tr":
        yield from ((ending, "after") for ending in _turkish_verb(form))
        return
    defective = form[-1] in "ىا" and len(form) > 2  # noqa: PLR2004
    stem = form[:-1] if defective else form
    dual = stem + "يا" if defective else form + "ا"
    plural = stem + "وا"
    for person in (form, stem + "ت"):
        yield from ((person, "before"), (person, "after"))
    yield from ((plural, "before"), (plural, "after"), (dual, "after"), (stem + "تا", "after"))
    yield from ((owner + ending, "after") for owner in (stem, stem + "ت", stem + "و") for ending in _OBJECTS)
    if present:
        root = present[1:]
        base = root[:-1] if root[-1] in "ىي" else root
        yield from ((prefix + root, "before") for prefix in "يت")
        yield from ((f"ي{base}ون", "after"), (f"ي{root}ان", "after"))
        yield from ((prefix + root + ending, "after") for prefix in "يت" for ending in _OBJECTS)


def _turkish_verb(stem: str) -> Iterator[str]:
    vowel = next((letter for letter in reversed(stem) if letter in _TURKISH_CASES), "e")
    high, low = _TURKISH_CASES[vowel]
    linked = "y" if stem[-1] in _TURKISH_CASES else ""
    past = f"{'t' if stem[-1] in _VOICELESS else 'd'}{high}"
    participle = f"{stem}{linked}{low}n"
    yield from (stem + past, f"{stem}{past}ğ{high}", f"{stem}{past}l{low}r", participle, f"{participle}l{low}r")
    yield from (
        f"{stem}m{high}ş",
        f"{stem}m{high}şt{high}",
        f"{stem}m{low}s{high}",
        f"{stem}m{low}s{high}n{low}",
        f"{stem}m{low}s{high}n{high}n",
    )
    yield from (f"{stem}{linked}{high}p", f"{stem}{linked}{low}r{low}k")
