"""Persons: candidates from titles, roles, lists of names, verbs of saying and capital letters."""

from collections.abc import Iterator
from functools import cache

from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Candidate, Words

_WORDS = "words.tsv"
_LONGEST_NAME = 5
_LONGEST_ROLE = 12
_LONGEST_TRAILING_ROLE = 9
_SHORTEST_NAME = 3
_TWO = 2
# A hamza inside the word after one of these letters shows a clitic; a final tanwin shows an adverb.
_CUT = ("بإ", "بأ", "لإ", "لأ", "وأ", "وإ", "فإ", "فأ", "كأ")
_ADVERBIAL = ("ًا", "اً")
_OPENING = frozenset({"عبد", "ابو", "ام", "ابن"})  # joints that may begin a name
_ENDING = frozenset({"الله", "الدين"})  # joints that only end a name or go on with what stands before them
_THAT = frozenset({"ان", "انه", "انها", "انهم", "بان", "بانه"})
_PLAIN = ("ون", "ين", "ات", "ية", "ه")  # endings of plurals, adjectives and "his"
_INSTEAD = frozenset({"خلفا", "بدلا"})  # ends what somebody is made, with whose place it is
_PREPOSITION = "على"  # folded, it is the name علي
_NEVER = frozenset({"التي", "الذي", "الذين", "ان", "انه", "انها", "حيث", "لكن", "عندما", "بعدما"})


@cache
def _list(purpose: str) -> frozenset[str]:
    return lexicon.words(_WORDS, purpose)


def _given(word: str) -> bool:
    return word in lexicon.person_names()["given"]


def _family(word: str) -> bool:
    return word in lexicon.person_names()["family"]


def _is_common(word: str) -> bool:
    common = _list("common")
    return word in common or (word.startswith("ال") and word[2:] in common and not _given(word[2:]))


def _is_stranger(words: Words, index: int, *, family: bool = False) -> bool:
    """Whether the word is none that the language is known to have, so that it may be a name.

    family: a given name stands before it, so that it may begin with the article.
    """
    word = words.folded[index]
    if len(word) < _SHORTEST_NAME or not word.isalpha() or not words.is_arabic(index):
        return False
    if _is_common(word) or word in _vocabulary() or gazetteer.load().nationality(word) is not None:
        return False
    if words.tokens[index].text.startswith(_CUT) or words.tokens[index].text.endswith(_ADVERBIAL):
        return False
    if word.startswith(("ال", "لل", "بال", "وال", "فال", "كال", "است", "ي", "تت", "ست", "سي")):
        return word.startswith("ال") and (word.endswith("ي") or (family and not word.endswith(("يه", "ين"))))
    stems = [stem for _, stem in words.readings(index)[1:]]
    return not any(_is_common(stem) for stem in stems) and not word.endswith(
        ("ها", "هم") if family else ("ات", "ها", "هم")
    )


@cache
def _vocabulary() -> frozenset[str]:
    """The words of roles and of names of organisations."""
    purposes = ("head", "definite", "short", "adjective", "stop", "domain", "named")
    found = _list("title") | _list("role") | _list("say")
    for purpose in purposes:
        found |= lexicon.words("organisation_words.tsv", purpose)
    return found | lexicon.words("place_words.tsv", "head") | lexicon.words("place_words.tsv", "whole")


