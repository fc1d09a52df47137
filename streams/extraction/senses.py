"""In which sense a place is named: the text was filed there, something that it tells happened there, or it is mentioned.

A small classifier over signs of the mention, its sentence and the article decides between event and mentioned.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from functools import cache
from typing import Literal, NamedTuple

from schemas import CleanArticle, Entity, Mention
from streams.extraction import gazetteer, lexicon, reading, triggers
from streams.extraction.gazetteer import Row
from streams.extraction.place_signs import listed
from streams.extraction.text import Field, Token, clitic, sentences, strip_clitics, tokens

Sense = Literal["dateline", "event", "mentioned"]

_DATELINE_REACH = 40
_EVENT_REACH = 12  # words before a place in which a word for an event tells most
_TOLD = ("event", "said", "unreal", "history", "sport", "time")
_AT_ONCE = 3
_LONGEST_LIST = 8  # places
_LIST_GAP = 5
_JOINTS = (" و", "، و", "، ", ", ", " and ", " et ", " ve ", " و ")
_HOLDING = 14  # code points between a place and the one that holds it
_QUOTE_REACH = 400  # code points before a place in which an open quotation mark counts
_MANY = 3
_DEED_BEFORE, _DEED_AFTER = 6, 8  # words between a place and a deed that is told next to it
EVENT = -0.5  # log odds from which on a place is one of an event, since one of its mentions is enough
_WORDS_BEFORE, _WORDS_AFTER = 8, 2
_EARLY = 2
_CLITICS = frozenset("بلكوفس")
_DASHES = frozenset({"-", "–", "—", ":", "("})
_QUOTES = '“”«»"'


@cache
def _weights() -> dict[str, float]:
    """What each sign tells for an event's having happened at a place, in log odds; trained by scripts/train_places.py."""
    return {sign: float(weight) for sign, weight in lexicon.rows("sense_weights.tsv")}


class _Sentence(NamedTuple):
    """One sentence.

    start: in code points of the field; number: in the field; paragraph: its number; words: with offsets in the field;
    told: for each purpose of _TOLD, at which words it is served.
    """

    start: int
    number: int
    paragraph: int
    words: list[Token]
    told: dict[str, list[int]]


