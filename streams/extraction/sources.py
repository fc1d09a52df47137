"""To whom an article itself attributes its report: media, agencies, officials, sources without a name."""

from bisect import bisect_right
from functools import cache

from schemas import CitedSource, CleanArticle, Entity
from streams.extraction import source_names
from streams.extraction.actors import Actor, Actors
from streams.extraction.media import media_names, name_forms
from streams.extraction.quotes import pairs
from streams.extraction.reading import (
    Lexicon,
    Sentence,
    Word,
    cut_start,
    language,
    phrases_by_kind,
    read,
    table,
    words,
)
from streams.extraction.text import Field

_REACH = 8  # words between an attribution and the name of its source
_VERB_REACH = 8  # the same after a verb (بحسب ما أفادت)
_CLAUSE_REACH = 20  # words behind a verb in which the clause that it reports begins
_CUE_REACH = 3  # words between a cue and the medium that is its subject
_ADJECTIVES = 2
_STOPS = frozenset("،,؛;.:()")
_LETTERS = 3
_STARTS = (
    *("by", "told", "said", "unnamed", "published", "by_after", "told_after", "anonymous", "media", "like", "network"),
)
_TO = ("ل", "عن", "من")  # what may stand before or in the word of a medium or a source
_ACCUSATIVE = ("ا", "اً", "ًا")
_DATIVE = frozenset({"فقا", "طبقا"})  # what takes its source with ل (وفقا, without its و)
_CARRIERS = 2  # nouns such as بيانات between an attribution and its source
_DESCRIPTION = 6  # words of a source that no entity stands for
_SEAT = 4  # words of where a source without a name sits
_SEATS = frozenset({"في", "من"})
_DEFINITE = ("ال", "لل", "وال")
_NE = words("نے")[0].form
_DATIVES = frozenset({"a", "e", "ya", "ye", "na", "ne"})
_CLAUSE = frozenset({"ان", "بان", "إن", "أن"})
_TOPICS = frozenset({"ان", "لكن", "بان", "بيد"})
_OPENING = frozenset({"كانت", "وكانت", "كان", "وكان", "ان", "وان", "لكن", "ولكن", "بيد"})
_AUXILIARIES = frozenset({"قد", "كانت", "كان"})
_AGENCY = frozenset({"وكالة", "وكاله"})
_OUTLET = 3  # words of a medium's name that ends with a noun of media
_TITLE = 4  # words of a medium's name
_NOUN = 20  # code points before a medium's name in which its noun stands
_NAME = 120  # code points of a name that tell whether it is a medium's
_SPEECH = 60  # code points of a quotation that is no name


