"""Counts of people, sums of money, shares and distances that an article names."""

from collections import Counter

from schemas import CleanArticle, Figure
from streams.extraction.amounts import AmountReader, Count
from streams.extraction.figure_tables import Currency, Noun, tables
from streams.extraction.reading import language, read
from streams.extraction.text import Field

_BEFORE = 10  # words; how far before the number the verb that governs it may stand
_AFTER = {"tr": 14, "fa": 14, "ur": 8, "ckb": 8, "ku": 6}
_AFTER_OTHER = 5
_TOLL = 14
_SINGLE = 4  # words between a verb and a single person without a number
_LITTLE = {"fa": frozenset({1.0, 9.0})}  # words for one are articles, and the Persian for nine is "not" as well
_CLAUSE_ENDS = frozenset({"،", ",", ";", "؛", ":", "and", "et"})
_COMMAS = frozenset({",", "،"})
_HARD_ENDS = frozenset(";؛:")
_JOINED = 6  # words between two figures of which the second is joined to the first
_AND = frozenset({"و", "and", "et", "ve", "û", "اور"})
_NEARLY = 6  # words within which a verb overrules what people are
_PERSONS_ONLY = frozenset({"killed", "arrested", "abducted", "released", "injured", "rescued", "wounded"})
_MODIFIERS = 2  # words between an English number and its noun: two young construction workers
_NO_COUNT = frozenset({"/", "-", ":", "+"})
_PRONOUNS = ("ها", "هم", "هن", "ه")
_LETTERS = 2
_CLOSE = 3  # words from a bare number to the verb after it
_PARTICIPLES = frozenset({"en"})  # in which what befell people may follow their number: two killed
_HARM = frozenset(
    {"killed", "injured", "arrested", "abducted", "released", "rescued", "wounded"}
)  # what befalls people only
_STATUS = frozenset(
    {"displaced", "participants", "abducted", "arrested", "missing"}
)  # what people are, until a verb tells
_COUNTED = _HARM | _STATUS | {"infected"}
_PURPOSES = frozenset({"arrested", "rescued", "released"})  # behind ل they are meant, not done
_SENSE = 12  # words behind a number that may tell the sense of the verb before it
_SINGLES = frozenset({"killed", "injured", "arrested", "abducted", "released", "rescued", "missing", "wounded"})
_EVACUATION = 1000  # people; so many who are brought away are displaced rather than rescued


def find(article: CleanArticle, fields: list[Field]) -> list[Figure]:
    """The figures of the fields, in order; half-open offsets in code points of each field.

    low and high are the amount as it stands, in whole units; high is absent for "at least". text is the number with
    its noun. Ages, durations, ordinals and dates are no figures.
    """
    tongue = language(article)
    lexicons = tables(tongue)
    counts: Counter[str] = Counter()
    for field in fields:
        for sentence in read(field.text):
            counts.update(word.form for word in sentence.words if word.is_name)
    disease = any(lexicons.kind("disease").has(form) for form in counts)
    figures = []
    for field in fields:
        currency: Currency | None = None
        for sentence in read(field.text):
            reader = _Reader(sentence, field, tongue, counts, disease=disease)
            reader.currency = currency
            figures.extend(reader.read())
            currency = reader.currency
    return figures


