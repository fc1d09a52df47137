"""Organisations: candidates from nouns that begin a name (وزارة), from the lexicon and from capital letters."""

from collections.abc import Iterator
from functools import cache

from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Candidate, Words
from streams.extraction.names import capitals

_LISTS = "organisation_words.tsv"
_LONGEST_NAME = 7
_ACRONYM = range(2, 7)
_TWO = 2
_LONGEST_PARTICLE = 4


@cache
def _list(purpose: str) -> frozenset[str]:
    return lexicon.words(_LISTS, purpose)


@cache
def _common() -> frozenset[str]:
    return lexicon.words("words.tsv", "common")


def candidates(words: Words) -> Iterator[Candidate]:
    """Every span of the field that may name an organisation, by its form."""
    for index in range(len(words)):
        if words.is_arabic(index):
            found = _headed(words, index) if words.clitics else _persian(words, index)
        elif words.is_capital(index):
            found = _latin(words, index)
        else:
            found = None
        if found is not None:
            yield found


def known(words: Words) -> Iterator[Candidate]:
    """Every mention of a widely known organisation or person."""
    for name, kind in (("organisations.tsv", "organisation"), ("people.tsv", "person")):
        entries = lexicon.known(name)
        for index in range(len(words)):
            if not words.is_arabic(index) and not words.is_capital(index):
                continue
            following = words.following(index)
            for offset, stem in words.readings(index):
                hit = entries.find(stem, following)
                if hit is None or not _is_as_written(words, index, hit[0], hit[1][1]):
                    continue
                yield words.candidate(
                    (index, index + hit[0]),
                    "organisation" if kind == "organisation" else "person",
                    0.9 if hit[0] > 1 else 0.82,
                    "lexicon",
                    offset=offset,
                    known=hit[1][0],
                )
                break


def _is_as_written(words: Words, index: int, length: int, spelling: str) -> bool:
    """Whether case agrees, where there is case: UN is no Turkish "un", and a small letter begins no name."""
    if words.is_arabic(index):
        return True
    if length == 1:
        return words.tokens[index].text == spelling
    return words.is_capital(index)


def _goes_on(word: str) -> bool:
    """Whether a definite word can be an adjective inside a name."""
    if word in _list("adjective"):
        return True
    if word in _list("stop") or word in _common() or not word.startswith("ال"):
        return False
    return word.endswith(("يه", "ي")) or gazetteer.load().nationality(word) is not None


def _headed(words: Words, index: int) -> Candidate | None:
    for offset, stem in words.readings(index):
        if stem in _list("named") and (quoted := _quoted(words, index)) is not None:
            return quoted
        if stem in _list("head"):
            end = _extent(words, index)
            if end > index + 1:
                return words.candidate((index, end), "organisation", 0.74, "head-noun", offset=offset)
            return None
        if stem in _list("definite"):
            end = index + 1
            while end < min(words.runs[index], index + 5) and _goes_on(words.folded[end]):
                end += 1
            end = _complement(words, index, end)
            if end > index + 1:
                return words.candidate((index, end), "organisation", 0.72, "head-noun", offset=offset)
    return None


def _is_definite(word: str) -> bool:
    """Whether the word has the article, which إلى, folded, only seems to have."""
    return word.startswith("ال") and len(word) > _LONGEST_PARTICLE


def _extent(words: Words, index: int) -> int:
    """The end of a name that begins with an indefinite noun."""
    limit = min(words.runs[index], index + _LONGEST_NAME)
    end = index + 1
    atlas = gazetteer.load()
    # Indefinite nouns (مديرية أمن حلب) lead to the definite noun or the place that closes the construct.
    while end < limit:
        word = words.folded[end]
        if _is_definite(word) or (word not in _common() and atlas.find(word, words.following(end)) is not None):
            break
        if end - index > _TWO or not _may_follow(words, end):
            return index + 1
        end += 1
    if end >= limit or words.folded[end] in _list("stop"):
        return index + 1
    place = atlas.find(words.folded[end], words.following(end))
    end += place[0] if place is not None else 1
    while end < limit:
        word = words.folded[end]
        if _goes_on(word) or (word.startswith("وال") and word[1:] in _domain()):
            end += 1
        else:
            break
    return _complement(words, index, end)


