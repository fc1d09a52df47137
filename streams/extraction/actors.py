"""Where the people and organisations of an article are named, for finders that ask who stands near a word."""

from typing import NamedTuple

from schemas import Entity
from streams.extraction.reading import Located, locate

_ACTING = frozenset({"person", "organisation"})


class Actor(NamedTuple):
    """One mention of an entity.

    start, end: half-open, in code points of the field.
    """

    start: int
    end: int
    entity: Entity


class Actors:
    """The mentions of one field, in order."""

    def __init__(self, entities: list[Entity], field: str | None, *, places: bool = False) -> None:
        """With places, mentions of places count as well: countries act."""
        self._people = frozenset(entity.id for entity in entities if entity.type == "person")
        self._mentions: Located[Entity] = locate(
            (mention.start, mention.end, entity)
            for entity in entities
            if places or entity.type in _ACTING
            for mention in entity.mentions
            if mention.field == field
        )

    def is_person(self, identity: str) -> bool:
        """Whether the entity with the id is a person."""
        return identity in self._people

    def within(self, start: int, end: int) -> list[Actor]:
        """The mentions that begin in the half-open span, in order."""
        return [Actor(*item) for item in self._mentions.within(start, end)] if start < end else []

    def first(self, start: int, end: int) -> Actor | None:
        """Who is named first in the span: a person if there is one, else an organisation."""
        found = self.within(start, end)
        people = [actor for actor in found if actor.entity.type == "person"]
        return next(iter(people or found), None)

    def last(self, start: int, end: int) -> Actor | None:
        """Who is named last in the span: a person if there is one, else an organisation."""
        found = self.within(start, end)
        people = [actor for actor in found if actor.entity.type == "person"]
        return (people or found)[-1] if found else None