class _Extent:
    """The words of a name from its first one on, and what is known about them."""

    def __init__(self, words: Words, start: int, *, introduced: bool, head: str | None = None) -> None:
        self.head = head or words.folded[start]
        self.known = 0
        self.strangers = 0
        self.joints = 0
        self.strong_first = False
        self.complete = False
        end = start
        limit = min(words.runs[start], start + _LONGEST_NAME)
        while end < limit:
            step = self._step(words, end, limit, first=end == start, introduced=introduced)
            if not step:
                break
            self.complete = self.complete or (end > start and words.folded[end].startswith("ال"))
            end += step
        self.end = end
        self.length = end - start

    def _step(  # noqa: PLR0911 - one return for each kind of word that a name may have
        self, words: Words, index: int, limit: int, *, first: bool, introduced: bool
    ) -> int:
        """How many words from index on belong to the name; 0 ends it."""
        word = self.head if first else words.folded[index]
        if words.tokens[index].text == _PREPOSITION:
            return 0
        if word in _list("joint") and index + 1 < limit and not (first and word in {"حاج", "السيد"}):
            return self._joined(words, index, limit, first=first)
        pair = f"{word} {words.folded[index + 1]}" if index + 1 < limit else ""
        if pair and (_given(pair) or _family(pair)):
            self.known += 1
            self.strong_first = self.strong_first or first
            return 2
        if word in _NEVER or (word in _list("say") and not self._is_both(words, index, limit, first=first)):
            return 0
        if not first and word in _heads() and not _family(word):
            return 0
        if _given(word):
            return int(self._takes_given(word, first=first, introduced=introduced))
        if first and not introduced:
            return 0
        if _family(word) and not (_is_common(word) and word not in _family_only()):
            self.known += 1
            return 1
        if not self.complete and self.strangers == 0 and _is_stranger(words, index, family=not first):
            self.strangers += 1
            return 1
        return 0

    def _is_both(self, words: Words, index: int, limit: int, *, first: bool) -> bool:
        """Whether a verb of saying is a name here, a family name coming right after it: محمد طالب النعيمي."""
        if first or index + 1 >= limit or not _given(words.folded[index]):
            return False
        following = words.folded[index + 1]
        return _family(following) or (
            following.startswith("ال") and following.endswith("ي") and gazetteer.load().nationality(following) is None
        )

    def _joined(self, words: Words, index: int, limit: int, *, first: bool) -> int:
        """The length of a joint such as بن or عبد with what it joins; 0 when that is no name."""
        word, following = words.folded[index], words.folded[index + 1]
        if word in _ENDING:
            return 1
        if following in _ENDING:
            self.joints += 1
            self.strong_first = self.strong_first or first
            return _TWO
        if following in _list("joint") and index + _TWO < limit:
            self.joints += 1
            return 3
        fits = word == "عبد" or not _is_common(following) or _given(following)
        if word in {"ام", "ذو"}:  # which are small words as well
            fits = _given(following) or following.startswith("ال")
        if following in _NEVER or len(following) < _TWO or not following.isalpha() or not fits:
            return 0
        self.joints += 1
        self.strong_first = self.strong_first or first
        return 2

    def _takes_given(self, word: str, *, first: bool, introduced: bool) -> bool:
        """Whether a given name goes on with the name; one that is a plain word as well ends a name that is complete."""
        if not first and word in _list("role"):
            return False
        if not first and not introduced and _is_common(word) and self.known + self.joints > 1:
            return False
        self.known += 1
        if first:
            self.strong_first = not _is_common(word)
        return True


@cache
def _heads() -> frozenset[str]:
    """Nouns that begin the name of an organisation, and so end that of a person."""
    return lexicon.words("organisation_words.tsv", "head")


@cache
def _family_only() -> frozenset[str]:
    return frozenset(name for name in lexicon.person_names()["family"] if name.startswith("ال"))


def candidates(words: Words) -> Iterator[Candidate]:
    """Every span of the field that may name a person."""
    yield from _arabic(words)
    yield from _latin(words)


def _arabic(words: Words) -> Iterator[Candidate]:
    roles = lexicon.phrases(_WORDS, "role")
    titles = lexicon.phrases(_WORDS, "title")
    index = 0
    while index < len(words):
        if not words.is_arabic(index):
            index += 1
            continue
        following = words.following(index, 3)
        found = None
        for offset, stem in words.readings(index):
            title, role = titles.find(stem, following), roles.find(stem, following)
            if title is not None:
                found = _titled(words, index, title[0], offset if role else None)
            if found is None and role is not None:
                found = _in_role(words, index, role[0], offset)
            if found is not None:
                break
        found = found or _bare(words, index)
        if found is None:
            index += 1
        else:
            if found.role is None or " " not in found.role:
                found = found._replace(role=trailing_role(words, found.last) or found.role)
            yield found
            index = found.last


