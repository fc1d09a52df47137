"""Byline lines: who wrote it, persons and agencies."""

# ruff: noqa: PLR2004 -- the limits of a rule are read where the rule is
import re
from functools import lru_cache

from schemas import Byline
from streams.cleaning import dates, phrases
from streams.cleaning.folding import ARABIC, fold, words
from streams.cleaning.metadata import Author, Metadata
from streams.cleaning.sitename import is_site
from streams.cleaning.tables import rows

_LONGEST = 200
"""Code points of the longest line that can be a byline."""

_MAX_NAMES = 1000
"""Code points of the longest statement of names."""

_SIGNS = 16
"""Code points of the longest line of signs that does not begin with an initial."""

MAX_WORDS = 14
"""Words of the longest line that can be a byline."""

_MARKER = re.compile(
    r"^\s*(?:(?:كتبت?|كتبه|كتبها|كتبوا|بقلم|إعداد|اعداد|تحرير|تحقيق|تقرير|حوار|أجر(?:ى|ت) الحوار|حاور(?:ت?ها?|ت|هم)?|مراسلة?|متابعة)\s*(?:[:/،-]|ــ?)\s*"
    r"|(?:(?:ال)?محررة?|(?:ال)?كاتبة?|كتابة|ترجمة|رصد|مراسل(?:ت?نا|ة)? (?:في|من) \w{2,12})\s*[:/]\s*"
    r"|نص\s*:\s*|حاور(?:ه|ته|ها|تها|هم|تهم)(?:\s\w{1,12}){1,3}\s*:\s*|(?:\w{1,12}\s)?رپورٹر?\s*:\s*|(?:تحریر|نمائندہ(?: خصوصی)?|نامہ نگار)\s*:\s*"
    r"|(?:گزارش(?:\u200c?گر)?|ئامادەکردنی?)\s*:\s*"
    r"|(?:كتب|كتبت|بقلم)\s+(?=\S)|(?:by|from|words by|written by|reported by|story by)\s*:?\s+(?=\S)"
    r"|(?:(?:eine?|an?|une?)\s+)?(?:kolumne|kommentar|analyse|gastbeitrag|essay|interview|reportage|analysis|comment|opinion|column|tribune"
    r"|chronique)\s+(?:von|by|par|de)\s+(?=\S)|(?:autorin/autor|autor/in|autor(?:in)?|author)\s*:?\s+(?=[A-ZÀ-Ý])"
    r"|(?:par|écrit par)\s*:?\s+(?=\S)|(?:von|por|di)\s*:?\s+(?=[A-ZÀ-Ý])|(?:haber|yazar|yazan|muhabir|kaynak)\s*:\s*|(?:نویسنده|خبرنگار)\s*:\s*)",
    re.IGNORECASE,
)
# What a name never holds: the label, wherever it stands in the line.
_LABELS = (
    "كتبت?|كتبه|كتبها|كتبوا|بقلم|إعداد|اعداد|تحرير|تحقيق|تقرير|حوار|حاورته?ا?|مراسلة?|متابعة|ترجمة|تصوير|عدسة|نص|صور|كاميرا|كتابة|رصد|المصدر|الكاتب|الكاتبة|المحررة?|محررة?"
    "|by|from|words by|written by|reported by|story by|photos? by|author|source|text|par|écrit par|auteur|von|autor"
    "|haber|yazar|yazan|muhabir|kaynak|kamera|foto|fotoğraf|نویسنده|خبرنگار|عکس|رپورٹ|تصاویر"
)
_LABEL = re.compile(
    f"(?:^|(?<=[\\s|،,])و?)(?:(?:{_LABELS})\\s+(?:و|and )?\\s*)?(?:{_LABELS})\\s*[:/](?!/)\\s*"
    r"|^(?:كتبت?|بقلم|by|words by|written by|reported by|story by|par|écrit par)\s+",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(_LABELS, re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s{0,4}(?:[/|،,;؛•·+]|\s[-–—ـ]\s|\sand\s|\s&\s|\set\s|\sund\s|\sve\s|\savec\s|\swith\s)\s*+", re.IGNORECASE
)
_AND = re.compile(f"(?<!\\s)\\s++و\\s{{0,4}}(?=[{ARABIC}]{{3}})")
_PLACE_TAIL = re.compile(r"\s{0,4}(?:,\s{0,4}(?:à|in|at|aus|da)\s|\s{1,4}in\s).*$", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]*)*")
_DENSE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_INITIALS = re.compile(f"(?:[{ARABIC}][. ]\\s*){{1,3}}[{ARABIC}]\\.?|(?:[A-Z]\\.){{2,4}}")
# Behind a stroke the desk's signs are shorter still: "HS/aa".
_SIGN = re.compile(f"[A-Za-z]{{2,3}}|[{ARABIC}]{{1,3}}|(?:[{ARABIC}][. ]){{1,3}}[{ARABIC}]\\.?")
_NAME_AND_INITIAL = re.compile(f"[{ARABIC}]{{3,12}}\\.? [{ARABIC}]\\.?|[{ARABIC}]\\. [{ARABIC}]{{3,12}}")
_TAIL = re.compile(r"(?<=\S)\s{0,2}\(([^()]{2,60})\)$")
# An agency's desk in brackets: "(إعداد … للنشرة العربية - تحرير …)".
_DESK = re.compile(r"(?:^|\s-\s)(?:تغطية صحفية|إعداد|اعداد|تحرير|ترجمة|كتابة)\s+(?:وتحرير\s+)?(?=\w)")
_DASH = re.compile(r"\s[-–—ـ/]\s|/\s")
_PLACE = re.compile(r"[^\W\d_]{3,14}")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\.?")
_WITH = re.compile(r"^(?:avec|with)\s+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]{1,64}+@\S++|@\S++")
_STOPS = re.compile(r"[.؟?!:؛…\"“”«»]")
# A lone letter before the full stop is an initial.
_SENTENCE = re.compile(r"(?<!\s\w)\.\s*$|[؟?!]\s*$|[:«»“”]")
_PREPOSITIONS = frozenset(["في", "من", "على", "عن", "إلى", "الى", "مع"])
_DIGIT = re.compile(r"\d")
# Given names that begin with the letter that otherwise means "and".
_WAW_NAMES = frozenset(
    fold(name)
    for name in [
        "وليد",
        "وائل",
        "وسام",
        "وسيم",
        "وفاء",
        "وداد",
        "وردة",
        "ولاء",
        "وجدي",
        "وجيه",
        "وحيد",
        "وهيب",
        "وعد",
        "وصال",
        "وسن",
        "وصفي",
        "وفيق",
        "وهبة",
        "وهبي",
        "وئام",
        "ورود",
        "وجدان",
    ]
)


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for kind, name in rows("agencies.tsv", 2):
        kinds.setdefault(kind, set()).add(fold(name))
    return {kind: frozenset(names) for kind, names in kinds.items()}


