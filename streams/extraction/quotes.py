"""Direct and reported speech, with who said it."""

import re
from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from schemas import CleanArticle, Entity, Quote
from streams.extraction.actors import Actor, Actors
from streams.extraction.reading import Lexicon, Match, Sentence, Word, language, phrases_by_kind, read
from streams.extraction.text import Field

_MARK = re.compile('["“”„«»‟]|\n+')
_OPENERS = {"“": "”“", "„": "“”", "«": "»", "‟": "”", '"': '"'}
_LONGEST = 4000  # code points of one quotation
_REACH = 40  # words between a cue and the words it introduces
_NEAR = 9  # the same without a particle or a colon
_AFTER = 6  # words between a quotation and the cue after it
_FEWEST_LED, _FEWEST = 2, 3  # words of a quotation, with and without a particle or a colon before it
_SHORTEST_CLAUSE = 3  # words
_LONGEST_CLAUSE = 150  # words
_BACK = 1500  # code points before a cue in which its subject is looked for
_LABEL = 8  # code points after a name in a headline in which its colon and the first word may stand
_NEIGHBOURS = 4  # cues looked at around a quotation
_MEMORY = 3  # sentences for which a speaker is remembered
_PREFIXES = frozenset({"ل", "ب", "ك"})
_STOPS = frozenset("،,؛;.")
_HIMSELF = frozenset({"وهو", "وهي", "وهم"})
_SUBJECT_FIRST = frozenset({"en", "fr", "tr", "fa", "ur", "ckb", "ku"})
_OBJECT_CLAUSE = re.compile(r"[ıiuü]n[ıiuü]$|dığı$|diği$|duğu$|düğü$|acağı$|eceği$")


class _Pair(NamedTuple):
    """Words in quotation marks: start and end of what is inside, half-open, in code points of the field."""

    start: int
    end: int


class _Cue(NamedTuple):
    """A cue: its words first to last (half-open) in the sentence, and its kind."""

    first: int
    last: int
    kind: str
    cut: int


class _Speech(NamedTuple):
    """A cue with its speaker and the span of the clause that it reports, when there is one.

    told: whether a particle, a colon or a quotation follows, so that somebody does speak.
    """

    cue: _Cue
    speaker: Actor | None
    sure: bool
    clause: tuple[int, int] | None
    told: bool


class _Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        kinds = phrases_by_kind("cues.tsv", tongue)
        cues = [entry for kind in ("say", "tell", "participle", "noun", "relay") for entry in kinds.get(kind, [])]
        self.cues = Lexicon(cues, clitics=clitics)
        self.that = Lexicon(kinds.get("that", []), clitics=clitics)
        self.end = Lexicon(kinds.get("end", []), clitics=clitics)
        self.aside = Lexicon(kinds.get("aside", []), clitics=clitics)
        self.title = Lexicon(kinds.get("title", []), clitics=clitics)
        self.unnamed = Lexicon(kinds.get("unnamed", []), clitics=clitics)
        self.lead = Lexicon(kinds.get("lead", []), clitics=False)
        self.bare = Lexicon(kinds.get("bare", []), clitics=False)
        self.not_that = Lexicon(kinds.get("not_that", []), clitics=clitics)


@cache
def _tables(tongue: str) -> _Tables:
    return _Tables(tongue)


def find(article: CleanArticle, fields: list[Field], entities: list[Entity]) -> list[Quote]:
    """The quotations of the fields, in order; half-open offsets in code points of each field.

    Direct ones are what stands between quotation marks and is introduced by a cue; scare quotes and titles are left
    out. Reported ones are the clause after the cue's particle. speaker is absent where nobody is named.
    """
    tongue = language(article)
    quotes = []
    for field in fields:
        quotes.extend(_Reader(field, tongue, Actors(entities, field.name)).read())
    return quotes


def pairs(text: str) -> list[tuple[int, int]]:
    """What stands between quotation marks, as half-open spans without the marks, within one line, in order."""
    found = []
    stack: list[tuple[str, int]] = []
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark[0] == "\n":
            stack.clear()
        elif stack and mark in _OPENERS[stack[-1][0]] and not _opens_again(text, mark, at):
            found.append((stack.pop()[1], at))
        elif mark in _OPENERS and (not stack or stack[-1][0] != mark):
            stack.append((mark, match.end()))
    return sorted((start, end) for start, end in found if 0 < end - start <= _LONGEST)


