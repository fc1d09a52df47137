"""Who is the subject of a word of saying: the phrase behind it, before it, or whom the sentences before speak of."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from schemas import Entity
from streams.extraction.actors import Actor, Actors
from streams.extraction.cues import Tables
from streams.extraction.reading import Sentence, Word
from streams.extraction.text import bare

_LONGEST_PHRASE = 30  # words of a subject
_MEMORY = 4  # sentences in which the antecedent of a pronoun is looked for
_TITLE = 40  # code points before a name in which its title stands
_COMMAS = frozenset("،,؛;")
_BREAKS = frozenset("،,؛;(")
_OPENING = frozenset("“\"«„'‘ـ”")
_RELATIVES = frozenset({"الذي", "التي", "الذين", "اللذين", "who", "qui", "which"})
_PASSIVE = frozenset({"قيل", "علم", "علمت"})
_MARK = 6  # code points behind a name in which a mark of the subject stands
_MARKED: dict[str, tuple[str, ...]] = {"tr": (",", "ise ", "da ", "de "), "ur": ("نے",)}
_CALLED = frozenset({"يدعي", "تدعي", "اسمه", "اسمها", "هو", "هي", "باسم"})
_NAME_WORDS = (2, 4)  # words of a name that no entity finder knew
_MASCULINE_NAMES = frozenset({"حمزه", "طلحه", "اسامه", "عبيده", "معاويه", "قتيبه", "حذيفه", "عكرمه", "خليفه", "عطيه"})
_MANY = re.compile(r"(?:وا|ون)$")
_PLURAL = re.compile(r"(?:ات|ون|ين)$")
_SHORTEST = 3


class Speaker(NamedTuple):
    """Who speaks.

    name: as the entity has it, or as the text has it where no entity was found; None for somebody without a name.
    entity: the entity's id. sure: whether the cue itself names the speaker.
    """

    name: str | None
    entity: str | None
    sure: bool


Spoken = Sequence[tuple[int, Speaker]]
"""Who spoke before in a sentence, each with the first word of the cue."""

NOBODY = Speaker(None, None, sure=False)
"""Somebody whom the text does not name."""


class Cue(NamedTuple):
    """A cue: its words first to last (half-open) in the sentence, its kind, and the clitics cut from its first word."""

    first: int
    last: int
    kind: str
    cut: int


class Speakers:
    """Answers who speaks in one field, and remembers who spoke in its sentences."""

    def __init__(
        self,
        text: str,
        tongue: str,
        tables: Tables,
        sentences: Sequence[Sentence],
        entities: list[Entity],
        field: str | None,
        quoted: Callable[[int], bool],
    ) -> None:
        """quoted: whether a code point lies between quotation marks, where no subject is looked for."""
        self._text = text
        self._tongue = tongue
        self._tables = tables
        self._sentences = sentences
        self._actors = Actors(entities, field)
        self._countries = Actors(entities, field, places=True)
        self._quoted = quoted
        self._said: dict[int, Speaker] = {}
        self._genders: dict[str, bool | None] = {}

    def remember(self, position: int, speaker: Speaker) -> None:
        """Keep who spoke last in the sentence."""
        self._said[position] = speaker

    def of(self, position: int, cue: Cue, limit: int, spoken: Spoken, since: int | None = None) -> Speaker:
        """Who is the subject of a cue of the sentence at position.

        limit: the word up to which a subject behind the cue may stand. spoken: who spoke before in the sentence.
        since: the sentence at which the words begin that the cue looks back at, when there are any.
        """
        back = position if since is None else since
        if self._tongue == "ar":
            return self._arabic(position, cue, limit, spoken, back)
        return self._subject_first(position, cue, limit, spoken, back)

    def named(self, actor: Actor, *, sure: bool) -> Speaker:
        """The speaker that a mention stands for."""
        return Speaker(actor.entity.name, actor.entity.id, sure)

    def within(self, start: int, end: int) -> list[Actor]:
        """The people and organisations named in the span, outside of quotation marks that began before them."""
        return [actor for actor in self._actors.within(start, end) if not self._quoted(actor.start)]

    def leading(self) -> Speaker:
        """The person whom the field names most often, as the one who answers in an interview."""
        counts = Counter(actor.entity.id for actor in self._actors.within(0, len(self._text)) if actor.entity.type == "person")
        if not counts:
            return NOBODY
        best = counts.most_common(1)[0][0]
        actor = next(actor for actor in self._actors.within(0, len(self._text)) if actor.entity.id == best)
        return self.named(actor, sure=False)

    def covers(self, start: int) -> bool:
        """Whether a mention of a person or organisation begins at the code point, or right behind a mark there."""
        return bool(self._countries.within(start, start + 2))

    # Arabic: the verb before its subject, or a subject that was named before.

    def _arabic(self, position: int, cue: Cue, limit: int, spoken: Spoken, back: int) -> Speaker:
        sentence = self._sentences[position]
        words = sentence.words
        feminine = self._tables.feminine(words[cue.first].form[cue.cut :]) if cue.last - cue.first == 1 else None
        if cue.kind == "relay":
            return self._relayed(sentence, cue, limit)
        form = words[cue.first].form[cue.cut :]
        if form in _PASSIVE:
            return NOBODY
        if cue.cut and words[cue.first].form[0] == "ف" and self._topic(words, cue.first):
            return self._before(position, cue, (), feminine) or self._antecedent(back, feminine)
        if cue.kind in {"participle", "acting", "labeling"} and spoken and spoken[-1][0] >= self._clause_start(words, cue.first):
            return spoken[-1][1]
        if cue.kind == "noun" and (relayed := self._told_by(words, cue)):
            return relayed
        previous = words[cue.first - 1].form if cue.first else ""
        if previous in _RELATIVES:
            named = self._fitting(self.within(max(0, words[cue.first].start - _TITLE * 2), words[cue.first].start), feminine)
            if named and named[-1].end >= words[cue.first - 1].start - 2:
                return self.named(named[-1], sure=True)
        if cue.kind == "noun" and spoken and cue.first and words[cue.first - 1].form not in {"عن", "الي"}:
            return spoken[-1][1]
        if cue.kind not in {"participle", "noun", "acting", "labeling"}:
            behind = self._phrase(position, cue.last, limit, feminine)
            if behind is not None and (cue.kind != "label" or behind.name):
                if behind.entity and feminine is not None and behind.sure:
                    self._genders.setdefault(behind.entity, feminine)
                return behind
        before = self._before(position, cue, spoken, feminine)
        return before or self._antecedent(back, feminine)

    def _topic(self, words: Sequence[Word], before: int) -> bool:
        """Whether أما opens the clause, so that the subject stands between it and its verb with ف."""
        first = self._clause_start(words, before)
        return first > 0 and words[first - 1].form in {"اما", "واما"}

    def _told_by(self, words: Sequence[Word], cue: Cue) -> Speaker | None:
        """نقلت وكالة عن فلان قوله: who stands between عن and the noun; None when there is no عن."""
        for at in range(cue.first - 1, max(-1, cue.first - _LONGEST_PHRASE), -1):
            if words[at].form == "عن":
                found = self.within(words[at].end, words[cue.first].start)
                people = [actor for actor in found if actor.entity.type == "person"]
                if people or (found and not self._unnamed(words[at + 1])):
                    return self.named((people or found)[0], sure=True)
                return NOBODY
        return None

    def _relayed(self, sentence: Sentence, cue: Cue, limit: int) -> Speaker:
        """نقلت وكالة عن فلان أن: who stands behind عن."""
        words = sentence.words
        for at in range(cue.last, min(limit, len(words))):
            if words[at].form == "عن" and at + 1 < len(words):
                end = words[limit].start if limit < len(words) else sentence.end
                people = [actor for actor in self.within(words[at].end, end) if actor.entity.type == "person"]
                if people:
                    return self.named(people[0], sure=True)
                found = self.within(words[at].end, end)
                if found and not self._unnamed(words[at + 1]):
                    return self.named(found[0], sure=True)
                break
        return NOBODY

    def _unnamed(self, word: Word) -> bool:
        tables = self._tables
        return (
            tables.kind("unnamed").has(word.form) or tables.kind("crowd").has(word.form)
        ) and not self.covers(word.start)

    def _phrase(self, position: int, first: int, limit: int, feminine: bool | None) -> Speaker | None:
        """The noun phrase at the word first as a subject; None when there is none."""
        sentence = self._sentences[position]
        words = sentence.words
        limit = min(limit, first + _LONGEST_PHRASE, len(words))
        head = first
        head = self._skip_addressee(words, head, limit)
        opened = head < limit and not words[head].is_name and words[head].form[-1:] in _OPENING
        head += opened
        if head >= limit:
            return None
        word = words[head]
        at_head = self._countries.within(word.start, word.start + 1)
        if not at_head and (opened or self._is_aloof(word)):
            return None
        if not word.is_name:
            return None
        last = self._phrase_end(words, head, limit)
        end = words[last - 1].end
        people = [actor for actor in self.within(word.start, end) if actor.entity.type == "person"]
        unnamed = self._unnamed(word) and not at_head
        definite = head + 1 < last and words[head + 1].form.startswith("ال")
        if people and (definite or not unnamed or not self._stands_apart(words, head, people[0])):
            return self.named(people[0], sure=True)
        comma = next((at for at in range(head, last) if words[at].form[:1] in _COMMAS), last)
        found = self.within(word.start, words[comma - 1].end)
        if found and found[0].start <= word.start + 1:
            return self.named(found[0], sure=True)
        if unnamed:
            return NOBODY
        if at_head:
            return self.named(at_head[0], sure=True)
        if last - head == 1 and not word.form.startswith("ال") and not found:
            return None  # يقول ضاحكا
        name = self._unknown_name(words, head, last, found[-1].end if found else 0)
        if name:
            return Speaker(name, None, sure=False)
        if found and not self._is_indefinite(words, head):
            return self.named(found[0], sure=True)
        if found:
            return NOBODY
        return self._referred(position, word, feminine)

    def _skip_addressee(self, words: Sequence[Word], head: int, limit: int) -> int:
        """The first word behind رد عليه, قال لصحيفة كذا."""
        if head < limit and self._tables.kind("pronominal").match((words[head],), 0):
            return head + 1
        if head < limit and words[head].form[:1] == "ل":
            told = [actor for actor in self._countries.within(words[head].start + 1, words[head].end + 2) if actor.start > words[head].start]
            if told:
                at = head + 1
                while at < limit and words[at].start < told[0].end:
                    at += 1
                if at < limit and words[at].is_name and not self._is_aloof(words[at]):
                    return at
        return head

    def _is_aloof(self, word: Word) -> bool:
        """Whether the word behind a verb cannot be its subject: a preposition, an adverb, a particle."""
        form = word.form
        if form in {"ل", "ب", "ك"} or self._tables.kind("aloof").match((word,), 0) or self._tables.kind("that").has(form):
            return True
        if form.startswith(("لل", "بال")) or (form.startswith("ل") and len(form) > _SHORTEST):
            return True
        raw = self._text[word.start : word.end]
        return raw.endswith(("ًا", "اً")) or (form.endswith("ا") and self._tables.cues.has(form))

    def _phrase_end(self, words: Sequence[Word], head: int, limit: int) -> int:
        """Where the noun phrase ends: at a comma before a preposition or particle, at words of time and place."""
        brake, aloof = self._tables.kind("brake"), self._tables.kind("aloof")
        for at in range(head + 1, limit):
            form = words[at].form
            if brake.match(words, at) and not self.covers(words[at].start):
                return at
            if form[:1] in _COMMAS and at + 1 < limit and aloof.match(words, at + 1):
                return at
            if form in _RELATIVES and at > head + 1:
                return at
        return limit

    def _stands_apart(self, words: Sequence[Word], head: int, actor: Actor) -> bool:
        """Whether a preposition stands between an unnamed head and the name, which is then not the head's."""
        between = [word for word in words[head + 1 :] if word.start < actor.start]
        comma = max((at for at, word in enumerate(between) if word.form[:1] in _COMMAS), default=None)
        if comma is not None and not words[head].form.startswith(("مصدر", "مصادر")):
            between = between[comma + 1 :]
        if any(word.form in _CALLED for word in between):
            return False
        aloof = self._tables.kind("aloof")
        return any(aloof.match((word,), 0) or word.form[:1] in {"ل", "ب"} for word in between)

    def _is_indefinite(self, words: Sequence[Word], head: int) -> bool:
        """Whether the head is an indefinite person: طبيب في مستشفى, not مدير مستشفى."""
        form = words[head].form
        if form.startswith("ال") or head + 1 >= len(words) or self._tables.kind("document").has(form):
            return False
        return self._tables.kind("aloof").match((words[head + 1],), 0) is not None

    def _unknown_name(self, words: Sequence[Word], head: int, last: int, after: int) -> str | None:
        """The name at the end of a subject's phrase, as the text has it, where no entity was found: المدير فلان الفلاني.

        after: where the last organisation in the phrase ends, in code points; a name can only stand behind it.
        """
        cuts = [at for at in range(head, last) if words[at].form[:1] in _BREAKS]
        edges = [head - 1, *cuts, last]
        for first, stop in reversed(list(zip(edges, edges[1:], strict=False))):
            run = [word for word in words[first + 1 : stop] if word.start >= after]
            if name := self._name_of(run, whole=first + 1 == head and not after):
                return name
        return None

    def _name_of(self, run: list[Word], *, whole: bool) -> str | None:
        """The name that a run of words ends with: what follows its last noun with an article, or the run itself."""
        fewest, most = _NAME_WORDS
        while run and not run[-1].is_name:
            run.pop()
        starts = [
            at
            for at in range(1, len(run))
            if run[at].is_name and not run[at].form.startswith("ال") and run[at - 1].form.startswith("ال")
        ]
        at = starts[-1] if starts else 0
        name = [word for word in run[at:] if word.form != "-"]
        if not fewest <= len(name) <= most or name[0].form.startswith("ال"):
            return None
        aloof, cues = self._tables.kind("aloof"), self._tables.cues
        if at == 0 and whole and (self._unnamed(run[0]) or self._tables.kind("document").has(run[0].form)):
            return None
        if any(
            not word.is_name or aloof.match((word,), 0) or word.form.startswith(("لل", "بال")) for word in run[at:] if word.form != "-"
        ):
            return None
        if at == 0 and (cues.match(run, 0) or len(name) > most - 1):
            return None
        return self._text[run[at].start : run[-1].end]

    def _referred(self, position: int, word: Word, feminine: bool | None) -> Speaker:
        """Whom a noun without a name refers to: الوزارة, المتحدث, الزوجة; nobody where it is many or indefinite."""
        form = word.form
        if not form.startswith("ال"):
            return NOBODY
        stem = form[2:]
        earlier = self._actors.within(0, word.start)
        for actor in reversed(earlier):
            name = bare(actor.entity.name).split()
            if actor.entity.type == "organisation" and name and stem in {name[0], name[0].removeprefix("ال")}:
                return self.named(actor, sure=True)
        if _PLURAL.search(form):
            return NOBODY
        for actor in reversed(earlier):
            title = bare(self._text[max(0, actor.start - _TITLE) : actor.start])
            if actor.entity.type == "person" and stem in title.replace("ال", " ").split():
                return self.named(actor, sure=True)
        return self._antecedent(position, feminine)

    def _before(
        self, position: int, cue: Cue, spoken: Spoken, feminine: bool | None
    ) -> Speaker | None:
        """The subject before the cue in its own sentence."""
        sentence = self._sentences[position]
        words = sentence.words
        first = self._clause_start(words, cue.first)
        start, end = words[first].start, words[cue.first].start
        found = self._fitting(self.within(start, end), feminine)
        previous = words[cue.first - 1].form if cue.first else ""
        if previous in _RELATIVES and found:
            nearest = [actor for actor in found if actor.entity.type == "person"] or found
            return self.named(nearest[-1], sure=True)
        if first < cue.first and self._unnamed(words[first]) and (
            not found or self._stands_apart(words, first, found[0])
        ):
            return NOBODY
        many = _MANY.search(words[cue.first].form) is not None
        if first and not found and (many or self._text[words[first].start : words[first].end].endswith(("ا", "ً"))):
            return NOBODY
        if spoken and (spoken[-1][0] >= first or not found):
            return spoken[-1][1]
        if many and not found:
            return NOBODY
        people = [actor for actor in found if actor.entity.type == "person"]
        actors = people or found
        if actors:
            return self.named(actors[0], sure=True)
        wider = self._fitting(self.within(sentence.start, end), feminine)
        people = [actor for actor in wider if actor.entity.type == "person"]
        if people or wider:
            return self.named((people or wider)[0], sure=False)
        return None

    def _clause_start(self, words: Sequence[Word], before: int) -> int:
        """The first word after the last لكن, بينما or semicolon before a word; 0 when there is none."""
        turn = self._tables.kind("turn")
        for at in range(before - 1, -1, -1):
            if words[at].form[:1] in {"؛", ";"}:
                return at + 1
            match = turn.match(words, at)
            if match and at + match.length < before:
                return at + match.length
        return 0

    # Languages whose subject stands first.

    def _subject_first(self, position: int, cue: Cue, limit: int, spoken: Spoken, back: int) -> Speaker:
        sentence = self._sentences[position]
        words = sentence.words
        start = words[self._clause_start(words, cue.first)].start
        end = words[cue.first].start
        before = self.within(start, end)
        pronoun = self._tables.kind("pronoun")
        neighbours = [words[at] for at in (cue.first - 1, cue.last) if 0 <= at < len(words)]
        if any(pronoun.match((word,), 0) for word in neighbours) or (
            cue.first and pronoun.match(words, self._clause_start(words, cue.first)) and not before
        ):
            return self._antecedent(back, None, people_only=True)
        if cue.kind == "participle" and spoken:
            return spoken[-1][1]
        people = [actor for actor in before if actor.entity.type == "person"]
        first = self._clause_start(words, cue.first)
        if not people and self._tables.kind("indefinite").match(words, first) and first < cue.first:
            return NOBODY
        if self._tongue in _MARKED and (subject := self.marked(start, end)):
            return self.named(subject, sure=True)
        if people or before:
            actors = people or before
            return self.named(actors[0 if self._tongue in {"fa", "ckb", *_MARKED} else -1], sure=True)
        stop = words[limit].start if limit < len(words) else sentence.end
        behind = self.within(words[cue.last - 1].end, stop)
        people = [actor for actor in behind if actor.entity.type == "person"]
        if cue.last < len(words) and self._tables.kind("indefinite").match(words, cue.last) and not people:
            return NOBODY
        if people or behind:
            return self.named((people or behind)[0], sure=True)
        countries = self._countries.within(start, end)
        if countries and countries[-1].end >= end - 2:
            return self.named(countries[-1], sure=True)
        if spoken:
            return spoken[-1][1]
        return self._antecedent(back, None)

    def marked(self, start: int, end: int) -> Actor | None:
        """The mention in the span that a mark of the subject follows (نے, a comma, ise), else the first that has no ending."""
        actors = self.within(start, end)
        after = [self._text[actor.end : actor.end + _MARK].lstrip(" ”’“") for actor in actors]
        marks = _MARKED.get(self._tongue, ())
        for actor, text in zip(reversed(actors), reversed(after), strict=True):
            if text.startswith(marks):
                return actor
        plain = [actor for actor in actors if self._text[actor.end : actor.end + 1] not in {"'", "’"}]
        people = [actor for actor in plain if actor.entity.type == "person"]
        return next(iter(people or plain or actors), None)

    # Whom the sentences before speak of.

    def _antecedent(self, position: int, feminine: bool | None, *, people_only: bool = False) -> Speaker:
        """Who spoke last, or is named first in the nearest sentence before that names anybody who fits."""
        seen = 0
        for earlier in range(position - 1, -1, -1):
            sentence = self._sentences[earlier]
            if self._quoted(sentence.start):
                continue
            seen += 1
            if seen > _MEMORY:
                break
            said = self._said.get(earlier)
            if said is not None and (said.entity is None or self._fits(said.entity, feminine)):
                return said._replace(sure=False)
            found = self._fitting(self.within(sentence.start, sentence.end), feminine)
            people = [actor for actor in found if actor.entity.type == "person"]
            if people or (found and not people_only):
                return self.named((people or found)[0], sure=False)
        return NOBODY

    def _fitting(self, actors: list[Actor], feminine: bool | None) -> list[Actor]:
        fitting = [actor for actor in actors if self._gender_fits(actor, feminine)]
        return fitting

    def _gender_fits(self, actor: Actor, feminine: bool | None) -> bool:
        if feminine is None or self._tongue != "ar":
            return True
        gender = self._gender(actor)
        return gender is None or gender == feminine

    def _fits(self, entity: str, feminine: bool | None) -> bool:
        gender = self._genders.get(entity)
        return feminine is None or gender is None or gender == feminine

    def _gender(self, actor: Actor) -> bool | None:
        """Whether a name is feminine, by its first word, or by the title before it; None when nothing tells."""
        entity = actor.entity
        if entity.id not in self._genders:
            head = bare(entity.name).split()[:1]
            gender: bool | None = None
            if head and entity.type == "organisation":
                gender = head[0].endswith("ه")
            elif head:
                title = bare(self._text[max(0, actor.start - _TITLE) : actor.start]).split()
                if title and self._tables.kind("lady").has(title[-1]):
                    gender = True
                elif head[0].endswith("ه") and head[0] not in _MASCULINE_NAMES:
                    gender = True
            self._genders[entity.id] = gender
        return self._genders[entity.id]