def is_agency(name: str) -> bool:
    """Whether a name is a news agency's, by the table."""
    return fold(name) in _table()["agency"]


def is_organisation(name: str) -> bool:
    """Whether a name is an agency's or a newsroom's rather than a person's."""
    table = _table()
    folded = fold(name)
    return folded in table["agency"] or any(word in table["word"] for word in folded.split())


def is_filler(name: str) -> bool:
    """Whether it is what stands in a byline and names nobody: ``خاص``."""
    return fold(name) in _table()["filler"]


def choose(stated: Metadata, shown: list[Byline]) -> list[Byline]:
    """The authors, from what the page states in its head and what its byline shows.

    The first statement that names more than the site itself counts, or one that names all of these and others whom the
    byline shows. Where nothing but the site is stated, the persons of the byline are the authors, else the site is.
    """
    statements = [found for authors in stated.bylines if (found := _stated(authors, stated))]
    named = [found for found in statements if not all(is_site(byline.name, stated) for byline in found)]
    if named:
        first, seen = _keys(named[0]), _keys(shown)
        return next((found for found in named[1:] if first < _keys(found) and _keys(found) - first <= seen), named[0])
    persons = [byline for byline in shown if byline.type == "person" and _is_full(byline)]
    persons = [byline for byline in persons if not is_site(byline.name, stated)]
    return (statements and _once(persons)) or next(iter(statements), []) or _once(shown)


def _keys(found: list[Byline]) -> set[str]:
    return {fold(byline.name) for byline in found}


def is_known(stated: Metadata) -> bool:
    """Whether the page's head names more than the site itself."""
    return any(not is_site(name, stated) for authors in stated.bylines for name, _ in authors)


def _is_full(byline: Byline) -> bool:
    """Whether a name is one of a person with all its parts."""
    tokens = byline.name.split()
    ends = (tokens[0][0], tokens[-1][0])
    return 2 <= len(tokens) <= 5 and not _DIGIT.search(byline.name) and not any(letter.islower() for letter in ends)


