"""Events that an article states as having happened, coded after PLOVER and, where a type fits, after ACLED."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import NamedTuple

from schemas import Acled, CitedSource, CleanArticle, DateMention, Entity, Event, Figure, Place, Plover, Reference, Span
from streams.extraction.actors import Actor, Actors
from streams.extraction.event_classifier import score
from streams.extraction.media import media_names, name_forms
from streams.extraction.reading import (
    Lexicon,
    Located,
    Match,
    Sentence,
    Word,
    language,
    locate,
    phrases_by_kind,
    read,
)
from streams.extraction.scenes import Scenes
from streams.extraction.text import Field
from streams.extraction.triggers import Trigger, triggers

_BEFORE = 3  # words before a trigger in which a sign stands that it did not happen
_ATTITUDE = 6  # the same for a denial or a demand
_ACT = 3  # words between what protesters do and the protesters
_STAGED = 5  # words around a protest in which a sign stands that it took place
_AROUND = 12  # words around a trigger in which a sign stands that it did happen
_SUBJECT = 8  # words between a verb of saying and the person after it
_NEAR = 2  # words between any other verb and the actor next to it
_RELAXED = 12  # words between the subject of a clause and a further verb of it
_OPENING = 3  # words before the subject of a Turkish or Persian sentence
_OBJECT = 12  # words between a trigger and its recipient
_ASKED = 3  # words between مطالبا and who is asked
_CASUALTIES = frozenset({"killed", "injured"})
_JUDGED = frozenset({"ar"})  # languages that the classifier knows
_DOUBTED, _SURE = -1.0, 0.5  # its scores below which an attack is none, above which one is that the rules do not take
_TELLING = 12  # words of a sentence that it may doubt
_VERB_FIRST = frozenset({"ar"})
_VERB_LAST = frozenset({"tr", "fa", "ur", "ckb"})
_TOLD = frozenset({"ASSAULT", "PROTEST"})
_THINGS = {"seizure": "weapons", "find": "weapons_proper"}  # what must be seized or found
_UNNAMED = frozenset(
    {"ACCUSE", "REJECT", "SUPPORT", "THREATEN"}
)  # of which an unnamed speaker's is told beside another's
_LOCAL = frozenset({"ASSAULT", "PROTEST", "COERCE"})  # types whose coded place is sure to be one of an event
_TOO_WIDE = frozenset({"country", "region", "province"})
_SAYING = frozenset({"says", "asks", "replies"})
_SCENE = frozenset(
    {"ASSAULT", "PROTEST", "COERCE", "RETREAT", "AID", "MOBILIZE"}
)  # what is told to have happened where the article is about
_PLAIN = frozenset({"Armed clash", "Mob violence"})  # attacks that the classifier was not asked about
_PLAYED = frozenset({"ASSAULT", "PROTEST", "RETREAT", "CONSULT", "AGREE"})  # what teams do to one another
_NOWHERE = frozenset({"restrict", "deport", "censor", "ban", "martial-law"})  # unless the sentence says where
_JUDGING = frozenset({"convict", "release", "investigate"})  # what courts do where they sit, not where the crime was
_DECIDED = frozenset({"arrest", "restrict", "martial-law", "ban", "expel"})
_HARMED = frozenset({"ASSAULT", "COERCE"})  # in Arabic, a person after such a verb suffers as often as acts
_ADDRESSED = frozenset({"SUPPORT", "ACCUSE"})  # whose verbs take their object with ب
_TERRITORY = 5  # words between what is taken and its name
# Modes of which an event is another one than of any other mode.
_APART = frozenset(
    {
        *("arrest", "seize", "restrict", "deport", "censor", "ban", "martial-law"),
        *("abduct", "crowd-control"),
        *("strike", "boycott"),
        *("convict", "expel", "embargo", "discontinue"),
        *("release", "withdraw", "resign", "disarm"),
        *("economic", "phone", "visit", "third-party"),
    }
)
_LEAD = 18  # words and signs of a sentence that tells more than a sub-headline
_MOST = 400  # events looked at in one field; no article tells more


class _Candidate(NamedTuple):
    """An event found at a trigger: its words first to last (half-open) in the sentence."""

    trigger: Trigger
    first: int
    last: int


class _Known(NamedTuple):
    """What tells an event from another one of its type.

    mode: PLOVER's. site: the entity of its place, or how the sentence calls a place that is none, else empty. own:
    whether its own sentence names it. apart: whether its sentence says that it is another one. date: the sentence's
    own, or None.
    """

    mode: str
    site: str
    own: bool
    apart: bool
    date: str | None


def _agree(one: str, other: str) -> bool:
    """Whether two dates, of which one may be a month or a year, can be the same."""
    return one.startswith(other) or other.startswith(one)


class _Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        self.triggers = triggers(tongue)
        kinds = phrases_by_kind("event_words.tsv", tongue)
        self._kinds = {kind: Lexicon(entries, clitics=clitics) for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of words around events."""
        return self._kinds.get(kind, self._empty)


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
    cited: Iterable[CitedSource] = (),
) -> list[Event]:
    """The events of the article, one per PLOVER type and place (per type and actor for what is only said).

    evidence is the sentence, in half-open code points of its field. The headline adds types that the body does not
    tell. place is the nearest of the sentence, else, of an attack or a protest, the article's first place of an event;
    date is the sentence's own. Actors and recipients are named only where the sentence says so; media, the page's own
    outlet and whom the report is attributed to (cited) never act by where they stand.
    """
    tongue = language(article)
    coder = _Coder(tongue, entities, places, dates, figures)
    bodies = {entity.id for entity in entities if entity.type != "place"}
    coder.scenes = Scenes(fields, places, tongue, bodies)
    coder.reporters = _reporters(article, entities, tongue)
    coder.attributed = {(source.field, source.start, source.end) for source in cited}
    for field in sorted(fields, key=lambda field: field.name is not None):
        coder.read(field)
    order = {field.name: number for number, field in enumerate(fields)}
    events = sorted(coder.events, key=lambda event: (order[event.evidence.field], event.evidence.start))
    return [event.model_copy(update={"id": f"v{number}"}) for number, event in enumerate(events, 1)]