class Reader:
    """Tells the senses of the mentions of one article."""

    def __init__(
        self, article: CleanArticle, fields: list[Field], entities: list[Entity], rows: dict[str, Row | None]
    ) -> None:
        self._article = article
        self._rows = rows
        self._texts = {field.name: field.text for field in fields}
        self._spans = {field.name: sentences(field.text) for field in fields}
        self._read: dict[tuple[str | None, int], _Sentence] = {}
        self._tongue = reading.language(article)
        self._named: dict[tuple[str | None, int], list[tuple[int, int, str]]] = {}
        places = [entity for entity in entities if entity.type == "place"]
        self._count = Counter({entity.id: len(entity.mentions) for entity in places})
        self._titled = {e.id for e in places for mention in e.mentions if mention.field == "headline"}
        self._most = max(self._count.values(), default=0)
        self._kinds = {entity.id: self._kind(entity) for entity in places}
        self._ends = {(mention.field, mention.end): mention.start for entity in places for mention in entity.mentions}
        self._begins = {(mention.field, mention.start) for entity in places for mention in entity.mentions}
        self._within: defaultdict[tuple[str | None, int], set[str]] = defaultdict(set)
        for entity in places:
            for mention in entity.mentions:
                self._within[mention.field, self._number(mention)].add(entity.id)

    def of(self, entity: Entity, mention: Mention) -> Sense:
        """The sense of one mention of a place."""
        if self.is_dateline(mention):
            return "dateline"
        weights = _weights()
        odds = math.fsum(weights.get(sign, 0.0) for sign in self.signs(entity, mention))  # see places.odds
        return "event" if odds > EVENT else "mentioned"

    def _number(self, mention: Mention) -> int:
        """The number of the sentence that a mention stands in; -1 before the first."""
        return bisect_right(self._spans[mention.field], (mention.start, math.inf)) - 1

    def _sentence(self, mention: Mention) -> _Sentence | None:
        number = self._number(mention)
        if number < 0:
            return None
        at = (mention.field, number)
        if at not in self._read:
            start, end = self._spans[mention.field][number]
            text = self._texts[mention.field]
            words = [word._replace(start=word.start + start, end=word.end + start) for word in tokens(text[start:end])]
            self._read[at] = _Sentence(start, number, text.count("\n\n", 0, start), words, _told(words))
        return self._read[at]

    def is_dateline(self, mention: Mention) -> bool:
        """Whether the text was filed there: the body begins with the place."""
        if mention.field is not None or mention.start > _DATELINE_REACH:
            return False
        text = self._texts[None]
        after = text[mention.end : mention.end + 3].lstrip()
        stated = self._article.dateline.place if self._article.dateline else None
        if stated is not None and mention.text in stated:
            return after[:1] in _DASHES | {"/", "،", ","}
        return mention.start == 0 and after[:1] in _DASHES

    def signs(self, entity: Entity, mention: Mention) -> list[str]:
        """What tells for or against an event at the place, as names of weights."""
        sentence = self._sentence(mention)
        if sentence is None:
            return ["always"]
        text, words = self._texts[mention.field], sentence.words
        at = bisect_right(words, mention.start, key=lambda word: word.end)  # the mention may begin behind a clitic
        kind = self._kind(entity)
        chained, head = self._chain(mention, words, at)
        nearest, second = _governors(text, words, *head)
        class_ = "country" if kind == "country" else "place"
        signs = ["always", f"kind {kind}", f"before {nearest}", f"{class_} before {nearest}", f"second {second}"]
        if nearest not in {"word", "start"} and second not in {"word", "start"}:
            signs.append(f"{second} {nearest}")
        if chained:
            signs.append("in a list")
        signs += self._neighbours(mention)
        signs += _around(sentence, at)
        signs += self._deeds(mention)
        near = [*words[max(0, at - _WORDS_BEFORE) : at], *words[at + 1 : at + 1 + _WORDS_AFTER]]
        signs += dict.fromkeys(f"word {strip_clitics(word, article=True)[-1][1]}" for word in near)
        signs.append(self._position(mention, sentence))
        signs += self._standing(entity, mention, sentence)
        first = max(sentence.start, mention.start - _QUOTE_REACH)
        if sum(text.count(mark, first, mention.start) for mark in _QUOTES) % 2:
            signs.append("quoted")
        return signs

    def _deeds(self, mention: Mention) -> list[str]:
        """What the sentence tells to have been done, before and after the place, by the words that events are coded by."""
        every = reading.read(self._texts[mention.field])
        number = bisect_right(every, mention.start, key=lambda sentence: sentence.start) - 1
        if number < 0:
            return []
        words = every[number].words
        if (mention.field, number) not in self._named:
            self._named[mention.field, number] = triggers.named(words, self._tongue)
        named = self._named[mention.field, number]
        deeds = [deed for deed in named if deed[2] not in triggers.STATEMENTS]
        if not deeds:
            return ["said only" if named else "no trigger"]
        at = bisect_right(words, mention.start, key=lambda word: word.start) - 1
        before = next(((last, kind) for _, last, kind in reversed(deeds) if last <= at), None)
        after = next(((first, kind) for first, _, kind in deeds if first >= at), None)
        signs = []
        if before is not None:
            near = "near" if at - before[0] <= _DEED_BEFORE else "far"
            signs += [f"deed before {before[1]}", f"deed {near} before"]
        if after is not None:
            near = "near" if after[0] - at <= _DEED_AFTER else "far"
            signs += [f"deed after {after[1]}", f"deed {near} after"]
        return signs

    def _chain(self, mention: Mention, words: list[Token], at: int) -> tuple[bool, tuple[int, int]]:
        """Whether the place stands in a list, and where its first one begins: in code points and in words."""
        start, chained = mention.start, False
        text = self._texts[mention.field]
        for _ in range(_LONGEST_LIST):
            between = text[max(0, start - _LIST_GAP) : start]
            joint = next((j for j in _JOINTS if between.endswith(j)), None)
            earlier = None if joint is None else self._ends.get((mention.field, start - len(joint)))
            if earlier is None:
                break
            start, chained = earlier, True
        if chained:
            at = bisect_right(words, start, key=lambda word: word.end)
        return chained, (start, at)

    def _neighbours(self, mention: Mention) -> list[str]:
        """Whether another place stands right before or after, of which one may hold the other."""
        text = self._texts[mention.field]
        signs = []
        before = (self._ends.get((mention.field, mention.start - gap)) for gap in range(1, _HOLDING))
        if any(start is not None for start in before):
            signs.append("after a place")
        after = range(mention.end + 1, min(mention.end + _HOLDING, len(text)))
        if any((mention.field, start) in self._begins for start in after):
            signs.append("before a place")
        return signs

    def _kind(self, entity: Entity) -> str:
        row = self._rows.get(entity.id)
        if row is not None:
            return "city" if row.kind in {"city", "town"} else row.kind
        return "unlisted"

    def _position(self, mention: Mention, sentence: _Sentence) -> str:
        if mention.field is not None:
            return f"in {mention.field}"
        if sentence.number == 0:
            return "first sentence"
        return "early" if sentence.paragraph < _EARLY else "late"

    def _standing(self, entity: Entity, mention: Mention, sentence: _Sentence) -> list[str]:
        """How much the article is about the place, and what other places stand in the sentence."""
        count = self._count[entity.id]
        country = "country" if self._kind(entity) == "country" else "place"
        signs = [f"{country} named {'often' if count >= _MANY else 'twice' if count > 1 else 'once'}"]
        if count == self._most:
            signs.append(f"{country} most named")
        if entity.id in self._titled:
            signs.append(f"{country} in headline")
        others = self._within[mention.field, sentence.number] - {entity.id}
        if not others:
            signs.append("alone")
        if country == "country" and any(self._kinds[other] != "country" for other in others):
            signs.append("country with place")
        text = self._texts[mention.field][mention.end : mention.end + 40]
        code = gazetteer.load().nationality((lexicon.key(text) or ("",))[0])
        if code is not None:
            signs.append("with adjective")
        return signs


