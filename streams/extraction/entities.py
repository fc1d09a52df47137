"""People, organisations and places with every mention: evidence is weighed, then joined to one entity a thing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from schemas import CleanArticle, Entity, Mention
from streams.extraction import encoder, gazetteer, lexicon, names, organisations, places, roles, votes
from streams.extraction.certainty import confidence
from streams.extraction.evidence import Candidate, EntityType, Words
from streams.extraction.gazetteer import Row
from streams.extraction.text import Field

_SURE = 0.6
_PER_WORD = 0.15
_PER_MENTION = 0.03
_SUREST = 0.98
_TWO = 2
_SHORTEST_ALIAS = 3
_IN_BRACKETS = re.compile(r"([^()]*[^()\s])\s*\(([^()]+)\)?")
_MOST_NAMESAKES = 20  # more things under one name are not told apart, so that the work stays linear
# Languages in Arabic script that write no clitics onto words.
_WITHOUT_CLITICS = frozenset({"fa", "ur", "ckb", "ku", "ps", "sd", "ug"})


# By field, in reading order, mentions (start, end) with the full name of what they name.
_Named = dict[int, list[tuple[int, int, str]]]


class Found(NamedTuple):
    """The entities of an article in the order of their ids, and by id where each place is, if that is known."""

    entities: list[Entity]
    rows: dict[str, Row | None]


@dataclass
class _Thing:
    """One entity in the making."""

    type: EntityType
    key: tuple[str, ...]
    known: lexicon.Known | None = None
    row: Row | None = None
    candidates: list[Candidate] = field(default_factory=list)


def find(article: CleanArticle, fields: list[Field]) -> Found:
    """Every person, organisation and place that the article names.

    Mentions are half-open spans in code points of their field, without clitics; ids follow the first mentions.
    """
    language = (article.language or "").split("-")[0]
    every = [
        Words(number, part, clitics=language not in _WITHOUT_CLITICS and not _is_persian(part.text))
        for number, part in enumerate(fields)
    ]
    countries = places.context(every)
    chosen = _choose(evidence for words in every for evidence in _evidence(words, countries))
    chosen = list(_glossed(every, chosen))
    things = _join(chosen, countries)
    _spread(every, things, chosen)
    return _finish(every, things)


def _is_persian(text: str) -> bool:
    """Whether letters and small words show Persian, Urdu or Kurdish, for articles whose language nobody told."""
    sample = text[:2000]
    return sum(sample.count(letter) for letter in "پچژگکیەہے") > len(sample) / 50


def _evidence(words: Words, countries: places.Setting) -> Iterator[Candidate]:
    """All candidates of a field, from rules and from the encoder."""
    return votes.weigh(words, _rules(words, countries), encoder.tag(words), countries)


def _rules(words: Words, countries: places.Setting) -> Iterator[Candidate]:
    yield from names.candidates(words)
    yield from organisations.known(words)
    yield from organisations.candidates(words)
    yield from places.candidates(words, countries)


def _choose(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best candidates that share no word, in reading order; a longer one beats what it holds."""
    sure = [candidate for candidate in candidates if candidate.score >= _SURE]

    def rank(candidate: Candidate) -> tuple[float, int, int, int]:
        length = min(candidate.last - candidate.first, 5)
        return (-candidate.score - _PER_WORD * (length - 1), candidate.field, candidate.first, candidate.last)

    taken: defaultdict[int, set[int]] = defaultdict(set)
    chosen = []
    for candidate in sorted(sure, key=rank):
        span = range(candidate.first, candidate.last)
        if taken[candidate.field].isdisjoint(span):
            taken[candidate.field].update(span)
            chosen.append(candidate)
    # A newspaper may be called after a region (الشرق الأوسط): once quoted as a name, it is one in quotation marks again.
    quoted = {_key(candidate) for candidate in chosen if candidate.method == "quoted-name"}
    chosen = [
        candidate._replace(type="organisation", rows=())
        if candidate.type == "place" and candidate.quoted and _key(candidate) in quoted
        else candidate
        for candidate in chosen
    ]
    return sorted(chosen, key=lambda candidate: (candidate.field, candidate.first))


