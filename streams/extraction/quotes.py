"""Direct and reported speech, with who said it."""

import re
from bisect import bisect_left
from collections import Counter
from typing import Literal, NamedTuple

from schemas import CleanArticle, Entity, Quote
from streams.extraction.actors import Actors
from streams.extraction.certainty import confidence
from streams.extraction.cues import tables
from streams.extraction.reading import Match, Sentence, Word, language, read
from streams.extraction.speakers import Cue, Page, Speaker, Speakers
from streams.extraction.text import Field

Kind = Literal["direct", "reported"]

_MARK = re.compile('["“”„«»‟]|\n+')
_OPENERS = {"“": "”“", "„": "“”", "«": "»", "‟": "”", '"': '"', "”": "“”"}
_BACK = 1500  # code points before a word in which a subject is looked for
_LONGEST_NAME = 80  # code points
_YEAR = re.compile(r"\s?\((?:عام )?\d{4}\)")
_LONGEST = 4000  # code points of one quotation
_REACH = 40  # words between a cue and the words it introduces
_NEAR = 12  # the same without a particle or a colon
_AFTER = 6  # words between a quotation and the cue after it
_FEWEST = 2  # words of a quotation that a cue introduces
_NICKNAME = 3  # words of what somebody or something is called
_FREE = 5  # words that are a quotation without any cue
_SHORTEST_CLAUSE = 3  # words
_LONGEST_CLAUSE = 150  # words
_LABEL = 8  # code points after a name in a headline in which its colon and the first word may stand
_TITLES = 4  # words of a title between a verb and the name of its subject
_NEIGHBOURS = 4  # cues looked at around a quotation
_PREFIXES = frozenset({"ل", "ك"})
_STOPS = frozenset("،,؛;.")
_COMMAS = frozenset("،,")
_SAY_STEMS = ("قال", "قول", "يقول", "تقول", "قاي", "قاءل", "قائل", "سيقول", "ستقول", "قلن", "قيل", "نقل", "رد", "زعم")
_COLON_REPORTS = frozenset({"fa", "ur", "ckb", "ku"})
_THUS = frozenset({"هكذا", "بهذه"})
_LIKE = frozenset({"كما", "حسبما", "وفقما", "مثلما", "بحسبما"})
_RELATIVES = frozenset({"الذي", "التي", "الذين", "الذى"})
_FULL_STOPS = frozenset(".؛;")
_CRIES = frozenset("?!؟")
_ASKED = frozenset("؟?…")
_NEAR_KINDS = frozenset({"say", "act", "ask", "label", "participle", "acting", "labeling", "noun", "being"})
_LEANING = frozenset({"participle", "acting", "labeling"})
_SILENT = frozenset({"ask", "label", "labeling"})  # kinds that report no clause
_THEY = frozenset({"he", "she"})
_FINITE = frozenset({"say", "tell", "act", "ask", "label"})
_OBJECT_CLAUSE = re.compile(
    r"[ıiuü]n[ıiuü]$|(?:[dt][ıiuü]ğ[ıiuü]|(?:y?[ae]c[ae]ğ[ıi]))n?[ıi]?$|m[ae]s[ıi]n[ıi]$|l[ae]r[ıi]n[ıi]$"
)


class _Pair(NamedTuple):
    """Words in quotation marks: start and end of what is inside, half-open, in code points of the field."""

    start: int
    end: int


class _Speech(NamedTuple):
    """A cue with its speaker and the span of the clause that it reports, when there is one.

    told: whether a particle, a colon or a quotation follows, or a quotation stands before, so that somebody does speak.
    """

    cue: Cue
    speaker: Speaker
    clause: tuple[int, int] | None
    told: bool


def find(article: CleanArticle, fields: list[Field], entities: list[Entity]) -> list[Quote]:
    """The quotations of the fields, in order; half-open offsets in code points of each field.

    Direct ones are what stands between quotation marks and is introduced by a cue, or is too long for a name; scare
    quotes and titles are left out. Reported ones are the clause after the cue's particle. speaker is absent where
    nobody is named; speaker_entity where the text names a speaker whom no entity finder knew.
    """
    tongue = language(article)
    quotes = []
    for field in fields:
        quotes.extend(_Reader(field, tongue, entities).read())
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


def _outermost(pairs: list[_Pair]) -> list[_Pair]:
    """The quotations that lie in no other one, of quotations in order."""
    found: list[_Pair] = []
    for pair in pairs:
        if not found or pair.start >= found[-1].end:
            found.append(pair)
    return found


def _start(word: Word) -> int:
    return word.start


def _cue_end(speech: _Speech) -> int:
    return speech.cue.last


