"""Events that an article states as having happened, coded after PLOVER and, where a type fits, after ACLED."""

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from schemas import Acled, CleanArticle, DateMention, Entity, Event, Figure, Place, Plover, Reference, Span
from streams.extraction.actors import Actor, Actors
from streams.extraction.reading import Lexicon, Located, Match, Sentence, Word, language, locate, read, table
from streams.extraction.text import Field

_BEFORE = 3  # words before a trigger in which a sign stands that it did not happen
_ATTITUDE = 6  # the same for a denial or a demand
_ACT = 3  # words between what protesters do and the protesters
_STAGED = 5  # words around a protest in which a sign stands that it took place
_AROUND = 12  # words around a trigger in which a sign stands that it did happen
_SUBJECT = 6  # words between a verb and the actor after it
_OBJECT = 12  # words between a trigger and its recipient
_ASKED = 3  # words between مطالبا and who is asked
_CASUALTIES = frozenset({"killed", "injured"})
_VERB_FIRST = frozenset({"ar"})
_VERB_LAST = frozenset({"tr", "fa"})
_TOLD = frozenset({"ASSAULT", "PROTEST"})
_SAYING = frozenset({"says", "asks"})
_MOST = 400  # events looked at in one field; no article tells more


class _Trigger(NamedTuple):
    """A row of the trigger table."""

    kind: str
    type: str
    mode: str
    event: str
    sub_event: str


class _Candidate(NamedTuple):
    """An event found at a trigger: its words first to last (half-open) in the sentence."""

    trigger: _Trigger
    first: int
    last: int