def _glossed(every: list[Words], chosen: list[Candidate]) -> Iterator[Candidate]:
    """The candidates, each with what brackets right after it call it as well: منظمة الأغذية والزراعة (الفاو).

    The brackets of an organisation are part of its mention, and no mention by themselves.
    """
    skipped = False
    for candidate, following in zip_longest(chosen, chosen[1:]):
        if skipped:
            skipped = False
            continue
        text = every[candidate.field].text
        within = _IN_BRACKETS.fullmatch(candidate.name) if candidate.type == "organisation" else None
        if within is not None:
            yield candidate._replace(name=within[1], gloss=within[2])
        elif (
            following is not None
            and (following.field, following.type) == (candidate.field, candidate.type)
            and text[candidate.end : following.start].strip() == "("
            and text[following.end : following.end + 1] == ")"
            and candidate.type != "place"
        ):
            skipped = candidate.type == "organisation"
            end = following.end + 1 if skipped else candidate.end
            last = following.last if skipped else candidate.last
            known = candidate.known or (following.known if skipped else None)
            yield candidate._replace(last=last, end=end, known=known, gloss=following.name)
        else:
            yield candidate


def _key(candidate: Candidate) -> tuple[str, ...]:
    """The words that tell whether two mentions are of one thing."""
    words = list(lexicon.key(candidate.name))
    if candidate.type == "person":
        for index in range(len(words) - 2, -1, -1):
            if words[index] == "عبد":
                words[index : index + 2] = ["عبد" + words[index + 1]]
    return tuple(words)


def _join(chosen: list[Candidate], countries: places.Setting) -> list[_Thing]:
    """One thing for all candidates that name it, fuller names first so that shorter ones find them."""
    located = [candidate for candidate in chosen if candidate.type == "place"]
    where = dict(zip(map(id, located), places.resolve(located, countries), strict=True))
    things: list[_Thing] = []
    index: defaultdict[tuple[str, str], list[_Thing]] = defaultdict(list)
    ordered = sorted(chosen, key=lambda candidate: -len(lexicon.key(candidate.name)))
    for candidate in ordered:
        key, row = _key(candidate), where.get(id(candidate))
        if not key:
            continue
        thing = _same(index, candidate, key, row)
        if thing is None:
            thing = _Thing(candidate.type, key, candidate.known, row)
            things.append(thing)
            for handle in _handles(candidate, key, row):
                if len(index[candidate.type, handle]) < _MOST_NAMESAKES:
                    index[candidate.type, handle].append(thing)
        thing.known = thing.known or candidate.known
        thing.candidates.append(candidate)
    return things


def _handles(candidate: Candidate, key: tuple[str, ...], row: Row | None) -> list[str]:
    """Under what a thing is found again."""
    handles = [" ".join(key)]
    if candidate.known is not None:
        handles += [" ".join(lexicon.key(name)) for name in candidate.known.names]
    if row is not None:
        handles.append(f"row {row.geonames_id} {row.name} {row.country}")
    elif candidate.type == "place" and len(key) > 1:
        handles.append(" ".join(key[1:]))
    if candidate.gloss:
        handles.append(" ".join(lexicon.key(candidate.gloss)))
    if candidate.type == "person":
        handles += [key[-1], " ".join(key[-2:])]
        handles += [" ".join(key[:length]) for length in range(_TWO, len(key))]
    if candidate.type == "organisation":
        handles += _short_forms(key)
        handles.append(f"head {key[0].removeprefix('ال')}")
    return list(dict.fromkeys(handles))


def _same(
    index: dict[tuple[str, str], list[_Thing]], candidate: Candidate, key: tuple[str, ...], row: Row | None
) -> _Thing | None:
    own = [" ".join(key)]
    if candidate.known is not None:
        own += [" ".join(lexicon.key(name)) for name in candidate.known.names]
    if row is not None:
        own.insert(0, f"row {row.geonames_id} {row.name} {row.country}")
    if candidate.type == "person" and len(key) > _TWO:
        own.append(f"{key[0]} {key[-1]}")
    for handle in own:
        for thing in index.get((candidate.type, handle), ()):
            if row is None or thing.row is None or thing.row == row:
                return thing
    return _taken_up(index, candidate, key)


