"""Who is the subject of a word of saying: the phrase behind it, before it, or whom the sentences before speak of."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from schemas import Entity
from streams.extraction import lexicon
from streams.extraction.actors import Actor, Actors
from streams.extraction.cues import Gender, Tables
from streams.extraction.reading import Sentence, Word
from streams.extraction.text import bare

_LONGEST_PHRASE = 30  # words of a subject
_MEMORY = 4  # sentences in which the antecedent of a pronoun is looked for
_LOOK_BACK = 60  # words in which the beginning of a clause is looked for
_BACK = 1500  # code points before a cue in which its subject is looked for
_EARLIER = 8000  # code points before a noun in which whom it refers to is named
_SEEN = 12  # words behind a document in which it is said whom it came from
_MOST_SENTENCES = 40  # sentences looked at for an antecedent, quoted ones counted
_TITLE = 40  # code points before a name in which its title stands
_COMMAS = frozenset("،,؛;")
_BREAKS = frozenset("،,؛;(")
_OPENING = frozenset("“\"«„'‘ـ”")
_CLOSING = frozenset('"”»')
_RELATIVES = frozenset({"الذي", "التي", "الذين", "اللذين", "who", "qui", "which"})
_WRITTEN = frozenset({"كتب", "كتبت"})
_ON_IT = frozenset({"عليها", "عليه", "فيها", "فيه"})
_PASSIVE = frozenset({"قيل", "علم", "علمت"})
_MARK = 6  # code points behind a name in which a mark of the subject stands
_MARKED: dict[str, tuple[str, ...]] = {"tr": (",", "ise ", "da ", "de "), "ur": ("نے",)}
_CALLED = frozenset({"يدعي", "تدعي", "اسمه", "اسمها", "هو", "هي", "باسم"})
_NAME_WORDS = (2, 4)  # words of a name that no entity finder knew
_LINKS = frozenset({"بن", "ابن", "بنت", "ولد", "ابو", "ام", "عبد", "ال"})  # words inside a name
_MASCULINE_NAMES = frozenset({"حمزه", "طلحه", "اسامه", "عبيده", "معاويه", "قتيبه", "حذيفه", "عكرمه", "خليفه", "عطيه"})
_WITH = re.compile(r"ب(?:[إأ]\w{3}|ت\w{3}|ال|است|ان\w\wا|ا\wت\wا|\w{3,}(?:ها|هم|ه)$)")
"""An Arabic noun behind the preposition ب: a verbal noun (بإصدار, بتقديم, باعتقال) or one with a pronoun (بأصابعه)."""
_MANY = re.compile(r"(?:وا|ون)$")
_VERBS = frozenset({"say", "tell", "act", "ask", "label"})
_PREFIXES = frozenset({"ب", "ل", "ك"})
_PRONOUNS = frozenset({"لكنه", "لكنها", "ولكنه", "ولكنها", "انه", "انها", "لكنهم"})
_HIMSELF = frozenset({"وهو", "وهي", "وهم", "هو", "هي", "هم"})
_LEANING = frozenset({"participle", "acting", "labeling"})
_FIRST = frozenset({"fa", "ckb", "tr", "ur"})  # languages in which the first name of a clause is its subject
_PLURAL = re.compile(r"(?:ات|ون|ين)$")
_SHORTEST = 3
_SHORTEST_PLURAL = 6  # letters of a definite plural in ين


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


class _Call(NamedTuple):
    """A question for the subject of a cue: see Speakers.of. gender: of the cue's form, if it tells one."""

    position: int
    cue: Cue
    limit: int
    spoken: Spoken
    back: int
    gender: Gender | None


class Page(NamedTuple):
    """What a field gives to whoever asks for speakers.

    quoted: whether a code point lies between quotation marks, where no subject is looked for.
    """

    text: str
    tongue: str
    tables: Tables
    sentences: Sequence[Sentence]
    quoted: Callable[[int], bool]


