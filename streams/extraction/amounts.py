"""Amounts of a sentence, with their bounds and ranges, and those that name their kind: shares, sums, distances."""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from schemas import Figure
from streams.extraction.figure_tables import Currency, tables
from streams.extraction.numerals import Number, number
from streams.extraction.reading import Lexicon, Sentence, cut_start, stems
from streams.extraction.text import Field

_DECIMALS = 6
_THOUSAND, _BILLION = 1000, 1_000_000_000
_YEARS = frozenset({*range(1300, 1500), *range(1900, 2100)})
_STOPS = frozenset('،,.؛;:!؟?)»”"')
_HARD_ENDS = frozenset(";؛:")
_NEAR = 4  # words between a negation and what it denies
_PAIR = 4  # words between a sum and another that is joined to it
_FAR = 10  # words between a verb of excess and its number
_AND = frozenset({"و", "and", "et", "ve", "û", "اور"})
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₺": "TRY", "₪": "ILS", "₹": "INR", "₦": "NGN"}
_SYMBOL_SCALES = {"m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "k": 1e3}
_WIDEST = 5  # how many times its lower end the upper end of a range may be


class Count(NamedTuple):
    """An amount: low, high (None for "at least") and the words first to last (half-open) that name it.

    lead: how many words before them hedge it.
    change: (end of the first number, start of the second) of a change from one amount to another, which are two figures.
    """

    low: float | None
    high: float | None
    first: int
    last: int
    cut: int
    in_words: bool
    lead: int = 0
    change: tuple[int, int] | None = None


class AmountReader:
    """Reads the amounts of one sentence; each reader gives (figure, the word to go on from).

    counts: how often the article has each word, which tells what a shared name of money means. disease: whether the
    article is about one.
    """

    def __init__(self, sentence: Sentence, field: Field, tongue: str, counts: Counter[str], *, disease: bool) -> None:
        self.words = sentence.words
        self.field = field
        self.tongue = tongue
        self.tables = tables(tongue)
        self.counts = counts
        self.disease = disease
        self.inherited: str | None = None
        self.previous: tuple[int, str] | None = None  # where the last figure of people ended, and what it said
        self.money: tuple[int, Currency] | None = None  # where the last sum of the sentence ended, and in what it was
        self.currency: Currency | None = None  # in what the last sum of the article was
        self.other = 0  # where the last number that is no sum ended
        self.governed = -1  # the last verb whose single person was read

    def _form(self, index: int) -> str:
        return self.words[index].form if 0 <= index < len(self.words) else ""

    def _match(self, kind: str, index: int) -> int:
        """How many words of that kind stand at the index; 0 for none."""
        if not 0 <= index < len(self.words):
            return 0
        match = self.tables.kind(kind).match(self.words, index)
        return match.length if match else 0

    def _make(self, what: str, count: Count, last: int, unit: str | None = None, subject: str | None = None) -> Figure:
        start = cut_start(self.field.text, self.words[count.first], count.cut)
        end = self.words[last - 1].end
        while self.field.text[end - 1] in _STOPS:  # a sign and the comma behind it are one word: 14.5%،
            end -= 1
        return Figure(
            field=self.field.name,
            start=start,
            end=end,
            what=what,
            low=None if count.low is None else round(count.low, _DECIMALS),
            high=None if count.high is None else round(count.high, _DECIMALS),
            unit=unit,
            subject=subject,
            text=self.field.text[start:end],
        )

    def _count(self, index: int) -> Count | None:
        """The number or range at the word index, with the hedge before or after it."""
        first = number(self.words, index, self.field.text, self.tongue)
        if first is None:
            return None
        end = index + first.length
        low, high, change = first.value, first.value, None
        second = self._second(index, end, first)
        hedge, lead = self._hedge(index)
        if second:
            start = end + 1 if self._match("to", end) else end
            if not hedge and self._from(index):
                change = (end, start)
            high, end, low = second
        count = Count(low, high, index, end, first.cut, first.in_words, lead, change)
        if hedge == "up_to" and self._is_denied(index - lead):
            hedge = "at_least"
        if second is None:
            hedge = self._exceeds(index - lead) if hedge in {"", "about"} else hedge
        return count if hedge == "between" else self._bounded(count, hedge, end)

    def _bounded(self, count: Count, hedge: str, end: int) -> Count:
        """The amount without its upper or lower bound where the words before it or at the end leave one out."""
        if hedge == "at_least" or self._match("at_least_after", end):
            return count._replace(high=None, low=count.low if count.low is not None else count.high)
        if (hedge == "up_to" or self._match("up_to_after", end)) and count.low == count.high:
            return count._replace(low=None)
        return count

    def _is_denied(self, index: int) -> bool:
        """Whether the words before deny that it is less: لن يقبل بأقل من 450."""
        if not self._hedge_lexicon("less", index):
            return False
        for at in range(index - 1, max(-1, index - 1 - _NEAR), -1):
            if not self.words[at].is_name:
                return False
            if self._hedge_lexicon("negation", at) == 1:
                return True
        return False

    def _exceeds(self, index: int) -> str:
        """at_least or up_to where a verb some words before the number says so: لم تتجاوز نسبة المشاركة 30."""
        for at in range(index - 1, max(-1, index - 1 - _FAR), -1):
            word = self.words[at]
            if word.is_number or _HARD_ENDS & set(word.form):
                break
            for kind in ("over", "under"):
                length = self._hedge_lexicon(kind, at)
                if length == 0 or at + length > index or (kind == "under" and at + length < index):
                    continue
                negated = any(at >= back and self._hedge_lexicon("negation", at - back) == back for back in (2, 1))
                return "at_least" if (kind == "over") != negated else "up_to"
            if self.tables.nouns.has(word.form) and at < index - 3:
                break
        return ""

    def _second(self, index: int, end: int, first: Number) -> tuple[float, int, float] | None:
        """(high, end, low) of a range whose second half follows; both count in the scale that only that one names."""
        between = any(self._match("between", index - back) == back for back in (1, 2) if index >= back)
        at = end
        if self._match("to", at) or (between and self._form(at) in _AND):
            at += 1
        elif not (between and self._form(at).startswith("و")):
            return None
        second = number(self.words, at, self.field.text, self.tongue) if at < len(self.words) else None
        if second is None or (at == end and second.cut != 1):
            return None
        scale = _scale(second.value) if first.value < _THOUSAND <= second.value and second.scaled else 1
        low = first.value * scale
        if low == second.value or (low > second.value and not self._from(index)):
            return None
        if not between and not self._from(index) and second.value > _WIDEST * low:
            return None
        return second.value, at + second.length, low

    def _from(self, index: int) -> bool:
        return index > 0 and self._hedge_lexicon("from", index - 1) == 1

    def _hedge(self, index: int) -> tuple[str, int]:
        """(kind, words) of what hedges the number at the index; ("", 0) for nothing."""
        for kind in ("up_to", "at_least", "between", "about"):
            for back in (4, 3, 2, 1):
                if index >= back and self._hedge_lexicon(kind, index - back) == back:
                    return kind, back
        return "", 0

    def _hedge_lexicon(self, kind: str, index: int) -> int:
        lexicon = self.tables.kind(kind)
        for stem in _opening_stems(lexicon, self.words[index].form):
            word = self.words[index]._replace(form=stem)
            match = lexicon.match([word, *self.words[index + 1 : index + 4]], 0)
            if match:
                return match.length
        return 0

    def _is_calendar(self, count: Count) -> bool:
        if count.last < len(self.words) and self.tables.months.match(self.words, count.last):
            return True
        return not count.in_words and count.low == count.high and count.low in _YEARS and count.last - count.first == 1

    def _share(self, count: Count) -> tuple[Figure, int] | None:
        length = self._percent(count.last)
        if length:
            if count.change:
                first = count._replace(last=count.change[0], high=count.low)
                return self._make("percent", first, first.last), count.change[1]
            return self._make(
                "percent", self._closed(count, count.last + length), count.last + length
            ), count.last + length
        for back in (2, 1):
            if count.first >= back and self._match("percent_before", count.first - back) == back:
                return self._make("percent", count._replace(first=count.first - back, cut=0), count.last), count.last
        return None

    def _percent(self, index: int) -> int:
        """How many words say percent at the index; a sign may stand in one word with the marks after it."""
        form = self._form(index)
        return 1 if form[:1] in {"%", "٪"} and self.tables.kind("percent").has("%") else self._match("percent", index)

    def _closed(self, count: Count, last: int) -> Count:
        """The amount, bounded by what stands after its noun: 4 مدنيين على الأقل."""
        return self._bounded(count, "", last) if count.high is not None else count

    def _money(self, count: Count) -> tuple[Figure | None, int] | None:
        at = count.last + self._match("of_money", count.last)
        match = self.tables.currencies.match(self.words, at) if at < len(self.words) else None
        if match:
            currency = self._currency(match.value)
            if count.change:
                first = count._replace(last=count.change[0], high=count.low)
                return self._sum(first, first.last, currency), count.change[1]
            last = at + match.length
            count, last = self._with_parts(times(count, currency.factor), last, currency)
            self.money, self.currency = (last, currency), currency
            return self._sum(self._closed(count, last)._replace(), last, currency._replace(factor=1.0)), last
        return self._signed(count) or self._contrasted(count) or self._unnamed(count)

    def _sum(self, count: Count, last: int, currency: Currency) -> Figure:
        return self._make("money", times(count, currency.factor), last, currency.code or None)

    def _with_parts(self, count: Count, last: int, currency: Currency) -> tuple[Count, int]:
        """The sum and its end with the smaller coins that follow: دينار و40 فلسا, 266 روپے 5 پیسے."""
        at = last + (self._form(last) in _AND)
        part = number(self.words, at, self.field.text, self.tongue) if at < len(self.words) else None
        if part is None or currency.factor < 1 or (at == last and part.cut != 1 and self.tongue in {"ar", "fa", "ckb"}):
            return count, last
        end = at + part.length
        match = self.tables.currencies.match(self.words, end) if end < len(self.words) else None
        small = self._currency(match.value) if match else None
        if match is None or small is None or small.factor >= 1 or count.low != count.high or count.low is None:
            return count, last
        total = count.low + part.value * small.factor
        return count._replace(low=total, high=total), end + match.length

    def _signed(self, count: Count) -> tuple[Figure, int] | None:
        """$40, €3.2m, Dh412 million, N350,000."""
        if not count.first:
            return None
        before = self.words[count.first - 1]
        if before.end != self.words[count.first].start or not before.form:
            return None
        symbol = before.form[-1:] if before.form[-1:] in _SYMBOLS else before.form
        match = self.tables.prefixes.get(symbol)
        if match is None and symbol not in _SYMBOLS:
            return None
        currency = self._currency(match) if match else Currency(_SYMBOLS[symbol], frozenset(), 1.0)
        last = count.last
        scale = _SYMBOL_SCALES.get(self._form(last))
        if scale and self.words[last].start == self.words[last - 1].end:
            count = times(count, scale)
            last += 1
        if upper := self._signed_end(last, count):
            count, last = upper
        figure = self._make("money", count, last, currency.code or None)
        start = before.end - len(symbol)
        self.money, self.currency = (last, currency), currency
        return figure.model_copy(update={"start": start, "text": self.field.text[start : figure.end]}), last

    def _signed_end(self, index: int, count: Count) -> tuple[Count, int] | None:
        """The sum and its end where the upper one of two follows: between $40m and $55m."""
        back = count.first - 2
        if back < 0 or not self._match("between", back) or self._form(index) not in _AND | {"to", "à"}:
            return None
        if self._form(index + 1)[-1:] not in _SYMBOLS or index + 2 >= len(self.words):
            return None
        value = number(self.words, index + 2, self.field.text, self.tongue)
        if value is None:
            return None
        last, high = index + 2 + value.length, value.value
        scale = _SYMBOL_SCALES.get(self._form(last))
        if scale and self.words[last].start == self.words[last - 1].end:
            last, high = last + 1, high * scale
        return count._replace(high=high), last

    def _contrasted(self, count: Count) -> tuple[Figure, int] | None:
        """The sum that another one of the sentence is compared with: contre 775 à la pompe."""
        if self.money is None or count.first == 0 or not self.other <= self.money[0] <= count.first:
            return None
        if not (self._is_contrast(count.first) or self._is_joined(count)):
            return None
        following = self._form(count.last)
        if following[:1].isalpha() and not self._match("not_counted", count.last):
            return None
        return self._make("money", count, count.last, self.money[1].code or None), count.last

    def _unnamed(self, count: Count) -> tuple[Figure, int] | None:
        """A large sum whose money was named before: بعجز يقارب أربعة وخمسين تريليونا, دعمها البالغ 3 ملايين."""
        amount = count.low or count.high or 0
        if self.currency is None or amount < _THOUSAND or self._is_calendar(count):
            return None
        following = self._form(count.last)
        if following[:1].isalpha() and not (self._match("not_counted", count.last) or following == "لصالح"):
            return None
        first = count.first - count.lead
        told = any(self._hedge_lexicon("sum", at) for at in range(max(0, first - _NEAR), first))
        if amount < _BILLION and not (told and self._is_scale(count.last - 1)):
            return None
        return self._make("money", count, count.last, self.currency.code or None), count.last

    def _is_joined(self, count: Count) -> bool:
        """Whether and joins the number to the sum before: 250 جنيها في عطبرة و300 في أم درمان."""
        joined = self._form(count.first - 1) in _AND or (count.cut == 1 and self._form(count.first).startswith("و"))
        return (
            joined
            and self.money is not None
            and 0 < count.first - self.money[0] <= _PAIR
            and count.last - count.first == 1
        )

    def _is_scale(self, index: int) -> bool:
        return not self.words[index].is_number

    def _is_contrast(self, index: int) -> bool:
        return any(index >= back and self._hedge_lexicon("contrast", index - back) == back for back in (2, 1))

    def _currency(self, options: list[Currency]) -> Currency:
        """The currency that the article's own words speak for; without a code where they do not tell."""
        if len(options) == 1:
            return options[0]
        found = self._hinting()
        weights = [sum(count for form, count in found.items() if form in option.hints) for option in options]
        best = max(weights)
        if best and weights.count(best) == 1:
            return options[weights.index(best)]
        factors = {option.factor for option in options}
        return Currency("", frozenset(), factors.pop() if len(factors) == 1 else 0.01)

    def _hinting(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for form, count in self.counts.items():
            for _, stem in stems(form):
                found[stem] += count
        return found

    def _distance(self, count: Count) -> tuple[Figure, int] | None:
        length = self._match("distance", count.last)
        if not length:
            return None
        last = count.last + length
        if self._match("not_distance", last) or self._form(last) == "/":
            return self._make("other", count, last), last
        match = self.tables.units.match(self.words, count.last)
        return self._make("distance", count, last, match.value if match else None), last

    def _one_coin(self, index: int) -> tuple[Figure | None, int] | None:
        """دينار و40 فلسا, دينارا واحدا: a coin without a number is one."""
        match = self.tables.currencies.match(self.words, index) if self.tongue == "ar" else None
        if match is None:
            return None
        currency, end = self._currency(match.value), index + match.length
        one = times(Count(1.0, 1.0, index, end, 0, in_words=True), currency.factor)
        if end < len(self.words) and self._is_one(end):
            count, last = self._with_parts(one._replace(last=end + 1), end + 1, currency)
            return self._sum(count, last, currency._replace(factor=1.0)), last
        count, last = self._with_parts(one, end, currency)
        return (self._sum(count, last, currency._replace(factor=1.0)), last) if last > end else None

    def _is_one(self, index: int) -> bool:
        """Whether the word is the numeral one, and not وأحد with its conjunction."""
        one = self._form(index) in {"واحد", "واحدا", "واحده"}
        return one and self.field.text[self.words[index].start + 1] == "ا"


def times(count: Count, factor: float) -> Count:
    """The amount in units of which one makes that many."""
    low, high = (None if bound is None else bound * factor for bound in (count.low, count.high))
    return count._replace(low=low, high=high)


@lru_cache(maxsize=65536)
def _opening_stems(lexicon: Lexicon[str], form: str) -> tuple[str, ...]:
    """The word and what is left of it without clitics, as far as a phrase may begin with it."""
    return tuple(stem for _, stem in stems(form) if lexicon.has(stem))


def _scale(value: float) -> float:
    """The thousand, million or billion that the value counts in."""
    scale = 1.0
    while value >= scale * _THOUSAND:
        scale *= _THOUSAND
    return scale
