"""Stated roles: where one stands beside a name, and what the office is called apart from that sentence."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from streams.extraction import gazetteer, lexicon, names
from streams.extraction.encoder import Tagged
from streams.extraction.evidence import Candidate, Words
from streams.extraction.text import bare

_WORDS = "words.tsv"
_LINKS = frozenset({"وهو", "وهي", "هو", "هي", "اسمه", "اسمها", "يدعي", "تدعي"})  # between a role and its name
_MOST_LINKS = 2
_GAP = re.compile(r"[\s,،:\"'“”«»()\-–—ـ]*")
_LONGEST_GAP = 30
_MOST_NAMED = 20  # mentions before a role that its noun may take up
_ARTICLE = "ال"
_LEAST_DEFINITE = 5  # letters; what is shorter and begins with ال may be a word of its own
_LATIN_ARTICLE = re.compile(r"^(?:the|an?|une?|les?|la|l['’])\b['’]?\s*", re.IGNORECASE)
_TANWIN = ("اً", "ًا")
_ON_BEHALF = ("باسم", "بلسان")
_LEADING = {"برئاسه": "رئيس", "بقياده": "قائد", "باخراج": "مخرج"}  # what somebody is by whose doing something is
_ONE_OF = frozenset({"احد", "احدي"})  # with the article, Sunday
_AT = frozenset({"في", "لدى", "عن", "من", "ب", "ل"})  # between what somebody is and where
_OWN = ("ها", "هما", "هم", "ه")  # endings that point back to whose office it is


def beside(words: Words, person: Candidate, tagged: Sequence[Tagged]) -> str | None:
    """The role that the encoder or a rule sees next to the name, as the text has it.

    tagged: the roles that the encoder tagged in the field, in reading order.
    """
    found: list[tuple[bool, int, str]] = []
    at = bisect_left(tagged, person.start, key=lambda role: role.start)
    for role in tagged[max(0, at - 1) : at + 2]:
        before = role.end <= person.start
        start, end = (role.end, person.start) if before else (person.end, role.start)
        if 0 <= end - start <= _LONGEST_GAP and _is_link(words.text[start:end]):
            text = _without_title(_without_clitic(words.text[role.start : role.end]))
            found.append((" " not in text, end - start, text))
    # What has several words tells more than a bare title.
    if found:
        return min(found)[2]
    return names.trailing_role(words, person.last) or _occupation(words, person.first)


def _occupation(words: Words, index: int) -> str | None:
    """What somebody is, told by the definite noun right before the name: الممرضة."""
    if not index or words.gaps[index] != "near" or not words.clitics:
        return None
    if index > 1 and words.gaps[index - 1] == "near" and _is_nationality(words.folded[index - 1]):
        index -= 1
    occupations, sole = lexicon.words(_WORDS, "occupation") - _ONE_OF, lexicon.words(_WORDS, "sole")
    token = words.tokens[index - 1]
    for offset, stem in words.readings(index - 1):
        if stem.startswith(_ARTICLE) and (stem in sole or stem.removeprefix(_ARTICLE) in occupations):
            return _without_clitic(token.text[offset:])
    return None


def _is_nationality(word: str) -> bool:
    return word.startswith(_ARTICLE) and gazetteer.load().nationality(word) is not None


def _without_title(role: str) -> str:
    """The role without ranks and honorifics at its end, which belong to the name: رئيس الهيئة، اللواء."""
    honorific = lexicon.words(_WORDS, "title") - lexicon.words(_WORDS, "role")
    if not "ء" <= role[:1] <= "ۿ":
        return role  # Prime Minister, Vali Yardımcısı: what is a title in other languages ends roles as well
    while (parts := role.rsplit(maxsplit=1)) and len(parts) > 1 and bare(parts[1]) in honorific:
        role = parts[0].rstrip(",، ")
    return role


def _is_link(gap: str) -> bool:
    """Whether only signs, titles, nationalities and small words stand between a role and its name."""
    if "\n" in gap:
        return False
    rest = [bare(word) for word in re.findall(r"\w+", gap)]
    titles = lexicon.words(_WORDS, "title")
    signs = re.sub(r"\w+", "", gap)
    return (
        bool(_GAP.fullmatch(signs))
        and len(rest) <= _MOST_LINKS
        and all(word in titles or word in _LINKS or _is_nationality(word) for word in rest)
    )


def _without_clitic(role: str) -> str:
    """The role without a preposition or a conjunction that is written onto it: للرئيس, بعازف."""
    if role.startswith("لل"):
        return _ARTICLE + role[2:]
    head = bare(role.split(maxsplit=1)[0])
    for length in (1, 2):
        if set(head[:length]) <= set("وفبلك") and (head[length:].startswith(_ARTICLE) or head[length:] in _nouns()):
            return role[length:] if head not in _nouns() else role
    return role


@cache
def _nouns() -> frozenset[str]:
    """Nouns that begin a role."""
    return (
        lexicon.words(_WORDS, "role")
        | lexicon.words(_WORDS, "occupation")
        | frozenset(word.removeprefix(_ARTICLE) for word in lexicon.words(_WORDS, "title"))
    )


def office(role: str) -> str:
    """What the role is called apart from the name beside it, with single spaces.

    What somebody is loses the article that apposition gave it (الخبير المصرفي is a خبير مصرفي, سائق الترام a سائق ترام), an
    office that there is only one of keeps it (الرئيس الفرنسي).
    """
    words = role.strip(" ,،;؛:").split()
    if not words:
        return ""
    if words[0].endswith(_TANWIN) and len(words) > 1 and words[1].startswith("لل"):
        words[:2] = [words[0].removesuffix(_TANWIN[0]).removesuffix(_TANWIN[1]), _ARTICLE + words[1][2:]]
    kept = lexicon.words(_WORDS, "office" if len(words) > 1 else "sole")
    if all(map(_is_definite, words)) and bare(words[0]) not in kept and bare(words[-1]) not in {"العام", "العامه"}:
        words = [_indefinite(word) for word in words]
    elif all(map(_is_definite, words[1:])) and bare(words[0]) in lexicon.words(_WORDS, "trade"):
        words[1:] = [_indefinite(word) for word in words[1:]]
    return _LATIN_ARTICLE.sub("", " ".join(words), count=1) if words[0][:1].isascii() else " ".join(words)


def _is_definite(word: str) -> bool:
    return len(word) >= _LEAST_DEFINITE and word.startswith((_ARTICLE, "وال"))


def _indefinite(word: str) -> str:
    return word.removeprefix(_ARTICLE) if word.startswith(_ARTICLE) else "و" + word.removeprefix("وال")


def complete(text: str, person: Candidate, role: str, named: Sequence[tuple[int, int, str]]) -> str:
    """The role with the full names of the organisations that it calls by short ones: الناطق باسم الوزارة, مدير الإدارة.

    text: the field; named: the mentions of organisations in it, (start, end, full name of the organisation).
    """
    reach = len(role) + _LONGEST_GAP
    start = text.rfind(role, max(0, person.start - reach), person.start)
    start = text.find(role, person.end, person.end + reach) if start < 0 else start
    if start < 0:
        return role
    found = _spoken_for(role, start, named)
    if found != role:
        return found
    if start >= person.end:
        role = text[start : _institution_end(text, start + len(role), named)]
    found = role
    inside = named[bisect_right(named, (start, len(text), "")) : bisect_left(named, (start + len(role), 0, ""))]
    for first, last, name in reversed(inside):
        if last <= start + len(role):
            found = found[: first - start] + _joined(text[first:last], name) + found[last - start :]
    return _taken_up(found, start, named) if found == role and not inside else found


def _institution_end(text: str, end: int, named: Sequence[tuple[int, int, str]]) -> int:
    """Where a role that ends there ends with the organisation that a preposition joins to it: صحفي بإذاعة كذا."""
    after = bisect_left(named, (end, 0, ""))
    if after == len(named):
        return end
    first, last, _ = named[after]
    return last if text[end:first].strip() in _AT and text[end : end + 1] == " " else end


def _taken_up(role: str, start: int, named: Sequence[tuple[int, int, str]]) -> str:
    """The role with a whole name in place of the definite noun at its end that takes it up."""
    rest, _, last = role.rpartition(" ")
    noun = "ال" + last[2:] if last.startswith("لل") else last
    if not rest or not noun.startswith(_ARTICLE):
        return role
    before = bisect_left(named, (start, 0, ""))
    for _, _, name in reversed(named[max(0, before - _MOST_NAMED) : before]):
        head, _, further = name.partition(" ")
        if further and bare(head) == bare(noun.removeprefix(_ARTICLE)):
            return f"{rest} {_joined(last, name)}"
    return role


def _spoken_for(role: str, start: int, named: Sequence[tuple[int, int, str]]) -> str:
    """The role with the name of the organisation last spoken of in place of a pronoun at its end: المتحدث باسمها."""
    ending = next((own for own in _OWN if role.endswith(tuple(noun + own for noun in _ON_BEHALF))), None)
    before = bisect_left(named, (start, 0, ""))
    return f"{role.removesuffix(ending)} {named[before - 1][2]}" if ending and before else role


def _joined(mention: str, name: str) -> str:
    """The full name in the place of the mention, which may have a preposition written onto it."""
    if not mention.startswith("لل"):
        return name
    return "لل" + name.removeprefix(_ARTICLE) if name.startswith(_ARTICLE) else "ل" + name


def related(words: Words, person: Candidate, own_name: str, people: Sequence[tuple[int, int, str]]) -> str | None:
    """What somebody is to the person spoken of last: شقيقه is شقيق and that person's name.

    own_name: the person's own full name; people: the mentions of people in the field, (start, end, full name), in reading order.
    """
    at = person.first - 1
    if at < 0 or words.gaps[person.first] not in {"near", "comma"}:
        return None
    nouns = lexicon.words(_WORDS, "relative")
    for offset, stem in words.readings(at):
        for own in _OWN:
            noun = stem.removesuffix(own)
            open_noun = noun.removesuffix("ت") + "ه" if noun.endswith("ت") else noun
            if noun == stem or not {noun, open_noun} & nouns:
                continue
            before = bisect_left(people, (words.tokens[at].start, 0, ""))
            others = [name for _, _, name in reversed(people[:before]) if name != own_name]
            if not others:
                return None
            family = own_name.rsplit(maxsplit=1)[-1]
            whose = next((name for name in others[:_MOST_NAMED] if name.split()[-1] == family), others[0])
            text = words.tokens[at].text[offset:].removesuffix(own)
            return f"{text.removesuffix('ت') + 'ة' if noun.endswith('ت') else text} {whose}"
    return None


def owned(words: Words, person: Candidate, named: Sequence[tuple[int, int, str]]) -> str | None:
    """A role that leans on an organisation named before: رئيسها is رئيس and the name of what was spoken of last.

    named: as of complete.
    """
    first = person.first
    titles, leaders = lexicon.words(_WORDS, "title"), lexicon.words(_WORDS, "leader")
    while first > 0 and words.gaps[first] in {"near", "comma"} and words.folded[first - 1] in titles:
        first -= 1
    if first and words.gaps[first] == "near" and words.folded[first - 1] in _LEADING:
        noun = _LEADING[words.folded[first - 1]]
        before = bisect_left(named, (words.tokens[first - 1].start, 0, ""))
        near = before and words.text[named[before - 1][1] : words.tokens[first - 1].start].strip(" ،") == ""
        return f"{noun} {named[before - 1][2]}" if near else noun
    for length in (1, 2):
        at = first - length
        if at < 0 or any(words.gaps[index] not in {"near", "comma"} for index in range(at + 1, first + 1)):
            break
        for offset, stem in words.readings(at):
            ending = next((own for own in _OWN if stem.endswith(own) and stem.removesuffix(own) in leaders), None)
            if ending is None:
                continue
            before = bisect_left(named, (words.tokens[at].start, 0, ""))
            if not before:
                return None
            owner = named[before - 1][2]
            noun = words.tokens[at].text[offset:].removesuffix(ending)
            further = words.text[words.tokens[at].end : words.tokens[first - 1].end].strip() if length > 1 else ""
            if not further:
                return f"{noun} {owner}"
            return f"{_ARTICLE}{noun} {further} {_joined('لل', owner)}"
    return None