def _stated(authors: list[Author], stated: Metadata) -> list[Byline]:
    """The authors that one statement names, each of them once."""
    found: list[Byline] = []
    for text, kind in authors:
        if len(text) > _MAX_NAMES or is_filler(text):
            continue
        if is_site(text, stated):
            found.append(Byline(name=text, type="agency"))
        elif kind == "agency":
            found += [Byline(name=byline.name, type="agency") for byline in marked(text) or [_named(text, "agency")]]
        else:
            found += marked(text) or names(text)
    return _once(found)


def _once(found: list[Byline]) -> list[Byline]:
    """Each name once, in the spelling that is neither capitals alone nor small letters alone."""
    kept: dict[str, Byline] = {}
    for byline in found:
        key = fold(byline.name)
        if key not in kept or (kept[key].name in {kept[key].name.upper(), kept[key].name.lower()}):
            kept[key] = byline
    return list(kept.values())


def marked(line: str) -> list[Byline] | None:
    """The names of a line that says what it is: ``كتب: …``, ``By …``, ``(AFP, TAP)``, initials; else None."""
    match, bare = _MARKER.match(line), line.lstrip()
    # Brackets and initials show in the first characters, other signs in how short the line is.
    signed = bare[:1] in "([/" or bare[1:2] in {".", " "} or len(bare) <= _SIGNS
    if len(line) > _LONGEST or not (match or signed) or len(words(line)) > MAX_WORDS:
        return None
    if match:
        rest = _LABEL.sub(" | ", line[match.end() :])
        found = names(rest)
        return found if found and not _DIGIT.search(rest) and not _SENTENCE.search(rest) else None
    if match := _BRACKETED.fullmatch(line.strip()):
        if _DESK.match(match[1]):
            return names(_DESK.sub(" | ", match[1].replace("للنشرة العربية", "")))
        return _agencies(match[1]) or (marked(match[1]) if _MARKER.match(match[1]) else None)
    return _signed(line.strip())


def _agencies(text: str) -> list[Byline] | None:
    """The names of a list of nothing but agencies."""
    parts = [part.strip() for part in _SEPARATOR.split(text)]
    return [Byline(name=part, type="agency") for part in parts] if all(map(is_agency, parts)) else None


def _signed(line: str) -> list[Byline] | None:
    """The signs of authors: ``أ.ب/ج.د``, ``ع.ش (أ ف ب)``, ``HS/aa``, ``نوارة. ب``, or an agency's between strokes: ``/قنا/``."""
    if line[:1] == "/" == line[-1:]:
        return _agencies(line.strip("/").strip())
    tail = _TAIL.search(line)
    agencies = _agencies(tail[1]) if tail else []
    if agencies is None:
        return None
    parts = [part.strip() for part in re.split(r"\s*/\s*", _TAIL.sub("", line))]
    signs = all(_INITIALS.fullmatch(part) for part in parts) or (len(parts) > 1 and all(map(_SIGN.fullmatch, parts)))
    if len(parts) <= 4 and (signs or (len(parts) == 1 and _NAME_AND_INITIAL.fullmatch(line))):
        return [*(Byline(name=part, type="person") for part in parts), *agencies]
    return None


def is_labelled(line: str) -> bool:
    """Whether a line begins with a label and a short name, whatever follows: ``بقلم: سامر الحلبي 4 مارس 2026 طباعة``."""
    match = _MARKER.match(line)
    return match is not None and 0 < len(_without_tools(dates.around(line[match.end() :])[0]).split()) <= 4


def beside_date(line: str) -> list[Byline] | None:
    """The names of a line that holds a date as well; None where it names nobody."""
    stretches = (_without_tools(stretch) for stretch in dates.around(line))
    return next((found for text in stretches if (found := marked(text) or plain(text))), None)


def plain(line: str, *, site: str | None = None) -> list[Byline] | None:  # noqa: PLR0911 -- one shape after the other
    """The names of a line between headline and body that has no marker: ``الصحوة اليوم / خاص``, ``مايا حداد``; else None."""
    line = _without_tools(line) if len(line) <= _LONGEST else ""
    tokens = words(line)
    if not tokens or len(tokens) > 8 or len(line) > 70 or _DIGIT.search(line) or _STOPS.search(line.rstrip(":")):
        return None
    parts = [part for part in _SEPARATOR.split(line.strip().rstrip(":")) if part]
    has_organisation = any(is_organisation(part) or fold(part) == fold(site or "") or is_filler(part) for part in parts)
    if has_organisation and len(parts) > 1:
        kept = [part for part in parts if not is_filler(part)]
        organisations = [part for part in kept if is_organisation(part) or fold(part) == fold(site or "")]
        # Next to one organisation a single word is the place; two or more words are a person.
        persons = [part for part in kept if part not in organisations and len(part.split()) > 1]
        return [_named(part, "agency") for part in organisations] + [_named(part, "person") for part in persons]
    if len(parts) == 2 and not has_organisation and (person := _beside_place(line, parts)):
        return [_named(person, "person")]
    if len(parts) == 2 and parts[1].isupper() and not parts[0].isupper() and _is_person(parts[0]):
        return [_named(parts[0], "person")]
    if len(parts) <= 3 and all(_is_person(part) for part in parts):
        return [_named(part, "agency" if is_organisation(part) else "person") for part in parts]
    if len(parts) == 1 and is_organisation(line) and len(tokens) <= 4:
        return [_named(line.strip().rstrip(":"), "agency")]
    return None