class _Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        triggers = [(row[1], _Trigger(*row[2:])) for row in _rows("event_triggers.tsv", tongue)]
        self.triggers = Lexicon(triggers, clitics=clitics)
        kinds: dict[str, list[tuple[str, str]]] = {}
        for row in _rows("event_words.tsv", tongue):
            kinds.setdefault(row[2], []).append((row[1], row[2]))
        self._kinds = {kind: Lexicon(entries, clitics=clitics) for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of words around events."""
        return self._kinds.get(kind, self._empty)


def _rows(name: str, tongue: str) -> list[tuple[str, ...]]:
    return [(*row, *[""] * (7 - len(row))) for row in table(name) if row[0] == tongue]


@cache
def _tables(tongue: str) -> _Tables:
    return _Tables(tongue)


def find(  # noqa: PLR0917
    article: CleanArticle,
    fields: list[Field],
    entities: list[Entity],
    places: list[Place],
    dates: list[DateMention],
    figures: list[Figure],
) -> list[Event]:
    """The events of the article, one per PLOVER type and place (per type and actor for what is only said).

    evidence is the sentence, in half-open code points of its field. The headline adds types that the body does not
    tell. place is the nearest of the sentence, else the article's first place of an event; date is the sentence's own.
    """
    tongue = language(article)
    coder = _Coder(tongue, entities, places, dates, figures)
    for field in sorted(fields, key=lambda field: field.name is not None):
        coder.read(field)
    order = {field.name: number for number, field in enumerate(fields)}
    events = sorted(coder.events.values(), key=lambda event: (order[event.evidence.field], event.evidence.start))
    return [event.model_copy(update={"id": f"v{number}"}) for number, event in enumerate(events, 1)]


class _Coder:
    """Collects the events of one article."""

    def __init__(
        self,
        tongue: str,
        entities: list[Entity],
        places: list[Place],
        dates: list[DateMention],
        figures: list[Figure],
    ) -> None:
        self.tongue = tongue
        self.tables = _tables(tongue)
        self.entities = entities
        self.places = places
        self.dates = dates
        self.figures = figures
        self.events: dict[tuple[str, str], Event] = {}
        self.types: set[str] = set()
        scenes = [place for place in places if place.sense == "event"]
        self.scene = next((place for place in scenes if place.field is None), next(iter(scenes), None))

    def read(self, field: Field) -> None:
        """Add the events of one field."""
        reader = _Reader(self, field)
        known = frozenset(self.types) if field.name else frozenset()
        seen = 0
        for sentence in read(field.text):
            for candidate in _specific(reader.candidates(sentence)):
                seen += 1
                if seen > _MOST:
                    return
                if candidate.trigger.type not in known:
                    reader.code(sentence, candidate)


def _specific(candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates without killings that another one of the sentence tells how."""
    told = any(found.trigger.type == "ASSAULT" and found.trigger.kind != "killing" for found in candidates)
    return [found for found in candidates if not (told and found.trigger.kind == "killing")]


class _Reader:
    """Reads the events of one field."""

    def __init__(self, coder: _Coder, field: Field) -> None:
        self.coder = coder
        self.field = field
        self.tongue = coder.tongue
        self.tables = coder.tables
        self.actors = Actors(coder.entities, field.name)
        self.speakers = Actors(coder.entities, field.name, places=True)
        self.places: Located[Place] = locate(
            (place.start, place.end, place) for place in coder.places if place.field == field.name
        )
        self.dates: Located[DateMention] = locate(
            (date.start, date.end, date) for date in coder.dates if date.field == field.name
        )
        self.figures: Located[Figure] = locate(
            (figure.start, figure.end, figure) for figure in coder.figures if figure.field == field.name
        )

    # Which triggers stand for an event that happened.

    def candidates(self, sentence: Sentence) -> list[_Candidate]:
        """The triggers of the sentence that stand for an event, in order."""
        words = sentence.words
        found = []
        index = 0
        while index < len(words):
            if blocked := self._length("blocker", words, index):
                index += blocked
                continue
            match = self._trigger(words, index)
            if match is None:
                index += 1
                continue
            candidate = _Candidate(match.value, index, index + match.length)
            if self._happened(sentence, candidate):
                found.append(candidate)
            index += match.length
        return found

    def _trigger(self, words: tuple[Word, ...], index: int) -> Match[_Trigger] | None:
        """The longest trigger at the word; where two share a word, the one that can be told there."""
        matches = list(self.tables.triggers.matches(words, index))
        if not matches:
            return None
        if self.tongue in _VERB_FIRST and words[index].form[: matches[0].cut].strip("وف"):
            # ب ل ك stand before nouns: what looks like a verb behind them is none.
            matches = [match for match in matches if match.value.kind != "verb" or match.value.type not in _TOLD]
            if not matches:
                return None
        longest = max(match.length for match in matches)
        matches = [match for match in matches if match.length == longest]
        for match in matches:
            if match.value.kind == "seizure" and self._weapon(words, index + match.length, "weapons"):
                return match
        return next((match for match in matches if match.value.kind != "seizure"), None)

    def _length(self, kind: str, words: tuple[Word, ...], index: int) -> int:
        match = self.tables.kind(kind).match(words, index)
        return match.length if match else 0

    def _any(self, kind: str, words: tuple[Word, ...], first: int, last: int) -> bool:
        """Whether a word or phrase of the kind begins in words[first:last]."""
        lexicon = self.tables.kind(kind)
        return any(lexicon.match(words, at) for at in range(max(0, first), min(len(words), last)))

    def _weapon(self, words: tuple[Word, ...], index: int, kind: str) -> bool:
        return self._any(kind, words, index, index + _AROUND)

    def _happened(self, sentence: Sentence, candidate: _Candidate) -> bool:
        words = sentence.words
        kind = candidate.trigger.kind
        if kind in _SAYING:
            return True  # the actor or the recipient decides
        if self._merely_named(sentence, candidate):
            return False
        if kind == "noun":
            return self._told(sentence, candidate)
        if kind == "killing":
            around = candidate.first - _AROUND, candidate.last + _AROUND
            return self._any("violence", words, *around) and "killed" in self._counted(sentence, candidate)
        if kind == "arrest":
            return "arrested" in self._counted(sentence, candidate)
        return kind != "protesters" or self._any("act", words, candidate.first - _ACT, candidate.first)

    def _merely_named(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether the event is feared, planned, recalled or a matter of sport."""
        before = candidate.first - _BEFORE, candidate.first
        return (
            self._any("unreal", sentence.words, *before)
            or self._any("background", sentence.words, *before)
            or self._sport(sentence, candidate)
        )

    def _told(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether a sign near a noun tells that it happened."""
        words = sentence.words
        if candidate.trigger.type == "PROTEST":
            return self._any("staged", words, candidate.first - _STAGED, candidate.last + _STAGED)
        around = candidate.first - _AROUND, candidate.last + _AROUND
        return self._any("support", words, *around) or bool(_CASUALTIES & self._counted(sentence, candidate))

    def _sport(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether the sentence is about a game and nobody came to harm."""
        if candidate.trigger.type not in {"ASSAULT", "PROTEST", "RETREAT"}:
            return False
        first = candidate.first - 2 * _AROUND
        return self._any("sport", sentence.words, first, candidate.last + 2 * _AROUND) and not (
            _CASUALTIES & self._counted(sentence, candidate)
        )

    def _counted(self, sentence: Sentence, candidate: _Candidate) -> set[str]:
        """What the figures near the trigger count."""
        words = sentence.words
        start = words[max(0, candidate.first - _AROUND)].start
        end = words[min(len(words), candidate.last + 2 * _AROUND) - 1].end
        return {figure.what for _, _, figure in self.figures.within(start, end)}

    # What is coded of it.

    def code(self, sentence: Sentence, candidate: _Candidate) -> None:
        """Add the event of the candidate to the article's, or let an event of the same key stand."""
        trigger = candidate.trigger
        certainty = self._certainty(sentence, candidate)
        if certainty in {"denied", "demanded"}:
            return  # told as not having happened; the denial or the demand is an event of its own
        actors, recipients = self._roles(sentence, candidate)
        place = None
        if trigger.kind in _SAYING:
            if not actors or (trigger.kind == "asks" and not recipients):
                return
            key = (trigger.type, actors[0].entity.id)
        else:
            place = self._place(sentence, candidate)
            key = (trigger.type, place.entity if place else "")
            if place is None and trigger.type in self.coder.types:
                return
        if key in self.coder.events:
            return
        self.coder.types.add(trigger.type)
        acled = self._acled(sentence, candidate)
        self.coder.events[key] = Event(
            id="v0",
            plover=Plover(type=trigger.type, mode=trigger.mode or None),
            acled=acled,
            actors=[Reference(entity=actor.entity.id, name=actor.entity.name) for actor in actors],
            recipients=[Reference(entity=actor.entity.id, name=actor.entity.name) for actor in recipients],
            place=Reference(entity=place.entity, name=place.name) if place else None,
            date=self._date(sentence, candidate),
            certainty=certainty,
            evidence=Span(field=self.field.name, start=sentence.start, end=sentence.end),
        )

    def _acled(self, sentence: Sentence, candidate: _Candidate) -> Acled | None:
        trigger = candidate.trigger
        if trigger.kind == "seizure" and self._weapon(sentence.words, candidate.last, "weapons_proper"):
            return Acled(event_type="Strategic developments", sub_event_type="Disrupted weapons use")
        return Acled(event_type=trigger.event, sub_event_type=trigger.sub_event or None) if trigger.event else None

    def _certainty(self, sentence: Sentence, candidate: _Candidate) -> str:
        words = sentence.words
        if candidate.trigger.kind in _SAYING:
            return "stated"
        for kind, certainty in (("deny", "denied"), ("demand", "demanded")):
            if self._any(kind, words, candidate.first - _ATTITUDE, candidate.first):
                return certainty
        if self.tongue in _VERB_LAST and self._any("deny", words, candidate.last, candidate.last + 2 * _AROUND):
            return "denied"
        claimed = self._any("claim", words, candidate.first - 2 * _AROUND, candidate.first)
        return "claimed" if claimed else "stated"

    def _place(self, sentence: Sentence, candidate: _Candidate) -> Place | None:
        """The nearest place of the sentence where something happened, those after the trigger first."""
        words = sentence.words
        start, end = words[candidate.first].start, words[candidate.last - 1].end
        near = self.places.within(max(sentence.start, start - 600), min(sentence.end, end + 600))
        scenes = [(first, place) for first, _, place in near if place.sense == "event"]
        after = [place for first, place in scenes if first >= start]
        if after:
            return after[0]
        if scenes:
            return scenes[-1][1]
        return self.coder.scene

    def _date(self, sentence: Sentence, candidate: _Candidate) -> str | None:
        """The day, else month or year, of the sentence that is nearest to the trigger."""
        start = sentence.words[candidate.first].start
        near = self.dates.within(max(sentence.start, start - 600), min(sentence.end, start + 600))
        ranked = [
            (("time", "day", "month", "year").index(date.precision) // 2, abs(first - start), date.value[:10])
            for first, _, date in near
            if date.precision in {"time", "day", "month", "year"}
        ]
        return min(ranked)[2] if ranked else None

    # Who did it to whom.

    def _roles(self, sentence: Sentence, candidate: _Candidate) -> tuple[list[Actor], list[Actor]]:
        """(actors, recipients) by where they stand around the trigger."""
        words = sentence.words
        speakers = self.speakers if candidate.trigger.kind in _SAYING else self.actors
        before = speakers.within(self._at(words, candidate.first - _OBJECT), words[candidate.first].start)
        after = speakers.within(words[candidate.last - 1].end, self._end(words, candidate.last + _OBJECT))
        if candidate.trigger.kind == "asks":
            asked = [actor for actor in after if actor.start < self._end(words, candidate.last + _ASKED)][:1]
            earlier = self.actors.last(
                max(sentence.start, words[candidate.first].start - 1500), words[candidate.first].start
            )
            return ([earlier] if earlier else []), asked
        if candidate.trigger.kind in {"noun", "phrase", "protesters"}:
            return self._of_noun(words, candidate, after)
        if self.tongue in _VERB_LAST:
            subject = next((actor for actor in before if actor.entity.type != "place"), None)
            others = [actor for actor in before if subject and actor.start > subject.start]
            return ([subject] if subject else []), others[:1]
        if self.tongue in _VERB_FIRST:
            return self._verb_first(words, candidate, before, after)
        return before[-1:], after[:1]

    def _verb_first(
        self, words: tuple[Word, ...], candidate: _Candidate, before: list[Actor], after: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        limit = self._end(words, candidate.last + _SUBJECT)
        subject = [actor for actor in after if actor.start < limit]
        if candidate.trigger.kind in _SAYING:
            people = [actor for actor in after if actor.entity.type == "person"] or subject
            chosen = people[:1]
        else:
            chosen = subject[:1]
        if chosen:
            rest = [
                actor for actor in after if actor.start > chosen[0].start and actor.entity.id != chosen[0].entity.id
            ]
            return chosen, rest[:1]
        return ([] if candidate.trigger.kind in _SAYING else before[-1:]), after[:1]

    def _of_noun(
        self, words: tuple[Word, ...], candidate: _Candidate, after: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        """Actors behind نفذته and between بين and و, recipients behind على and ضد."""
        starts = [word.start for word in words[candidate.last : candidate.last + _OBJECT]]
        actors: list[Actor] = []
        recipients: list[Actor] = []
        for actor in after:
            at = candidate.last + bisect_left(starts, actor.start + 1) - 1
            if self._any("doer", words, max(candidate.last, at - 2), at):
                actors = [*actors, actor][:1]
            elif self._any("target", words, max(candidate.last, at - 2), at + 1):
                recipients = [*recipients, actor][:1]
            elif self._any("between", words, max(candidate.last, at - 3), at):
                actors = [actor]
                recipients = [other for other in after if other.start > actor.start][:1]
                break
        return actors, recipients

    def _at(self, words: tuple[Word, ...], index: int) -> int:
        return words[max(0, index)].start

    def _end(self, words: tuple[Word, ...], index: int) -> int:
        return words[min(len(words), index) - 1].end