def _taken_up(index: dict[tuple[str, str], list[_Thing]], candidate: Candidate, key: tuple[str, ...]) -> _Thing | None:
    """The fuller name that a part of it takes up: المحكمة the court named last."""
    if candidate.type == "person" and len(key) > 1:
        for thing in index.get(("person", key[-1]), ()):
            if set(key) <= set(thing.key):
                return thing
    if candidate.type == "organisation" and len(key) == 1 and key[0].startswith("ال"):
        at = (candidate.field, candidate.start)
        before = [
            (max(places), thing)
            for thing in index.get(("organisation", f"head {key[0][2:]}"), ())
            if (places := [place for one in thing.candidates if (place := (one.field, one.start)) < at])
        ]
        return max(before, key=lambda found: found[0])[1] if before else None
    return None


def _short_forms(key: tuple[str, ...]) -> list[str]:
    """The shorter forms by which a text goes on to name an organisation."""
    atlas = gazetteer.load()
    forms = []
    bare = key
    while len(bare) > _TWO and atlas.nationality(bare[-1]) is not None:
        bare = bare[:-1]
        forms.append(" ".join(bare))
    if len(bare) > _TWO:
        if bare[-1].startswith("وال"):
            forms.append(" ".join(bare[:-1]))
        if bare[1].startswith("ال"):
            forms.append(" ".join(bare[1:]))
    elif len(bare) == _TWO and bare[0] in {"وزاره", "تنظيم"} and bare[1].startswith("ال"):
        forms.append(bare[1])
    return forms


def _spread(every: list[Words], things: list[_Thing], chosen: list[Candidate]) -> None:
    """Find what else names the things: family names, short forms, الوزارة."""
    phrases: lexicon.Phrases[_Thing] = lexicon.Phrases()
    for thing in things:
        for alias in _aliases(thing):
            phrases.add(tuple(alias.split()), thing)
    shorts = lexicon.words("organisation_words.tsv", "short")
    latest: dict[str, _Thing] = {}
    starts = {(candidate.field, candidate.first): candidate for candidate in chosen}
    owner = {id(candidate): thing for thing in things for candidate in thing.candidates}
    for words in every:
        index = 0
        while index < len(words):
            at = starts.get((words.number, index))
            if at is not None:
                named = owner.get(id(at))
                if named is not None and named.type == "organisation":
                    latest["ال" + named.key[0].removeprefix("ال")] = named
                index = at.last
                continue
            found = _alias_at(words, index, phrases, starts) or _short_at(words, index, shorts, latest)
            if found is None:
                index += 1
            else:
                found[0].candidates.append(found[1])
                index = found[1].last


def _aliases(thing: _Thing) -> list[str]:
    """Under which names the text goes on with a thing: the same one, a family name, a short form."""
    glosses = {lexicon.key(candidate.gloss): None for candidate in thing.candidates if candidate.gloss}
    whole = [" ".join(key) for key in (thing.key, *glosses) if len(key) > 1 or (key and _is_rare(thing, key[0]))]
    return whole + _shorter(thing)


def _is_rare(thing: _Thing, word: str) -> bool:
    """Whether a single word names the thing wherever it stands."""
    given = lexicon.person_names()["given"]
    return thing.row is None and word not in given and _is_telling(word, lexicon.words("words.tsv", "common"))


def _shorter(thing: _Thing) -> list[str]:
    common = lexicon.words("words.tsv", "common")
    key = thing.key
    if thing.type == "person" and len(key) > 1:
        family = key[-2:] if key[-2] in lexicon.words("words.tsv", "joint") and len(key) > _TWO else key[-1:]
        return [" ".join(family)] if len(family) > 1 or _is_telling(family[0], common) else []
    if thing.type == "organisation":
        return _short_forms(key)
    if thing.type == "place" and thing.row is None and len(key) == _TWO and _is_telling(key[1], common):
        return [key[1]]
    return []


def _is_telling(word: str, common: frozenset[str]) -> bool:
    return len(word) >= _SHORTEST_ALIAS and word not in common and not word.isdigit()