def confirm(places: list[Place], events: list[Event]) -> list[Place]:
    """The places, those told as events' where the sentence of an attack, a protest or an arrest puts it."""
    scenes = defaultdict(list)
    for event in events:
        if event.place and event.plover.type in _LOCAL:
            scenes[event.place.entity].append(event.evidence)
    return [
        place.model_copy(update={"sense": "event"})
        if place.sense == "mentioned"
        and place.kind not in _TOO_WIDE
        and any(
            place.field == told.field and told.start <= place.start < told.end for told in scenes.get(place.entity, ())
        )
        else place
        for place in places
    ]


def _reporters(article: CleanArticle, entities: list[Entity], tongue: str) -> frozenset[str]:
    """The ids of media and of the article's own outlet, which report what happened and do not do it."""
    own = {name_forms(byline.name) for byline in article.byline} | {name_forms(article.source or "")}
    if article.dateline:
        own.add(name_forms(article.dateline.agency or ""))
    lexicon = _tables(tongue).kind("media")
    found = set()
    for entity in entities:
        for name in (entity.name, *entity.aliases):
            forms = name_forms(name)
            rest = forms[1:] if len(forms) > 1 else forms
            if (
                {forms, rest} & own
                or forms in media_names()
                or (entity.type == "organisation" and any(lexicon.has(form) for form in forms))
            ):
                found.add(entity.id)
    return frozenset(found)


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
        self.events: list[Event] = []
        self.known: dict[str, list[_Known]] = {}
        self.said: set[tuple[str, str]] = set()
        self.charged: tuple[str | None, int] | None = None  # the field and the paragraph of the last charge
        self.reporters: frozenset[str] = frozenset()
        self.attributed: set[tuple[str | None, int, int]] = set()
        self.countries = {place.entity for place in places if place.kind == "country"}
        self.scenes = Scenes([], [], tongue)

    def told(self, kind: str, new: "_Known") -> bool:
        """Whether the event is one of the type that was told before."""
        return not new.apart and any(self._same(new, known) for known in self.known.get(kind, ()))

    def _same(self, new: "_Known", known: "_Known") -> bool:
        """Whether nothing that is told of two events of a type, place, date or mode, tells them apart."""
        if new.date and known.date and not _agree(new.date, known.date):
            return False
        if new.mode != known.mode and (new.mode in _APART or known.mode in _APART):
            return False
        if new.own:
            return new.site == known.site or any(
                self.scenes.within(*pair) for pair in ((new.site, known.site), (known.site, new.site))
            )
        return True

    def read(self, field: Field) -> None:
        """Add the events of one field."""
        reader = _Reader(self, field)
        told = frozenset(self.known) if field.name else frozenset()
        seen = 0
        for sentence in read(field.text):
            # A whole lead may have been taken for a sub-headline, a mere one says again what the body does.
            lead = field.name == "alternative_headline" and len(sentence.words) >= _LEAD
            known = frozenset() if lead else told
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
        found: list[_Candidate] = []
        spare: list[_Candidate] = []
        objects: dict[int, str] = {}  # the words that a verb before them needs, with its type
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
            needed = candidate.trigger.need_at(words, candidate.last) if candidate.trigger.needs else None
            if needed is not None:
                objects[candidate.last + needed] = candidate.trigger.type
            if objects.get(index) != candidate.trigger.type and not self._is_named(words[index]):
                (found if self._happened(sentence, candidate) else spare).append(candidate)
            index += match.length
        return self._judged(sentence, found, spare) if self.tongue in _JUDGED else found

    def _judged(self, sentence: Sentence, found: list[_Candidate], spare: list[_Candidate]) -> list[_Candidate]:
        """The candidates after the classifier's word on attacks: it takes some away and, where there is none, adds one.

        found: what the rules take for events. spare: triggers that they do not.
        """
        words = sentence.words
        judged = [
            candidate
            for candidate in found
            if candidate.trigger.type != "ASSAULT"
            or candidate.trigger.sub_event in _PLAIN
            or candidate.trigger.kind == "territory"
            or len(words) < _TELLING
            or score(words, candidate.first) > _DOUBTED
        ]
        if all(candidate.trigger.type != "ASSAULT" for candidate in found):
            sure = (
                candidate
                for candidate in spare
                if candidate.trigger.type == "ASSAULT"
                and (candidate.trigger.kind != "killing" or self._violent(words, candidate))
                and not self._sport(sentence, candidate)
                and score(words, candidate.first) > _SURE
            )
            judged.extend(islice(sure, 1))
        return sorted(judged, key=lambda candidate: candidate.first)

    def _trigger(self, words: tuple[Word, ...], index: int) -> Match[Trigger] | None:
        """The longest trigger at the word; where two share a word, the one that can be told there."""
        matches = [match for match in self.tables.triggers.matches(words, index) if self._fits(words, index, match)]
        if not matches:
            return None
        longest = max(match.length for match in matches)
        matches = [match for match in matches if match.length == longest]
        for match in matches:
            needed = _THINGS.get(match.value.kind)
            if needed and self._weapon(words, index + match.length, needed):
                return match
        plain = [match for match in matches if match.value.kind not in _THINGS]
        return min(plain, key=lambda match: self._rank(words, index + match.length, match.value), default=None)

    def _rank(self, words: tuple[Word, ...], index: int, trigger: Trigger) -> tuple[bool, int]:
        """Among triggers of the same word, those whose needed words stand nearest come first."""
        at = trigger.need_at(words, index)
        return at is None, at or 0

    def _fits(self, words: tuple[Word, ...], index: int, match: Match[Trigger]) -> bool:
        """Whether the words around let the trigger be read at the word."""
        trigger = match.value
        cut = words[index].form[: match.cut].strip("وف")
        verbal = trigger.form in {"perfect", "imperfect"}
        # ب ل ك stand before nouns: what looks like a verb behind them is none.
        if (
            self.tongue in _VERB_FIRST
            and cut
            and (verbal or trigger.kind == "says" or (trigger.kind == "verb" and trigger.type in _TOLD))
        ):
            return False
        if trigger.form == "imperfect" and self._any("subjunctive", words, index - 1, index):
            return False
        last = index + match.length
        if trigger.kind == "territory" and not self._place_near(words, last):
            return False
        return trigger.needs is None or trigger.need_at(words, last) is not None

    def _place_near(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether a place begins within the next words."""
        if index >= len(words):
            return False
        return bool(self.places.within(words[index].start, words[min(len(words), index + _TERRITORY) - 1].end))

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
            return self._said(words, candidate)
        if self._merely_named(sentence, candidate):
            return False
        if kind == "noun":
            return self._told(sentence, candidate)
        if kind == "killing":
            return self._violent(words, candidate) and "killed" in self._counted(sentence, candidate)
        if kind == "arrest":
            return "arrested" in self._counted(sentence, candidate)
        return kind != "protesters" or self._any("act", words, candidate.first - _ACT, candidate.first)

    def _said(self, words: tuple[Word, ...], candidate: _Candidate) -> bool:
        """Whether what is said is more than advice or a refusal to speak; a court that "condemns" is no critic."""
        after = candidate.last, candidate.last + _ATTITUDE
        kind = candidate.trigger.type
        if kind == "REQUEST":
            return not self._any("public", words, *after)
        if kind == "REJECT" and self._any("refusal", words, candidate.first, candidate.last):
            return not self._any("refused", words, *after)
        return kind != "ACCUSE" or not self._any("court", words, 0, len(words))

    def _violent(self, words: tuple[Word, ...], candidate: _Candidate) -> bool:
        """Whether somebody killed; soldiers die in accidents as well."""
        around = candidate.first - _AROUND, candidate.last + _AROUND
        return self._any("violence", words, *around) or (
            self._any("armed", words, *around) and not self._any("accident", words, *around)
        )

    def _is_named(self, word: Word) -> bool:
        """Whether the word is a part of a person's name."""
        last = self.actors.last(max(0, word.start - 100), word.end)
        return last is not None and last.entity.type == "person" and last.start <= word.start and word.end <= last.end

    def _merely_named(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether the event is feared, planned, recalled or a matter of sport."""
        before = candidate.first - _BEFORE, candidate.first
        return (
            self._any("unreal", sentence.words, *before)
            or self._any("background", sentence.words, *before)
            or (self._any("relative", sentence.words, *before) and not self._dated(sentence, candidate))
            or self._sport(sentence, candidate)
        )

    def _dated(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether a date stands behind the trigger in its clause: what is recalled with a date is told."""
        words = sentence.words
        last = next(
            (
                at
                for at in range(candidate.last, min(len(words), candidate.last + _AROUND))
                if words[at].form in {"،", ","}
            ),
            min(len(words), candidate.last + _AROUND),
        )
        return last > candidate.last and bool(self.dates.within(words[candidate.last].start, words[last - 1].end))

    def _told(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether a sign near a noun tells that it happened."""
        words = sentence.words
        if candidate.trigger.type == "PROTEST":
            return self._any("staged", words, candidate.first - _STAGED, candidate.last + _STAGED)
        around = candidate.first - _AROUND, candidate.last + _AROUND
        return (
            self._any("support", words, *around)
            or bool(_CASUALTIES & self._counted(sentence, candidate))
            or (self._dated(sentence, candidate) and self._placed(words, candidate.last))
        )

    def _placed(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether a place is named within the words from the index on."""
        last = min(len(words), index + _AROUND)
        return last > index and bool(self.places.within(words[index].start, words[last - 1].end))

    def _sport(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether the sentence is about a game and nobody came to harm."""
        if candidate.trigger.type not in _PLAYED:
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
        paragraph = self.field.name, self.field.text.rfind("\n", 0, sentence.start)
        if trigger.type == "ACCUSE":
            self.coder.charged = paragraph
        elif trigger.kind == "replies" and self.coder.charged != paragraph:
            return
        certainty = self._certainty(sentence, candidate)
        if certainty in {"denied", "demanded"}:
            return  # told as not having happened; the denial or the demand is an event of its own
        actors, recipients = self._apart(*self._roles(sentence, candidate))
        date = self._date(sentence, candidate)
        if trigger.kind in _SAYING:
            if not actors and not self._has_speaker(sentence, candidate):
                return
            if not actors and trigger.type not in _UNNAMED and trigger.type in self.coder.known:
                return
            key = (trigger.type, actors[0].entity.id if actors else self._speakers_noun(sentence, candidate))
            if key in self.coder.said:
                return
            self.coder.said.add(key)
            place, _ = self._place(sentence, candidate)
            new = _Known(trigger.mode, "", own=False, apart=False, date=date)
        else:
            place, own = self._place(sentence, candidate)
            site = place.entity if place else ""
            if not own and (unknown := self.coder.scenes.unlisted(sentence, candidate.first, candidate.last)):
                own, site = True, unknown
            new = _Known(trigger.mode, site, own, self._any("another", sentence.words, 0, candidate.first), date)
            if self.coder.told(trigger.type, new):
                return
        self.coder.known.setdefault(trigger.type, []).append(new)
        self.coder.events.append(
            Event(
                id="v0",
                plover=Plover(type=trigger.type, mode=trigger.mode or None),
                acled=self._acled(sentence, candidate),
                actors=[Reference(entity=actor.entity.id, name=actor.entity.name) for actor in actors],
                recipients=[Reference(entity=actor.entity.id, name=actor.entity.name) for actor in recipients],
                place=Reference(entity=place.entity, name=place.name) if place else None,
                date=date,
                certainty=certainty,
                evidence=Span(field=self.field.name, start=sentence.start, end=sentence.end),
            )
        )

    def _apart(self, actors: list[Actor], recipients: list[Actor]) -> tuple[list[Actor], list[Actor]]:
        """The person right behind an actor speaks for it and suffers nothing: الأمين العام للأمم المتحدة فلان."""
        ends = [actor.end for actor in actors]
        others = [
            other
            for other in recipients
            if other.entity.type != "person" or all(self.field.text[end : other.start].strip() for end in ends)
        ]
        return actors, others

    def _acled(self, sentence: Sentence, candidate: _Candidate) -> Acled | None:
        trigger, words = candidate.trigger, sentence.words
        if trigger.kind in _THINGS and self._weapon(words, candidate.last, "weapons_proper"):
            return Acled(event_type="Strategic developments", sub_event_type="Disrupted weapons use")
        if trigger.kind == "territory" and self._any("army", words, candidate.first - _AROUND, candidate.last + _ACT):
            return Acled(event_type="Battles", sub_event_type="Government regains territory")
        if trigger.sub_event == "Peaceful protest":
            around = candidate.first - 2 * _AROUND, candidate.last + 2 * _AROUND
            if self._any("riotous", words, *around):
                return Acled(event_type="Riots", sub_event_type="Violent demonstration")
            if self._any("intervention", words, *around):
                return Acled(event_type="Protests", sub_event_type="Protest with intervention")
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

    def _place(self, sentence: Sentence, candidate: _Candidate) -> tuple[Place | None, bool]:
        """The place of the event, and whether its own sentence names it."""
        scenes = self.coder.scenes
        trigger = candidate.trigger
        if trigger.kind in _SAYING:
            stated = scenes.stated(self.field.name, sentence)
            return stated or scenes.heard(sentence, candidate.first, candidate.last), False
        if trigger.mode in _JUDGING and scenes.judges(sentence):
            return scenes.court(self.field.name, sentence), False
        origin = trigger.mode == "arrest"
        named = scenes.of(self.field.name, sentence, candidate.first, candidate.last, origin=origin)
        if named:
            return named, True
        if trigger.mode in _DECIDED and (seat := scenes.seat(sentence, candidate.last)):
            return seat, False
        if trigger.type not in _SCENE or trigger.mode in _NOWHERE:
            return None, False
        return scenes.before(self.field.name, sentence) or scenes.lead, False

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
        inner = words[min(candidate.first + 1, candidate.last - 1)].start
        start = inner if candidate.last - candidate.first > 1 else words[candidate.last - 1].end
        before = self._standing(candidate, self._at(words, candidate.first - _OBJECT), words[candidate.first].start)
        after = self._standing(candidate, start, self._end(words, candidate.last + _OBJECT))
        if candidate.trigger.kind == "asks":
            limit = self._end(words, candidate.last + _ASKED)
            asked = [actor for actor in after if actor.start < limit and self._follows(words, candidate.last, actor)]
            first = max(sentence.start, words[candidate.first].start - 1500)
            earlier = self.actors.last(first, words[candidate.first].start)
            return ([earlier] if earlier else []), asked[:1]
        if candidate.trigger.kind in {"noun", "phrase", "protesters", "killing"} or self._is_nominal(words, candidate):
            return self._of_noun(words, candidate, after)
        if self.tongue in _VERB_LAST:
            return self._verb_last(sentence, candidate, before)
        if self.tongue in _VERB_FIRST:
            return self._verb_first(words, candidate, before, after)
        return self._verb_between(words, candidate, before, after)

    def _has_speaker(self, sentence: Sentence, candidate: _Candidate) -> bool:
        """Whether somebody is named near a verb of saying, though not so that he is sure to be its subject."""
        words = sentence.words
        if candidate.trigger.kind == "asks":
            return False
        if self._any("court", words, 0, len(words)):
            return False
        if candidate.trigger.form == "perfect" and self._opens(words, candidate.first):
            return True
        start, middle = self._at(words, candidate.first - _OBJECT), words[candidate.first].start
        return bool(self._standing(candidate, start, middle)) or bool(
            self._standing(candidate, middle, self._end(words, candidate.last + _SUBJECT))
        )

    def _speakers_noun(self, sentence: Sentence, candidate: _Candidate) -> str:
        """The word by which an unnamed speaker is told from others: the one behind the verb."""
        words = sentence.words
        return words[candidate.last].form if candidate.last < len(words) else ""

    def _opens(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether a clause begins at the word."""
        if index == 0 or words[index].form.startswith("و"):
            return True
        return not words[index - 1].is_name or self._any("opening", words, index - 1, index)

    def _standing(self, candidate: _Candidate, start: int, end: int) -> list[Actor]:
        """Who is named in the span and may act or suffer: no media, nobody whom the report is attributed to."""
        saying = candidate.trigger.kind in _SAYING
        found = (self.speakers if saying else self.actors).within(start, end)
        return [
            actor
            for actor in found
            if saying
            or (
                actor.entity.id not in self.coder.reporters
                and not any(
                    field == self.field.name and first < actor.end and actor.start < last
                    for field, first, last in self.coder.attributed
                )
            )
        ]

    def _is_nominal(self, words: tuple[Word, ...], candidate: _Candidate) -> bool:
        """Whether the trigger names the act without its doer: a noun, a passive."""
        if self._any("nominal", words, candidate.first, candidate.first + 1):
            return True
        if self.tongue in _VERB_FIRST:
            return candidate.trigger.type in _HARMED and self._any(
                "barrier", words, candidate.first - 1, candidate.first
            )
        return self._any("passive", words, candidate.first - 2, candidate.last + 1)

    def _index(self, words: tuple[Word, ...], offset: int) -> int:
        """The word that holds the offset."""
        return bisect_left([word.start for word in words], offset + 1) - 1

    def _follows(self, words: tuple[Word, ...], first: int, actor: Actor, *, comma: bool = False) -> bool:
        """Whether nothing between the word index and the actor, not even a clitic, makes it stand outside."""
        at = self._index(words, actor.start)
        clitic = self.field.text[words[at].start : actor.start]
        if clitic.strip("وف"):
            return False
        lexicon = self.tables.kind("barrier")
        for index in self._timeless(words, first, at):
            if not words[index].is_name and not words[index].is_number:
                if not (comma and words[index].form in {"،", ","}):
                    return False
            elif lexicon.match(words, index) or words[index].form.startswith(("بال", "لل", "وال")):
                return False
        return True

    def _gap(self, words: tuple[Word, ...], first: int, actor: Actor) -> int:
        """How many words stand between the word index and the actor."""
        return len(self._timeless(words, first, self._index(words, actor.start)))

    def _timeless(self, words: tuple[Word, ...], first: int, last: int) -> list[int]:
        """The words from first to last (half-open) that are no part of a date."""
        if first >= last:
            return []
        dated = self.dates.within(words[first].start, words[last - 1].end)
        if not dated:
            return list(range(first, last))
        return [
            index
            for index in range(first, last)
            if not any(start <= words[index].start < end for start, end, _ in dated)
        ]

    def _verb_last(
        self, sentence: Sentence, candidate: _Candidate, before: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        """The subject opens the sentence; recipients stand behind a preposition or before a case ending."""
        words = sentence.words
        subject = next((actor for actor in before if actor.entity.type != "place"), None)
        country = next((actor for actor in before if actor.entity.id in self.coder.countries), None)
        subject = subject or country
        if subject is None:
            return [], []
        at = self._index(words, subject.start)
        closed = self.field.text[subject.end : subject.end + 1] in {"'", "’"}
        person = subject.entity.type == "person"
        if closed or (at > (_SUBJECT if person else _OPENING)) or self._any("object", words, at - 1, at):
            return [], []
        others = [
            actor
            for actor in before
            if actor.start > subject.start
            and (
                self._any("object", words, self._index(words, actor.start) - 1, self._index(words, actor.start))
                or self.field.text[actor.end : actor.end + 1] in {"'", "’"}
            )
            and actor.entity.id != subject.entity.id
            and (actor.entity.type != "place" or actor.entity.id in self.coder.countries)
        ]
        return [subject], others[:1] if candidate.trigger.kind in _SAYING else []

    def _verb_between(
        self, words: tuple[Word, ...], candidate: _Candidate, before: list[Actor], after: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        """English and French: who stands right before the verb, and right after it."""
        subject = before[-1:]
        if subject:
            last = self._index(words, subject[0].end - 1) + 1
            at = self._index(words, subject[0].start)
            between = words[last : candidate.first]
            place = subject[0].entity.type == "place" and subject[0].entity.id not in self.coder.countries
            outside = len(between) > _NEAR or self._any("barrier", words, at - 1, at)
            if place or outside or any(not word.is_name for word in between):
                subject = []
        chosen = [
            actor
            for actor in after
            if self._gap(words, candidate.last, actor) <= _NEAR
            and self._follows(words, candidate.last, actor)
            and (actor.entity.type != "place" or actor.entity.id in self.coder.countries)
        ]
        return subject, chosen[:1]

    def _verb_first(
        self, words: tuple[Word, ...], candidate: _Candidate, before: list[Actor], after: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        """Arabic: the subject right after the verb, or before it where a clause begins with it."""
        saying = candidate.trigger.kind in _SAYING
        objects = [
            actor
            for actor in after
            if self._follows(words, candidate.last, actor) and self._gap(words, candidate.last, actor) <= _NEAR
        ]
        subject = self._clause_subject(words, candidate, before, reach=1)
        if subject:
            return subject, [actor for actor in objects if actor.entity.id not in {who.entity.id for who in subject}][
                :1
            ]
        if self._any("barrier", words, candidate.last - 1, candidate.last) and candidate.last - candidate.first > 1:
            return self._clause_subject(words, candidate, before, reach=_RELAXED), objects[:1] if saying else []
        chosen = self._speaker(words, candidate, after) if saying else self._doer(candidate, objects)
        if not chosen:
            relaxed = not saying and words[candidate.first].form.startswith("و")
            return (self._clause_subject(words, candidate, before, reach=_RELAXED) if relaxed else []), []
        last = self._index(words, chosen[0].end - 1) + 1
        rest = [
            actor
            for actor in after
            if actor.start > chosen[0].start
            and actor.entity.id != chosen[0].entity.id
            and self._is_object(words, candidate, last, actor)
        ]
        return chosen, rest[:1]

    def _doer(self, candidate: _Candidate, near: list[Actor]) -> list[Actor]:
        harmed = candidate.trigger.type in _HARMED
        found = [
            actor
            for actor in near
            if actor.entity.type == "organisation" or (actor.entity.type == "person" and not harmed)
        ]
        return found[:1]

    def _speaker(self, words: tuple[Word, ...], candidate: _Candidate, after: list[Actor]) -> list[Actor]:
        """Who says it: who is named next to the verb, else the person further on, else the organisation."""
        near = [actor for actor in after if self._gap(words, candidate.last, actor) <= _SUBJECT]
        if near and self._gap(words, candidate.last, near[0]) == 0 and self._follows(words, candidate.last, near[0]):
            return near[:1]
        people = [
            actor
            for actor in near
            if actor.entity.type == "person" and self._follows(words, candidate.last, actor, comma=True)
        ]
        bodies = [
            actor
            for actor in near
            if (actor.entity.type == "organisation" or actor.entity.id in self.coder.countries)
            and self._follows(words, candidate.last, actor)
        ]
        return people[:1] or bodies[:1]

    def _is_object(self, words: tuple[Word, ...], candidate: _Candidate, last: int, actor: Actor) -> bool:
        """Whether the actor is the object of the verb whose subject ends before the word index."""
        at = self._index(words, actor.start)
        if actor.entity.type == "place" and actor.entity.id not in self.coder.countries and at > last:
            return False
        if candidate.trigger.type in _HARMED and self._any("target", words, at - 1, at):
            return True
        clitic = self.field.text[words[at].start : actor.start]
        if clitic == "ب" and candidate.trigger.type in _ADDRESSED:
            return at - last <= 1
        return self._gap(words, last, actor) <= _NEAR and self._follows(words, last, actor)

    def _clause_subject(
        self, words: tuple[Word, ...], candidate: _Candidate, before: list[Actor], *, reach: int
    ) -> list[Actor]:
        """Who opens the clause of the verb: after أن, or at the start of the sentence; those joined by و together."""
        chain = before[-1:]
        while chain and len(before) > len(chain):
            previous = before[-len(chain) - 1]
            if self.field.text[previous.end : chain[0].start].strip() != "و":
                break
            chain.insert(0, previous)
        if not chain or any(
            actor.entity.type == "place" and actor.entity.id not in self.coder.countries for actor in chain
        ):
            return []
        at = self._index(words, chain[0].start)
        end = self._index(words, chain[-1].end - 1) + 1
        between = words[end : candidate.first]
        if len(between) > reach or any(not word.is_name and word.form not in {"،", ","} for word in between):
            return []
        if reach <= 1 and self._any("barrier", words, end, candidate.first):
            return []
        opens = at == 0 and chain[0].start == words[0].start and reach <= 1
        return chain if opens or self._any("clause", words, at - 1, at) else []

    def _of_noun(
        self, words: tuple[Word, ...], candidate: _Candidate, after: list[Actor]
    ) -> tuple[list[Actor], list[Actor]]:
        """Actors behind نفذته and between بين and و, recipients behind على and ضد."""
        starts = [word.start for word in words[candidate.last : candidate.last + _OBJECT]]
        actors: list[Actor] = []
        recipients: list[Actor] = []
        for actor in after:
            at = candidate.last + bisect_left(starts, actor.start + 1) - 1
            if at < candidate.last or actor.entity.type == "place":
                continue
            if self._any("doer", words, max(candidate.last, at - 2), at):
                actors = [*actors, actor][:1]
            elif self._any("target", words, max(candidate.last, at - 2), at):
                recipients = [*recipients, actor][:1]
            elif self._any("between", words, max(candidate.last, at - 3), at):
                actors = [actor]
                recipients = [
                    other
                    for other in after
                    if other.start > actor.start
                    and self._gap(words, self._index(words, actor.end - 1), other) <= _ASKED
                ][:1]
                break
        return actors, recipients

    def _at(self, words: tuple[Word, ...], index: int) -> int:
        return words[max(0, index)].start

    def _end(self, words: tuple[Word, ...], index: int) -> int:
        return words[min(len(words), index) - 1].end
