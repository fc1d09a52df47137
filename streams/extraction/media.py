"""The names of media and agencies, which report what others do."""

from functools import cache

from streams.extraction.reading import table, words


@cache
def media_names() -> frozenset[tuple[str, ...]]:
    """The widely known ones, each as its `name_forms`."""
    return frozenset(name_forms(name) for (name,) in table("media.tsv"))


def name_forms(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, without punctuation."""
    return tuple(word.form for word in words(name) if word.is_name or word.is_number)