class _Reader:
    """Reads the quotations of one field."""

    def __init__(self, field: Field, tongue: str, entities: list[Entity]) -> None:
        self.field = field
        self.text = field.text
        self.tongue = tongue
        self.tables = tables(tongue)
        self.sentences = read(field.text)
        self.starts = [sentence.start for sentence in self.sentences]
        self.located = Actors(entities, field.name, places=True)
        self.pairs = [_Pair(*pair) for pair in pairs(field.text) if not self._names(_Pair(*pair))]
        self.pair_starts = [pair.start for pair in self.pairs]
        self.ending = {pair.end: pair for pair in reversed(self.pairs)}
        self.pair_ends = sorted(self.ending)
        self.word_starts = [[word.start for word in sentence.words] for sentence in self.sentences]
        self.outer = _outermost(self.pairs)
        self.outer_starts = [pair.start for pair in self.outer]
        page = Page(field.text, tongue, self.tables, self.sentences, self._quoted)
        self.speakers = Speakers(page, entities, field.name)
        self.speeches: list[list[_Speech]] = []

    def read(self) -> list[Quote]:
        """The quotations in order."""
        found: list[Quote] = []
        for position, sentence in enumerate(self.sentences):
            spoken = self._speeches(position)
            self.speeches.append(spoken)
            told = [speech.speaker for speech in spoken if speech.told]
            if told:
                self.speakers.remember(position, told)
            found.extend(quote for speech in spoken if (quote := self._reported(sentence, speech)))
            if self.tongue in {"en", "fr"} and (quote := self._clause_first(position, spoken)):
                found.append(quote)
        if self.field.name == "headline":
            found.extend(self._headline())
        found.extend(self._quotations())
        return sorted(found, key=lambda quote: (quote.start, quote.end))

    def _position(self, at: int) -> int:
        """The number of the sentence that the code point lies in."""
        return max(bisect_left(self.starts, at + 1) - 1, 0)

    def _quote(self, kind: Kind, start: int, end: int, speaker: Speaker, cue: str | None) -> Quote | None:
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start >= end:
            return None
        return Quote(
            field=self.field.name,
            start=start,
            end=end,
            kind=kind,
            text=self.text[start:end],
            speaker=speaker.name,
            speaker_entity=speaker.entity,
            cue=cue,
            confidence=confidence(kind, (0.9 if speaker.sure else 0.6) if speaker.name else 0.5),
            method="rules",
        )

    # Cues and the clauses that they report.

    def _speeches(self, position: int) -> list[_Speech]:
        """The cues of a sentence in order, each with its speaker and clause."""
        sentence = self.sentences[position]
        cues = self._cues(sentence)
        particles = []
        for number, cue in enumerate(cues):
            following = self._following(sentence, cues, number)
            wide = self._next_saying(sentence, cues, number, following)
            particles.append((self._particle(sentence, cue, following, wide), following))
        firsts = frozenset(
            cue.first
            for cue, (particle, following) in zip(cues, particles, strict=True)
            if (particle and (cue.cut or self.tongue != "ar"))
            or cue.kind in _LEANING
            or self._opens_speech(sentence, self._limit(sentence, cue, following))
        )
        found: list[_Speech] = []
        for cue, (particle, following) in zip(cues, particles, strict=True):
            clause = None
            if cue.kind not in _SILENT:
                related = cue.first > 0 and sentence.words[cue.first - 1].form in _RELATIVES
                clause = self._clause(sentence, particle, None if related else firsts) if particle else None
                if self.tongue == "tr":
                    clause = self._turkish_clause(sentence, cue)
            limit = particle[0] if particle else self._limit(sentence, cue, following)
            quoted = self._quotation_before(sentence, cue)
            since = None if quoted is None else self._position(quoted.start)
            spoken = [(speech.cue.first, speech.speaker) for speech in found[-_NEIGHBOURS:] if speech.told]
            speaker = self.speakers.of(position, cue, limit, spoken, since)
            told = particle is not None or quoted is not None or self._opens_speech(sentence, limit)
            found.append(_Speech(cue, speaker, clause, told or clause is not None))
        return found

    def _following(self, sentence: Sentence, cues: list[Cue], number: int) -> int:
        """The first word of the next cue that could take a clause from this one: not one in a relative clause."""
        words = sentence.words
        for cue in cues[number + 1 :]:
            before = words[cue.first - 1].form
            if before in _RELATIVES and not (self.tongue == "ar" and self._says(words, cue)):
                continue
            if before in _LIKE:
                continue
            return cue.first
        return len(words)

    def _quotation_before(self, sentence: Sentence, cue: Cue) -> _Pair | None:
        """The quotation that ends right before the cue and that the cue looks back at: Arabic verbs without و do."""
        if self.tongue == "ar" and (cue.cut or cue.kind not in _FINITE):
            return None
        number = bisect_left(self.pair_ends, sentence.words[cue.first].start) - 1
        if number < 0:
            return None
        end = self.pair_ends[number]
        between = self.text[end : sentence.words[cue.first].start]
        if any(letter.isalpha() for letter in between) or "\n" in between:
            return None
        return self.ending[end]

    def _cues(self, sentence: Sentence) -> list[Cue]:
        words = sentence.words
        aside, anonymous = self.tables.kind("aside"), self.tables.kind("anonymous")
        found = []
        index = 0
        while index < len(words):
            if not self.tables.openers.has(words[index].form):
                index += 1
                continue
            skipped = aside.match(words, index) or anonymous.match(words, index)
            if skipped:
                index += skipped.length
                continue
            match = self.tables.cues.match(words, index)
            if match and self._is_cue(words, index, match):
                found.append(Cue(index, index + match.length, match.value, match.cut))
                index += match.length
            else:
                index += 1
        return found

    def _is_cue(self, words: tuple[Word, ...], index: int, match: Match[str]) -> bool:
        """Arabic verbs take و and ف, not ب, ل and ك; بين is "between" unless a clause follows."""
        word = words[index]
        if self._is_named(word) or self._quoted(word.start):
            return False  # a name that looks like a verb, or a verb of the speaker's own
        return self.tongue != "ar" or self._is_arabic_cue(words, index, match)

    def _is_arabic_cue(self, words: tuple[Word, ...], index: int, match: Match[str]) -> bool:
        form = words[index].form
        clitics, stem = form[: match.cut], form[match.cut :]
        after = index + match.length
        following = words[index + 1].form if index + 1 < len(words) else ""
        called = stem in {"تدعي", "يدعي"} and self.text[words[index].end - 1] == "ى"  # not who claims
        if called or (after < len(words) and self.tables.kind("anonymous").match(words, after)):
            return False  # مصدر طلب عدم ذكر اسمه
        if match.value == "relay":
            return any(later.form == "عن" for later in words[index + 1 : index + _NEAR])
        if match.cut and match.value != "noun" and clitics[0] not in "وف" and not clitics.endswith("ل"):
            return False
        if stem == "بين":
            named = words[index + 1 : index + 12]
            return index < _FEWEST and any(later.form in {"ان", "انه", "انها"} for later in named)
        if stem in {"رد", "ردت"}:  # it arrived, not it answered
            return following not in {"علي", "في", "من"} and (match.cut == 0 or index == 0)
        return not index or words[index - 1].form != "عدم"

    def _next_saying(self, sentence: Sentence, cues: list[Cue], number: int, following: int) -> int:
        """Up to where إن may still belong to a form of قال: the next form of it, over other verbs."""
        words = sentence.words
        if self.tongue != "ar" or not self._says(words, cues[number]):
            return following
        later = (cue.first for cue in cues[number + 1 :] if self._says(words, cue))
        return next(later, len(words))

    def _particle(self, sentence: Sentence, cue: Cue, following: int, wide: int) -> tuple[int, int] | None:
        """The words first to last (half-open) of the particle that opens the clause of the cue.

        following: the next cue, which other particles belong to. wide: up to where إن still belongs to this one.
        """
        words = sentence.words
        that, not_that = self.tables.kind("that"), self.tables.kind("not_that")
        for at in range(cue.last, min(max(following, wide), cue.last + _REACH)):
            match = that.match(words, at)
            if not match or match.cut or (at >= following and not self._says_only(words[at])):
                continue
            if self.tongue == "ar" and self._says_only(words[at]) and not self._says(words, cue):
                continue
            if at > cue.last and words[cue.first - 1].form in _RELATIVES and self._leaves(words, cue, at):
                return None
            if self.tongue == "en" and at > cue.last and self._leaves(words, cue, at):
                return None
            free = at == cue.last or not not_that.has(words[at - 1].form)
            if self.tongue == "ar" and words[at - 1].form == "علي" and self.text[words[at - 1].end - 1] != "ي":
                free = self.tables.kind("upon").match(words, cue.first) is not None
            if free and not self._quoted(words[at].start) and not self._is_named(words[at]):
                return at, at + match.length
        if cue.last < len(words) and self.tongue in _COLON_REPORTS and words[cue.last].form == ":":
            return cue.last, cue.last + 1
        if self.tongue in {"en", "fa"} and cue.kind in {"say", "tell"}:
            return self._bare(sentence, cue)
        return None

    def _leaves(self, words: tuple[Word, ...], cue: Cue, at: int) -> bool:
        """Whether a comma stands between a cue and a particle."""
        return any(word.form[:1] in _COMMAS for word in words[cue.last : at])

    def _says_only(self, word: Word) -> bool:
        """Whether the particle is إن, which stands behind قال alone, and not أن."""
        return self.text[word.start] == "إ"

    def _says(self, words: tuple[Word, ...], cue: Cue) -> bool:
        """Whether the cue is a form of قال."""
        return words[cue.first].form[cue.cut :].removeprefix("ال").startswith(_SAY_STEMS)

    def _is_named(self, word: Word) -> bool:
        """Whether the word is a name that looks like a particle: آن is no أن."""
        if self.text[word.start] == "آ":
            return True
        mentions = self.located.within(max(0, word.start - _LONGEST_NAME), word.end)
        return any(mention.end > word.start for mention in mentions)

    def _bare(self, sentence: Sentence, cue: Cue) -> tuple[int, int] | None:
        """English and Persian leave the particle out: the clause follows right after the cue unless a name or a mark does."""
        words = sentence.words
        listed = self.tongue == "fa" or self.tables.kind("bare").match(words, cue.first) is not None
        if cue.last + _SHORTEST_CLAUSE >= len(words) or not listed:
            return None
        word = words[cue.last]
        if not (word.is_name or word.is_number) or self.tables.kind("unbare").match(words, cue.last):
            return None
        if self.speakers.within(word.start, word.end) and not self._subject_before(sentence, cue):
            return None
        return (cue.last, cue.last) if self._subject_before(sentence, cue) else None

    def _subject_before(self, sentence: Sentence, cue: Cue) -> bool:
        """Whether a word stands right before the cue that may be its subject."""
        if not cue.first:
            return False
        before = sentence.words[cue.first - 1]
        following = sentence.words[cue.last] if cue.last < len(sentence.words) else None
        if before.form == "," and following and self.text[following.start].isupper():
            return False  # …, said Lena Orwell
        return (before.is_name or before.form == ",") and not self._quoted(before.start)

    def _quoted(self, at: int) -> bool:
        """Whether the code point lies between quotation marks."""
        number = bisect_left(self.outer_starts, at + 1) - 1
        return number >= 0 and at < self.outer[number].end

    def _clause(
        self, sentence: Sentence, particle: tuple[int, int], cues: frozenset[int] | None
    ) -> tuple[int, int] | None:
        """The span of the reported clause: after the particle, up to a comma that another clause follows.

        cues: words that begin another clause; None where any comma ends this one, as in a relative clause.
        """
        words = sentence.words
        first = particle[1]
        if self.tongue == "ar" and words[particle[0]].form.removeprefix("ب") != "ان":
            first = particle[0]  # the pronoun is a part of the clause
        if first >= len(words) or words[first].form in {",", "،"}:
            return None
        end = self.tables.kind("end")
        last = min(len(words), first + _LONGEST_CLAUSE)
        for at in range(first, min(len(words), first + _LONGEST_CLAUSE)):
            if self._quoted(words[at].start) or not _STOPS.intersection(words[at].form):
                continue
            after = at + 1
            if after < len(words) and (cues is None or after in cues or end.match(words, after)):
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

    def _turkish_clause(self, sentence: Sentence, cue: Cue) -> tuple[int, int] | None:
        """The clause before the verb: from after the subject up to a verbal noun in the accusative."""
        words = sentence.words
        if cue.kind != "tell" or not cue.first or not _OBJECT_CLAUSE.search(words[cue.first - 1].form):
            return None
        end = words[cue.first].start
        subject = self.speakers.marked(max(sentence.start, end - _BACK), end)
        first = bisect_left(words, subject.end, key=_start) if subject else max(0, cue.first - _LONGEST_CLAUSE)
        while first < cue.first and (not words[first].is_name or words[first - 1].form in {"'", "’"}):
            first += 1
        lead = self.tables.kind("lead")
        for at in range(first, min(cue.first, first + _REACH)):
            match = lead.match(words, at)
            if match:
                first = at + match.length
                break
        if cue.first - first < _SHORTEST_CLAUSE:
            return None
        return words[first].start, words[cue.first - 1].end

    def _clause_first(self, position: int, spoken: list[_Speech]) -> Quote | None:
        """The clause before a comma and its cue: Soldiers have freed the pupils, the army said on Thursday."""
        sentence = self.sentences[position]
        words = sentence.words
        speech = next((speech for speech in spoken if speech.cue.kind in {"say", "tell"}), None)
        if speech is None or speech.clause or self._quoted(sentence.start + 1) or speech.cue.first < _FREE:
            return None
        cue = speech.cue
        rest = words[cue.last] if cue.last < len(words) else None
        if self.tables.kind("asof").match(words, cue.first) or (rest is not None and rest.form in {"to", "-"}):
            return None
        if self.tongue == "en":
            if rest is not None and rest.form[:1] != "." and not self.tables.kind("unbare").match(words, cue.last):
                return None
            comma = self._last_comma(words, cue.first)
            before = self._last_comma(words, comma) if comma else None
            if comma and before and words[before + 1].form in {"the", "a", "an", "its", "their", "his", "her"}:
                comma = before
        else:
            comma = cue.first - 1 if words[cue.first - 1].form in _COMMAS else None
        if (
            comma is None
            or sum(word.is_name for word in words[:comma]) <= _FREE
            or any(self._quoted(word.start) for word in words[:comma])
        ):
            return None
        end = words[cue.first].start if self.tongue == "en" else sentence.end
        actors = self.speakers.within(words[comma].end, end)
        people = [actor for actor in actors if actor.entity.type == "person"]
        if not actors:
            return None
        speaker = self.speakers.named((people or actors)[0], sure=True)
        return self._quote("reported", sentence.start, words[comma - 1].end, speaker, self._cue_text(sentence, cue))

    def _last_comma(self, words: tuple[Word, ...], before: int) -> int | None:
        return next((at for at in range(before - 1, 0, -1) if words[at].form in _COMMAS), None)

    def _reported(self, sentence: Sentence, speech: _Speech) -> Quote | None:
        if speech.clause is None:
            return None
        start, end = speech.clause
        covering = bisect_left(self.pair_starts, start)
        if covering < len(self.pairs) and self._fills(self.pairs[covering], start, end):
            return None
        return self._quote("reported", start, end, speech.speaker, self._cue_text(sentence, speech.cue))

    def _fills(self, pair: _Pair, start: int, end: int) -> bool:
        """Whether the quotation is the clause, which is then no reported speech."""
        return pair.start <= start + 2 or (pair.start < end and (pair.end - pair.start) * 10 > (end - start) * 7)

    def _cue_text(self, sentence: Sentence, cue: Cue) -> str:
        first = sentence.words[cue.first]
        return self.text[first.start + (1 if cue.cut else 0) : sentence.words[cue.last - 1].end]

    def _opens_speech(self, sentence: Sentence, index: int) -> bool:
        """Whether a colon or a quotation stands at the word."""
        if index >= len(sentence.words):
            return False
        word = sentence.words[index]
        return ":" in word.form or self._quoted(word.start)

    def _limit(self, sentence: Sentence, cue: Cue, following: int) -> int:
        """Up to which word the subject of a cue without a particle may stand: a colon or a quotation ends it."""
        words = sentence.words
        for at in range(cue.last, min(following, cue.last + _REACH)):
            if ":" in words[at].form:
                return at
            if self._quoted(words[at].start) and not self.speakers.covers(words[at].start):
                return at
        return min(following, cue.last + _REACH)

    # Words in quotation marks.

    def _quotations(self) -> list[Quote]:
        """The direct quotations of the field."""
        found: list[Quote] = []
        heard: Counter[Speaker] = Counter()
        previous: tuple[_Pair, Speaker] | None = None
        inside = 0
        for pair in self.pairs:
            if pair.start < inside:
                continue  # a quotation within another
            quote = self._direct(pair, previous, heard)
            if quote is None:
                continue
            inside = pair.end
            speaker = Speaker(quote.speaker, quote.speaker_entity, sure=False)
            previous = pair, speaker
            if quote.speaker:
                heard[speaker] += 1
            found.append(quote)
        return found

    def _direct(self, pair: _Pair, previous: tuple[_Pair, Speaker] | None, heard: Counter[Speaker]) -> Quote | None:
        position = self._position(pair.start)
        sentence = self.sentences[position]
        index = bisect_left(self.word_starts[position], pair.start)
        words = sentence.words[index : bisect_left(self.word_starts[position], pair.end)]
        count = sum(word.is_name or word.is_number for word in words)
        if pair.end > sentence.end:
            count = max(count, _FREE)
        if count < _FEWEST:
            return None
        # What is called in quotation marks is no speech: alias « Al Bambari », avait annoncé.
        called = count <= _NICKNAME and self._titled(sentence.words, self._outside(sentence.words, pair, index))
        quote = None if called else self._after(pair, position)
        quote = quote or self._before(pair, position, index) or self._inside(pair, position, index)
        if quote is None and previous and count > _FEWEST and self._continues(pair, previous[0], index):
            quote = self._quote("direct", pair.start, pair.end, previous[1], None)
        if quote is None and self._is_free(pair, position, index, count):
            quote = self._unled(pair, position, index, heard)
        return quote

    def _continues(self, pair: _Pair, previous: _Pair, index: int) -> bool:
        """Whether the quotation is a sentence of its own behind one of the same paragraph: "…"، قال فلان. "…"."""
        if index > 1 or "\n" in self.text[previous.end : pair.start]:
            return False
        return self._position(previous.end + 1) + 1 >= self._position(pair.start)

    def _names(self, pair: _Pair) -> bool:
        """Whether the quotation marks hold nothing but a name, or a title with its year behind."""
        inside = self.located.within(pair.start, pair.end)
        return _YEAR.match(self.text, pair.end + 1) is not None or any(
            (actor.end - actor.start) * 3 > (pair.end - pair.start) * 2 for actor in inside
        )

    def _outside(self, words: tuple[Word, ...], pair: _Pair, index: int) -> int:
        """The word before the opening mark; -1 when there is none."""
        outside = index - 1
        while outside >= 0 and words[outside].end > pair.start - 1:
            outside -= 1
        return outside

    def _before(self, pair: _Pair, position: int, index: int) -> Quote | None:
        """قال فلان إن "…", وأضاف: "…", اعتبرت حماس القصف "…", and any colon before a quotation."""
        sentence = self.sentences[position]
        words = sentence.words
        outside = self._outside(words, pair, index)
        lead = self.text[(words[outside].end - 1 if outside >= 0 else sentence.start) : pair.start]
        colon = ":" in lead
        led = colon or (outside >= 0 and self._leads(words, outside))
        speech = self._nearest(position, index)
        gap = index - speech.cue.last if speech else _REACH
        if speech and led and gap <= _REACH:
            return self._attributed(pair, sentence, speech)
        if colon:
            at = next((at for at in range(index - 1, -1, -1) if ":" in words[at].form), None)
            if at is None:
                return None
            speaker = self._labelled(sentence, words[at].start) or self._somebody(position, at)
            return self._quote("direct", pair.start, pair.end, speaker, None)
        if not speech or outside < 0 or self._titled(words, outside) or self._owned(words, outside):
            return None
        if gap <= _NEAR and speech.cue.kind in _NEAR_KINDS and not self._closed(words, speech.cue.last, index):
            return self._attributed(pair, sentence, speech)
        return None

    def _closed(self, words: tuple[Word, ...], first: int, last: int) -> bool:
        """Whether a new clause begins between a cue and a quotation."""
        end, turn = self.tables.kind("end"), self.tables.kind("turn")
        return any(
            words[at].form[:1] in _COMMAS and at + 1 < last and (end.match(words, at + 1) or turn.match(words, at + 1))
            for at in range(first, last)
        )

    def _nearest(self, position: int, index: int) -> _Speech | None:
        """The last cue of the sentence before a word."""
        before = bisect_left(self.speeches[position], index + 1, key=_cue_end)
        words = self.sentences[position].words
        found = [
            speech
            for speech in self.speeches[position][max(0, before - _NEIGHBOURS) : before]
            if speech.told or not speech.cue.first or words[speech.cue.first - 1].form not in _LIKE
        ]
        while len(found) > 1 and self._is_apart(words, found[-1].cue, index):
            found.pop()
        last = found[-1] if found else None
        if last and not last.told and len(found) > 1 and found[-2].told and last.cue.kind not in _NEAR_KINDS:
            return found[-2]
        return last

    def _is_apart(self, words: tuple[Word, ...], cue: Cue, index: int) -> bool:
        """Whether the cue stands in a relative clause that a comma has closed."""
        return cue.first > 0 and words[cue.first - 1].form in _RELATIVES and self._leaves(words, cue, index)

    def _labelled(self, sentence: Sentence, colon: int) -> Speaker | None:
        """Whose name stands right before the colon."""
        actors = self.speakers.within(max(sentence.start, colon - _BACK), colon)
        if actors and not self.text[actors[-1].end : colon].strip(" «»“”\"'"):
            return self.speakers.named(actors[-1], sure=True)
        return None

    def _somebody(self, position: int, at: int) -> Speaker:
        """The subject of the words before a place in a sentence without a cue."""
        return self.speakers.of(position, Cue(at, at + 1, "noun", 0), at, [])

    def _leads(self, words: tuple[Word, ...], index: int) -> bool:
        match = self.tables.kind("that").match(words, index)
        return match is not None and match.length == 1

    def _titled(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether the word before a quotation makes it a name: صحيفة "…", لـ"…"."""
        title = self.tables.kind("title")
        return any(
            (match := title.match(words, index - back)) is not None and match.length == back + 1
            for back in (1, 0)
            if index >= back
        )

    def _owned(self, words: tuple[Word, ...], index: int) -> bool:
        """Whether the word before a short quotation makes it a name of something: لـ"…", ديوانه "…"."""
        form = words[index].form
        if self.tongue != "ar" or form in _PREFIXES:
            return form in _PREFIXES
        title = self.tables.kind("title")
        owned = form.removesuffix("ها").removesuffix("ه")
        bases = (owned, owned.removesuffix("ت") + "ه")
        return any(title.match((words[index]._replace(form=base),), 0) for base in bases)

    def _attributed(self, pair: _Pair, sentence: Sentence, speech: _Speech) -> Quote | None:
        return self._quote("direct", pair.start, pair.end, speech.speaker, self._cue_text(sentence, speech.cue))

    def _inside(self, pair: _Pair, position: int, index: int) -> Quote | None:
        """Words kept in quotation marks inside of a reported clause."""
        sentence = self.sentences[position]
        words = sentence.words
        outside = self._outside(words, pair, index)
        if outside >= 0 and self._titled(words, outside):
            return None
        before = bisect_left(self.speeches[position], index, key=_cue_end)
        for speech in reversed(self.speeches[position][max(0, before - _NEIGHBOURS) : before]):
            if speech.clause and speech.clause[0] <= pair.start and pair.end <= speech.clause[1] + 1:
                return self._attributed(pair, sentence, speech)
        return None

    def _after(self, pair: _Pair, position: int) -> Quote | None:
        """The cue stands after the quotation: "…"، قال فلان; "…," said X; « … », affirme X; "…" dedi."""
        behind = self._behind(position, pair)
        if behind is None:
            return None
        position, first = behind
        sentence = self.sentences[position]
        thus = sentence.words[first].form in _THUS and first + 1 < len(sentence.words)
        first += thus
        after = bisect_left(self.speeches[position], first + 1, key=_cue_end)
        reach = first + (1 if self.tongue == "ar" else _AFTER)
        for speech in self.speeches[position][after : after + _NEIGHBOURS]:
            if first <= speech.cue.first < reach and self._follows(sentence, speech, first, thus=thus):
                speaker = self._speaker_after(position, speech, pair)
                return self._quote("direct", pair.start, pair.end, speaker, self._cue_text(sentence, speech.cue))
        if self.tongue in {"en", "fr"} and (tagged := self._tagged(position, first)):
            return self._quote("direct", pair.start, pair.end, tagged, None)
        if self.tongue == "ar" and (thus or self._verb_like(sentence, first)):
            cue = Cue(first, first + 1, "say", 0)
            speaker = self.speakers.of(position, cue, len(sentence.words), [], self._position(pair.start))
            return self._quote("direct", pair.start, pair.end, speaker, self._cue_text(sentence, cue))
        return None

    def _tagged(self, position: int, first: int) -> Speaker | None:
        """Whom the words behind a quotation name whatever their verb is: “…,” shrugged X; « … », soupire son mari, X."""
        words = self.sentences[position].words
        marks = {word.form[:1] for word in words[max(0, first - 2) : first]}
        if not words[first - 1 : first] or (
            _COMMAS.isdisjoint(marks) and self.text[words[first].start - 3] not in _COMMAS
        ):
            return None
        if words[first].form in _THEY and first + 1 < len(words) and words[first + 1].form.endswith("ed"):
            return self.speakers.told_of(position)
        last = min(len(words), first + _AFTER)
        people = self.speakers.within(words[first].start, words[last - 1].end)
        found = next((actor for actor in people if actor.entity.type == "person"), None)
        return self.speakers.named(found, sure=False) if found else None

    def _verb_like(self, sentence: Sentence, index: int) -> bool:
        """Whether the word behind a quotation may be a verb of its speaker: "…"، تضحك فلانة; "…"، تنهد التاجر فلان."""
        words = sentence.words
        if not index or _COMMAS.isdisjoint(words[index - 1].form):
            return False
        form = words[index].form
        if (
            form[0] == "و"
            or self.tables.kind("aloof").match(words, index)
            or self.tables.kind("turn").match(words, index)
        ):
            return False
        at = index + 1
        while at < min(len(words), index + _TITLES) and words[at].form.startswith("ال"):
            at += 1
        near = self.speakers.within(words[index].end, words[at].end) if at < len(words) else []
        if any(actor.entity.type == "person" for actor in near):
            return True
        following = words[index + 1] if index + 1 < len(words) else None
        subject = following is None or not following.is_name or self.speakers.covers(following.start)
        return form[0] in {"ي", "ت"} and subject

    def _has_subject(self, sentence: Sentence, speech: _Speech) -> bool:
        """Whether a word behind the cue may be its subject."""
        return speech.cue.last < len(sentence.words) and sentence.words[speech.cue.last].is_name

    def _answers(self, pair: _Pair) -> bool:
        """Whether the quotation begins a paragraph behind one that asks something."""
        before = self.text[max(0, pair.start - 4) : pair.start - 1]
        return before.endswith("\n") and before.rstrip()[-1:] in _ASKED

    def _behind(self, position: int, pair: _Pair) -> tuple[int, int] | None:
        """(sentence, word) right behind a quotation, unless a full stop stands between.

        The next sentence counts where the quotation ended with a question or a cry, or هكذا takes it up.
        """
        while position + 1 < len(self.sentences) and self.sentences[position].end <= pair.end:
            position += 1
        words = self.sentences[position].words
        first = bisect_left(self.word_starts[position], pair.end)
        while first < len(words) and not words[first].is_name and words[first].form[-1:] not in _FULL_STOPS:
            first += 1
        if first < len(words) and words[first].is_name:
            return position, first
        if position + 1 == len(self.sentences):
            return None
        following = self.sentences[position + 1]
        asked = self.text[pair.end - 1] in _CRIES and self.tongue != "ar"
        taken = following.words and (following.words[0].form in _THUS or asked)
        return (position + 1, 0) if taken and "\n" not in self.text[pair.end : following.start] else None

    def _follows(self, sentence: Sentence, speech: _Speech, first: int, *, thus: bool) -> bool:
        """Whether the cue after a quotation looks back at it: Arabic ones stand right behind, without و."""
        if self.tongue == "ar":
            apart = first > 0 and not _STOPS.isdisjoint(sentence.words[first - 1].form)
            return (apart or thus) and speech.cue.kind in _FINITE and speech.cue.cut == 0 and not speech.clause
        if speech.cue.kind == "participle" or (speech.clause and self.tongue != "tr"):
            return False
        between = sentence.words[first : speech.cue.first]
        return all(word.is_name or word.form in {"'", "-"} for word in between)

    def _speaker_after(self, position: int, speech: _Speech, pair: _Pair) -> Speaker:
        """Who is named between the quotation and its cue, or behind the cue; in an interview, who answers."""
        if self._answers(pair) and not self._has_subject(self.sentences[position], speech):
            return self.speakers.leading()
        if self.tongue not in {"en", "fr"}:
            return speech.speaker
        words = self.sentences[position].words
        between = self.speakers.within(pair.end, words[speech.cue.first].start)
        if between:
            return self.speakers.named(between[-1], sure=True)
        if speech.cue.first and self.tables.kind("pronoun").match(words, speech.cue.first - 1):
            return speech.speaker
        stop = words[min(speech.cue.last + _AFTER * 3, len(words) - 1)].end
        ahead = self.speakers.within(words[speech.cue.last - 1].end, stop)
        people = [actor for actor in ahead if actor.entity.type == "person"]
        return self.speakers.named((people or ahead)[0], sure=True) if ahead else speech.speaker

    def _is_free(self, pair: _Pair, position: int, index: int, count: int) -> bool:
        """Whether so many words stand in the marks that they can hardly be a name or a title."""
        words = self.sentences[position].words
        outside = self._outside(words, pair, index)
        return count >= _FREE and not (outside >= 0 and self._titled(words, outside))

    def _unled(self, pair: _Pair, position: int, index: int, heard: Counter[Speaker]) -> Quote | None:
        """A quotation that no cue introduces: said by whom the sentence, or the quotation before, names."""
        sentence = self.sentences[position]
        if self._answers(pair):
            return self._quote("direct", pair.start, pair.end, self.speakers.leading(), None)
        if speech := self._nearest(position, index):
            return self._attributed(pair, sentence, speech)
        if speaker := self._as_of(sentence):
            return self._quote("direct", pair.start, pair.end, speaker, None)
        if index <= 1:
            speaker = self.speakers.told_of(position)
            speaker = speaker or (heard.most_common(1)[0][0] if heard else self.speakers.leading())
            return self._quote("direct", pair.start, pair.end, speaker, None)
        speaker = self._somebody(position, index - 1)
        return self._quote("direct", pair.start, pair.end, speaker, None)

    def _as_of(self, sentence: Sentence) -> Speaker | None:
        """Whom a sentence goes by: بحسب فلان, according to X."""
        as_of = self.tables.kind("asof")
        for at in range(min(len(sentence.words), _LONGEST_CLAUSE)):
            match = as_of.match(sentence.words, at)
            if match:
                actors = self.speakers.within(sentence.words[at + match.length - 1].end, sentence.end)
                return self.speakers.named(actors[0], sure=True) if actors else None
        return None

    def _headline(self) -> list[Quote]:
        """فلان: what he says, without quotation marks."""
        found = []
        for actor in self.speakers.within(0, len(self.text)):
            rest = self.text[actor.end : actor.end + _LABEL]
            colon = len(rest) - len(rest.lstrip())
            if not rest[colon:].startswith(":") or rest[colon + 1 :].lstrip()[:1] in _OPENERS:
                continue
            speaker = self.speakers.named(actor, sure=False)
            quote = self._quote("reported", actor.end + colon + 1, len(self.text), speaker, None)
            if quote and quote.text.count(" ") + 1 >= _SHORTEST_CLAUSE:
                found.append(quote)
        return found
