"""The extract stage's pure core: what a cleaned article says, with the place of every answer in its text."""

from schemas import CleanArticle, Extraction
from streams.extraction import entities, places
from streams.extraction.text import fields


def extract(article: CleanArticle) -> Extraction:
    """Everything that is found in the article; an empty Extraction when it has no body.

    Every offset is half-open and counts code points of the field named. No clock, no I/O, the same for the same
    article.
    """
    if article.body is None:
        return Extraction()
    parts = fields(article)
    found = entities.find(article, parts)
    return Extraction(
        entities=found.entities,
        places=places.find(article, parts, found.entities, found.rows),
    )
