"""The extract stage's pure core: what a cleaned article says, with the place of every answer in its text."""

from schemas import CleanArticle, Extraction
from streams.extraction import dates, entities, events, figures, keywords, places, quotes, sources, topics
from streams.extraction.text import fields


def extract(article: CleanArticle) -> Extraction:
    """Everything that is found in the article; an empty Extraction when it has no body.

    Every offset is half-open and counts code points of the field named. No clock, no I/O, the same for the same
    article.
    """
    if article.body is None:
        return Extraction()
    parts = fields(article)
    named = entities.find(article, parts)
    located = places.find(article, parts, named.entities, named.rows)
    dated = dates.find(article, parts)
    counted = figures.find(article, parts)
    cited = sources.find(article, parts, named.entities)
    coded = events.find(article, parts, named.entities, located, dated, counted, cited)
    return Extraction(
        entities=named.entities,
        places=events.confirm(located, coded),
        quotes=quotes.find(article, parts, named.entities),
        cited_sources=cited,
        dates=dated,
        figures=counted,
        events=coded,
        topics=topics.find(parts),
        keywords=keywords.find(parts, named.entities),
    )