class Speakers:
    """Answers who speaks in one field, and remembers who spoke in its sentences."""

    def __init__(self, page: Page, entities: list[Entity], field: str | None) -> None:
        self._text, self._tongue, self._tables, self._sentences, self._quoted = page
        self._actors = Actors(entities, field)
        self._countries = Actors(entities, field, places=True)
        self._said: dict[int, list[Speaker]] = {}
        self._genders: dict[str, Gender | None] = {}
        self._arabic_steps = (
            *(self._relayed, self._passive, self._topical, self._leaning, self._told_by, self._relative),
            *(self._answering, self._first, self._behind, self._before),
        )
        self._other_steps = (
            *(self._pronoun, self._continued, self._marked_before, self._indefinite, self._nearest_before),
            *(self._named_behind, self._country, self._again),
        )

    def remember(self, position: int, spoken: list[Speaker]) -> None:
        """Keep who spoke in the sentence, in order."""
        self._said[position] = spoken

    def of(self, position: int, cue: Cue, limit: int, spoken: Spoken, since: int | None = None) -> Speaker:
        """Who is the subject of a cue of the sentence at position.

        limit: the word up to which a subject behind the cue may stand. spoken: who spoke before in the sentence.
        since: the sentence at which the words begin that the cue looks back at, when there are any.
        """
        back = position if since is None else since
        gender = None
        if self._tongue == "ar" and cue.last - cue.first == 1:
            gender = self._tables.gender(self._sentences[position].words[cue.first].form[cue.cut :])
        call = _Call(position, cue, limit, spoken, back, gender)
        for step in self._arabic_steps if self._tongue == "ar" else self._other_steps:
            speaker = step(call)
            if speaker is not None:
                return speaker
        return self._antecedent(back, gender)

    def named(self, actor: Actor, *, sure: bool) -> Speaker:
        """The speaker that a mention stands for."""
        return Speaker(actor.entity.name, actor.entity.id, sure)

    def within(self, start: int, end: int) -> list[Actor]:
        """The people and organisations named in the span, outside of quotation marks."""
        return [actor for actor in self._actors.within(start, end) if not self._quoted(actor.start)]

    def told_of(self, position: int) -> Speaker | None:
        """Whom the sentence before, of the same paragraph, speaks of: who spoke there, else the first person named."""
        if not position:
            return None
        before, after = self._sentences[position - 1], self._sentences[position]
        if "\n" in self._text[before.end - 1 : after.start]:
            return None
        said = self._latest(self._said.get(position - 1, []), None)
        people = [actor for actor in self.within(before.start, before.end) if actor.entity.type == "person"]
        return said or (self.named(people[0], sure=False) if people else None)

    def leading(self) -> Speaker:
        """The person whom the field names most often, as the one who answers in an interview."""
        return self._leading

    @cached_property
    def _leading(self) -> Speaker:
        people = [actor for actor in self._actors.within(0, len(self._text)) if actor.entity.type == "person"]
        counts = Counter(actor.entity.id for actor in people)
        if not counts:
            return NOBODY
        best = counts.most_common(1)[0][0]
        return next(self.named(actor, sure=False) for actor in people if actor.entity.id == best)

    def covers(self, start: int) -> bool:
        """Whether a mention of a person, organisation or place begins at the code point, or right behind a mark there."""
        return bool(self._countries.within(start, start + 2))

    def _words(self, call: _Call) -> Sequence[Word]:
        return self._sentences[call.position].words

    def _chosen(self, actors: list[Actor], which: int = 0, *, sure: bool = True) -> Speaker | None:
        """One of the mentions, of people if there are any."""
        people = [actor for actor in actors if actor.entity.type == "person"]
        found = people or actors
        return self.named(found[which], sure=sure) if found else None

    # Arabic: the verb before its subject, or a subject that was named before.

    def _relayed(self, call: _Call) -> Speaker | None:
        """نقلت وكالة عن فلان أن: who stands behind عن."""
        if call.cue.kind != "relay":
            return None
        words = self._words(call)
        for at in range(call.cue.last, min(call.limit, len(words) - 1)):
            if words[at].form == "عن":
                end = words[call.limit].start if call.limit < len(words) else self._sentences[call.position].end
                return self._source(words[at + 1], words[at].end, end)
        return NOBODY

    def _source(self, word: Word, start: int, end: int) -> Speaker:
        """Who is named in the span, unless its first word is a source without a name."""
        found = self.within(start, end)
        if not any(actor.entity.type == "person" for actor in found) and self._unnamed(word):
            return NOBODY
        return self._chosen(found) or NOBODY

    def _passive(self, call: _Call) -> Speaker | None:
        """قيل, علمت الصحيفة من, لافتات كتب عليها: nobody is named."""
        words = self._words(call)
        form = words[call.cue.first].form[call.cue.cut :]
        written = form in _WRITTEN and call.cue.last < len(words) and words[call.cue.last].form in _ON_IT
        return NOBODY if form in _PASSIVE or written else None

    def _topical(self, call: _Call) -> Speaker | None:
        """أما فلان فقال: the subject stands between أما and its verb with ف."""
        words = self._words(call)
        if not call.cue.cut or words[call.cue.first].form[0] != "ف":
            return None
        first = self._clause_start(words, call.cue.first)
        if first == 0 or words[first - 1].form not in {"اما", "واما"}:
            return None
        return self._before(call._replace(spoken=()))

    def _leaning(self, call: _Call) -> Speaker | None:
        """A participle has the subject of the verb before it in its clause."""
        if call.cue.kind not in _LEANING or not call.spoken:
            return None
        first = self._clause_start(self._words(call), call.cue.first)
        return call.spoken[-1][1] if call.spoken[-1][0] >= first else None

    def _told_by(self, call: _Call) -> Speaker | None:
        """نقلت وكالة عن فلان قوله: who stands between عن and the noun; else who spoke before."""
        if call.cue.kind != "noun":
            return None
        words = self._words(call)
        for at in range(call.cue.first - 1, max(-1, call.cue.first - _LONGEST_PHRASE), -1):
            if words[at].form == "عن":
                source = self._source(words[at + 1], words[at].end, words[call.cue.first].start)
                if source.name or self._unnamed(words[at + 1]):
                    return source
                break
        before = words[call.cue.first - 1].form if call.cue.first else ""
        return call.spoken[-1][1] if call.spoken and before not in {"عن", "الي"} else None

    def _relative(self, call: _Call) -> Speaker | None:
        """فلان الذي قال: whose name stands right before the relative pronoun."""
        words = self._words(call)
        if not call.cue.first or words[call.cue.first - 1].form not in _RELATIVES:
            return None
        if call.cue.last < len(words) and self.covers(words[call.cue.last].start):
            return None  # التي تقول وزارة كذا إنها
        start = words[call.cue.first].start
        found = self._fitting(self.within(max(0, start - _TITLE * 2), start), call.gender)
        if found and found[-1].end >= words[call.cue.first - 1].start - 2:
            return self.named(found[-1], sure=True)
        return None

    def _first(self, call: _Call) -> Speaker | None:
        """فلان قال: who stands right before a verb without و, unless a person stands behind it."""
        words = self._words(call)
        if call.cue.kind not in _VERBS or call.cue.cut or not call.cue.first:
            return None
        end = words[call.cue.first].start
        found = self._fitting(
            self.within(max(self._sentences[call.position].start, end - _TITLE * 2), end), call.gender
        )
        between = (
            word
            for word in words[max(0, call.cue.first - _LOOK_BACK) : call.cue.first]
            if found and word.end <= found[-1].start
        )
        if (
            not found
            or self._text[found[-1].end : end].strip(' ”»"،,')
            or any(word.form in _RELATIVES for word in between)
        ):
            return None
        if self._is_object(words, call.cue, found[-1]):
            return None
        return self.named(found[-1], sure=True)

    def _is_object(self, words: Sequence[Word], cue: Cue, actor: Actor) -> bool:
        """Whether what stands right before a verb belongs to what comes before it: في مؤتمر لهيئة كذا قال فلان."""
        if actor.entity.type == "person":
            near = range(max(0, cue.first - _LOOK_BACK), cue.first)
            at = next((at for at in near if words[at].end > actor.start), 0)
            return at > 0 and self._is_preposition(words[at - 1])
        head = self._clause_start(words, cue.first)
        return words[head].start < actor.start - 1

    def _answering(self, call: _Call) -> Speaker | None:
        """وسأل النائب فلان الوزير فلانا عن كذا، فأجاب: who was asked answers, unless the verb names somebody."""
        words = self._words(call)
        if not self._tables.kind("answer").match(words, call.cue.first):
            return None
        behind = self._behind(call)
        if behind is not None and behind.name and behind.sure:
            return behind
        for position in range(call.position, max(-1, call.position - 2), -1):
            sentence = self._sentences[position]
            stop = call.cue.first if position == call.position else len(sentence.words)
            near = range(stop - 1, max(-1, stop - _LOOK_BACK), -1)
            asked = next((at for at in near if self._asks(sentence.words, at)), None)
            if asked is not None and not self._quoted(sentence.words[asked].start):
                return self._asked(position, asked, sentence.words[stop - 1].end, call.gender)
        return None

    def _asks(self, words: Sequence[Word], at: int) -> bool:
        return self._tables.kind("question").match(words, at) is not None

    def _asked(self, position: int, at: int, end: int, gender: Gender | None) -> Speaker | None:
        """Who was asked by the verb at the word: the second person behind it, else who spoke before the question."""
        words = self._sentences[position].words
        people = [actor for actor in self.within(words[at].end, end) if actor.entity.type == "person"]
        others = self._fitting([one for one in people[1:] if one.entity.id != people[0].entity.id], gender)
        if others:
            return self.named(others[0], sure=True)
        verb = words[at].form
        asks: Gender | None = "feminine" if verb.endswith("ت") or verb.startswith("ت") else "masculine"
        if people and not _agree(self._genders.get(people[0].entity.id), asks):
            return self.named(people[0], sure=True)  # سألت الرئيسة فلانا
        asker = people[0].entity.id if people else None
        for earlier in range(position - 1, max(-1, position - _MOST_SENTENCES), -1):
            fitting = [one for one in self._said.get(earlier, []) if one.entity and one.entity != asker]
            if said := self._latest(fitting, gender):
                return said._replace(sure=False)
        return None

    def _behind(self, call: _Call) -> Speaker | None:
        """The noun phrase behind a verb; an unnamed one behind a verb of naming may be its object."""
        before = self._words(call)[call.cue.first - 1].form if call.cue.first else ""
        if call.cue.kind not in _VERBS or before in _HIMSELF or before in _PRONOUNS:
            return None
        behind = self._phrase(call)
        if behind is None or (call.cue.kind == "label" and not behind.name):
            return None
        if behind.entity and call.gender is not None and behind.sure:
            self._genders.setdefault(behind.entity, call.gender)
        return behind

    def _unnamed(self, word: Word) -> bool:
        """Whether the word is the head of a subject that nobody names."""
        listed = self._tables.kind("unnamed").has(word.form) or self._tables.kind("crowd").has(word.form)
        return listed and not self.covers(word.start)

    def _phrase(self, call: _Call) -> Speaker | None:
        """The noun phrase behind the cue as a subject; None when there is none."""
        words = self._words(call)
        limit = min(call.limit, call.cue.last + _LONGEST_PHRASE, len(words))
        head = self._head(words, call.cue.last, limit)
        if head is None:
            return None
        word = words[head]
        last = self._phrase_end(words, head, limit)
        people = [actor for actor in self.within(word.start, words[last - 1].end) if actor.entity.type == "person"]
        at_head = self._countries.within(word.start, word.start + 1)
        definite = head + 1 < last and words[head + 1].form.startswith("ال")
        unnamed = self._unnamed(word) and not at_head
        if people and (definite or not unnamed or not self._stands_apart(words, head, people[0])):
            return self.named(people[0], sure=True)
        if last < len(words) and self._tables.kind("seen").match(words, last):
            return self._documented(call, head, last)
        if unnamed:
            return (self._by_role(word) if definite else None) or NOBODY
        return self._without_person(call, head, last)

    def _by_role(self, word: Word) -> Speaker | None:
        """The person named last whose role begins with the word: قال مزارع العنبر."""
        for actor in reversed(self._actors.within(max(0, word.start - _EARLIER), word.start)):
            if actor.entity.type == "person" and bare(actor.entity.role or "").split()[:1] == [word.form]:
                return self.named(actor, sure=True)
        return None

    def _without_person(self, call: _Call, head: int, last: int) -> Speaker | None:
        """A noun phrase that names no known person: an organisation, a country, a name, or a noun that refers to one."""
        words = self._words(call)
        word = words[head]
        comma = next((at for at in range(head, last) if words[at].form[:1] in _COMMAS), last)
        found = self.within(word.start, words[comma - 1].end)
        leading = self._countries.within(word.start, word.start + 1)
        if leading:
            if self._disagrees(leading[0], word, call):
                return None
            return self.named(next((actor for actor in found if actor.start <= word.start + 1), leading[0]), sure=True)
        if last - head == 1 and not word.form.startswith("ال") and not found:
            return None  # يقول ضاحكا
        name = self._unknown_name(words, head, last, found[-1].end if found else 0)
        name = name or (self._name_behind(words, range(head, last), found[-1].end) if found else None)
        named = self._by_surname(word) or (Speaker(name, None, sure=False) if name else None)
        if named:
            return named
        if found:
            return NOBODY if self._is_indefinite(words, head) else self.named(found[0], sure=True)
        return self._referred(call, word)

    def _disagrees(self, actor: Actor, word: Word, call: _Call) -> bool:
        """Whether a name behind a verb is its object, as the gender tells: دعا الحكومة إلى, اتهم إسرائيل ب."""
        if actor.entity.type == "person" or call.gender is None or call.cue.last > call.cue.first + 1:
            return False
        if actor.entity.type == "place":
            plain = not word.form.startswith("ال") and not self._tables.kind("masculine").has(word.form)
            return call.gender == "masculine" and plain
        return not _agree(self._head_gender(word.form), call.gender)

    def _head_gender(self, head: str) -> Gender | None:
        """The gender of an organisation by the first word of its name; a foreign name may have either."""
        if head.endswith("ه"):
            return "feminine"
        return "masculine" if self._tables.kind("masculine").has(head) else None

    def _by_surname(self, word: Word) -> Speaker | None:
        """The person named before whose name ends with the word, where no entity finder saw it: قال الرقيعي."""
        if not word.form.startswith("ال"):
            return None
        for actor in reversed(self._actors.within(max(0, word.start - _EARLIER), word.start)):
            if actor.entity.type == "person" and bare(actor.entity.name).split()[-1:] == [word.form]:
                return self.named(actor, sure=True)
        return None

    def _name_behind(self, words: Sequence[Word], phrase: range, after: int) -> str | None:
        """The name that no entity finder knew right behind an organisation, as far as its words are names: مدرب كذا فلان."""
        known = lexicon.person_names()
        last = phrase.stop
        at = next((at for at in phrase if words[at].start >= after), last)
        if at >= last or words[at].form not in known["given"]:
            return None
        end = at + 1
        while end < min(last, at + _NAME_WORDS[1]) and words[end].is_name:
            form = words[end].form
            if not (form.startswith("ال") or form in _LINKS or form in known["given"] or form in known["family"]):
                break
            end += 1
        return self._text[words[at].start : words[end - 1].end] if end - at >= _NAME_WORDS[0] else None

    def _documented(self, call: _Call, head: int, last: int) -> Speaker:
        """Whose a document is that somebody saw: وثيقة لشركة كذا اطلعت عليها الصحيفة, أرقام حصلت عليها من هيئة كذا."""
        words = self._words(call)
        found = self.within(words[head].start, words[last - 1].end)
        if found:
            return self.named(found[0], sure=True)
        for at in range(last, min(call.limit, last + _SEEN, len(words) - 1)):
            if words[at].form == "من":
                giver = self.within(words[at].end, words[at + 1].end)
                return self.named(giver[0], sure=True) if giver else self._referred(call, words[at + 1])
        return NOBODY

    def _head(self, words: Sequence[Word], first: int, limit: int) -> int | None:
        """The word that a subject begins with; None when what stands there cannot be one."""
        head = self._skip_addressee(words, first, limit)
        if head < limit and self._is_object_form(words[head]):
            return None
        opened = head < limit and not words[head].is_name and words[head].form[-1:] in _OPENING
        head += opened
        if head >= limit or not words[head].is_name:
            return None
        if self._countries.within(words[head].start, words[head].start + 1):
            return head
        return None if opened or self._is_aloof(words[head]) else head

    def _is_object_form(self, word: Word) -> bool:
        """Whether the word can only be the object of a verb: طمأن الحاضرين."""
        many = word.form.startswith("ال") and word.form.endswith("ين") and len(word.form) > _SHORTEST_PLURAL
        return many and not self.covers(word.start) and not self._tables.kind("single").has(word.form)

    def _skip_addressee(self, words: Sequence[Word], head: int, limit: int) -> int:
        """The first word behind رد عليه, قال لصحيفة كذا."""
        if head < limit and self._tables.kind("pronominal").match((words[head],), 0):
            return head + 1
        if head >= limit or words[head].form[:1] != "ل":
            return head
        word = words[head]
        told = [actor for actor in self._countries.within(word.start + 1, word.end + 2) if actor.start > word.start]
        if not told:
            return head
        at = head + 1
        while at < limit and words[at].start < told[0].end:
            at += 1
        if at < limit and words[at].form in _CLOSING:
            at += 1
        return at if at < limit and words[at].is_name and not self._is_aloof(words[at]) else head

    def _is_aloof(self, word: Word) -> bool:
        """Whether the word behind a verb cannot be its subject: a preposition, an adverb, a particle."""
        form = word.form
        if form in {"ل", "ب", "ك"} or self._is_preposition(word) or self._tables.kind("that").has(form):
            return True
        if form.startswith(("لل", "بال")) or (form.startswith("ل") and len(form) > _SHORTEST):
            return True
        raw = self._text[word.start : word.end]
        if _WITH.match(raw) and not self.covers(word.start):
            return True
        return raw.endswith(("ًا", "اً")) or (form.endswith("ا") and self._tables.cues.has(form))

    def _is_preposition(self, word: Word) -> bool:
        return self._tables.kind("aloof").match((word,), 0) is not None

    def _phrase_end(self, words: Sequence[Word], head: int, limit: int) -> int:
        """Where the noun phrase ends: at a comma before a preposition or particle, at words of time and place."""
        brake, aloof = self._tables.kind("brake"), self._tables.kind("aloof")
        for at in range(head + 1, limit):
            form = words[at].form
            if brake.match(words, at) and not self.covers(words[at].start):
                return at
            if form[:1] in _COMMAS and at + 1 < limit and aloof.match(words, at + 1):
                called = any(word.form in _CALLED for word in words[at + 2 : min(limit, at + _LONGEST_PHRASE)])
                if words[at + 1].form not in _HIMSELF or not called:
                    return at
            if (form in _RELATIVES or self._tables.kind("seen").match(words, at)) and at > head + (form in _RELATIVES):
                return at
        return limit

    def _stands_apart(self, words: Sequence[Word], head: int, actor: Actor) -> bool:
        """Whether a preposition stands between an unnamed head and the name, which is then not the head's."""
        between = [word for word in words[head + 1 : head + _LONGEST_PHRASE] if word.start < actor.start]
        comma = max((at for at, word in enumerate(between) if word.form[:1] in _COMMAS), default=None)
        if comma is not None and not words[head].form.startswith(("مصدر", "مصادر")):
            between = between[comma + 1 :]
        if any(word.form in _CALLED for word in between):
            return False
        return any(self._is_preposition(word) or word.form[:1] in {"ل", "ب"} for word in between)

    def _is_indefinite(self, words: Sequence[Word], head: int) -> bool:
        """Whether the head is an indefinite person: طبيب في مستشفى, not مدير مستشفى."""
        form = words[head].form
        if form.startswith("ال") or head + 1 >= len(words) or self._tables.kind("document").has(form):
            return False
        return self._is_preposition(words[head + 1])

    def _unknown_name(self, words: Sequence[Word], head: int, last: int, after: int) -> str | None:
        """The name at the end of a subject's phrase, as the text has it, where no entity was found: المدير فلان الفلاني.

        after: where the last organisation in the phrase ends, in code points; a name can only stand behind it.
        """
        cuts = [at for at in range(head, last) if words[at].form[:1] in _BREAKS]
        for first, stop in reversed(list(pairwise([head - 1, *cuts, last]))):
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
        if not fewest <= len(name) <= (most if at else most - 1) or name[0].form.startswith("ال"):
            return None
        anonymous = self._tables.kind("anonymous")
        if name[-1].form in _PREFIXES:
            return None
        if name[0].form[0] in _PREFIXES and name[0].form not in lexicon.person_names()["given"]:
            return None
        if any(self._is_no_name(word) for word in name) or any(anonymous.match(name, at) for at in range(len(name))):
            return None
        if at == 0 and (self._tables.cues.match(run, 0) or (whole and self._is_role(run[0]))):
            return None
        return self._text[run[at].start : run[-1].end]

    def _is_no_name(self, word: Word) -> bool:
        return not word.is_name or self._is_preposition(word) or word.form.startswith(("لل", "بال"))

    def _is_role(self, word: Word) -> bool:
        return self._unnamed(word) or self._tables.kind("document").has(word.form)

    def _referred(self, call: _Call, word: Word) -> Speaker:
        """Whom a noun without a name refers to: الوزارة, المتحدث, الزوجة; nobody where it is many or indefinite."""
        if not word.form.startswith("ال"):
            return NOBODY
        stem = word.form[2:]
        earlier = self._actors.within(max(0, word.start - _EARLIER), word.start)
        for actor in reversed(earlier):
            name = bare(actor.entity.name).split()
            if actor.entity.type == "organisation" and name and stem in {name[0], name[0].removeprefix("ال")}:
                return self.named(actor, sure=True)
        if _PLURAL.search(word.form):
            return NOBODY
        for actor in reversed(earlier):
            title = bare(self._text[max(0, actor.start - _TITLE) : actor.start])
            role = bare(actor.entity.role or "")
            if actor.entity.type == "person" and stem in f"{title} {role}".replace("ال", " ").split():
                return self.named(actor, sure=True)
        return self._antecedent(call.position, call.gender)

    def _before(self, call: _Call) -> Speaker | None:
        """The subject before the cue in its own sentence."""
        words = self._words(call)
        first = self._clause_start(words, call.cue.first)
        end = words[call.cue.first].start
        found = self._fitting(self.within(max(words[first].start, end - _BACK), end), call.gender)
        if call.cue.first and words[call.cue.first - 1].form in _RELATIVES and found:
            return self._chosen(found, -1)
        if self._is_unnamed_before(call, first, found):
            return NOBODY
        if call.spoken and (call.spoken[-1][0] >= first or not found):
            return call.spoken[-1][1]
        if not found and _MANY.search(words[call.cue.first].form):
            return NOBODY
        start = max(self._sentences[call.position].start, end - _BACK)
        return self._chosen(found) or self._chosen(self._fitting(self.within(start, end), call.gender), sure=False)

    def _is_unnamed_before(self, call: _Call, first: int, found: list[Actor]) -> bool:
        """Whether the clause of the cue begins with a subject that nobody names: لكن مصدرا في الوزارة قال."""
        words = self._words(call)
        if first >= call.cue.first:
            return False
        if self._unnamed(words[first]) and (not found or self._stands_apart(words, first, found[0])):
            return True
        accusative = self._text[words[first].start : words[first].end].endswith(("ا", "ً"))
        many = _MANY.search(words[call.cue.first].form) is not None
        return first > 0 and not found and (many or accusative)

    def _clause_start(self, words: Sequence[Word], before: int) -> int:
        """The first word after the last لكن, بينما or semicolon before a word; 0 when there is none."""
        turn = self._tables.kind("turn")
        for at in range(before - 1, max(-1, before - _LOOK_BACK), -1):
            if words[at].form[:1] in {"؛", ";"}:
                return at + 1
            match = turn.match(words, at)
            if match and at + match.length < before:
                return at + match.length
        return 0

    # Languages whose subject stands first.

    def _clause(self, call: _Call) -> tuple[int, list[Actor]]:
        """The first word of the cue's clause, and who is named between it and the cue."""
        words = self._words(call)
        first = self._clause_start(words, call.cue.first)
        end = words[call.cue.first].start
        return first, self.within(max(words[first].start, end - _BACK), end)

    def _pronoun(self, call: _Call) -> Speaker | None:
        """He said, dit-elle: the last person who was spoken of."""
        words = self._words(call)
        pronoun = self._tables.kind("pronoun")
        first, before = self._clause(call)
        ahead = call.cue.first > 0 and pronoun.match(words, call.cue.first - 1) is not None
        behind = not before and call.cue.last < len(words) and pronoun.match(words, call.cue.last) is not None
        if ahead or behind or (call.cue.first and not before and pronoun.match(words, first)):
            return self._antecedent(call.back, None, people_only=True)
        return None

    def _continued(self, call: _Call) -> Speaker | None:
        return call.spoken[-1][1] if call.cue.kind == "participle" and call.spoken else None

    def _marked_before(self, call: _Call) -> Speaker | None:
        if self._tongue not in _MARKED:
            return None
        _, before = self._clause(call)
        if not before:
            return None
        subject = self.marked(before[0].start, self._words(call)[call.cue.first].start)
        return self.named(subject, sure=True) if subject else None

    def _indefinite(self, call: _Call) -> Speaker | None:
        """A source at the ministry said: nobody is named."""
        first, before = self._clause(call)
        if first >= call.cue.first or any(actor.entity.type == "person" for actor in before):
            return None
        return NOBODY if self._tables.kind("indefinite").match(self._words(call), first) else None

    def _nearest_before(self, call: _Call) -> Speaker | None:
        return self._chosen(self._clause(call)[1], 0 if self._tongue in _FIRST else -1)

    def _named_behind(self, call: _Call) -> Speaker | None:
        words = self._words(call)
        stop = words[call.limit].start if call.limit < len(words) else self._sentences[call.position].end
        behind = self.within(words[call.cue.last - 1].end, min(stop, words[call.cue.last - 1].end + _BACK))
        people = any(actor.entity.type == "person" for actor in behind)
        if not people and call.cue.last < len(words) and self._tables.kind("indefinite").match(words, call.cue.last):
            return NOBODY
        return self._chosen(behind)

    def _country(self, call: _Call) -> Speaker | None:
        """A country that stands right before the cue."""
        end = self._words(call)[call.cue.first].start
        found = self._countries.within(max(0, end - _TITLE), end)
        return self.named(found[-1], sure=True) if found and found[-1].end >= end - 2 else None

    def _again(self, call: _Call) -> Speaker | None:
        return call.spoken[-1][1] if call.spoken else None

    def marked(self, start: int, end: int) -> Actor | None:
        """The mention in the span that a mark of the subject follows (نے, a comma, ise), else the first without an ending."""
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

    def _antecedent(self, position: int, gender: Gender | None, *, people_only: bool = False) -> Speaker:
        """Who spoke last, or is named first in the nearest sentence before that names anybody who fits."""
        seen = 0
        for earlier in range(position - 1, max(-1, position - _MOST_SENTENCES), -1):
            sentence = self._sentences[earlier]
            if self._quoted(sentence.start) and earlier not in self._said:
                continue
            seen += 1
            if seen > _MEMORY:
                break
            said = self._latest(self._said.get(earlier, []), gender)
            if said is not None:
                return said._replace(sure=False)
            found = self._fitting(self.within(sentence.start, min(sentence.end, sentence.start + _BACK)), gender)
            if not people_only or any(actor.entity.type == "person" for actor in found):
                speaker = self._chosen(found, sure=False)
                if speaker is not None:
                    return speaker
        return NOBODY

    def _latest(self, spoken: list[Speaker], gender: Gender | None) -> Speaker | None:
        """Who spoke last of those who fit: one whose gender is that, whom the cue itself named, or any."""
        fitting = [one for one in spoken if one.entity is None or _agree(self._genders.get(one.entity), gender)]
        same = [one for one in fitting if gender and one.entity and self._genders.get(one.entity) == gender]
        return next(reversed(same or [one for one in fitting if one.sure] or fitting), None)

    def _fitting(self, actors: list[Actor], gender: Gender | None) -> list[Actor]:
        """The mentions whose gender is that, for people; else those whose gender is not another one."""
        if gender is None or self._tongue != "ar":
            return actors
        known = [actor for actor in actors if actor.entity.type == "person" and self._gender(actor) == gender]
        return known or [actor for actor in actors if _agree(self._gender(actor), gender)]

    def _gender(self, actor: Actor) -> Gender | None:
        """The gender of a name by its first word, or by the title before it; None when nothing tells."""
        entity = actor.entity
        if entity.id not in self._genders:
            head = next(iter(bare(entity.name).split()), "")
            title = bare(self._text[max(0, actor.start - _TITLE) : actor.start]).split()[-1:]
            lady = any(self._tables.kind("lady").has(word) for word in title)
            gender: Gender | None = None
            if entity.type == "organisation":
                gender = self._head_gender(head)
            elif lady or (head.endswith("ه") and head not in _MASCULINE_NAMES):
                gender = "feminine"
            self._genders[entity.id] = gender
        return self._genders[entity.id]


def _agree(one: Gender | None, other: Gender | None) -> bool:
    """Whether two genders, either of which may be unknown, can be one."""
    return one is None or other is None or one == other