def _titled(words: Words, index: int, length: int, offset: int | None) -> Candidate | None:
    """A name right after a title; with offset, the title is a role as well."""
    start = index + length
    while start < min(len(words), index + length + 3) and words.gaps[start] == "near" and _is_title(words, start):
        start += 1
    if start >= len(words) or words.gaps[start] not in {"near", "quote"}:
        return None
    if _is_modifier(words, start) and (_is_adjective(words, start) or not _family(words.folded[start])):
        return None
    while start + 1 < words.runs[start] and _is_field(words.folded[start]) and _given(words.folded[start + 1]):
        start += 1
    extent = _Extent(words, start, introduced=True)
    if not extent.length or (extent.length == 1 and extent.strangers):
        return None  # a single word has to be known as a name: الطفلة نجت is none
    score = 0.62 + 0.1 * extent.known + 0.08 * extent.joints + 0.15 * (extent.length > 1)
    return words.candidate((start, extent.end), "person", score, "title", role=_role(words, index, start, offset))


def _is_field(word: str) -> bool:
    """Whether the word tells what somebody is versed in (الخبير النفطي), as adjectives of relation do."""
    return word.startswith("ال") and word.endswith(("ي", "يه")) and not _given(word)


def _is_title(words: Words, index: int) -> bool:
    return words.folded[index] in _list("title") and not _given(words.folded[index])


def _is_adjective(words: Words, index: int) -> bool:
    """Whether the word is a nationality, as in الرئيس السوري."""
    return gazetteer.load().nationality(words.folded[index]) is not None


def _is_modifier(words: Words, index: int) -> bool:
    """Whether the word goes on with a role instead of beginning a name."""
    word = words.folded[index]
    return _is_adjective(words, index) or (
        not _given(word) and word not in _list("joint") and (_is_common(word) or word in _vocabulary())
    )


def _role(words: Words, first: int, start: int, offset: int | None) -> str | None:
    """The text of a role that stands before a name, without the honorifics between the two."""
    if offset is None:
        return None
    end = start
    while end - 1 > first and _is_title(words, end - 1):
        end -= 1
    begin = words.tokens[first].start + offset
    return words.text[begin : words.tokens[end - 1].end] or None


def _in_role(words: Words, index: int, length: int, offset: int) -> Candidate | None:
    """A name further on after a role: وزير الخارجية التركي هاكان فيدان."""
    people = lexicon.known("people.tsv")
    at = index + length
    after_comma = vague = False
    while at < min(len(words), index + length + _LONGEST_ROLE):
        gap = words.gaps[at]
        word = words.folded[at]
        after_comma = gap == "comma" or (after_comma and gap == "near")
        # Beyond Arabic, only a comma shows that a name comes behind a plain word.
        vague = not (words.clitics or after_comma) and (vague or _is_common(word))
        if gap == "far" or word in _NEVER or word in _list("say"):
            return None
        if vague or (after_comma and _is_title(words, at)):
            at += 1
            continue
        known = people.find(word, words.following(at))
        if known is not None and (known[0] > 1 or not after_comma):
            role = _role(words, index, at, offset)
            return words.candidate((at, at + known[0]), "person", 0.95, "role", known=known[1][0], role=role)
        extent = _after_role(words, at)
        if extent.length > 1 and (extent.strong_first or extent.known > 1 or _is_closed(words, extent)):
            score = 0.72 + 0.06 * extent.known + 0.05 * extent.joints
            role = _role(words, index, at, offset)
            return words.candidate((at, extent.end), "person", score, "role", role=role)
        foreign = _foreign(words, at, after_comma=after_comma)
        if foreign:
            extent = _Extent(words, at, introduced=True)
            end = max(extent.end, at + foreign)
            return words.candidate((at, end), "person", 0.66, "role", role=_role(words, index, at, offset))
        if after_comma:
            return None
        at += 1
    return None


def _is_closed(words: Words, extent: _Extent) -> bool:
    """Whether a name whose first word is a plain word as well (أمين) has a clear end."""
    if not extent.known:
        return False
    return extent.end >= len(words) or words.gaps[extent.end] != "near" or _is_common(words.folded[extent.end])


def _after_role(words: Words, index: int) -> _Extent:
    """The name that begins at the word, which may be an unknown one right behind the role."""
    if _opens_after_role(words, index):
        longer = _Extent(words, index, introduced=True)
        if longer.length > 1 and longer.known + longer.joints:
            longer.strong_first = True
            return longer
    return _Extent(words, index, introduced=False)