def _alias_at(
    words: Words, index: int, phrases: lexicon.Phrases[_Thing], starts: dict[tuple[int, int], Candidate]
) -> tuple[_Thing, Candidate] | None:
    if not words.is_arabic(index) and not words.is_capital(index):
        return None
    given = lexicon.person_names()["given"]
    if index and words.gaps[index] == "near" and words.folded[index - 1] in given:
        return None
    for offset, stem in words.readings(index):
        hit = phrases.find(stem, words.following(index))
        if hit is None or any((words.number, at) in starts for at in range(index, index + hit[0])):
            continue
        length, thing = hit
        if length == 1 and thing.type == "organisation" and index and words.folded[index - 1].startswith("ال"):
            continue
        return thing, words.candidate((index, index + length), thing.type, _SURE, "alias", offset=offset)
    return None


def _short_at(
    words: Words, index: int, shorts: frozenset[str], latest: dict[str, _Thing]
) -> tuple[_Thing, Candidate] | None:
    for offset, stem in words.readings(index):
        if stem in shorts and stem in latest:
            span = (index, index + 1)
            return latest[stem], words.candidate(span, "organisation", _SURE, "short", offset=offset)
    return None


def _finish(every: list[Words], things: list[_Thing]) -> Found:
    for thing in things:
        thing.candidates.sort(key=lambda candidate: (candidate.field, candidate.start))
    things.sort(key=lambda thing: (thing.candidates[0].field, thing.candidates[0].start))
    named = {kind: _named(things, kind) for kind in ("organisation", "person")}
    found = [_entity(every, thing, f"e{number}", named) for number, thing in enumerate(things, 1)]
    rows = {entity.id: thing.row for entity, thing in zip(found, things, strict=True) if thing.type == "place"}
    return Found(found, rows)


def _spaced(name: str) -> str:
    """A name with plain single spaces, as pages hold no-break ones and line ends inside it."""
    return " ".join(name.split())


def _named(things: list[_Thing], kind: EntityType) -> _Named:
    """By field, in reading order, the mentions of organisations or people with the full name of each."""
    found: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for thing in things:
        if thing.type == kind:
            name = _fullest(thing)
            for candidate in thing.candidates:
                found[candidate.field].append((candidate.start, candidate.end, name))
    return {number: sorted(named) for number, named in found.items()}


def _fullest(thing: _Thing) -> str:
    whole = [candidate for candidate in thing.candidates if candidate.method != "short"]
    return _spaced(max(whole, key=lambda candidate: len(lexicon.key(candidate.name))).name)


def _role(every: list[Words], thing: _Thing, named: dict[str, _Named]) -> str | None:
    """The role of a person; one of several words tells more than a bare title, and of these the first counts."""
    if thing.type != "person":
        return None
    found, name = [], _fullest(thing)
    for candidate in thing.candidates:
        words = every[candidate.field]
        near, people = (named[kind].get(candidate.field, []) for kind in ("organisation", "person"))
        leaning = roles.owned(words, candidate, near) or roles.related(words, candidate, name, people)
        if leaning is not None:
            found.append(leaning)
        elif candidate.role:
            found.append(roles.complete(words.text, candidate, candidate.role, near))
    chosen = next((role for role in found if " " in role), found[0] if found else None)
    return roles.office(chosen) or None if chosen else None


def _entity(every: list[Words], thing: _Thing, number: str, named: dict[str, _Named]) -> Entity:
    best = max(thing.candidates, key=lambda candidate: candidate.score)
    mentions = [
        Mention(
            field=every[candidate.field].name,
            start=candidate.start,
            end=candidate.end,
            text=every[candidate.field].text[candidate.start : candidate.end],
        )
        for candidate in thing.candidates
    ]
    name = _fullest(thing)
    called = [name for candidate in thing.candidates for name in (candidate.name, candidate.gloss) if name]
    aliases = dict.fromkeys(map(_spaced, called))
    aliases.pop(name, None)
    return Entity(
        id=number,
        name=name,
        type=thing.type,
        mentions=mentions,
        aliases=list(aliases),
        role=_role(every, thing, named),
        wikidata=thing.known.wikidata if thing.known else None,
        confidence=confidence(thing.type, min(_SUREST, best.score + _PER_MENTION * (len(mentions) - 1))),
        method=best.method,
    )