class _Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        kinds = phrases_by_kind("attributions.tsv", tongue)
        self._kinds = {kind: Lexicon(entries, clitics=clitics) for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])
        verbs = ("say", "tell", "relay", "bare")
        cues = [(form, kind) for lang, form, kind in table("cues.tsv") if lang == tongue and kind in verbs]
        self.cues = Lexicon(cues, clitics=clitics)
        starts = (entry for kind in _STARTS for entry in kinds.get(kind, []))
        self.starts = Lexicon([*cues, *starts], clitics=clitics)

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of attributing words."""
        return self._kinds.get(kind, self._empty)


@cache
def _tables(tongue: str) -> _Tables:
    return _Tables(tongue)


def find(article: CleanArticle, fields: list[Field], entities: list[Entity]) -> list[CitedSource]:
    """The sources of the fields in order, each named once; half-open offsets in code points of each field.

    name has no quotation marks. The page's own outlet, as byline and dateline name it, is no source.
    """
    tongue = language(article)
    own = {name_forms(byline.name) for byline in article.byline}
    if article.dateline and article.dateline.agency:
        own.add(name_forms(article.dateline.agency))
    rights = [removed.text for removed in article.removed if removed.reason == "copyright"]
    found: dict[tuple[str, ...], CitedSource] = {}
    for field in fields:
        reader = _Reader(field, tongue, Actors(entities, field.name))
        for sentence in read(field.text):
            for source in reader.read(sentence):
                key = name_forms(source.name)
                if key and key not in own and not any(source.name in text for text in rights):
                    found.setdefault(key, source)
    return list(found.values())


def _nominative(name: str) -> str:
    """An indefinite description as it is named: without the endings of the accusative (مصدراً أمنياً)."""
    first, *rest = name.split()
    if not first.endswith(_ACCUSATIVE):
        return name
    return " ".join(word.removesuffix("ً").removesuffix("ا").removesuffix("ً") for word in (first, *rest))


class _Reader:
    """Reads the sources of one field."""

    def __init__(self, field: Field, tongue: str, actors: Actors) -> None:
        self.field = field
        self.text = field.text
        self.tongue = tongue
        self.actors = actors
        self.tables = _tables(tongue)
        self.quoted = dict(pairs(field.text))
        self.speech_starts = [start for start, end in self.quoted.items() if end - start > _SPEECH]

    def read(self, sentence: Sentence) -> list[CitedSource]:
        """The sources of one sentence, in order."""
        found = []
        for index, word in enumerate(sentence.words):
            topic = index > 0 and sentence.words[index - 1].form in _TOPICS
            if not (topic or word.form.startswith(_TO) or self.tables.starts.has(word.form)):
                continue
            source = self._attributed(sentence, index)
            if source is None and not self._spoken(word.start):
                source = self._subject(sentence, index)
            source = source or self._addressed(sentence, index) or self._before(sentence, index)
            source = source or self._anonymous(sentence.words, index)
            if source:
                found.append(source)
        return found

    def _spoken(self, at: int) -> bool:
        """Whether the code point lies in a quotation, whose speaker is no voice of the article."""
        number = bisect_right(self.speech_starts, at) - 1
        return number >= 0 and at < self.quoted[self.speech_starts[number]]

    def _match(self, kind: str, sequence: tuple[Word, ...], index: int) -> int:
        match = self.tables.kind(kind).match(sequence, index) if index < len(sequence) else None
        return match.length if match else 0

    def _attributed(self, sentence: Sentence, index: int) -> CitedSource | None:
        """بحسب صحيفة كذا, وفق ما أعلنت وزارة كذا, نقلا عن مصدر عسكري, according to X."""
        sequence = sentence.words
        at = index + self._match("by", sequence, index)
        if at == index:
            return self._likened(sequence, index) or self._told(sequence, index)
        if self._match("like", sequence, index) and self._reports(sequence, at):
            return None
        if self._match("thing", sequence, at) and not self._unnamed_at(sequence, at):
            return None
        if sequence[at - 1].form == "ذمه" and not (self._medium_after(sequence, at) or self._unnamed_at(sequence, at)):
            return None
        reach = _REACH
        if what := self._match("what", sequence, at):
            verb = self._match("verb", sequence, at + what)
            at += what + verb
            reach = _VERB_REACH
        for _ in range(_CARRIERS):
            at += self._match("carrier", sequence, at)
        return self._source(sequence, at, reach) or self._described(sequence, at)

    def _likened(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """كما روى فلان, مثلما أعلنته وزارة كذا at the end of what it vouches for; كما قال إن only adds something."""
        like = self._match("like", sequence, index)
        verb = self._match("verb", sequence, index + like) if like and index else 0
        if not verb:
            return None
        first = index + like + verb
        if self._reports(sequence, first):
            return None
        for _ in range(_CARRIERS):
            first += self._match("carrier", sequence, first)
        source = self._source(sequence, first, _VERB_REACH)
        return None if source and source.entity and self.actors.is_person(source.entity) else source

    def _reports(self, sequence: tuple[Word, ...], index: int) -> bool:
        """Whether a clause that is reported begins behind the word, before the next mark."""
        for word in sequence[index : index + _CLAUSE_REACH]:
            if word.form in _CLAUSE or ":" in word.form:
                return True
            if _STOPS.intersection(word.form):
                return False
        return False

    def _described(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """The source that no entity stands for: the words up to a mark, a preposition or a relative clause."""
        if index >= len(sequence) or self._match("thing", sequence, index):
            return None
        if self.tongue != "ar":
            return self._span(sequence, self._called(sequence, index))
        if not self._match("body", sequence, index):
            return None
        last = index
        while last < min(len(sequence), index + _DESCRIPTION) and sequence[last].is_name:
            if self._match("stop", sequence, last):
                break
            last += 1
        if last == index:
            return None
        first = sequence[index].form
        joined = (
            first.startswith("ل") and not first.startswith("لل") and sequence[index - 1].form.lstrip("و") in _DATIVE
        )
        return self._made(sequence[index].start + (1 if joined else 0), sequence[last - 1].end)

    def _phrase(self, sequence: tuple[Word, ...], index: int) -> source_names.Span:
        return source_names.phrase(sequence, index, self.tables.kind("unnamed"), self.tables.kind("said"))

    def _told(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """He told Reuters, a précisé à l'APS: the medium that somebody spoke to."""
        at = index + self._match("told", sequence, index)
        if at == index or at >= len(sequence) or self._match("thing", sequence, at):
            return None
        span = source_names.title(self.text, sequence, at)
        if span is None or span[0] > at + 2:
            return None
        start, end = sequence[span[0]].start, sequence[span[1] - 1].end
        actors = self.actors.within(start, end)
        if any(actor.entity.type == "person" for actor in actors):
            return None
        return self._named(actors[0]) if actors else self._made(start, end)

    def _anonymous(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """قال تاجر عملة، طلب حجب هويته: who is described only, and asked not to be named."""
        if not self._match("anonymous", sequence, index):
            return None
        first = next(
            (at for at in range(index - 1, max(0, index - _REACH), -1) if self._opens(sequence, at - 1)), index
        )
        last = first
        while last < index and sequence[last].is_name and sequence[last].form not in {"في", "قرب"}:
            last += 1
        known = any(
            self._match("unnamed", sequence, at) and not self._match("post", sequence, at) for at in range(first, last)
        )
        if last == first or known or sequence[first].form.startswith(_DEFINITE):
            return None
        if self.actors.within(sequence[first].start, sequence[last - 1].start + 1):
            return None
        source = self._made(sequence[first].start, sequence[last - 1].end)
        return source and source.model_copy(update={"name": _nominative(source.name)})

    def _opens(self, sequence: tuple[Word, ...], index: int) -> bool:
        """Whether a subject stands behind the word: a verb of saying, لكن, أن."""
        return bool(self._match("said", sequence, index)) or sequence[index].form in _TOPICS

    def _called(self, sequence: tuple[Word, ...], index: int) -> source_names.Span | None:
        """Where the name of a source stands that begins at the word index, in a language beside Arabic."""
        if self.tongue in {"en", "fr"}:
            return source_names.title(self.text, sequence, index) or source_names.body(
                self.text, sequence, index, self.tables.kind("body")
            )
        if self.tongue in {"fa", "ckb"}:
            index += self._match("media", sequence, index)
            return source_names.clause(sequence, index, self.tables.kind("stop"))
        return None

    def _span(self, sequence: tuple[Word, ...], span: source_names.Span | None) -> CitedSource | None:
        """The source that the words of a span call."""
        return self._made(sequence[span[0]].start, sequence[span[1] - 1].end) if span else None

    def _source(self, sequence: tuple[Word, ...], index: int, reach: int) -> CitedSource | None:
        """The source that is named from the word index on, before the next comma."""
        last = index
        limit = min(len(sequence), index + reach)
        while last < limit and not _STOPS.intersection(sequence[last].form) and sequence[last].form not in _CLAUSE:
            last += 1
        if last == index:
            return None
        if several := self._several(sequence, index):
            return several
        for at in range(index, min(last, index + 2)):
            if self._unnamed_at(sequence, at):
                return self._unnamed(sequence, at)
        first = sequence[index]
        actor = self.actors.first(first.start, sequence[last - 1].end)
        if actor and not self._seen(sequence, index, actor):
            return self._whole(sequence, index, last, actor)
        for word in sequence[index:last]:
            inside = self.quoted.get(word.end)
            if inside and not word.is_name:
                return self._made(word.end, inside)
        return None

    def _several(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """ثلاثة عمال, عدة مصادر مطلعة: so many people without a name."""
        count = self._match("count", sequence, index) if self.tongue == "ar" else 0
        if not count or not self._match("people", sequence, index + count):
            return None
        source = self._unnamed(sequence, index + count)
        start = sequence[index].start
        return source and self._made(start, source.end)

    def _seen(self, sequence: tuple[Word, ...], index: int, actor: Actor) -> bool:
        """Whether the actor is but who saw what the report rests on (محضر اطلعت عليه كذا)."""
        at = index
        while at < len(sequence) and sequence[at].start < actor.start:
            if self._match("seen", sequence, at):
                return True
            at += 1
        return False

    def _whole(self, sequence: tuple[Word, ...], index: int, last: int, actor: Actor) -> CitedSource:
        """The source that an entity stands for, with the words that the text says its name goes on with."""
        source = self._named(actor)
        if self.tongue in {"en", "fr"} and actor.entity.type == "organisation":
            span = source_names.title(self.text, sequence, index)
            title = self._span(sequence, span) if span and sequence[span[0]].start == actor.start else None
            longer = title and title.end > actor.end
            return title.model_copy(update={"entity": actor.entity.id}) if title and longer else source
        if self.tongue != "ar" or actor.entity.type != "organisation" or actor.start > sequence[index].start + 1:
            return source
        end = self._end(sequence[:last], index, actor.end)
        made = self._made(actor.start, end) if end > actor.end else None
        return made.model_copy(update={"entity": actor.entity.id}) if made else source

    def _unnamed_at(self, sequence: tuple[Word, ...], index: int) -> bool:
        word = sequence[index]
        if not self._match("unnamed", sequence, index):
            return False
        return not self.actors.within(word.start, word.start + 2)

    def _unnamed(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """A source without a name: its noun with the adjective, or with where it sits (مصدر في وزارة كذا)."""
        match = self.tables.kind("unnamed").match(sequence, index)
        length, cut = (match.length, match.cut) if match else (1, 0)
        last = index + length
        first = index
        if self.tongue in {"ar", "fa"}:
            return self._indefinite(sequence, index, last, cut)
        if self.tongue in {"en", "fr"}:
            first, last = self._phrase(sequence, index)
        if self.tongue == "fr":
            if last < len(sequence) and sequence[last].is_name and len(sequence[last].form) > _LETTERS:
                last += 1
        elif first == index and first and sequence[first - 1].is_name and len(sequence[first - 1].form) > 1:
            linked = self._match("by", sequence, first - 1) or self._match("stop", sequence, first - 1)
            first -= 0 if linked else 1
        return self._made(sequence[first].start + (cut if first == index else 0), sequence[last - 1].end)

    def _end(self, sequence: tuple[Word, ...], index: int, end: int) -> int:
        """Where the name that is known up to the offset end stops, with the definite words that follow it."""
        for word in sequence[index:]:
            if word.start < end:
                continue
            if not word.is_name or not word.form.startswith(_DEFINITE) or self._match("stop", (word,), 0):
                break
            end = word.end
        return end

    def _owner(self, sequence: tuple[Word, ...], index: int) -> Actor | None:
        """The organisation that begins at the word, whose sources are spoken of (مصادر وزارة كذا)."""
        if index >= len(sequence):
            return None
        near = self.actors.within(sequence[index].start, sequence[index].start + 1)
        return next((actor for actor in near if actor.entity.type == "organisation"), None)

    def _indefinite(self, sequence: tuple[Word, ...], index: int, after: int, cut: int) -> CitedSource | None:
        """The source without a name whose noun ends before the word after, with its adjectives or its seat."""
        last = after
        limit = min(len(sequence), last + _ADJECTIVES)
        if last < limit and self._match("construct", sequence, index):
            last += 1
        while last < limit and self._adjective(sequence[last]):
            last += 1
        if last == after or (last < len(sequence) and sequence[last].form.startswith("بال")):
            last = self._seat(sequence, last)
        if last == after and (actor := self._owner(sequence, last)):
            return self._made(sequence[index].start + cut, self._end(sequence, last, actor.end))
        if last == after and self._match("post", sequence, index):
            return None
        source = self._made(sequence[index].start + cut, sequence[last - 1].end)
        return source and source.model_copy(update={"name": _nominative(source.name)})

    def _seat(self, sequence: tuple[Word, ...], index: int) -> int:
        """Where the description of a source ends that says where he sits (مصدر في وزارة كذا); index if it does not."""
        if index >= len(sequence):
            return index
        word = sequence[index]
        joined = word.form.startswith("ب") and len(word.form) > _LETTERS and bool(self._match("body", sequence, index))
        if word.form not in _SEATS and not joined:
            return index
        at = index if joined else index + 1
        if self._match("time", sequence, at):
            return index
        actor = self.actors.first(word.start, word.end + 2)
        last = at
        while last < min(len(sequence), at + _SEAT) and sequence[last].is_name:
            inside = actor is not None and sequence[last].start < actor.end
            closed = actor is not None and not sequence[last].form.startswith(_DEFINITE)
            if last > at and not inside and (closed or self._match("stop", sequence, last)):
                break
            last += 1
        return last if last > at else index

    def _adjective(self, word: Word) -> bool:
        """Whether an Arabic word is the adjective of a source without a name: indefinite, one in ي or a listed one."""
        form = word.form
        seat = form.startswith("ب") and self._match("body", (word,), 0)
        closed = seat or self._match("stop", (word,), 0)
        if not word.is_name or len(form) < _LETTERS or form.startswith(("ال", "لل")) or closed:
            return False
        bare = form.removesuffix("ا")
        return bare.endswith(("ي", "يه", "يين", "يون")) or self.tables.kind("trait").has(bare)

    def _subject(self, sentence: Sentence, index: int) -> CitedSource | None:
        """قال مصدر أمني, أفادت وكالة كذا, نقلت صحيفة كذا عن مسؤول; aid officials said."""
        sequence = sentence.words
        if self.tongue == "ar":
            source = self._topic(sequence, index) or self._medium_first(sequence, index)
        else:
            source = self._heading(sequence, index)
        if source:
            return source
        cue = self.tables.cues.match(sequence, index) or self.tables.kind("said").match(sequence, index)
        if cue is None:
            return None
        after = index + cue.length
        if self.tongue == "en":
            return self._unnamed(sequence, index - 1) if index and self._match("unnamed", sequence, index - 1) else None
        if after >= len(sequence):
            return None
        if self._unnamed_at(sequence, after) and not sequence[after].form.startswith("ال"):
            return None if self._person_after(sequence, after) else self._unnamed(sequence, after)
        return self._medium_after(sequence, after) or self._relaying(sequence, index, after)

    def _heading(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """A security source, who asked not to be named, said: the subject at the head of its sentence."""
        if self.tongue not in {"en", "fr", "fa"} or not self._unnamed_at(sequence, index):
            return None
        first = self._phrase(sequence, index)[0]
        heads = source_names.heads(sequence, first, index + 1, self.tables.kind("said"))
        return self._unnamed(sequence, index) if heads else None

    def _medium_after(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """The medium that is the subject of a cue which ends before the word index."""
        near = range(index, min(len(sequence), index + _CUE_REACH))
        limit = next((at for at in near if sequence[at].form in _CLAUSE), near.stop)
        if limit == index:
            return None
        end = sequence[limit - 1].end
        media = (actor for actor in self.actors.within(sequence[index].start, end) if self._is_medium(actor))
        medium = next(media, None)
        return self._named(medium) if medium else self._medium_at(sequence, index)

    def _medium_at(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """A medium that no entity stands for: its noun with the name after it, or the name in quotation marks."""
        if self.tongue != "ar" or index >= len(sequence):
            return None
        match = self.tables.kind("media").match(sequence, index)
        if match is None:
            return None
        at = index + match.length
        if at >= len(sequence):
            return None
        opening = sequence[at - 1].end
        inside = next((end for start, end in self.quoted.items() if opening <= start <= opening + 2), None)
        if inside:
            start = next(start for start, end in self.quoted.items() if end == inside)
            return self._made(start, inside) if len(self.text[start:inside].split()) <= _TITLE else None
        if not sequence[at].is_name or self._match("stop", sequence, at) or sequence[at].form.startswith("ل"):
            return None
        last = at + 1
        if last < len(sequence) and sequence[last].form.startswith("ال") and sequence[at].form.startswith("ال"):
            last += 1
        plain = self._match("plain", sequence, index)
        return self._made(sequence[at if plain else index].start + (0 if plain else match.cut), sequence[last - 1].end)

    def _medium_first(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """وكانت وكالة كذا ذكرت, غير أن صحيفة كذا نقلت: the medium before its verb."""
        word = sequence[index]
        before = sequence[index - 1] if index else None
        if not self._match("media", sequence, index) or word.form[:1] in {"ل", "ب"}:
            return None
        if before and before.is_name and before.form not in _OPENING:
            return None
        actors = [actor for actor in self.actors.within(word.start, word.end + 3) if self._is_medium(actor)]
        source = self._named(actors[0]) if actors else self._medium_at(sequence, index)
        if source is None:
            return None
        after = index + 1
        while after < len(sequence) and (sequence[after].start < source.end or not sequence[after].is_name):
            if sequence[after].start >= source.end and _STOPS.intersection(sequence[after].form):
                return None
            after += 1
        if after < len(sequence) and sequence[after].form in _AUXILIARIES:
            after += 1
        said = after < len(sequence) and sequence[after].form != "بين" and self._match("said", sequence, after)
        return source if said else None

    def _relaying(self, sequence: tuple[Word, ...], index: int, after: int) -> CitedSource | None:
        """نقلت هيئة البث عن, نقلت "السومرية نيوز" عن: who repeats somebody is a medium, whatever it is called."""
        if self.tongue != "ar" or not sequence[index].form.lstrip("وف").startswith(("نقل", "تنقل", "ينقل")):
            return None
        last = after
        while last < min(len(sequence), after + _TITLE + 2) and sequence[last].form != "عن":
            last += 1
        if last >= len(sequence) or sequence[last].form != "عن" or last == after:
            return None
        start, end = sequence[after].start, sequence[last - 1].end
        inside = next(((first, stop) for first, stop in self.quoted.items() if start <= first <= stop <= end), None)
        if inside:
            return self._made(*inside)
        named = all(
            sequence[at].is_name and not self._match("stop", sequence, at) and not self._match("moment", sequence, at)
            for at in range(after, last)
        )
        return self._made(start, end) if named else None

    def _topic(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """لكن مصدرا أمنيا قال, غير أن طبيبا أكد: the source before its verb."""
        if not index or sequence[index - 1].form not in _TOPICS:
            return None
        word = sequence[index]
        noun = word._replace(form=word.form.removesuffix("ا"))
        nouns = (noun, *sequence[index + 1 : index + _REACH])
        if not self._match("unnamed", nouns, 0) or word.form.startswith("ال"):
            return None
        if not any(self._match("said", nouns, at) for at in range(1, len(nouns))) or self._person_after(
            sequence, index
        ):
            return None
        return self._unnamed((*sequence[:index], noun, *sequence[index + 1 :]), index)

    def _person_after(self, sequence: tuple[Word, ...], index: int) -> bool:
        """Whether what looks like a source without a name is named after all (مسؤول كذا فلان)."""
        start = sequence[index].start
        near = range(index + 1, min(len(sequence), index + _REACH))
        last = sequence[next((at for at in near if sequence[at].form in _CLAUSE), near.stop) - 1]
        return any(
            actor.entity.type == "person" and "،" not in self.text[start : actor.start]
            for actor in self.actors.within(start, last.end)
        )

    def _addressed(self, sentence: Sentence, index: int) -> CitedSource | None:
        """لوكالة كذا, في حديث لصحيفة كذا."""
        if self.tongue != "ar":
            return None
        sequence = sentence.words
        word = sequence[index]
        if source := self._relayed(sequence, index) or self._written(sequence, index):
            return source
        staff = (index > 0 and self._match("staff", sequence, index - 1)) or self._match("staff", sequence, index)
        if not word.form.startswith("ل") or word.form.startswith("لل") or staff:
            return None
        for actor in self.actors.within(word.start, word.end + 3):
            if self._is_medium(actor) and (actor.start > word.start or word.form.startswith("ل")):
                return self._named(actor)
        return self._network(sequence, index) or self._medium_at(sequence, index) or self._outlet(sequence, index)

    def _outlet(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """لكاراكول راديو, لنورث برس: a medium that no entity stands for, by the last word of its name."""
        for last in range(index + 1, min(len(sequence), index + _OUTLET)):
            if not sequence[last].is_name:
                return None
            if self._match("outlet", sequence, last):
                return self._made(sequence[index].start + 1, sequence[last].end)
        return None

    def _written(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """كتب فلان في مجلة «كذا», في عموده بصحيفة «كذا»: the medium that printed it."""
        match = self.tables.kind("media").match(sequence, index)
        if match is None or (match.cut == 0 and (not index or sequence[index - 1].form != "في")):
            return None
        if match.cut and not sequence[index].form.startswith("ب"):
            return None
        before = sequence[max(0, index - _REACH - 1) : index]
        if not any(self._match("wrote", before, at) for at in range(len(before))):
            return None
        return self._medium_after(sequence, index)

    def _network(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """لشبكة «كذا»: told to what is a medium only because it is told something, and has its name in marks."""
        if not self._match("network", sequence, index):
            return None
        opening = sequence[index].end
        inside = next(((start, end) for start, end in self.quoted.items() if opening <= start <= opening + 2), None)
        return self._made(*inside) if inside and len(self.text[slice(*inside)].split()) <= _TITLE else None

    def _relayed(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """أوردته وكالة كذا; عن مسؤول عسكري after a verb of a medium."""
        if (length := self._match("published", sequence, index)) and index + length < len(sequence):
            return self._medium_after(sequence, index + length)
        if sequence[index].form not in {"عن", "من"} or index + 1 >= len(sequence):
            return None
        before = sequence[max(0, index - _REACH) : index]
        if not any(self.tables.kind("relay").has(other.form) for other in before):
            return None
        if several := self._several(sequence, index + 1):
            return several
        return self._unnamed(sequence, index + 1) if self._unnamed_at(sequence, index + 1) else None

    def _before(self, sentence: Sentence, index: int) -> CitedSource | None:
        """X'e göre: the source stands before the attribution."""
        sequence = sentence.words
        if index and self._match("told_after", sequence, index):
            return self._listener(sequence, index)
        if not index or not self._match("by_after", sequence, index):
            return None
        if self.tongue == "ur":
            return self._span(sequence, source_names.genitive(sequence, index))
        if self.tongue == "tr" and (source := self._dative(sequence, index)):
            return source
        start = sequence[max(0, index - _CUE_REACH)].start
        for actor in reversed(self.actors.within(max(sentence.start, start - 40), sequence[index].start)):
            near = self.text[actor.end : sequence[index].start]
            if len(near.split()) <= 1 and (self._is_medium(actor) or sequence[index].form != "yaptığı"):
                return self._named(actor)
        return None

    def _listener(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """The medium that somebody told it to, in a language whose verbs come last: beIN Sports'a söyledi."""
        if self.tongue == "ur":
            span = source_names.listener(sequence, index, _NE)
            return None if span is None or self._match("thing", sequence, span[0]) else self._span(sequence, span)
        for at in range(index, max(1, index - _CUE_REACH), -1):
            span = source_names.before_suffix(self.text, sequence, at)
            if span and sequence[at - 1].form in _DATIVES:
                start, end = sequence[span[0]].start, sequence[span[1] - 1].end
                if not any(actor.entity.type == "person" for actor in self.actors.within(start, end)):
                    return self._made(start, end)
        return None

    def _dative(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """Reuters'ın haberine göre, görgü tanıklarına göre: the Turkish source before the word index."""
        while index > 1 and self._match("carrier", sequence, index - 1):
            index -= 1
        span = source_names.before_suffix(self.text, sequence, index)
        return self._span(sequence, span) if span else self._witnesses(sequence, index)

    def _witnesses(self, sequence: tuple[Word, ...], index: int) -> CitedSource | None:
        """Görgü tanıklarına göre: a source without a name in the dative, as it is called without it."""
        for first in (index - 2, index - 1):
            match = self.tables.kind("dative").match(sequence, first) if first >= 0 else None
            if match and first + match.length == index:
                source = self._made(sequence[first].start, sequence[index - 1].end)
                cut = 1 if source and source.name.endswith(("lara", "lere")) else 2
                return source and source.model_copy(update={"name": source.name[:-cut].casefold()})
        return None

    def _is_medium(self, actor: Actor) -> bool:
        """Whether the organisation is a medium: by its own words, by the word before it, or by its name."""
        if actor.entity.type != "organisation":
            return False
        lexicon = self.tables.kind("media")
        name = words(actor.entity.name[:_NAME])
        if name_forms(actor.entity.name[:_NAME]) in media_names() or (name and lexicon.match(name, 0)):
            return True
        if self.tongue in {"en", "tr"} and any(lexicon.match(name, at) for at in range(len(name))):
            return True
        if any(self._match("outlet", tuple(name), at) for at in range(len(name))):
            return True
        before = [word for word in words(self.text[max(0, actor.start - 30) : actor.start]) if word.is_name]
        return bool(before) and lexicon.match(before, len(before) - 1) is not None

    def _named(self, actor: Actor) -> CitedSource:
        """The source that an entity stands for, without the noun that says what kind of medium it is."""
        name = actor.entity.name
        first, _, rest = name.partition(" ")
        if rest and self.tongue == "fa" and self.tables.kind("media").match(words(first), 0):
            name = rest
        if rest and self.tongue == "ar":
            agency = first in _AGENCY and name_forms(rest) in media_names() and name_forms(name) not in media_names()
            if agency or self.tables.kind("plain").match(words(first), 0):
                name = rest.strip('"“”«»')
        start = actor.start
        if self.tongue == "ar" and rest and name == actor.entity.name and (noun := self._noun_of(actor)) is not None:
            start, name = noun, f"{self.text[noun : actor.start]}{name}"
        return CitedSource(name=name, entity=actor.entity.id, field=self.field.name, start=start, end=actor.end)

    def _noun_of(self, actor: Actor) -> int | None:
        """Where the noun begins that stands right before a medium's name of several words and belongs to it: وكالة."""
        offset = max(0, actor.start - _NOUN)
        before = words(self.text[offset : actor.start])
        match = self.tables.kind("whole").match(before, len(before) - 1) if before else None
        if match is None or not self.text[actor.start - 1].isspace():
            return None
        return offset + cut_start(self.text[offset:], before[-1], match.cut)

    def _made(self, start: int, end: int) -> CitedSource | None:
        """The source that the text calls by what stands in the span; None when that is white space."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        name = self.text[start:end]
        if not name:
            return None
        if name.startswith("لل"):
            name = "ال" + name[2:]
        return CitedSource(name=name, field=self.field.name, start=start, end=end)