def _governors(text: str, words: list[Token], start: int, at: int) -> tuple[str, str]:
    """The classes of the clitic or word before a place, and of the word before that."""
    before = ["start", "start", *(_class(words[number]) for number in range(max(0, at - 2), at))]
    cut = text[start - 1] if at < len(words) and words[at].start < start else ""
    return (cut, before[-1]) if cut in _CLITICS else (before[-1], before[-2])


def _told(words: list[Token]) -> dict[str, list[int]]:
    """For each purpose of _TOLD, the numbers of the words that serve it."""
    found: dict[str, list[int]] = {purpose: [] for purpose in _TOLD}
    for number, word in enumerate(words):
        forms = {stem for _, stem in strip_clitics(word, article=True)}
        for purpose in _TOLD:
            if not forms.isdisjoint(listed(purpose)):
                found[purpose].append(number)
    return found


def _around(sentence: _Sentence, at: int) -> list[str]:
    """What the words around a place tell: that something happened, was said, planned, or is history."""
    signs = []
    for purpose, numbers in sentence.told.items():
        before = bisect_left(numbers, at)
        if before and numbers[before - 1] >= at - _EVENT_REACH:
            signs.append(f"{purpose} near before")
        elif before:
            signs.append(f"{purpose} before")
        if before < len(numbers):
            signs.append(f"{purpose} after")
        if purpose == "event" and not numbers:
            signs.append("no event")
    for number in range(at - 1, max(-1, at - _EVENT_REACH), -1):
        if number in sentence.told["event"]:
            signs.append(f"event {'at once' if at - number <= _AT_ONCE else 'near'}")
            break
    if any(word.folded.isdigit() for word in sentence.words[max(0, at - _EVENT_REACH) : at + _EVENT_REACH]):
        signs.append("number")
    return signs


def _class(word: Token) -> str:
    """A word before a place as the classifier sees it: itself where it is listed, else what sort of word it is."""
    for offset, stem in strip_clitics(word, article=True):
        if stem in listed("locative") or stem in listed("relation"):
            return stem
        for purpose in ("province", "district", "village", "head", "whole", "road", "office", "origin", "event"):
            if stem in listed(purpose):
                return ("ب " if clitic(word, offset) == "ب" else "") + purpose
    return "feminine" if word.folded.endswith("ت") else "word"
