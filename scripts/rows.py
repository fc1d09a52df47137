"""The rows of the evaluation's table: which figure of which judge stands there, and what it is to reach.

A new set takes one judge in `scripts.judges` and its rows here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Figures = Mapping[str, float]
"""Figures by key: the judge's name, a full stop, and the path of the figure in what the judge reports."""

NOISE = 0.2
"""Share of a ratio of speeds that another run on the same busy machine may take away."""


@dataclass(frozen=True)
class Row:
    """One figure.

    goal: what it is to reach; None where nothing was asked for.
    less: whether less is better.
    noise: the share of it that may change between two runs of the same code.
    floored: whether a floor may hold it. Records a second are another figure on every machine: their ratio to
    trafilatura's is held instead.
    """

    key: str
    what: str
    goal: float | None = None
    less: bool = False
    noise: float = 0.0
    floored: bool = True

    def below(self, value: float, limit: float) -> bool:
        """Whether a value is worse than a limit."""
        return value > limit if self.less else value < limit

    def better(self, value: float, other: float) -> float:
        """The better of two values."""
        return min(value, other) if self.less else max(value, other)


def _marked(judge: str, pages: str) -> tuple[Row, ...]:
    """What is extracted from marked-up pages."""
    goals = (
        ("person.f1", "people", 0.88),
        ("organisation.f1", "organisations", 0.78),
        ("place.f1", "places", 0.90),
        ("role", "roles of people", 0.75),
        ("figures.f1", "counts", 0.85),
        ("dates.f1", "dates", 0.90),
        ("place_161km", "places within 161 km", 0.93),
        ("event_place.f1", "places of events", 0.80),
        ("span_exact", "spans that are the slice they name", 1.0),
        ("quote_direct.f1", "direct quotes", 0.92),
        ("quote_direct_speaker.f1", "direct quotes with speaker", 0.85),
        ("quote_reported.f1", "reported statements", 0.65),
        ("quote_reported_speaker.f1", "reported statements with speaker", 0.60),
        ("sources.f1", "cited sources", 0.80),
        ("event_type.f1", "types of events", 0.70),
        ("event_type_place.f1", "types of events with place", 0.60),
        ("acled_type.f1", "ACLED sub-types", 0.60),
        ("topic_top1", "best topic", 0.85),
    )
    return tuple(Row(f"{judge}.{key}", f"{what}, {pages}", goal) for key, what, goal in goals)


ROWS = (
    Row("pages_scrapinghub.F1", "body F1, scrapinghub pages", 0.972),
    Row("pages_news.F1", "body F1, news pages", 0.968),
    Row("pages_arabic.F1", "body F1, Arabic pages", 0.982),
    Row("flattened.table.arabic whole.F1", "body F1, flattened Arabic, whole", 0.965),
    Row("flattened.table.arabic whole-nodes.F1", "body F1, flattened Arabic, a text node a line"),
    Row("flattened.table.arabic partial.F1", "body F1, flattened Arabic, partly cleaned", 0.975),
    Row("flattened.news_F1", "body F1, flattened, other languages"),
    Row("flattened.arabic_chrome_left", "chrome lines left, flattened Arabic", 0.03, less=True),
    Row("flattened.news_chrome_left", "chrome lines left, flattened, other languages", less=True),
    Row("flattened.arabic_title", "headline found, flattened Arabic", 0.93),
    Row("flattened.news_title", "headline found, flattened, other languages"),
    Row("flattened.arabic_section", "section found, flattened Arabic", 0.85),
    Row("gold.body_f1", "body F1, gold"),
    Row("gold.paragraph_exact", "paragraphs exact, gold", 0.93),
    Row("gold.chrome_left", "chrome left, gold", 0.03, less=True),
    Row("gold.headline", "headline, gold", 0.95),
    Row("gold.section", "section, gold", 0.90),
    Row("gold.published", "date, gold", 0.95),
    Row("gold.byline.f1", "byline, gold", 0.85),
    Row("pages_news.title", "headline exact, news pages", 0.93),
    Row("pages_arabic.title", "headline exact, Arabic pages"),
    Row("pages_news.date", "day of publication, news pages", 0.98),
    Row("pages_news.author_exact", "all authors exact, news pages", 0.88),
    Row("lid.mean", "language of one line, ten languages", 0.97),
    Row("lid.ckb", "language of one line, Sorani", 0.95),
    Row("lid.ar", "language of one line, Arabic", 0.98),
    *_marked("gold", "gold"),
    *_marked("corpus", "corpus"),
    Row("corpus.paragraph_exact", "paragraphs exact, corpus", 0.93),
    Row("corpus.chrome_left", "chrome left, corpus", 0.03, less=True),
    Row("corpus.headline", "headline, corpus", 0.95),
    Row("corpus.section", "section, corpus", 0.90),
    Row("corpus.published", "date, corpus", 0.95),
    Row("corpus.byline.f1", "byline, corpus", 0.85),
    Row("ner_anercorp.F1", "entities of ANERcorp's test part", 0.77),
    Row("geo.acc161", "places of Arabic tweets within 161 km", 0.72),
    Row("events.assault_F1", "sentences that state an ASSAULT", 0.78),
    Row("events.protest_F1", "sentences that state a PROTEST", 0.60),
    Row("speed.pages", "pages a second, scrapinghub pages", 200, floored=False),
    Row("speed.pages_ratio", "the same, times trafilatura's", noise=NOISE),
    Row("speed.texts", "flattened texts a second", 2000, floored=False),
    Row("speed.texts_ratio", "the same, times trafilatura's pages", noise=NOISE),
    Row("pages_scrapinghub.records_per_second", "pages a second, `khabar enrich` with its start", floored=False),
)
