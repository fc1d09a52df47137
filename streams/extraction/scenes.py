"""Where an event that a sentence tells took place: the place of its clause, else of the article."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import NamedTuple

from schemas import Place
from streams.extraction.reading import Lexicon, Sentence, Word, locate, phrases_by_kind, read, stems
from streams.extraction.reading import words as words_of
from streams.extraction.text import Field

# Points for how a place is told, and what is taken off for what stands between it and the event. Chosen by hand and
# checked on the development part of our marked-up pages.
_TOLD = {"at": 30, "object": 22, "of": 16, "bare": 14, "to": 12, "from": 2}
_EVENT = 20  # for a place where something is told to have happened
_SCENES = frozenset({"at", "object", "to"})
_WIDE = frozenset({"country", "region"})
_COUNTRY = 24  # off a country or a region: it acts as often as it is acted in
_WITHIN = 10  # off a place that only says where the one before it lies
_OFFICE = 14  # off a place that is part of an office or of who lives there (قائد الأمن في حمص)
_AFTER, _BEFORE = 0.6, 1.0  # off for each word from the trigger to a place behind it, before it
_AHEAD = 5  # off a place before the trigger
_FRAME = 10  # off a place that only opens the sentence: وفي العمارة، قتل ضابط في حي المعلمين
_CLAUSE, _COMMA = 4, 3  # off for each break between clauses, and where it is but a comma
_BREAKS = 3  # breaks that count
_LEAST = 4.0  # points that a place needs
_STEPS = 5  # words before a place that may tell how it stands
_ORIGIN = 28  # for where those who were arrested are from
_LINK = 4  # words between a place and the one that it lies in
_OFFICE_REACH = 5
_SEAT = 4  # words between a body and the place that it is named after
_PARTY = 6  # words between what is said in court and who says it
_HALL = 8  # words between a court and where it is told to sit
_SITE = 12  # words between an event and how its place is called


class _Told(NamedTuple):
    """A place of a sentence.

    first, last: its words, half-open. relation: at, of, object (بلدة كذا without a preposition), bare, to or from. inner: it follows a place that lies in it.
    """

    place: Place
    first: int
    last: int
    relation: str
    inner: bool
    office: bool


class Scenes:
    """The places of one article, for look-ups by event."""

    def __init__(
        self, fields: Sequence[Field], places: Sequence[Place], tongue: str, bodies: AbstractSet[str] = frozenset()
    ) -> None:
        """bodies: the entities that are people or organisations; a consulate that burns is where its city is."""
        places = [place for place in places if place.entity not in bodies]
        self._lexicons = _lexicons(tongue)
        self._fields = {field.name: field for field in fields}
        self._places = {
            field.name: locate((place.start, place.end, place) for place in places if place.field == field.name)
            for field in fields
        }
        self._names: dict[str, Place] = {}
        for place in places:
            self._names.setdefault(_plain(place.name), place)
        self._told: dict[tuple[str | None, int], list[_Told]] = {}
        self._outer: dict[str, set[str]] = {}
        ordered = sorted(fields, key=lambda field: field.name is not None)
        for field in ordered:
            for sentence in read(field.text):
                self._learn(self._sentence(field.name, sentence))
        self._dateline = next((place for place in places if place.sense == "dateline"), None)
        self._lead = self._most_told(places) or self._first_told(ordered) or self._dateline

    def _most_told(self, places: Sequence[Place]) -> Place | None:
        """The place at which most is told to have happened, if more than once; a title counts as two mentions."""
        count: Counter[str] = Counter()
        for place in places:
            if place.sense == "event" and place.kind not in _WIDE:
                count[place.entity] += 1 if place.field is None else 2
        if not count:
            return None
        entity, times = count.most_common(1)[0]
        return next(place for place in places if place.entity == entity) if times > 1 else None

    def _first_told(self, fields: Sequence[Field]) -> Place | None:
        """The first place of the fields that something can have happened at."""
        mains = (self._main(self._sentence(field.name, sentence)) for field in fields for sentence in read(field.text))
        return next((place for place in mains if place is not None), None)

    @property
    def lead(self) -> Place | None:
        """Where most is told to have happened, else the first place that is told as a scene, else the dateline."""
        return self._lead

    def within(self, inner: str, outer: str) -> bool:
        """Whether the article says that the one place (entity id) lies in the other."""
        seen = {inner}
        queue = [inner]
        while queue:
            for place in self._outer.get(queue.pop(), ()):
                if place == outer:
                    return True
                if place not in seen:
                    seen.add(place)
                    queue.append(place)
        return False

    def stated(self, field: str | None, sentence: Sentence) -> Place | None:
        """Where something was said, as far as the sentence tells: وفي طرابلس، قال, في خطاب من بورتسودان."""
        words = sentence.words
        speech = self._lexicons["speech"]
        for told in self._sentence(field, sentence):
            if told.relation not in {"at", "from"} or told.office or told.place.kind == "country":
                continue
            opens = told.first <= 1 and told.last < len(words) and words[told.last].form[:1] in {"،", ","}
            near = range(max(0, told.first - _STEPS), told.first)
            if opens or any(speech.match(words, at) for at in near):
                return told.place
        return None

    def of(self, field: str | None, sentence: Sentence, first: int, last: int, *, origin: bool = False) -> Place | None:
        """The place of the event whose trigger is words[first:last] of the sentence; None where it names none.

        origin: whether where somebody is from is where it happened, as with arrests.
        """
        best: tuple[float, int, Place] | None = None
        most = 0.0  # that a place may have which only says where the one before it, a scene, lies
        for told in self._sentence(field, sentence):
            points = self._points(sentence.words, told, first, last)
            points = min(points, most - 1) if told.inner else points
            most = points if told.relation in _SCENES else math.inf
            points += _ORIGIN * (origin and told.relation == "from")
            if points >= _LEAST and (best is None or (points, -told.first) > best[:2]):
                best = points, -told.first, told.place
        return best[2] if best else None

    def seat(self, sentence: Sentence, last: int) -> Place | None:
        """The place after which a body that decides is named before words[last], if the article names it: بلدية درنة."""
        found = (self._seat(sentence.words, at, "body") for at in range(min(last, len(sentence.words)) - 1, -1, -1))
        return next((place for place in found if place is not None), None)

    def court(self, field: str | None, sentence: Sentence) -> Place | None:
        """Where the court sits that the sentence names: by its name or its hall, else as the article tells of it."""
        return self._sits(field, sentence) or self._court or self._dateline

    def heard(self, sentence: Sentence, first: int, last: int) -> Place | None:
        """Where a court heard what words[first:last] say: the article's court, if a party to the case stands next to them."""
        near = range(max(0, first - _PARTY), min(len(sentence.words), last + _PARTY))
        return self._court if any(self._lexicons["party"].match(sentence.words, at) for at in near) else None

    def judges(self, sentence: Sentence) -> bool:
        """Whether the sentence names a court or a prosecutor."""
        return any(self._lexicons["court"].match(sentence.words, at) for at in range(len(sentence.words)))

    @cached_property
    def _court(self) -> Place | None:
        """The first seat of a court that the body tells."""
        field = self._fields.get(None)
        found = (self._sits(None, sentence) for sentence in read(field.text if field else ""))
        return next((place for place in found if place is not None), None)

    def _sits(self, field: str | None, sentence: Sentence) -> Place | None:
        words = sentence.words
        for at in range(len(words)):
            if self._lexicons["court"].match(words, at):
                told = self._sentence(field, sentence)
                hall = next((one for one in told if at < one.first <= at + _HALL and one.relation == "at"), None)
                if found := (hall.place if hall else None) or self._seat(words, at, "court"):
                    return found
        return None

    def _seat(self, words: tuple[Word, ...], at: int, kind: str) -> Place | None:
        """The place that a body whose noun is words[at] is named after."""
        match = self._lexicons[kind].match(words, at)
        if match is None:
            return None
        for name in range(at + match.length, min(len(words), at + match.length + _SEAT)):
            if not words[name].is_name:
                return None
            rest = words[name + 1].form if name + 1 < len(words) else ""
            for _, stem in stems(words[name].form):
                place = self._names.get(f"{stem} {rest}") or self._names.get(stem)
                if place is not None:
                    return place
        return None

    def unlisted(self, sentence: Sentence, first: int, last: int) -> str:
        """How the sentence calls a place near words[first:last] that no gazetteer knows (بقرية كذا); empty without one."""
        words = sentence.words
        near = (*range(last, min(len(words), last + _SITE)), *range(first - 1, max(-1, first - _SITE), -1))
        for at in near:
            match = self._lexicons["site"].match(words, at)
            name = at + (match.length if match else 0)
            if match and name < len(words) and words[name].is_name and not self._lexicons["common"].match(words, name):
                return f"{words[at].form[match.cut :]} {words[name].form}"
        return ""

    def before(self, field: str | None, sentence: Sentence) -> Place | None:
        """The last scene that the paragraph names before the sentence."""
        text = self._fields[field].text
        start = text.rfind("\n", 0, sentence.start) + 1
        found = None
        for earlier in read(text):
            if start <= earlier.start < sentence.start:
                found = self._main(self._sentence(field, earlier)) or found
        return found

    def _main(self, told: list[_Told]) -> Place | None:
        """The first place of a sentence that something can have happened at."""
        for one in told:
            if one.relation in {"at", "of"} and not one.office and one.place.kind not in _WIDE:
                return one.place
        return None

    def _learn(self, told: list[_Told]) -> None:
        for one, other in itertools.pairwise(told):
            if other.inner and one.place.entity != other.place.entity:
                self._outer.setdefault(one.place.entity, set()).add(other.place.entity)

    def _points(self, words: tuple[Word, ...], told: _Told, first: int, last: int) -> float:
        points = float(_TOLD[told.relation])
        points += _EVENT * (told.place.sense == "event")
        points -= _COUNTRY * (told.place.kind in _WIDE)
        points -= _WITHIN * told.inner + _OFFICE * told.office
        if told.first >= first:
            between = words[last : told.first]
            points -= _AFTER * len(between)
        else:
            between = words[told.last : first]
            points -= _BEFORE * len(between) + _AHEAD
            points -= _FRAME * (told.first <= 1 and told.last < first and words[told.last].form in {"،", ","})
        breaks = [word for at, word in enumerate(between) if self._lexicons["break"].match(between, at)]
        costs = sorted((_CLAUSE if word.is_name else _COMMA for word in breaks), reverse=True)
        return points - sum(costs[:_BREAKS])

    def _sentence(self, field: str | None, sentence: Sentence) -> list[_Told]:
        key = field, sentence.start
        if key not in self._told:
            self._told[key] = list(self._read(field, sentence))
        return self._told[key]

    def _read(self, field: str | None, sentence: Sentence) -> list[_Told]:
        words = sentence.words
        starts = [word.start for word in words]
        found: list[_Told] = []
        at = 0
        for start, end, place in self._places[field].within(sentence.start, sentence.end):
            while at + 1 < len(words) and starts[at + 1] <= start:
                at += 1
            last = at + 1
            while last < len(words) and starts[last] < end:
                last += 1
            if place.sense == "dateline" or self._heads(field, sentence, words, at, last):
                continue
            previous = found[-1] if found else None
            clitic = self._fields[field].text[words[at].start : start]
            relation, office = self._relation(words, at, clitic, previous.last if previous else 0)
            inner = (
                previous is not None
                and place.entity != previous.place.entity
                and at >= previous.last
                and self._links(words[previous.last : at], clitic)
            )
            if clitic.endswith("و") and previous is not None and previous.last == at:
                relation, office = previous.relation, previous.office
            if inner and relation == "bare" and previous is not None:
                relation = previous.relation
            office = office or (inner and previous is not None and previous.office)
            found.append(_Told(place, at, last, relation, inner, office))
        return found

    def _heads(self, field: str | None, sentence: Sentence, words: tuple[Word, ...], at: int, last: int) -> bool:
        """Whether a place opens the text as a dateline does: before a dash, a bracket or a date."""
        opens = field is None and sentence.start == 0 and at == 0 and last < len(words)
        return opens and not words[last].is_name and words[last].form[:1] not in {"،", ",", '"', "“", "»", "”"}

    def _links(self, between: tuple[Word, ...], clitic: str) -> bool:
        """Whether nothing but words of place stands between two places, and no comma and no و joins them."""
        if len(between) > _LINK or clitic.startswith(("و", "ف")):
            return False
        link = self._lexicons["link"]
        return all(word.is_name and link.has(word.form) for word in between) and not any(
            word.form.startswith("و") and word.form not in {"وسط", "وادي"} for word in between
        )

    def _relation(self, words: tuple[Word, ...], at: int, clitic: str, least: int) -> tuple[str, bool]:
        """How a place stands in its sentence, by the words from least to it: (relation, part of an office)."""
        lexicons = self._lexicons
        office = any(lexicons["office"].match(words, back) for back in range(max(least, at - _OFFICE_REACH), at))
        if clitic.endswith("ب"):
            return "at", office
        if clitic.endswith("ل"):
            return "of", office
        headed = False
        for back in range(at - 1, max(least, at - _STEPS) - 1, -1):
            form = words[back].form
            for relation in ("at", "to", "from"):
                if lexicons[relation].match(words, back):
                    return relation, office
            if not lexicons["link"].has(form):
                break
            if any(cut and form[cut - 1] == "ب" for cut, _ in stems(form)) and not lexicons["uncut"].has(form):
                return "at", office
            if any(cut and form[cut - 1] == "ل" for cut, _ in stems(form)) and not lexicons["uncut"].has(form):
                return "of", office
            headed = True
        return "object" if headed else "bare", office


@cache
def _lexicons(tongue: str) -> dict[str, Lexicon[str]]:
    kinds = phrases_by_kind("scene_words.tsv", tongue)
    return {
        kind: Lexicon(kinds.get(kind, []), clitics=tongue == "ar" and kind != "uncut")
        for kind in (
            "at",
            "to",
            "from",
            "link",
            "office",
            "break",
            "uncut",
            "speech",
            "site",
            "common",
            "court",
            "body",
            "party",
        )
    }


def _plain(name: str) -> str:
    """A name as its words are compared."""
    return " ".join(word.form for word in words_of(name))