def _beside_place(line: str, parts: list[str]) -> str | None:
    """The person of ``أسيوط - رحاب المنفلوطي`` or ``رونق الصائغ - الموصل``: the other part is one word, the place."""
    first, second = (part.strip() for part in parts)
    if not _DASH.search(line) or not phrases.sections().isdisjoint((fold(first), fold(second))):
        return None
    if _PLACE.fullmatch(first) and _is_person(second):
        return second
    return first if _PLACE.fullmatch(second) and _is_person(first) else None


def names(text: str) -> list[Byline]:
    """The names of a byline without its marker."""
    # The first stretch that names somebody: what follows a date is the page's.
    stretches = dates.around(text.strip())
    return next((found for stretch in stretches if (found := _names(_without_tools(stretch)))), [])


def _without_tools(text: str) -> str:
    before = phrases.before_tools(text)
    return before if before == text else dates.without_date_words(before, left=False, right=True)


def _names(text: str) -> list[Byline]:
    text = _LABEL.sub(" | ", text)
    text = _EMAIL.sub("", _PLACE_TAIL.sub("", text)).strip(" :-–—/|")
    found: list[Byline] = []
    for part in _SEPARATOR.split(text):
        for name in _split_and(part):
            byline = _one(name, behind=bool(found))
            if byline is not None and byline not in found:
                found.append(byline)
    return found


def _one(text: str, *, behind: bool) -> Byline | None:
    """The name in one part of a byline; None for what names nobody.

    behind: another name stands before it, so that a single word is the place, and what ends in a role says what that one is.
    """
    name = _without_role(text).strip(" .:-–—()")
    if (
        not name
        or name[0].isdigit()
        or is_filler(name)
        or _BARE_LABEL.fullmatch(name)
        or "://" in name
        or len(name) > 60
    ):
        return None
    if is_organisation(text):
        # "Monitor staff" is the Monitor, but a "Monitor staff reporter" is one who is not named.
        return _named(name if len(text.split()) - len(name.split()) <= 1 else text, "agency")
    is_place = " " not in name and _PERSON.fullmatch(name) is not None and not _DENSE.search(name)
    return None if behind and (is_place or name != text.strip(" .:-–—()")) else _named(name, "person")


def _without_role(text: str) -> str:
    """A name without the role behind it: ``Jane Roe Senior Reporter``."""
    tokens, roles = text.split(), _table()["role"]
    while len(tokens) > 1 and fold(tokens[-1]) in roles:
        tokens.pop()
    return " ".join(tokens)


def _named(name: str, kind: str) -> Byline:
    return Byline(name=_WITH.sub("", name.strip()), type="agency" if kind == "agency" else "person")


def _split_and(part: str) -> list[str]:
    pieces = []
    position = 0
    for match in _AND.finditer(part):
        following = part[match.start() :].split(None, 1)[0]
        if fold(following) not in _WAW_NAMES:
            pieces.append(part[position : match.start()])
            position = match.end()
    return [*pieces, part[position:]]


def _is_person(part: str) -> bool:
    tokens = part.split()
    # Scripts without spaces between names: their words in a row are a sentence.
    if not 2 <= len(tokens) <= 4 or _DENSE.search(part) or not all(_PERSON.fullmatch(token) for token in tokens):
        return False
    if any(token in _PREPOSITIONS for token in tokens):
        return False
    # "The final result" is none, but surnames and some given names have the article.
    if all(token.startswith("ال") for token in tokens):
        return False
    # "Security and courts" is a section.
    if any(token.startswith("و") and len(token) > 3 and fold(token) not in _WAW_NAMES for token in tokens[1:]):
        return False
    return all(token[:1].isupper() for token in tokens if len(token) > 3) if tokens[0][:1].isascii() else True
