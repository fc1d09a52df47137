"""The words and names that an article turns on, as they stand in its text."""

from collections import Counter, defaultdict
from functools import cache

from schemas import Entity
from streams.extraction import lexicon
from streams.extraction.text import Field, Token, bare, strip_clitics, tokens

_MOST = 10
_MOST_NAMES = 6
_HEADLINE_WEIGHT = 3.0
_NAME_WEIGHT = 1.5
_PAIR_WEIGHT = 1.6
_FEWEST = 2.5
_SHORTEST_WORD = 4
_LONGEST_WORD = 30
_LONGEST_TEXT = 200_000
# Beginnings of Arabic verbs, which tell less than nouns.
_VERBAL = ("ي", "ست", "سي", "وي", "بال", "فال")


def find(fields: list[Field], entities: list[Entity]) -> list[str]:
    """At most ten phrases of the text, the weightiest first: names, pairs of words and words that come back."""
    named = _names(entities)
    covered = {word for name in named for word in lexicon.key(name)}
    covered |= {word for entity in entities for word in lexicon.key(entity.name)}
    ranked = sorted(named.items(), key=lambda item: -item[1])[:_MOST_NAMES]
    ranked += [(phrase, weight) for phrase, weight in _phrases(fields, covered).items() if weight >= _FEWEST]
    ranked.sort(key=lambda item: -item[1])
    return [phrase for phrase, _ in ranked[:_MOST]]


def _names(entities: list[Entity]) -> dict[str, float]:
    return {
        entity.name: _NAME_WEIGHT * sum(_HEADLINE_WEIGHT if mention.field else 1.0 for mention in entity.mentions)
        for entity in entities
    }


def _phrases(fields: list[Field], covered: set[str]) -> dict[str, float]:
    """Words and pairs of words outside names, each as it is first written, with their weights."""
    weights: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    written: defaultdict[str, str] = defaultdict(str)
    for field in fields:
        weight = 1.0 if field.name is None else _HEADLINE_WEIGHT
        before: tuple[Token, int, str] | None = None
        for token in tokens(field.text[:_LONGEST_TEXT]):
            offset, stem = _content(token)
            if not stem or not covered.isdisjoint({stem, stem.removeprefix("ال"), token.folded}):
                before = None
                continue
            found = {stem: token.text[offset:]}
            if before is not None and field.text[before[0].end : token.start] == " " and not offset:
                pair = field.text[before[0].start + before[1] : token.end]
                found[f"{before[2]} {stem}"] = pair
            for key, text in found.items():
                weights[key] += weight * (_PAIR_WEIGHT if " " in key else 1.0)
                counts[key] += 1
                written.setdefault(key, text)
            before = (token, offset, stem)
    # What is written once tells little; a pair that comes back stands for its words.
    back = [key for key, count in counts.items() if count > 1]
    held = {word for key in back if " " in key for word in key.split()}
    return {written[key]: weights[key] for key in back if key not in held}


def _content(token: Token) -> tuple[int, str]:
    """(offset, stem) of a word that carries meaning; an empty stem for any other."""
    if not _SHORTEST_WORD <= len(token.folded) <= _LONGEST_WORD or not token.folded.isalpha():
        return 0, ""
    readings = strip_clitics(token)
    if any(stem in _empty() or stem.removeprefix("ال") in _empty() for _, stem in readings):
        return 0, ""
    if token.folded.startswith(_VERBAL) and not token.folded.endswith("ي"):
        return 0, ""
    if len(readings) > 1 and (readings[1][1].startswith("ال") or token.folded[0] == "و"):
        return readings[1] if token.folded[readings[1][0] :] == readings[1][1] else (0, "")
    return readings[0]


@cache
def _empty() -> frozenset[str]:
    """Words without a meaning of their own, and verbs of saying."""
    listed = [cells[1].split() for cells in lexicon.rows("words.tsv") if cells[0] == "latin_common"]
    small = frozenset(bare(word) for part in listed for word in part)
    return small.union(*(lexicon.words("words.tsv", purpose) for purpose in ("common", "say", "say_latin", "empty")))