class _Reader(AmountReader):
    """Reads the figures of one sentence: people by what befell them, and the amounts that name their kind."""

    def read(self) -> list[Figure]:
        """The figures in order, none inside another."""
        found = []
        index = 0
        while index < len(self.words):
            step = self._at(index)
            if step is None:
                index += 1
                continue
            figure, index = step
            if figure:
                found.append(figure)
                if figure.what in _COUNTED:
                    self.previous = (index, figure.what)
        return found

    def _at(self, index: int) -> tuple[Figure | None, int] | None:
        """(figure, the word to go on from), or None when no amount starts at the word."""
        count = self._count(index)
        if count is None:
            return self._without_number(index)
        for reader in (self._share, self._money, self._distance, self._people, self._things):
            if step := reader(count):
                if step[0] and step[0].what != "money":
                    self.other = step[1]
                return step
        if not self._is_calendar(count):
            self.other = count.last
        return None, count.last

    def _people(self, count: Count) -> tuple[Figure, int] | None:
        """A count with a noun of people, or one that a verb right before it makes a count of people."""
        noun, last = self._noun(count.last)
        if noun is None and self.tongue in {"en", "tr"}:
            noun, last = self._modified(count.last)
        if noun is None:
            return self._cases(count) or self._bare_count(count)
        subject = self.field.text[self.words[last - 1].start : self.words[last - 1].end]
        what = self._what(noun, count, last)
        if what is None or what == "other":
            return None
        self.inherited = what = self._of_many(what, count)
        return self._make(what, self._closed(count, last), last, subject=subject), last

    def _cases(self, count: Count) -> tuple[Figure, int] | None:
        """27 حالة اختطاف, and a bare حالة where a toll is told of."""
        length = self._match("case_of", count.last)
        if not length or count.last + length >= len(self.words):
            return None
        last = count.last + length
        match = self.tables.verbs["before"].match(self.words, last)
        what = match.value if match and match.cut == 0 else self._toll(count)
        if what is None:
            return None
        last += match.length if match and match.cut == 0 else 0
        self.inherited = self._by_disease(what)
        return self._make(self.inherited, self._closed(count, last), last), last

    def _noun(self, index: int) -> tuple[Noun | None, int]:
        """(noun of people, the word after it) that a number at its left counts."""
        at = index + (self._match("of", index))
        if at >= len(self.words):
            return None, index
        partitive = at > index
        word = self.words[at]
        options = [word.form]
        if partitive:
            bare = word.form.removeprefix("ال")
            options = [bare, *(bare[: -len(end)] for end in _PRONOUNS if bare.endswith(end))]
        for form in options:
            if len(form) > _LETTERS - 1:
                match = self.tables.nouns.match([word._replace(form=form), *self.words[at + 1 : at + 4]], 0)
                if match and match.cut == 0:
                    return match.value, at + match.length
        return None, index

    def _modified(self, index: int) -> tuple[Noun | None, int]:
        """(noun of people, the word after it) a few describing words on, none of which may be what is counted."""
        for at in range(index, min(len(self.words) - 1, index + _MODIFIERS)):
            form = self._form(at)
            plain = form[:1].isalpha() and not form.endswith("s")
            verb = any(self.tables.verbs[place].match(self.words, at) for place in ("before", "many", "after"))
            closed = self._match("not_counted", at) or self._match("time_unit", at) or self._match("distance", at)
            if not plain or verb or closed or form in _CLAUSE_ENDS:
                break
            noun, last = self._noun(at + 1)
            if noun is not None and noun.number == "n":
                return noun, last
        return None, index

    def _what(self, noun: Noun, count: Count, last: int) -> str | None:
        if noun.what == "case":
            named = self.tables.verbs["after"].match(self.words, last) if last < len(self.words) else None
            return "infected" if self.disease or (named and named.value == "infected") else "injured"
        first = count.first - count.lead
        if noun.what in _STATUS | {"infected"}:
            joined = self._coordinated(count.first, count.cut)
            return noun.what if joined and joined != noun.what else self._overruled(noun.what, first, last)
        if noun.what not in {"person", "patient"}:
            return noun.what
        if self.inherited and (self._among(first, _AFTER_OTHER) or self._match("of_them", last)):
            return self.inherited
        what = self._governor(first, last) or self._coordinated(count.first, count.cut)
        if what is None and noun.what == "patient":
            return "infected" if self.disease else None
        return what or (self._toll(count, tallied=True) if count.last < last else None)

    def _overruled(self, what: str, first: int, last: int) -> str:
        """What befell people of whom the noun says what they are: اعتقلت الشرطة 23 متظاهرا."""
        before = self._nearest_before(first, many=True)
        after = self._nearest_after(last, _NEARLY)
        if what == "infected":
            return before[1] if before and before[0] <= 1 and before[1] in {"killed", "other"} else what
        close = 1 if self.tongue == "ar" else _CLOSE
        if after and after[1] in _HARM and after[0] <= close:
            return after[1]
        if before is None or before[0] > _NEARLY or before[1] not in _HARM:
            return what
        between = {self._form(at)[:1] for at in range(first - before[0], first)}
        return what if between & _COMMAS else self._by_disease(before[1])

    def _coordinated(self, first: int, cut: int) -> str | None:
        """What the figure right before says, where this one is joined to it: 303 تلاميذ و12 معلما."""
        if self.previous is None or not 0 <= first - self.previous[0] <= _JOINED:
            return None
        joined = (cut and self._form(first).startswith("و")) or self._form(first - 1) in _AND
        if joined and first == self.previous[0] and self._form(first)[1:].startswith(self._form(first - 1)):
            return None  # أستاذ وأستاذة are counted by one number
        between = range(self.previous[0], first)
        verbs = any(self.tables.verbs[place].match(self.words, at) for at in between for place in ("before", "after"))
        return self.previous[1] if joined and not verbs else None

    def _among(self, index: int, reach: int = 0) -> bool:
        """Whether the words before say that those counted are some of the ones before; with no verb in between."""
        for end in range(index, max(-1, index - reach - 1), -1):
            if any(end >= back and self._hedge_lexicon("among", end - back) == back for back in (2, 1)):
                return True
            if end == 0 or self.words[end - 1].is_number or self._form(end - 1)[:1] in _CLAUSE_ENDS:
                break
            if any(self.tables.verbs[place].match(self.words, end - 1) for place in ("before", "after")):
                break
        return False

    def _governor(self, first: int, last: int) -> str | None:
        """What the nearest verb says of the people: after the noun where it follows closely, else before it."""
        after = self._nearest_after(last, _AFTER.get(self.tongue, _AFTER_OTHER))
        before = self._nearest_before(first, many=True)
        near = before is not None and before[0] == 0 and self.tongue not in _AFTER
        close = 1 if self.tongue == "ar" else _CLOSE
        if after and not near and (before is None or after[0] <= close or self.tongue in _AFTER):
            return self._by_disease(after[1])
        return self._by_disease(before[1]) if before else None

    def _of_many(self, what: str, count: Count) -> str:
        return "displaced" if what == "rescued" and (count.low or count.high or 0) >= _EVACUATION else what

    def _by_disease(self, what: str) -> str:
        """What befell people: in an article about a disease they fell ill, unless the word tells of wounds."""
        if what == "wounded":
            return "injured"
        return "infected" if what == "injured" and self.disease else what

    def _nearest_after(self, index: int, reach: int) -> tuple[int, str] | None:
        aside = self._aside(index)
        if aside > index:
            return self._nearest_after(aside, reach)
        for at in range(index, min(len(self.words), index + reach)):
            form = self._form(at)
            if form[:1] in _HARD_ENDS or (form in _CLAUSE_ENDS and self.tongue not in _AFTER):
                return None
            if (match := self.tables.verbs["after"].match(self.words, at)) and not self._is_revival(at):
                return at - index, match.value
        return None

    def _is_revival(self, index: int) -> bool:
        """Whether the word is إحياء, which folds with أحياء."""
        return self._form(index) == "احياء" and "إ" in self.field.text[self.words[index].start : self.words[index].end]

    def _aside(self, index: int) -> int:
        """Where the sentence goes on after an aside about some of them: 49 شخصا، بينهم سبعة أطفال، حتفهم."""
        if self._form(index) not in _COMMAS:
            return index
        ends = range(index + 2, min(len(self.words), index + _BEFORE))
        end = next((at for at in ends if self._form(at) in _COMMAS), index)
        some = self._match("among", index + 1) or any(self._match("of_them", at) for at in range(index + 1, end))
        return end + 1 if end > index and some else index

    def _nearest_before(self, index: int, *, many: bool = False) -> tuple[int, str] | None:
        for at in range(index - 1, max(-1, index - 1 - _BEFORE), -1):
            if self._form(at)[:1] in _HARD_ENDS or self._form(at) == "وان":
                break
            for place in ("before", "many") if many else ("before",):
                match = self.tables.verbs[place].match(self.words, at)
                # A form with a number of its own is a noun: 312 arrêtés.
                counted = self.tongue == "fr" and at > 0 and self.words[at - 1].is_number
                if match is None or counted or at + match.length > index or self._no_arrest(match.value, index):
                    continue
                what = self._in_context(match.value, at, index, index - at - match.length)
                if what and not (match.cut and what in _PURPOSES and self._form(at)[match.cut - 1] == "ل"):
                    return index - at - match.length, what
        return None

    def _in_context(self, what: str, at: int, index: int, distance: int) -> str | None:
        """What a verb at a word says of those counted at the index, where only the sentence tells, None for nothing.

        Who is brought to hospital is injured, who comes out in a march takes part; cases are registered of a disease.
        """
        if what == "moved":
            return "injured" if self._any("hospital", index, index + _SENSE) else None
        if what == "ended":
            return None if distance else "killed"
        if what == "gathered":
            return "participants" if self._any("protest", at - _SINGLE, index + _SENSE) else None
        return None if what == "infected" and self.tongue == "ar" and not self.disease else what

    def _any(self, kind: str, first: int, last: int) -> bool:
        return any(self._match(kind, at) for at in range(max(0, first), min(len(self.words), last)))

    def _no_arrest(self, what: str, index: int) -> bool:
        """Whether the words behind tell of a sentence or a suspension rather than of an arrest."""
        if what != "arrested":
            return False
        return any(self._match("not_arrest", at) for at in range(index, min(len(self.words), index + _AFTER_OTHER)))

    def _bare_count(self, count: Count) -> tuple[Figure, int] | None:
        """أصيب ثلاثة, توفي منها تسعة, ارتفع عدد القتلى إلى 20, اعتقل 5 إرهابيين."""
        last = count.last
        numbered = count.first > 0 and self.tables.kind("numbered").has(self._form(count.first - 1))
        aged = self._form(last) == "-" and self._match("time_unit", last + 1)  # a 34-year-old man
        if self._is_calendar(count) or numbered or aged or self._match("time_unit", last):
            return None
        others = self._match("others", last) or self._match("of_them", last)
        befell = self.tables.verbs["after"].match(self.words, last) if self._form(last)[:1].isalpha() else None
        if befell and self.tongue in _PARTICIPLES:
            self.inherited = befell.value
            return self._make(befell.value, count, last + befell.length), last + befell.length
        if befell is None and self._match("of_them", last) and last + others < len(self.words):
            befell = self.tables.verbs["after"].match(self.words, last + others)
        what = befell.value if befell and self.tongue == "ar" else self._bare_what(count, others)
        if what is None or what == "other":
            return None
        self.inherited = what = self._of_many(self._by_disease(what), count)
        return self._make(what, self._closed(count, last + others), last + others), last + others

    def _bare_what(self, count: Count, others: int) -> str | None:
        """What is said of people who are counted without a noun; others: how many words after it stand for one."""
        following = self._form(count.last)
        named = following[:1].isalpha() and not others
        plain = not named or self._match("not_counted", count.last) > 0 or following[:1] in "وب"
        among = self._among(count.first - count.lead)
        before = self._nearest_before(count.first - count.lead, many=True)
        if before and ((among and before[0] <= 1 and plain) or (before[0] == 0 and self._match("of_them", count.last))):
            return before[1]  # ونجا منهم تسعة, أفرج عن ثلاثة منهم
        if self.inherited and (self._match("of_them", count.last) or (among and (named or plain))):
            return self.inherited
        if plain and self.previous and self._is_contrast(count.first):
            return self.previous[1]
        loose = plain or others > 0
        if before and before[0] <= int(loose) and (loose or self._befalls(before, count)):
            return before[1]
        after = self._nearest_after(count.last, _CLOSE) if plain and self.tongue != "ar" else None
        if after:
            return after[1]
        return self._toll(count) if plain or among else self._befallen(count.last)

    def _befalls(self, before: tuple[int, str], count: Count) -> bool:
        """Whether the verb befalls people only, so that what it counts are people whatever their name."""
        first = count.first - count.lead - before[0]
        things = any(first >= back and self._hedge_lexicon("takes_things", first - back) == back for back in (2, 1))
        return before[1] in _PERSONS_ONLY and not things

    def _befallen(self, index: int) -> str | None:
        """What a verb right after an unknown noun says: deux chauffeurs tués."""
        found = self._nearest_after(index + 1, 2)
        if found is None or found[1] not in _PERSONS_ONLY:
            return None
        at = index + 1 + found[0]
        return None if self._hedge_lexicon("takes_things", at) else self._by_disease(found[1])

    def _toll(self, count: Count, *, tallied: bool = False) -> str | None:
        """What a toll before the number is of; with tallied, only where a word for number stands before it."""
        first = count.first - count.lead
        brought = count.lead > 0 or (first > 0 and self._hedge_lexicon("bring", first - 1) > 0)
        for at in range(count.first - 1, max(-1, count.first - 1 - _TOLL), -1):
            if match := self.tables.verbs["toll"].match(self.words, at):
                tally = any(at >= back and self._hedge_lexicon("tally", at - back) for back in (1, 2))
                risen = at > 0 and self._hedge_lexicon("bring", at - 1) > 0  # بلغت الإصابات المؤكدة 63
                if not tally and (tallied or not (brought or risen)):
                    continue
                if match.value == "case":
                    return "infected" if self.disease else "injured"
                return match.value
        return None

    def _things(self, count: Count) -> tuple[Figure, int] | None:
        """A count of anything else, where a noun follows right away."""
        word = self._form(count.last)
        if len(word) <= _LETTERS or not word[0].isalpha() or self._is_calendar(count):
            return None
        if (
            self._match("not_counted", count.last)
            or self._match("time_unit", count.last)
            or (self.tongue == "ar" and word.startswith(("ال", "و", "لل")))
        ):
            return None
        before = self._form(count.first - 1) if count.first else ""
        if before in _NO_COUNT or self.tables.kind("numbered").has(before):
            return None  # a part of a date or a score, or the number of a brigade or a minute
        if count.in_words and count.last - count.first == 1 and count.low in _LITTLE.get(self.tongue, {1.0}):
            return None
        subject = self.field.text[self.words[count.last].start : self.words[count.last].end]
        return self._make("other", count, count.last + 1, subject=subject), count.last + 1

    def _without_number(self, index: int) -> tuple[Figure | None, int] | None:
        """قتيلان, مقتل عنصر, اعتقلت شابا, بينهم امرأة, أحدهم."""
        if not self.tables.may_stand_alone(self.words[index].form):
            return None
        if match := self.tables.one_of.match(self.words, index):
            count = Count(1.0, 1.0, index, index + match.length, match.cut, in_words=True)
            what = self._governor(index, count.last) or self.inherited or self._coordinated(index, match.cut)
            return (self._make(what, count, count.last), count.last) if what else (None, count.last)
        if self._match("one_of_them", index) and index + 1 < len(self.words):
            return self._one_of(index)
        if self._match("ordinal_one", index):
            return self._another(index)
        return self._one_coin(index) or self._dual_or_single(index)

    def _another(self, index: int) -> tuple[Figure | None, int] | None:
        """أصيب رابع: one more person right behind a verb."""
        before = self._nearest_before(index)
        teen = self._form(index + 1) in {"عشر", "عشره"}
        if before is None or before[0] or before[1] not in _SINGLES or teen or index - 1 == self.governed:
            return None
        self.governed = index - 1
        what = self._by_disease(before[1])
        return self._make(what, Count(1.0, 1.0, index, index + 1, 0, in_words=True), index + 1), index + 1

    def _one_of(self, index: int) -> tuple[Figure | None, int] | None:
        """أحد المهاجمين, إحدى الطالبات."""
        noun = self.words[index + 1]
        people = self.tables.nouns.match([noun._replace(form=noun.form.removeprefix("ال"))], 0)
        if people is None or people.value.number == "1" or people.cut or people.value.what == "rescued":
            return None
        last = index + 2
        count = Count(1.0, 1.0, index, last, int(self._form(index).startswith("و")), in_words=True)
        status = people.value.what in _STATUS
        what = self._governor(index, last) if status else self._what(people.value, count, last)
        return (self._make(what, count, last), last) if what in _SINGLES else None

    def _dual_or_single(self, index: int) -> tuple[Figure | None, int] | None:
        for match in self.tables.nouns.matches(self.words, index):
            noun = match.value
            last = index + match.length
            if noun.number == "2":
                if noun.what == "case" and self._form(index)[match.cut :].startswith("مصاب"):
                    continue  # as well the plural
                step = self._dual(noun, index, last, match.cut)
            elif noun.number == "1":
                step = self._single(noun, index, last, match.cut)
            else:
                continue
            if step:
                return step
        known = self.tables.definite.match(self.words, index)
        return self._definite(known.value, index, index + known.length, known.cut) if known else None

    def _definite(self, noun: Noun, index: int, last: int, cut: int) -> tuple[Figure, int] | None:
        """One known person right behind a verb or among others: مقتل مرافقه, بينهم المصور."""
        before = self._nearest_before(index)
        what: str | None = None
        if self._among(index):
            what = self.inherited
        elif before and before[0] == 0 and before[1] in _HARM and index - 1 != self.governed:
            wanted = before[1] == "arrested" and noun.what != "kin"  # أمر بالقبض على المتهم
            natural = self._hedge_lexicon("natural", index - 1)
            what = None if natural or wanted else self._by_disease(before[1])
            self.governed = index - 1
        else:
            what = self._coordinated(index, cut)
        if what not in _SINGLES:
            return None
        self.inherited = what
        return self._make(what, Count(1.0, 1.0, index, last, cut, in_words=True), last), last

    def _dual(self, noun: Noun, index: int, last: int, cut: int) -> tuple[Figure, int] | None:
        form = self.words[index].form
        if form.endswith("ين") and not self._certainly_dual(form, index, last):
            return None
        count = Count(2.0, 2.0, index, last, cut, in_words=True)
        if index and self._hedge_lexicon("agent", index - 1):
            return None
        what = self._what(noun, count, last)
        if what is None or what == "other":
            return None
        if self._form(last) in {"اثنين", "اثنان", "اثنتين"}:
            count, last = count._replace(last=last + 1), last + 1
        self.inherited = what
        subject = self.field.text[self.words[index].start : self.words[index].end]
        return self._make(what, count, last, subject=subject), last

    def _certainly_dual(self, form: str, index: int, last: int) -> bool:
        """A form in ين is the plural as well where both are spelt the same."""
        if self._form(last) in {"اثنين", "اثنان", "اثنتين"}:
            return True
        if {"\u064e", "\u0652"} & set(self.field.text[self.words[index].start : self.words[index].end][-5:]):
            return True  # written with the vowel of the dual: متهمَين
        plural = any(match.value.number == "n" for match in self.tables.nouns.matches(self.words[index:last], 0))
        before = self._nearest_before(index)
        governed = before is not None and before[0] == 0 and before[1] in _HARM
        return (not plural or governed) and not form.startswith("ال")

    def _single(self, noun: Noun, index: int, last: int, cut: int) -> tuple[Figure, int] | None:
        fallen = noun.what in {"killed", "injured"} and self._is_fallen(index, cut)
        if noun.what in {"killed", "case"} and not (fallen or self._one_stands(index, last)):
            return None
        if noun.what not in {"person", "killed", "case", "arrested"} and not fallen:
            return None
        count = Count(1.0, 1.0, index, last, cut, in_words=True)
        if self._among(index) and self.inherited:
            what: str | None = self.inherited
        elif fallen:
            what = self._by_disease(noun.what)
        elif joined := self._coordinated(index, cut):
            what = joined
        elif self._is_one(last):
            what = self._what(noun, count, last)
            last += 1
        else:
            what = self._single_governor(noun, index)
        if what not in _SINGLES:
            return None
        self.inherited = what
        subject = self.field.text[self.words[index].start : self.words[index].end]
        return self._make(what, count, last, subject=subject), last

    def _is_fallen(self, index: int, cut: int) -> bool:
        """Whether one dead or wounded is told of without a number: سقوط قتيل, قتيلان وجريح."""
        before = self._nearest_before(index)
        denied = any(self._match("negation", at) for at in range(max(0, index - _SINGLE), index))
        governed = before is not None and before[0] == 0 and before[1] == "killed" and not denied
        return governed or self._coordinated(index, cut) in {"killed", "injured"}

    def _one_stands(self, index: int, last: int) -> bool:
        return self._is_one(last) or self._among(index)

    def _is_placed(self, index: int) -> bool:
        """Whether where, when or why stands between a verb and whom it befell: أصيب في الحادث شاب."""
        form = self._form(index)
        return self._match("preposition", index) > 0 or (form.startswith(("ب", "لل")) and len(form) > _SINGLE)

    def _single_governor(self, noun: Noun, index: int) -> str | None:
        """The verb right before a single person, or a few words before one in the accusative."""
        before = self._nearest_before(index)
        if before is None or noun.what != "person":
            return None
        distance, what = before
        governor = index - distance
        accusative = self.words[index].form.endswith("ا")
        between = {self._form(at)[:1] for at in range(governor, index)}
        placed = distance > 0 and self._is_placed(governor) and not between & _CLAUSE_ENDS
        if distance and not ((accusative or placed) and distance <= _SINGLE):
            return None
        if governor == self.governed:
            return None
        self.governed = governor
        return self._by_disease(what)
