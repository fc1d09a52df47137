"""The language of a text, from its script, its letters and its most frequent words. No model, no dependency."""

import re
from collections import Counter
from functools import lru_cache

from streams.cleaning.tables import rows

SAMPLE = 20_000
"""Code points of a text that are looked at."""

_SCRIPTS = (
    (
        "arabic",
        re.compile(
            "[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"
        ),
    ),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hy", re.compile("[\u0531-\u0587]")),
    ("ka", re.compile("[\u10d0-\u10ff]")),
    ("am", re.compile("[\u1200-\u137f]")),
    ("kana", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("han", re.compile("[\u4e00-\u9fff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("syr", re.compile("[\u0710-\u072f]")),
)
_WORD = re.compile("[^\\W\\d_]+(?:[\u200c'’][^\\W\\d_]+)*")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_MINIMUM_WORDS = 3
_CERTAIN = 0.06


def detect(text: str, hint: str | None = None) -> str | None:  # noqa: PLR0911 -- one return a kind of script
    """The BCP 47 tag of the text's language, None where nothing can be told.

    hint: a tag that a feed or the page states. It stands where the text does not decide.
    """
    sample = text[:SAMPLE]
    script = _script(sample)
    if script is None:
        return hint
    if script == "kana" or (script == "han" and (hint or "").startswith("ja")):
        return _refined("ja", hint)
    if script == "han":
        return _refined("zh", hint)
    if script not in {"arabic", "latin", "cyrillic"}:
        return _refined(script, hint)
    scores = _scores(sample, script)
    total = sum(1 for _ in _WORD.finditer(sample))
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, second = (*ranked[:2], ("", 0.0), ("", 0.0))[:2]
    stated = (hint or "").split("-")[0].lower()
    if not best[0] or (stated in scores and scores[stated] >= best[1] * 0.8):
        return hint
    margin = (best[1] - second[1]) / max(total, 1)
    if stated and (total < _MINIMUM_WORDS or margin < _CERTAIN) and stated in _languages(script):
        return hint
    return _refined(best[0], hint)


def _refined(language: str, hint: str | None) -> str:
    """The hint where it is the same language with a region or a script."""
    return hint if hint and hint.split("-")[0].lower() == language else language


def _script(text: str) -> str | None:
    """The script of most letters; kana decide against han, for Japanese is written in both."""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    if counts["kana"] * 10 > counts["han"] + counts["kana"] and counts["kana"]:
        counts["kana"] += counts.pop("han")
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, tuple[dict[str, float], dict[str, float]]]]:
    """For each script and language: words with their weights, letters with theirs."""
    table: dict[str, dict[str, tuple[dict[str, float], dict[str, float]]]] = {}
    for script, language, kind, weight, items in rows("languages.tsv", 5):
        words, letters = table.setdefault(script, {}).setdefault(language, ({}, {}))
        (words if kind == "words" else letters).update(dict.fromkeys(items.split(), float(weight)))
    return table


def _languages(script: str) -> frozenset[str]:
    return frozenset(_table()[script])


def _scores(text: str, script: str) -> dict[str, float]:
    words = Counter(_MARKS.sub("", word).casefold() for word in _WORD.findall(text))
    letters = Counter(text.casefold())
    scores: dict[str, float] = {}
    for language, (known, typical) in _table()[script].items():
        score = sum(weight * words[word] for word, weight in known.items() if word in words)
        score += sum(weight * letters[letter] for letter, weight in typical.items() if letter in letters)
        if score > 0:
            scores[language] = round(score, 6)
    return scores
