"""Counts of people, sums of money, shares and distances that an article names."""

from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple

from schemas import CleanArticle, Figure
from streams.extraction.numerals import Number, number
from streams.extraction.reading import Lexicon, Sentence, cut_start, language, read, stems, table, words
from streams.extraction.text import Field

_BEFORE = 8  # words; how far before the number the verb that governs it may stand
_AFTER = {"tr": 14, "fa": 14, "ur": 8, "ckb": 8, "ku": 6}
_AFTER_OTHER = 5
_TOLL = 14
_SINGLE = 4  # words between a verb and a single person without a number
_THOUSAND = 1000
_YEARS = frozenset({*range(1300, 1500), *range(1900, 2100)})
_LITTLE = {"fa": frozenset({1.0, 9.0})}  # words for one are articles, and the Persian for nine is "not" as well
_CLAUSE_ENDS = frozenset({"،", ",", ";", "؛", ":", "and", "et"})
_DATED = frozenset({"en", "fr"})  # whose months stand in texts of other languages as well
_MODIFIERS = 2  # words between an English number and its noun: two young construction workers
_NO_COUNT = frozenset({"/", "-", ":", "+"})
_SYMBOLS = frozenset({"$", "€", "£"})
_SYMBOL_SCALES = {"m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "k": 1e3}
_PRONOUNS = ("ها", "هم", "هن", "ه")
_LETTERS = 2
_CLOSE = 3  # words from a bare number to the verb after it
_PARTICIPLES = frozenset({"en"})  # in which what befell people may follow their number: two killed
_HARM = frozenset({"killed", "injured", "arrested", "abducted", "released", "rescued"})  # what befalls people only
_STATUS = frozenset({"displaced", "participants", "abducted"})  # what people are, until a verb tells what befell them


class _Noun(NamedTuple):
    what: str
    number: str


class _Count(NamedTuple):
    """An amount: low, high (None for "at least") and the words first to last (half-open) that name it.

    lead: how many words before them hedge it.
    """

    low: float
    high: float | None
    first: int
    last: int
    cut: int
    in_words: bool
    lead: int = 0


class _Tables:
    """The lexicons of one language."""

    def __init__(self, tongue: str) -> None:
        clitics = tongue == "ar"
        self.nouns = Lexicon(
            [(form, _Noun(what, count)) for lang, form, what, count in table("counted_nouns.tsv") if lang == tongue],
            clitics=clitics,
        )
        verbs = [(form, what, position) for lang, form, what, position in table("figure_verbs.tsv") if lang == tongue]
        self.verbs = {
            place: Lexicon(
                [(form, what) for form, what, position in verbs if position == place],
                clitics=clitics and place != "after",  # a conjunction there begins the next clause
            )
            for place in ("before", "many", "after", "toll")
        }
        kinds: dict[str, list[tuple[str, str]]] = {}
        for lang, form, kind in table("figure_words.tsv"):
            if lang == tongue:
                kinds.setdefault(kind, []).append((form, form))
        self._kinds = {kind: Lexicon(entries, clitics=clitics and kind == "disease") for kind, entries in kinds.items()}
        self._empty: Lexicon[str] = Lexicon([])
        codes: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for lang, form, code, *hints in table("currencies.tsv"):
            if lang == tongue:
                spelt = " ".join(hints).split()
                codes.setdefault(form, []).append((code, frozenset(_bare(word) for word in spelt)))
        self.currencies = Lexicon(list(codes.items()), clitics=False)
        units = [(form, unit) for lang, form, unit in table("distance_units.tsv") if lang == tongue]
        self.units = Lexicon(units, clitics=False)
        months = [(form, True) for lang, form, *_ in table("months.tsv") if lang in {tongue, *_DATED}]
        self.months = Lexicon(months, clitics=False)
        self.one_of = Lexicon([(form, "") for form, _ in kinds.get("one_of", [])], clitics=clitics)

        self._alone = tongue == "ar"

    def kind(self, kind: str) -> Lexicon[str]:
        """The lexicon of one kind of words around numbers."""
        return self._kinds.get(kind, self._empty)

    def may_stand_alone(self, form: str) -> bool:
        """Whether the word can be one or two people without a number."""
        return self._alone and _stands_alone(self, form)


@lru_cache(maxsize=32768)
def _stands_alone(tables: _Tables, form: str) -> bool:
    return tables.one_of.has(form) or tables.nouns.has(form)


def _bare(word: str) -> str:
    return words(word)[0].form


@cache
def _tables(tongue: str) -> _Tables:
    return _Tables(tongue)


def find(article: CleanArticle, fields: list[Field]) -> list[Figure]:
    """The figures of the fields, in order; half-open offsets in code points of each field.

    low and high are the amount as it stands, in whole units; high is absent for "at least". text is the number with
    its noun. Ages, durations, ordinals and dates are no figures.
    """
    tongue = language(article)
    tables = _tables(tongue)
    counts: Counter[str] = Counter()
    for field in fields:
        for sentence in read(field.text):
            counts.update(word.form for word in sentence.words if word.is_name)
    disease = any(tables.kind("disease").has(form) for form in counts)
    figures = []
    for field in fields:
        for sentence in read(field.text):
            figures.extend(_Reader(sentence, field, tongue, counts, disease=disease).read())
    return figures


class _Reader:
    """Reads the figures of one sentence."""

    def __init__(self, sentence: Sentence, field: Field, tongue: str, counts: Counter[str], *, disease: bool) -> None:
        self.words = sentence.words
        self.field = field
        self.tongue = tongue
        self.tables = _tables(tongue)
        self.counts = counts
        self.disease = disease
        self.inherited: str | None = None
        self.governed = -1  # the last verb whose single person was read

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
        return found

    def _at(self, index: int) -> tuple[Figure | None, int] | None:
        """(figure, the word to go on from), or None when no amount starts at the word."""
        count = self._count(index)
        if count is None:
            return self._without_number(index)
        for reader in (self._share, self._money, self._distance, self._people, self._things):
            if step := reader(count):
                return step
        return None, count.last

    def _form(self, index: int) -> str:
        return self.words[index].form if 0 <= index < len(self.words) else ""

    def _match(self, kind: str, index: int) -> int:
        """How many words of that kind stand at the index; 0 for none."""
        if not 0 <= index < len(self.words):
            return 0
        match = self.tables.kind(kind).match(self.words, index)
        return match.length if match else 0

    def _make(self, what: str, count: _Count, last: int, unit: str | None = None, subject: str | None = None) -> Figure:
        start = cut_start(self.field.text, self.words[count.first], count.cut)
        end = self.words[last - 1].end
        return Figure(
            field=self.field.name,
            start=start,
            end=end,
            what=what,
            low=count.low,
            high=count.high,
            unit=unit,
            subject=subject,
            text=self.field.text[start:end],
        )

    # Amounts.

    def _count(self, index: int) -> _Count | None:
        """The number or range at the word index, with the hedge before or after it."""
        first = number(self.words, index, self.field.text, self.tongue)
        if first is None:
            return None
        end = index + first.length
        low, high = first.value, first.value
        second = self._second(index, end, first)
        if second:
            high, end, low = second
        hedge, lead = self._hedge(index)
        count = _Count(low, high, index, end, first.cut, first.in_words, lead)
        if hedge == "at_least" or self._match("at_least_after", end):
            return count._replace(high=None)
        return count._replace(low=0.0) if hedge == "up_to" and not second else count

    def _second(self, index: int, end: int, first: Number) -> tuple[float, int, float] | None:
        """(high, end, low) of a range whose second half follows; both count in the scale that only that one names."""
        between = any(self._match("between", index - back) == back for back in (1, 2) if index >= back)
        at = end
        if self._match("to", at) or (between and self._form(at) in {"و", "and", "et"}):
            at += 1
        elif not (between and self._form(at).startswith("و")):
            return None
        second = number(self.words, at, self.field.text, self.tongue) if at < len(self.words) else None
        if second is None or (at == end and second.cut != 1):
            return None
        scale = _scale(second.value) if first.value < _THOUSAND <= second.value and second.scaled else 1
        if first.value * scale >= second.value:
            return None
        return second.value, at + second.length, first.value * scale

    def _hedge(self, index: int) -> tuple[str, int]:
        """(kind, words) of what hedges the number at the index; ("", 0) for nothing."""
        for kind in ("up_to", "at_least", "between"):
            for back in (4, 3, 2, 1):
                if index >= back and self._hedge_lexicon(kind, index - back) == back:
                    return kind, back
        return "", 0

    def _hedge_lexicon(self, kind: str, index: int) -> int:
        lexicon = self.tables.kind(kind)
        form = self.words[index].form
        for _, stem in stems(form):
            word = self.words[index]._replace(form=stem)
            match = lexicon.match([word, *self.words[index + 1 : index + 4]], 0)
            if match:
                return match.length
        return 0

    # Readers of one kind of figure.

    def _share(self, count: _Count) -> tuple[Figure, int] | None:
        length = self._match("percent", count.last)
        if length:
            return self._make("percent", count, count.last + length), count.last + length
        for back in (2, 1):
            if count.first >= back and self._match("percent_before", count.first - back) == back:
                return self._make("percent", count._replace(first=count.first - back, cut=0), count.last), count.last
        return None

    def _money(self, count: _Count) -> tuple[Figure | None, int] | None:
        at = count.last + self._match("of_money", count.last)
        match = self.tables.currencies.match(self.words, at) if at < len(self.words) else None
        if match:
            last = at + match.length
            return self._make("money", count, last, self._code(match.value)), last
        symbol = self._form(count.first - 1)[-1:] if count.first else ""
        if symbol not in _SYMBOLS or self.words[count.first - 1].end != self.words[count.first].start:
            return None
        signed = self.tables.currencies.match([self.words[count.first - 1]._replace(form=symbol)], 0)
        code = self._code(signed.value) if signed else {"$": "USD", "€": "EUR", "£": "GBP"}[symbol]
        last = count.last
        scale = _SYMBOL_SCALES.get(self._form(last))
        if scale and self.words[last].start == self.words[last - 1].end:
            high = count.high * scale if count.high is not None else None
            count = count._replace(low=count.low * scale, high=high)
            last += 1
        figure = self._make("money", count, last, code)
        start = figure.start - 1
        text = self.field.text[start : figure.end]
        return figure.model_copy(update={"start": start, "text": text}), last

    def _code(self, codes: list[tuple[str, frozenset[str]]]) -> str | None:
        """The currency that the article's own words speak for."""
        if len(codes) == 1:
            return codes[0][0]
        weights = [
            (sum(count for form, count in self._hinting().items() if form in hints), code) for code, hints in codes
        ]
        best, code = max(weights)
        return code if best and sum(weight == best for weight, _ in weights) == 1 else None

    def _hinting(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for form, count in self.counts.items():
            for _, stem in stems(form):
                found[stem] += count
        return found

    def _distance(self, count: _Count) -> tuple[Figure, int] | None:
        length = self._match("distance", count.last)
        if not length:
            return None
        last = count.last + length
        if self._match("not_distance", last) or self._form(last) == "/":
            return self._make("other", count, last), last
        match = self.tables.units.match(self.words, count.last)
        return self._make("distance", count, last, match.value if match else None), last

    def _people(self, count: _Count) -> tuple[Figure, int] | None:
        """A count with a noun of people, or one that a verb right before it makes a count of people."""
        noun, last = self._noun(count.last)
        if noun is None and self.tongue == "en":
            noun, last = self._modified(count.last)
        if noun is None:
            return self._bare_count(count)
        subject = self.field.text[self.words[last - 1].start : self.words[last - 1].end]
        what = self._what(noun, count, last)
        if what is None:
            return None
        self.inherited = what
        return self._make(what, count, last, subject=subject), last

    def _noun(self, index: int) -> tuple[_Noun | None, int]:
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

    def _modified(self, index: int) -> tuple[_Noun | None, int]:
        """(noun of people, the word after it) a few describing words on, none of which may be what is counted."""
        for at in range(index, min(len(self.words) - 1, index + _MODIFIERS)):
            form = self._form(at)
            plain = form[:1].isalpha() and not form.endswith("s")
            verb = any(self.tables.verbs[place].match(self.words, at) for place in ("before", "many", "after"))
            closed = self._match("not_counted", at) or self._match("time_unit", at) or self._match("distance", at)
            if not plain or verb or closed or form in _CLAUSE_ENDS:
                break
            noun, last = self._noun(at + 1)
            if noun is not None and noun.what == "person" and noun.number == "n":
                return noun, last
        return None, index

    def _what(self, noun: _Noun, count: _Count, last: int) -> str | None:
        if noun.what == "case":
            return "infected" if self.disease else "injured"
        if noun.what in _STATUS:
            before = self._nearest_before(count.first - count.lead)
            return before[1] if before and before[0] <= 1 and before[1] not in _STATUS else noun.what
        if noun.what != "person":
            return noun.what
        if self.inherited and (self._among(count.first) or self._match("of_them", last)):
            return self.inherited
        return self._governor(count.first - count.lead, last)

    def _among(self, index: int) -> bool:
        return any(index >= back and self._hedge_lexicon("among", index - back) == back for back in (2, 1))

    def _governor(self, first: int, last: int) -> str | None:
        """What the nearest verb says of the people: after the noun where it follows closely, else before it."""
        after = self._nearest_after(last, _AFTER.get(self.tongue, _AFTER_OTHER))
        before = self._nearest_before(first, many=True)
        if after and (before is None or after[0] <= 1 or self.tongue in _AFTER):
            return self._by_disease(after[1], before)
        return self._by_disease(before[1], before) if before else None

    def _by_disease(self, what: str, _: tuple[int, str] | None) -> str:
        return "infected" if what == "injured" and self.disease else what

    def _nearest_after(self, index: int, reach: int) -> tuple[int, str] | None:
        for at in range(index, min(len(self.words), index + reach)):
            if self._form(at) in _CLAUSE_ENDS and self.tongue not in _AFTER:
                return None
            if match := self.tables.verbs["after"].match(self.words, at):
                return at - index, match.value
        return None

    def _nearest_before(self, index: int, *, many: bool = False) -> tuple[int, str] | None:
        for at in range(index - 1, max(-1, index - 1 - _BEFORE), -1):
            for place in ("before", "many") if many else ("before",):
                match = self.tables.verbs[place].match(self.words, at)
                # A form with a number of its own is a noun: 312 arrêtés.
                counted = self.tongue == "fr" and at > 0 and self.words[at - 1].is_number
                if match and not counted and at + match.length <= index:
                    return index - at - match.length, match.value
        return None

    def _bare_count(self, count: _Count) -> tuple[Figure, int] | None:
        """أصيب ثلاثة, توفي منها تسعة, ارتفع عدد القتلى إلى 20, اعتقل 5 إرهابيين."""
        if self._is_calendar(count):
            return None
        last = count.last
        others = self._match("others", last) or self._match("of_them", last)
        following = self._form(last)
        named = bool(following) and following[0].isalpha() and not others
        plain = not named or self._match("not_counted", last) > 0 or following[:1] in "وب"
        if self._match("time_unit", last):
            return None
        if named and self.tongue in _PARTICIPLES and (befell := self.tables.verbs["after"].match(self.words, last)):
            self.inherited = befell.value
            return self._make(befell.value, count, last + befell.length), last + befell.length
        before = self._nearest_before(count.first - count.lead, many=True)
        what: str | None = None
        if self.inherited and self._match("of_them", last):
            what = self.inherited
        elif before and before[0] <= (1 if plain or others else 0) and (plain or others or before[1] in _HARM):
            what = self._by_disease(before[1], before)
        elif plain and self.tongue != "ar" and (after := self._nearest_after(last, _CLOSE)):
            what = after[1]
        elif plain or self._among(count.first):
            what = self._toll(count)
        if what is None:
            return None
        self.inherited = what
        return self._make(what, count, last + others), last + others

    def _is_calendar(self, count: _Count) -> bool:
        if count.last < len(self.words) and self.tables.months.match(self.words, count.last):
            return True
        return not count.in_words and count.low == count.high and count.low in _YEARS and count.last - count.first == 1

    def _toll(self, count: _Count) -> str | None:
        if not count.lead and not (count.first and self._hedge_lexicon("bring", count.first - 1)):
            return None
        for at in range(count.first - 1, max(-1, count.first - 1 - _TOLL), -1):
            if match := self.tables.verbs["toll"].match(self.words, at):
                if match.value == "case":
                    return "infected" if self.disease else "injured"
                return match.value
        return None

    def _things(self, count: _Count) -> tuple[Figure, int] | None:
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

    # One and two without a number.

    def _without_number(self, index: int) -> tuple[Figure | None, int] | None:
        """قتيلان, مقتل عنصر, اعتقلت شابا, بينهم امرأة, أحدهم."""
        if not self.tables.may_stand_alone(self.words[index].form):
            return None
        if match := self.tables.one_of.match(self.words, index):
            count = _Count(1.0, 1.0, index, index + match.length, match.cut, in_words=True)
            what = self._governor(index, count.last) or self.inherited
            return (self._make(what, count, count.last), count.last) if what else (None, count.last)
        return self._dual_or_single(index)

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
        return None

    def _dual(self, noun: _Noun, index: int, last: int, cut: int) -> tuple[Figure, int] | None:
        form = self.words[index].form
        if form.endswith("ين") and not self._certainly_dual(form, index, last):
            return None
        count = _Count(2.0, 2.0, index, last, cut, in_words=True)
        what = self._what(noun, count, last)
        if what is None:
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
        plural = any(match.value.number == "n" for match in self.tables.nouns.matches(self.words[index:last], 0))
        return not plural and not form.startswith("ال")

    def _single(self, noun: _Noun, index: int, last: int, cut: int) -> tuple[Figure, int] | None:
        if noun.what in {"killed", "case"} and noun.what != "person" and not self._one_stands(index, last):
            return None
        if noun.what not in {"person", "killed", "case", "arrested"}:
            return None
        count = _Count(1.0, 1.0, index, last, cut, in_words=True)
        if self._among(index) and self.inherited:
            what: str | None = self.inherited
        elif self._form(last) in {"واحد", "واحدا", "واحده"}:
            what = self._what(noun, count, last)
            last += 1
        else:
            what = self._single_governor(noun, index)
        if what is None:
            return None
        self.inherited = what
        subject = self.field.text[self.words[index].start : self.words[index].end]
        return self._make(what, count, last, subject=subject), last

    def _one_stands(self, index: int, last: int) -> bool:
        return self._form(last) in {"واحد", "واحدا", "واحده"} or self._among(index)

    def _single_governor(self, noun: _Noun, index: int) -> str | None:
        """The verb right before a single person, or a few words before one in the accusative."""
        before = self._nearest_before(index)
        if before is None or noun.what != "person":
            return None
        distance, what = before
        governor = index - distance
        accusative = self.words[index].form.endswith("ا")
        if distance and not (accusative and distance <= _SINGLE):
            return None
        if governor == self.governed:
            return None
        self.governed = governor
        return self._by_disease(what, before)


def _scale(value: float) -> float:
    """The thousand, million or billion that the value counts in."""
    scale = 1.0
    while value >= scale * _THOUSAND:
        scale *= _THOUSAND
    return scale