@cache
def _domain() -> frozenset[str]:
    """The nouns that "و" may add to a name, with their article."""
    return frozenset("ال" + word.removeprefix("ال") for word in _list("domain"))


def _may_follow(words: Words, index: int) -> bool:
    """Whether an indefinite noun can stand inside a construct."""
    word = words.folded[index]
    if word in lexicon.words("words.tsv", "say") or not word.isalpha() or len(word) <= _TWO:
        return False
    if word in _constructs() or word in _list("head"):
        return True
    return (
        word not in _common() and not word.startswith(("ي", "ت", "ب", "ل", "و", "ف", "س")) and not word.endswith("يه")
    )


@cache
def _constructs() -> frozenset[str]:
    return frozenset(lexicon.words("words.tsv", "construct"))


def _complement(words: Words, index: int, end: int) -> int:
    """Take in a complement such as لحقوق الإنسان or للاستثمار after an adjective."""
    limit = min(words.runs[index], end + 3)
    if end >= limit or end == index + 1:
        return end
    word = words.folded[end]
    if word in {"لحقوق", "لشؤون", "لدعم", "لكره", "لمكافحه", "لرعايه", "لتنميه", "لتنظيم"} and end + 1 < limit:
        end += _TWO
        while end < limit and _goes_on(words.folded[end]):
            end += 1
    elif word.startswith("لل") and word[2:] in _complements():
        end += 1
    return end


@cache
def _complements() -> frozenset[str]:
    return lexicon.words("words.tsv", "complement")


def _quoted(words: Words, index: int) -> Candidate | None:
    """A name in quotation marks after its noun: صحيفة “الشرق الأوسط”."""
    at = index + 1
    if at >= len(words) or words.gaps[at] != "quote":
        return None
    end = min(words.runs[at], at + 4)
    if end < len(words) and words.gaps[end] == "near":
        return None
    return words.candidate((at, end), "organisation", 0.85, "quoted-name")


def _persian(words: Words, index: int) -> Candidate | None:
    """A noun that begins a name in Persian, Urdu or Kurdish, where nothing marks the end but the next small word."""
    if lexicon.phrases(_LISTS, "persian_head").find(words.folded[index], words.following(index, 2)) is None:
        return None
    end = index + 1
    limit = min(words.runs[index], index + 4)
    while end < limit and words.folded[end] not in _common() and words.folded[end] not in _list("persian_head"):
        end += 1
    if end == index + 1:
        return None
    return words.candidate((index, end), "organisation", 0.66, "head-noun")


def _latin(words: Words, index: int) -> Candidate | None:
    """A run of capitalised words with a noun such as Ministry in it, or an acronym."""
    if index and words.gaps[index] == "near" and words.is_capital(index - 1):
        return None
    end = capitals(words, index, lexicon.words("words.tsv", "joint_organisation"))
    start = index
    while start < end and words.tokens[start].text in _small():
        start += 1
    if end - start > 1:
        folded = words.folded[start:end]
        if folded[-1] in _list("latin_tail") or any(word in _list("latin_head") for word in folded[:_TWO]):
            return words.candidate((start, end), "organisation", 0.76, "head-noun")
        return None
    if end == start:
        return None
    token = words.tokens[start]
    acronym = token.text.isupper() and len(token.text) in _ACRONYM and token.text.isalpha()
    if acronym and words.folded[start] not in _list("no_acronym") and _stands_out(words, start):
        return words.candidate((start, end), "organisation", 0.64, "acronym")
    return None


@cache
def _small() -> frozenset[str]:
    listed = (cells[1].split() for cells in lexicon.rows("words.tsv") if cells[0] == "latin_common")
    return frozenset(word for part in listed for word in part)


def _stands_out(words: Words, index: int) -> bool:
    """Whether the words next to an acronym are in small letters, so that it is no headline in capitals."""
    beside = [words.tokens[at].text for at in (index - 1, index + 1) if 0 <= at < len(words)]
    return any(not text.isupper() for text in beside)
