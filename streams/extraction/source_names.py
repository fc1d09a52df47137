"""How the languages beside Arabic call a source that no entity stands for: spans of words around an attribution.

All functions take the words of one sentence and give the half-open span of a name in them, or None.
"""

from collections.abc import Sequence

from streams.extraction.reading import Lexicon, Word
from streams.extraction.reading import words as split

Span = tuple[int, int]

_LONGEST = 7  # words of a name
_INNER = frozenset(
    {"of", "the", "for", "and", "de", "du", "des", "la", "le", "les", "l", "d", "'", "et", "-", "&", "pour"}
)
_ARTICLES = frozenset({"the", "la", "le", "les", "l", "'", "a", "an", "un", "une", "du", "de", "des", "d", "nouveau"})
_DETERMINERS = frozenset(
    {"a", "an", "one", "two", "three", "four", "several", "un", "une", "deux", "trois", "plusieurs"}
)
_AND = frozenset({"and", "et"})
_SEATS = frozenset({"at", "in"})
_MODIFIERS = 3  # words between a determiner and the noun of a source without a name
_SUBJECT = 12  # words between such a source at the head of its sentence and its verb
_GENITIVES = frozenset(word.form for word in split("کے کی کا"))
_APOSTROPHE = "'"


def capital(text: str, word: Word) -> bool:
    """Whether the word is written with a capital anywhere (eNCA)."""
    return any(letter.isupper() for letter in text[word.start : word.end])


def title(text: str, words: Sequence[Word], index: int) -> Span | None:
    """The capitalised name that begins at the word or behind an article, with the small words inside it."""
    first = index
    while first < len(words) and words[first].form in _ARTICLES and not capital(text, words[first]):
        first += 1
    last = end = first
    while last < min(len(words), first + _LONGEST):
        if capital(text, words[last]):
            end = last + 1
        elif words[last].form not in _INNER and not words[last].is_number:
            break
        last += 1
    return (first, end) if end > first else None


def body(text: str, words: Sequence[Word], index: int, nouns: Lexicon[str]) -> Span | None:
    """The office that is called by its noun without capitals: la préfecture de police; of l'agence TAP, the name."""
    first = index
    while first < len(words) and words[first].form in _ARTICLES:
        first += 1
    if first >= len(words) or not nouns.match(words, first):
        return None
    last = first + 1
    if last < len(words) and capital(text, words[last]):
        return title(text, words, last)
    while (
        last + 1 < min(len(words), first + _LONGEST) and words[last].form in _INNER - _AND and words[last + 1].is_name
    ):
        last += 2
    return first, last


def clause(words: Sequence[Word], index: int, stops: Lexicon[str]) -> Span | None:
    """The words from the index up to a mark or a stop."""
    last = index
    while last < min(len(words), index + _LONGEST) and words[last].is_name and not stops.match(words, last):
        last += 1
    closed = last < len(words) and (not words[last].is_name or bool(stops.match(words, last)))
    return (index, last) if last > index and closed else None


def genitive(words: Sequence[Word], index: int) -> Span | None:
    """Urdu: what stands before the attribution at the word index, up to its first particle of possession."""
    first = index
    while first > max(0, index - _LONGEST - 2) and words[first - 1].is_name:
        first -= 1
    last = next((at for at in range(first, index) if words[at].form in _GENITIVES), index)
    return (first, last) if last > first else None


def before_suffix(text: str, words: Sequence[Word], index: int) -> Span | None:
    """Turkish: the capitalised name before the apostrophe of a case ending at words[index - 1] (Reuters'ın)."""
    last = index - 2
    if last < 1 or words[last].form[:1] != _APOSTROPHE:
        return None
    first = last
    while first > max(0, last - _LONGEST) and (capital(text, words[first - 1]) or _ordinal(words, first - 1)):
        first -= 1
    return (first, last) if first < last else None


def _ordinal(words: Sequence[Word], index: int) -> bool:
    """Whether the word belongs to a number with a full stop inside a name (14. Bölge)."""
    return words[index].is_number or (words[index].form == "." and index > 0 and words[index - 1].is_number)


def phrase(words: Sequence[Word], index: int, nouns: Lexicon[str], said: Lexicon[str]) -> Span:
    """The source without a name whose noun is words[index]: two local officials, a source at the ministry."""
    first, last = index, index + 1
    for back in range(index - 1, max(-1, index - _MODIFIERS - 2), -1):
        if words[back].form in _DETERMINERS:
            first = back
            break
        if not words[back].is_name:
            break
    if last + 1 < len(words) and words[last].form in _AND and nouns.match(words, last + 1):
        last += 2
    elif last < len(words) and words[last].form in _SEATS:
        end = last + 1
        while end < min(len(words), last + _LONGEST) and words[end].is_name and not said.match(words, end):
            end += 1
        last = end if end < len(words) and said.match(words, end) else last
    return first, last


def heads(words: Sequence[Word], first: int, last: int, said: Lexicon[str]) -> bool:
    """Whether words[first:last] is the subject at the head of the sentence or of a clause, with a verb of saying on."""
    if first and words[first - 1].is_name:
        return False
    return any(said.match(words, at) for at in range(last, min(len(words), last + _SUBJECT)))


def listener(words: Sequence[Word], index: int, subject: str) -> Span | None:
    """Urdu: who stands between the particle of the subject and the verb of telling at the word index."""
    first = index
    while first > max(0, index - _LONGEST) and words[first - 1].is_name and words[first - 1].form != subject:
        first -= 1
    closed = first > 0 and words[first - 1].form == subject
    return (first, index) if closed and first < index else None