def _opens_after_role(words: Words, index: int) -> bool:
    """Whether an unknown word right after a definite one begins a name, rather than ending the role before it."""
    if not words.clitics or not index or words.gaps[index] != "near" or not _is_stranger(words, index):
        return False
    word, before = words.folded[index], words.folded[index - 1]
    if word.startswith("ال") or gazetteer.load().find(word, words.following(index)) is not None:
        return False
    return (before.startswith("ال") and len(before) > _SHORTEST_NAME + 1) or before.endswith(("ها", "هم"))


def _foreign(words: Words, index: int, *, after_comma: bool) -> int:
    """How many words in a row are none of Arabic, with a clear end: a name from elsewhere; 0 for no name."""
    if not words.clitics or words.folded[index].startswith("ال") or not _is_stranger(words, index):
        return 0
    if gazetteer.load().find(words.folded[index], words.following(index)):
        return 0
    for length in (_TWO, _TWO + 1):
        end = index + length
        last = end - 1
        if words.runs[index] < end or not (_is_stranger(words, last) or _family(words.folded[last])):
            return 0
        closed = end >= len(words) or words.gaps[end] != "near" or _is_common(words.folded[end])
        if closed and (after_comma or not words.folded[index].endswith("ه")):
            return length
    return 0


def _bare(words: Words, index: int) -> Candidate | None:
    """A name that lists alone, or a verb of saying, tell."""
    spoken = index > 0 and words.gaps[index] == "near" and _says(words, index - 1)
    for offset, stem in words.readings(index):
        if not (_given(stem) or stem in _OPENING):
            continue
        if offset and (stem in _OPENING or _is_common(stem)):
            continue
        extent = _Extent(words, index, introduced=False, head=stem)
        if extent.length < _TWO or not (extent.known or extent.joints):
            continue
        if not words.clitics and extent.strangers and extent.known == 1 and not _is_certain(words, extent):
            continue
        if not spoken and _is_plain(words, index, extent.end):
            continue
        score = 0.4 + 0.12 * min(3, extent.known) + 0.1 * min(_TWO, extent.joints) + 0.06 * extent.strangers
        score += 0.15 * spoken + (0.1 if extent.strong_first else 0.0 if extent.known > 1 else -0.15)
        score += 0.1 * (extent.end < len(words) and (words.gaps[extent.end] == "comma" or _says(words, extent.end)))
        if score >= 0.6:  # noqa: PLR2004
            return words.candidate((index, extent.end), "person", score, "names", offset=offset)
    return _speaker(words, index) if spoken and words.clitics else None


def _is_plain(words: Words, index: int, end: int) -> bool:
    """Whether all of the words are plain ones (صاحب بيت) and no verb of saying follows them."""
    return all(map(_is_common, words.folded[index:end])) and not (end < len(words) and _says(words, end))


def _is_certain(words: Words, extent: _Extent) -> bool:
    """Whether a given name and a word that no list has are a name in a language whose plain words are not listed."""
    last = words.folded[extent.end - 1]
    if gazetteer.load().find(last, ()) is not None:
        return False  # امام رضا تبریز
    end = extent.end
    return end >= len(words) or words.gaps[end] != "near" or _is_common(words.folded[end]) or _says(words, end)


def _speaker(words: Words, index: int) -> Candidate | None:
    """Unknown words between a verb of saying and "that": قال ... إن."""
    end = index
    while end < min(words.runs[index], index + _TWO) and _is_stranger(words, end, family=end > index):
        end += 1
    if end in {index, len(words)} or words.folded[end] not in _THAT or words.tokens[end - 1].text.endswith(_PLAIN):
        return None
    return words.candidate((index, end), "person", 0.64, "says")


def _says(words: Words, index: int) -> bool:
    return any(stem in _list("say") for _, stem in words.readings(index))


def trailing_role(words: Words, index: int) -> str | None:
    """A role in apposition from the word index on, after a name, up to the next comma: سالم العلي، مدير المستشفى،."""
    if index >= len(words) or words.gaps[index] not in {"comma", "near"}:
        return None
    following = words.following(index, 2)
    head = words.folded[index]
    if words.tokens[index].text.endswith(_ADVERBIAL):
        head = head.removesuffix("ا")  # what somebody is made: وزيراً للصحة
    if not any(lexicon.phrases(_WORDS, kind).find(head, following) for kind in ("role", "occupation")):
        return None
    end = index + 1
    while end < len(words) and end - index < _LONGEST_TRAILING_ROLE and words.gaps[end] == "near":
        if words.folded[end] in _NEVER or words.folded[end] in _INSTEAD or _says(words, end):
            break
        end += 1
    else:
        if end < len(words) and words.gaps[end] == "near":
            return None
    return words.text[words.tokens[index].start : words.tokens[end - 1].end]


