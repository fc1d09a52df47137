"""Other names for those in a sentence, so that a tagger learns where names stand rather than which there are."""

import random
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import as_file, files

from scripts.tagger.samples import Sample, Span
from scripts.tagger.transliteration import transliterate
from streams.extraction import gazetteer, lexicon
from streams.extraction.text import bare

_FOREIGN = frozenset("پچژگکیەہےڤڕۆ")  # letters that Arabic does not have
_RATES = {"person": 0.5, "place": 0.2, "organisation": 0.3}
_CLITICS = "وبلكف"
_LONGEST = 4
_WITH_CLITIC = 0.06
_KINDS = ("Arabic", "foreign", "mixed")


class Names:
    """Names to draw from: Wikidata's people, given and family names in our lists, places, organisations, and the samples' own."""

    def __init__(self, samples: Sequence[Sample], chance: random.Random) -> None:
        self._chance = chance
        self._spellings = _spellings(samples)
        self._people = self._wikidata()
        self._latin = {
            kind: sorted(name for name in names if name.isascii() and len(name) > 2)  # noqa: PLR2004
            for kind, names in lexicon.person_names().items()
        }
        self._own: dict[str, list[list[str]]] = defaultdict(list)
        for sample in samples:
            for span in sample.spans:
                words = sample.text[span.start : span.end].split()
                if _is_arabic(words[0]):
                    self._own[span.label].append(words)
        self._firsts = {words[0] for owned in self._own.values() for words in owned}
        self._places, self._weights = _places()
        self._organisations = [
            name
            for cells in lexicon.rows("organisations.tsv")
            for name in cells[0].split("|")
            if _is_arabic(name) and not set(name) & set("پچژگکیەہے")
        ]
        self._heads = sorted(lexicon.words("organisation_words.tsv", "head"))

    def _wikidata(self) -> list[list[str]]:
        """Full names of people in Arabic letters, in the spelling of newspapers as far as other names tell it."""
        source = files("arabic_name_romanizer").joinpath("resources", "names.sqlite3")
        with as_file(source) as path, sqlite3.connect(path) as base:
            keys = {
                key.replace("ی", "ي").replace("ک", "ك") for (key,) in base.execute("SELECT arabic_key FROM full_names")
            }
        found = []
        for key in sorted(keys):
            words = key.split()
            if 1 < len(words) <= _LONGEST and not set(key) & _FOREIGN:
                found.append([self._spelled(word) for word in words])
        return found

    def _spelled(self, word: str) -> str:
        spelling = self._spellings.get(bare(word))
        if spelling is not None:
            return spelling
        return word[:-1] + "ة" if word.endswith("ه") and len(word) > 3 else word  # noqa: PLR2004

    def person(self, length: int) -> str:
        """A person's name; of one word where length is 1."""
        kind = self._chance.choices(_KINDS, (5, 4, 2))[0]
        if kind == "Arabic":
            words = self._chance.choice(self._people)
        elif kind == "foreign":
            given = transliterate(self._chance.choice(self._latin["given"]), self._chance)
            family = transliterate(self._chance.choice(self._latin["family"]), self._chance)
            words = [word for word in (given, family) if word]
        else:
            one, other = self._chance.choice(self._own["person"]), self._chance.choice(self._own["person"])
            words = [one[0], other[-1]]
        return words[-1] if length == 1 else " ".join(words)

    def place(self) -> str:
        """A place's name."""
        return self._chance.choices(self._places, cum_weights=self._weights)[0]

    def organisation(self) -> str:
        """An organisation's name."""
        if self._chance.random() < 0.5:  # noqa: PLR2004
            return self._chance.choice(self._organisations)
        words = self._chance.choice(self._own["organisation"])
        if words[0].startswith("لل"):
            return self._chance.choice(self._organisations)
        if len(words) > 1 and words[-1] in self._firsts:
            return " ".join([*words[:-1], self.place()])
        return " ".join(words)

    def rename(self, sample: Sample) -> Sample:
        """The sentence with some of its names in Arabic letters replaced, the same name by the same one."""
        new: dict[str, str] = {}
        changes: list[tuple[Span, str, str]] = []
        for span in sample.spans:
            name = sample.text[span.start : span.end]
            if not _is_arabic(name) or self._chance.random() >= _RATES.get(span.label, 0.0):
                continue
            if any(other is not span and other.start < span.end and span.start < other.end for other in sample.spans):
                continue
            if name not in new:
                new[name] = self._other(span.label, name)
            clitic = self._clitic(name, span)
            changes.append((span, clitic, new[name]))
        return _changed(sample, changes)

    def _other(self, label: str, name: str) -> str:
        if label == "person":
            return self.person(len(name.split()))
        return self.place() if label == "place" else self.organisation()

    def _clitic(self, name: str, span: Span) -> str:
        """The clitic that a whole word of the sentence has before the name."""
        first = name.split(maxsplit=1)[0]
        if not span.exact and first[0] in _CLITICS and first[1:] in self._firsts:
            return first[0]
        return self._chance.choice("ول") if self._chance.random() < _WITH_CLITIC else ""


def _is_arabic(name: str) -> bool:
    return "ء" <= name[:1] <= "ۿ"


def _spellings(samples: Sequence[Sample]) -> dict[str, str]:
    """For folded words the spelling that lists and samples have."""
    found: dict[str, str] = {}
    for _, name in lexicon.rows("person_names.tsv"):
        for word in name.split():
            found.setdefault(bare(word), word)
    for sample in samples:
        for word in sample.text.split():
            found.setdefault(bare(word), word)
    return found


def _places() -> tuple[list[str], list[float]]:
    """Places with Arabic names, and how often to draw each, added up."""
    atlas = gazetteer.load()
    names, weights = [], []
    total = 0.0
    for row in atlas.rows():
        if _is_arabic(row.name) and not set(row.name) & _FOREIGN:
            total += max(row.population, 1000) ** 0.4
            names.append(row.name)
            weights.append(total)
    return names, weights


def _changed(sample: Sample, changes: list[tuple[Span, str, str]]) -> Sample:
    """The sample with other names in place of spans, each with a clitic before it."""
    text = sample.text
    spans = list(sample.spans)
    for span, clitic, name in sorted(changes, key=lambda change: -change[0].start):
        text = text[: span.start] + clitic + name + text[span.end :]
        grown = len(clitic) + len(name) - (span.end - span.start)
        for number, other in enumerate(spans):
            if other is span:
                start = span.start + len(clitic)
                spans[number] = Span(start, start + len(name), span.label)
            elif other.start >= span.end:
                spans[number] = Span(other.start + grown, other.end + grown, other.label, other.exact)
            elif other.end >= span.end:
                spans[number] = Span(other.start, other.end + grown, other.label, other.exact)
    return Sample(text, tuple(spans), sample.layers)