def _opens_again(text: str, mark: str, at: int) -> bool:
    """Whether an opening mark inside of an open quotation opens another one rather than standing for a closing mark."""
    return mark == "“" and text[at - 1 : at].isspace() and not text[at + 1 : at + 2].isspace() and at + 1 < len(text)


def _start(word: Word) -> int:
    return word.start


def _cue_end(speech: _Speech) -> int:
    return speech.cue.last


class _Reader:
    """Reads the quotations of one field."""

    def __init__(self, field: Field, tongue: str, actors: Actors) -> None:
        self.field = field
        self.text = field.text
        self.tongue = tongue
        self.actors = actors
        self.tables = _tables(tongue)
        self.sentences = read(field.text)
        self.pairs = [_Pair(*pair) for pair in pairs(field.text)]
        self.pair_starts = [pair.start for pair in self.pairs]
        self.word_starts = [[word.start for word in sentence.words] for sentence in self.sentences]

    def read(self) -> list[Quote]:
        """The quotations in order."""
        found: list[Quote] = []
        speeches: list[list[_Speech]] = []
        remembered: tuple[int, Actor] | None = None
        for position, sentence in enumerate(self.sentences):
            near = remembered[1] if remembered and position - remembered[0] <= _MEMORY else None
            spoken = self._speeches(sentence, near)
            speeches.append(spoken)
            named = [speech.speaker for speech in spoken if speech.speaker and speech.told]
            if named:
                remembered = position, named[-1]
            found.extend(quote for speech in spoken if (quote := self._reported(sentence, speech)))
        if self.field.name == "headline":
            found.extend(self._headline())
        starts = [sentence.start for sentence in self.sentences]
        for pair in self.pairs:
            position = max(bisect_left(starts, pair.start + 1) - 1, 0)
            quote = self._direct(pair, position, speeches)
            if quote:
                found.append(quote)
        return sorted(found, key=lambda quote: (quote.start, quote.end))

    def _quote(
        self, kind: str, start: int, end: int, speaker: Actor | None, cue: str | None, *, sure: bool
    ) -> Quote | None:
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start >= end:
            return None
        return Quote(
            field=self.field.name,
            start=start,
            end=end,
            kind="direct" if kind == "direct" else "reported",
            text=self.text[start:end],
            speaker=speaker.entity.name if speaker else None,
            speaker_entity=speaker.entity.id if speaker else None,
            cue=cue,
            confidence=(0.9 if sure else 0.6) if speaker else 0.5,
            method="rules",
        )

    # Cues and the clauses that they report.

    def _speeches(self, sentence: Sentence, remembered: Actor | None) -> list[_Speech]:
        """The cues of a sentence in order, each with its speaker and clause."""
        cues = self._cues(sentence)
        firsts = frozenset(cue.first for cue in cues)
        found: list[_Speech] = []
        for number, cue in enumerate(cues):
            following = cues[number + 1].first if number + 1 < len(cues) else len(sentence.words)
            particle = self._particle(sentence, cue, following)
            clause = self._clause(sentence, particle, firsts) if particle else None
            if self.tongue == "tr":
                clause = self._turkish_clause(sentence, cue)
            limit = particle[0] if particle else self._subject_limit(sentence, cue, following)
            speaker, sure = self._speaker(sentence, cue, limit, found, remembered)
            told = clause is not None or particle is not None or self._opens_speech(sentence, limit)
            found.append(_Speech(cue, speaker, sure, clause, told))
        return found

    def _cues(self, sentence: Sentence) -> list[_Cue]:
        words = sentence.words
        found = []
        index = 0
        while index < len(words):
            aside = self.tables.aside.match(words, index)
            if aside:
                index += aside.length
                continue
            match = self.tables.cues.match(words, index)
            if match and self._is_cue(words, index, match):
                found.append(_Cue(index, index + match.length, match.value, match.cut))
                index += match.length
            else:
                index += 1
        return found

    def _is_cue(self, words: tuple[Word, ...], index: int, match: Match[str]) -> bool:
        """Arabic verbs take و and ف, not ب, ل and ك; بين is "between" unless a clause follows."""
        word = words[index]
        if self.actors.within(word.start, word.end):
            return False  # a name that looks like a verb
        if self.tongue == "ar" and match.cut and match.value != "noun" and word.form[0] not in "وف":
            return False
        following = words[index + 1].form if index + 1 < len(words) else ""
        stem = word.form[match.cut :]
        if index and words[index - 1].form == "عدم":
            return False
        if self.tongue != "ar" or stem not in {"بين", "رد", "ردت"}:
            return True
        if stem == "بين":
            named = words[index + 1 : index + 12]
            return index < _FEWEST and any(later.form in {"ان", "انه", "انها"} for later in named)
        return following not in {"علي", "في", "من"} and (match.cut == 0 or index == 0)  # it arrived, not it answered

    def _particle(self, sentence: Sentence, cue: _Cue, following: int) -> tuple[int, int] | None:
        """The words first to last (half-open) of the particle that opens the clause of the cue."""
        words = sentence.words
        if self.tongue == "en" and cue.kind in {"say", "tell"}:
            return self._english_particle(sentence, cue)
        for at in range(cue.last, min(following, cue.last + _REACH)):
            match = self.tables.that.match(words, at)
            free = at == cue.last or not self.tables.not_that.has(words[at - 1].form)
            if match and free and not self._quoted(words[at].start):
                return at, at + match.length
        return None

    def _english_particle(self, sentence: Sentence, cue: _Cue) -> tuple[int, int] | None:
        """English leaves the particle out: the clause follows right after the cue unless a name or a mark does."""
        words = sentence.words
        if cue.last >= len(words):
            return None
        word = words[cue.last]
        if self.tables.that.match(words, cue.last):
            return cue.last, cue.last + 1
        bare = self.tables.bare.match(words, cue.first) is not None
        if not (word.is_name or word.is_number) or not bare or self.tables.unnamed.has(word.form):
            return None
        if self.actors.within(word.start, word.end) and not self._subject_before(sentence, cue):
            return None
        return (cue.last, cue.last) if self._subject_before(sentence, cue) else None

    def _subject_before(self, sentence: Sentence, cue: _Cue) -> bool:
        return bool(self.actors.within(self._back(sentence, cue), sentence.words[cue.first].start))

    def _back(self, sentence: Sentence, cue: _Cue) -> int:
        """From where in the sentence the subject of a cue may stand before it."""
        return max(sentence.start, sentence.words[cue.first].start - _BACK)

    def _quoted(self, at: int) -> bool:
        """Whether the code point lies between quotation marks."""
        number = bisect_left(self.pair_starts, at + 1) - 1
        return number >= 0 and at < self.pairs[number].end

    def _clause(self, sentence: Sentence, particle: tuple[int, int], cues: frozenset[int]) -> tuple[int, int] | None:
        """The span of the reported clause: after the particle, up to a comma that another clause follows."""
        words = sentence.words
        first = particle[1]
        if self.tongue == "ar" and words[particle[0]].form.removeprefix("ب") != "ان":
            first = particle[0]  # the pronoun is a part of the clause
        if first >= len(words) or words[first].form in {",", "،"}:
            return None
        last = min(len(words), first + _LONGEST_CLAUSE)
        for at in range(first, min(len(words), first + _LONGEST_CLAUSE)):
            if self._quoted(words[at].start) or not _STOPS.intersection(words[at].form):
                continue
            after = at + 1
            if after < len(words) and (after in cues or self.tables.end.match(words, after)):
                last = at
                break
        while last > first and not (words[last - 1].is_name or words[last - 1].is_number):
            if self._closes(words[last - 1]):
                break
            last -= 1
        if last - first < _SHORTEST_CLAUSE:
            return None
        return words[first].start, words[last - 1].end

    def _closes(self, word: Word) -> bool:
        return any(mark in word.form for mark in '"”»)%')

    def _turkish_clause(self, sentence: Sentence, cue: _Cue) -> tuple[int, int] | None:
        """The clause before the verb: from after the subject up to a verbal noun in the accusative."""
        words = sentence.words
        if cue.kind != "tell" or not cue.first or not _OBJECT_CLAUSE.search(words[cue.first - 1].form):
            return None
        subject = self.actors.first(self._back(sentence, cue), words[cue.first].start)
        if subject is None:
            return None
        first = bisect_left(words, subject.end, key=_start)
        while first < cue.first and not words[first].is_name:
            first += 1
        for at in range(first, min(cue.first, first + _REACH)):
            lead = self.tables.lead.match(words, at)
            if lead:
                first = at + lead.length
                break
        if cue.first - first < _SHORTEST_CLAUSE:
            return None
        return words[first].start, words[cue.first - 1].end

    def _reported(self, sentence: Sentence, speech: _Speech) -> Quote | None:
        if speech.clause is None:
            return None
        start, end = speech.clause
        covering = bisect_left(self.pair_starts, start)
        if covering < len(self.pairs) and self._mostly(covering, start, end):
            return None
        cue = self._cue_text(sentence, speech.cue)
        return self._quote("reported", start, end, speech.speaker, cue, sure=speech.sure)

    def _mostly(self, number: int, start: int, end: int) -> bool:
        """Whether the quotation fills the clause, which is then no reported speech."""
        pair = self.pairs[number]
        return pair.start <= start + 2 or (pair.start < end and (pair.end - pair.start) * 10 > (end - start) * 7)

    def _cue_text(self, sentence: Sentence, cue: _Cue) -> str:
        first = sentence.words[cue.first]
        return self.text[first.start + (1 if cue.cut else 0) : sentence.words[cue.last - 1].end]

    def _opens_speech(self, sentence: Sentence, index: int) -> bool:
        """Whether a colon or a quotation stands at the word."""
        if index >= len(sentence.words):
            return False
        word = sentence.words[index]
        return ":" in word.form or self._quoted(word.start)

    # Who speaks.

    def _subject_limit(self, sentence: Sentence, cue: _Cue, following: int) -> int:
        """Up to which word the subject of a cue without a particle may stand: a colon or a quotation ends it."""
        words = sentence.words
        for at in range(cue.last, min(following, cue.last + _REACH)):
            if ":" in words[at].form or self._quoted(words[at].start):
                return at
        return min(following, cue.last + _REACH)

    def _speaker(
        self, sentence: Sentence, cue: _Cue, limit: int, before: list[_Speech], remembered: Actor | None
    ) -> tuple[Actor | None, bool]:
        """(who speaks, whether the cue itself names them)."""
        words = sentence.words
        start = words[cue.first].start
        if cue.kind == "relay":
            return self._relayed(sentence, cue, limit)
        spoken = [speech.speaker for speech in before[-_NEIGHBOURS:] if speech.speaker and speech.told]
        if cue.kind in {"say", "tell"} and self.tongue not in _SUBJECT_FIRST:
            return self._verb_first(sentence, cue, limit, spoken, remembered)
        if cue.kind == "participle" and spoken:
            return spoken[-1], False
        actor = self.actors.last(self._back(sentence, cue), start)
        if self.tongue in {"tr", "fa"}:
            actor = self.actors.first(self._back(sentence, cue), start) or actor
        if actor:
            return actor, cue.kind != "participle"
        if self.tongue in _SUBJECT_FIRST and limit < len(words):
            actor = self.actors.first(words[cue.last - 1].end, words[limit].start)
            if actor:
                return actor, True
        return remembered, False

    def _verb_first(
        self, sentence: Sentence, cue: _Cue, limit: int, spoken: list[Actor], remembered: Actor | None
    ) -> tuple[Actor | None, bool]:
        """The subject of a verb that stands before it, up to the particle, the colon or the quotation."""
        words = sentence.words
        following = words[cue.last] if cue.last < len(words) else None
        end = words[limit].start if limit < len(words) else sentence.end
        if following and following.form in _HIMSELF:
            return spoken[-1] if spoken else remembered or self.actors.last(
                max(0, words[cue.first].start - _BACK), words[cue.first].start
            ), False
        after = [
            actor
            for actor in self.actors.within(words[cue.last - 1].end, end)
            if actor.entity.type == "person" or not self._addressed(actor)
        ]
        unnamed = following is not None and self.tables.unnamed.has(following.form)
        if unnamed and after and following and after[0].start <= following.start + 1:
            unnamed = False  # a name that begins with such a word
        people = [actor for actor in after if actor.entity.type == "person"]
        if people or (after and not unnamed):
            return (people or after)[0], True
        if unnamed:
            return None, False
        if spoken:
            return spoken[-1], False
        return (self.actors.first(self._back(sentence, cue), words[cue.first].start) or remembered), False

    def _addressed(self, actor: Actor) -> bool:
        """Whether the organisation is whom somebody spoke to: لوكالة كذا, لـ«كذا»."""
        before = self.text[max(0, actor.start - 20) : actor.start].rstrip('«“"ـ').split()
        return bool(before) and before[-1].startswith("ل")

    def _relayed(self, sentence: Sentence, cue: _Cue, limit: int) -> tuple[Actor | None, bool]:
        """نقلت وكالة عن فلان أن: who stands behind عن."""
        words = sentence.words
        for at in range(cue.last, min(limit, len(words))):
            if words[at].form == "عن":
                following = words[at + 1].form if at + 1 < len(words) else ""
                end = words[limit].start if limit < len(words) else sentence.end
                actor = self.actors.first(words[at].end, end)
                if actor and (actor.entity.type == "person" or not self.tables.unnamed.has(following)):
                    return actor, True
                break
        return None, False

    # Words in quotation marks.

    def _direct(self, pair: _Pair, position: int, speeches: list[list[_Speech]]) -> Quote | None:
        sentence = self.sentences[position]
        starts = self.word_starts[position]
        index = bisect_left(starts, pair.start)
        count = sum(word.is_name or word.is_number for word in sentence.words[index : bisect_left(starts, pair.end)])
        if pair.end > sentence.end:
            count = max(count, _FEWEST)
        if count < _FEWEST_LED or self._names(pair):
            return None
        for attribute in (self._after, self._before, self._inside, self._labelled):
            if quote := attribute(pair, position, index, count, speeches):
                return quote
        return None

    def _names(self, pair: _Pair) -> bool:
        """Whether the quotation marks hold nothing but a name."""
        inside = self.actors.within(pair.start, pair.end)
        return any((actor.end - actor.start) * 3 > (pair.end - pair.start) * 2 for actor in inside)

    def _before(
        self, pair: _Pair, position: int, index: int, count: int, speeches: list[list[_Speech]]
    ) -> Quote | None:
        """قال فلان إن "…", وأضاف: "…", اعتبرت حماس القصف "…"."""
        sentence = self.sentences[position]
        words = sentence.words
        outside = index - 1  # the opening mark
        while outside >= 0 and words[outside].end > pair.start - 1:
            outside -= 1
        led = outside >= 0 and (":" in self.text[words[outside].end - 1 : pair.start] or self._leads(words, outside))
        before = bisect_left(speeches[position], index + 1, key=_cue_end)
        if not before:
            return None
        speech = speeches[position][before - 1]
        gap = index - speech.cue.last
        if led and gap <= _REACH:
            return self._attributed(pair, sentence, speech)
        near = gap <= _NEAR and count >= _FEWEST_LED and speech.cue.kind in {"say", "participle"}
        if near and outside >= 0 and not self._titled(words, outside):
            return self._attributed(pair, sentence, speech)
        return None

    def _leads(self, words: tuple[Word, ...], index: int) -> bool:
        match = self.tables.that.match(words, index)
        return match is not None and match.length == 1

    def _titled(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether the word before a quotation makes it a name: صحيفة "…", لـ"…"."""
        return words[index].form in _PREFIXES or any(
            (match := self.tables.title.match(words, index - back)) is not None and match.length == back + 1
            for back in (1, 0)
            if index >= back
        )

    def _attributed(self, pair: _Pair, sentence: Sentence, speech: _Speech) -> Quote | None:
        cue = self._cue_text(sentence, speech.cue)
        return self._quote("direct", pair.start, pair.end, speech.speaker, cue, sure=speech.sure)

    def _inside(
        self, pair: _Pair, position: int, index: int, count: int, speeches: list[list[_Speech]]
    ) -> Quote | None:
        """Words kept in quotation marks inside of a reported clause."""
        sentence = self.sentences[position]
        words = sentence.words
        outside = index - 1
        while outside >= 0 and words[outside].end > pair.start - 1:
            outside -= 1
        if count < _FEWEST or (outside >= 0 and self._titled(words, outside)):
            return None
        before = bisect_left(speeches[position], index, key=_cue_end)
        for speech in reversed(speeches[position][max(0, before - _NEIGHBOURS) : before]):
            if speech.clause and speech.clause[0] <= pair.start and pair.end <= speech.clause[1] + 1:
                return self._attributed(pair, sentence, speech)
        return None

    def _after(self, pair: _Pair, position: int, index: int, count: int, speeches: list[list[_Speech]]) -> Quote | None:
        """The cue stands after the quotation: "…"، قال فلان; "…," said X; « … », affirme X; "…" dedi."""
        del index
        while position + 1 < len(self.sentences) and self.sentences[position].end <= pair.end:
            position += 1
        sentence = self.sentences[position]
        starts = self.word_starts[position]
        first = bisect_left(starts, pair.end)
        while first < len(starts) and not sentence.words[first].is_name:
            if sentence.words[first].form[-1:] in {".", "؛", ";"}:
                return None
            first += 1
        after = bisect_left(speeches[position], first + 1, key=_cue_end)
        for speech in speeches[position][after : after + _NEIGHBOURS]:
            reach = first + (1 if self.tongue == "ar" else _AFTER)
            if first <= speech.cue.first < reach and self._follows(sentence, speech, first):
                speaker = self._speaker_after(sentence, speech, pair)
                quote = self._quote(
                    "direct", pair.start, pair.end, speaker, self._cue_text(sentence, speech.cue), sure=True
                )
                return quote if count >= _FEWEST or speech.cue.first == first else None
        return None

    def _follows(self, sentence: Sentence, speech: _Speech, first: int) -> bool:
        """Whether the cue after a quotation looks back at it: Arabic ones stand right behind, without و."""
        if self.tongue == "ar":
            apart = first > 0 and not _STOPS.isdisjoint(sentence.words[first - 1].form)
            return apart and speech.cue.kind in {"say", "tell"} and speech.cue.cut == 0 and speech.clause is None
        if speech.cue.kind == "participle" or (speech.clause and self.tongue != "tr"):
            return False
        between = sentence.words[first : speech.cue.first]
        return all(word.is_name or word.form in {"'", "-"} for word in between)

    def _speaker_after(self, sentence: Sentence, speech: _Speech, pair: _Pair) -> Actor | None:
        words = sentence.words
        cue_end = words[speech.cue.last - 1].end
        ahead = self.actors.first(cue_end, words[min(speech.cue.last + _AFTER * 2, len(words) - 1)].end)
        if self.tongue == "ar":
            himself = speech.cue.last < len(words) and words[speech.cue.last].form in _HIMSELF
            return speech.speaker if himself else ahead or speech.speaker
        between = self.actors.last(pair.end, words[speech.cue.first].start)
        if between:
            return between
        if self.tongue in {"tr", "fa"}:
            return speech.speaker
        return ahead if ahead and speech.cue.last < len(words) else speech.speaker

    def _labelled(
        self, pair: _Pair, position: int, index: int, count: int, speeches: list[list[_Speech]]
    ) -> Quote | None:
        """A name, a colon and the quotation."""
        del index, count, speeches
        sentence = self.sentences[position]
        label = self.text[max(sentence.start, pair.start - 4) : pair.start]
        if ":" not in label:
            return None
        colon = max(sentence.start, pair.start - 4) + label.index(":")
        actor = self.actors.last(max(sentence.start, colon - _BACK), colon)
        if actor is None or self.text[actor.end : colon].strip():
            return None
        return self._quote("direct", pair.start, pair.end, actor, None, sure=True)

    def _headline(self) -> list[Quote]:
        """فلان: what he says, without quotation marks."""
        found = []
        for actor in self.actors.within(0, len(self.text)):
            rest = self.text[actor.end : actor.end + _LABEL]
            colon = len(rest) - len(rest.lstrip())
            if not rest[colon:].startswith(":") or rest[colon + 1 :].lstrip()[:1] in _OPENERS:
                continue
            quote = self._quote("reported", actor.end + colon + 1, len(self.text), actor, None, sure=False)
            if quote and quote.text.count(" ") + 1 >= _SHORTEST_CLAUSE:
                found.append(quote)
        return found