@cache
def _latin_common() -> frozenset[str]:
    listed = (cells[1].split() for cells in lexicon.rows(_WORDS) if cells[0] == "latin_common")
    return frozenset(word for part in listed for word in part)


def capitals(words: Words, index: int, joints: frozenset[str]) -> int:
    """The end of the run of capitalised words from index on, with the small words (joints) that join them."""
    end = index + 1
    while end < words.runs[index] and end - index < 2 * _LONGEST_NAME:
        if words.is_capital(end):
            end += 1
        elif words.folded[end] in joints and end + 1 < words.runs[index] and words.is_capital(end + 1):
            end += 2
        else:
            break
    return end


def _latin(words: Words) -> Iterator[Candidate]:
    index = 0
    while index < len(words):
        if words.is_arabic(index) or not words.is_capital(index):
            index += 1
            continue
        end = capitals(words, index, _list("joint_latin"))
        found = _capitalised(words, index, end)
        if found is not None:
            yield found
        index = end


def _capitalised(words: Words, index: int, end: int) -> Candidate | None:
    """A person among a run of capitalised words."""
    start, titled = index, False
    if index and words.gaps[index] == "near" and words.folded[index - 1] in _list("title"):
        titled = True
    for at in range(index, end):
        if words.folded[at] in _list("title"):
            start, titled = at + 1, True
    while start < end and (words.tokens[start].text in _latin_common() or len(words.folded[start]) == 1):
        start += 1
    length = end - start
    if not 1 <= length <= _LONGEST_NAME or any(word.isupper() and len(word) > 1 for word in _texts(words, start, end)):
        return None
    if any(word in _institutions() for word in words.folded[start:end]):
        return None
    sign = _latin_sign(words, (start, end), (index, titled))
    if sign is None:
        return None
    score, method = sign
    role = None
    if titled:
        first = index - 1 if words.folded[max(0, index - 1)] in _list("title") and start == index else index
        role = words.text[words.tokens[first].start : words.tokens[start].start].strip(" ,-") or None
    return words.candidate((start, end), "person", score, method, role=role or _latin_role(words, end))


def _latin_sign(words: Words, span: tuple[int, int], before: tuple[int, bool]) -> tuple[float, str] | None:
    """What speaks for a person: (score, method). before: the first word of the run, and whether a title is there."""
    start, end = span
    index, titled = before
    several = end - start > 1
    if several and _given(words.folded[start]):
        return 0.8, "names"
    if titled:
        return (0.8 if several else 0.64), "title"
    after = end < len(words) and words.gaps[end] in {"near", "comma", "quote"} and _latin_says(words, end)
    before_it = index > 0 and words.gaps[index] in {"near", "comma", "quote"} and _latin_says(words, index - 1)
    if several and (after or before_it):
        return 0.66, "says"
    return None


@cache
def _institutions() -> frozenset[str]:
    """Words that show that a capitalised name is no person's."""
    return lexicon.words("organisation_words.tsv", "latin_tail") | lexicon.words("organisation_words.tsv", "latin_head")


def _texts(words: Words, start: int, end: int) -> list[str]:
    return [token.text for token in words.tokens[start:end]]


def _latin_says(words: Words, index: int) -> bool:
    return words.folded[index] in _list("say_latin")


def _latin_role(words: Words, index: int) -> str | None:
    """A role after a comma, up to the next comma."""
    if index >= len(words) or words.gaps[index] != "comma" or words.is_capital(index):
        return None
    start = index + (words.folded[index] in {"a", "an", "the", "un", "une", "le", "la"})
    end = min(words.runs[index], index + _LONGEST_ROLE)
    roles = _list("title") | _list("role_latin")
    if (
        start >= end
        or not words.folded[start].isalpha()
        or not any(word in roles for word in words.folded[start : start + 4])
    ):
        return None
    stop = next((at for at in range(start, end) if words.folded[at] in {"who", "qui", "dont", "where"}), end)
    return words.text[words.tokens[start].start : words.tokens[stop - 1].end] if stop > start else None
