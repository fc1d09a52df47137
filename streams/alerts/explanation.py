"""Why an alert is one, in one line, in Arabic and in English."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas import Both, MatchedSpan
from streams.alerts.rulebook import Match
from streams.alerts.timeliness import Timeliness
from streams.outlets.text import printable

MOST_TEXTS = 3
"""Of one field."""
LONGEST_TEXT = 80
"""Characters of each."""


@dataclass(frozen=True)
class _Words:
    """What the line needs in one language."""

    paths: dict[str, str]
    count: str
    between: str
    quote: tuple[str, str]
    comma: str
    timeliness: dict[Timeliness, str]


_ARABIC = _Words(
    {
        "headline": "العنوان", "alternative_headline": "العنوان الفرعي", "body": "النص", "figures": "الأرقام",
        "places": "الأماكن", "entities": "الأسماء", "events": "الأحداث", "quotes": "الأقوال", "topics": "الموضوعات",
        "keywords": "الكلمات المفتاحية", "cited_sources": "المصادر", "dates": "التواريخ",
    },
    "العدد",
    "؛ ",
    ("«", "»"),
    "، ",
    {"breaking": "", "old": "المادة قديمة", "undated": "المادة بلا تاريخ"},
)  # fmt: skip
_ENGLISH = _Words(
    {"alternative_headline": "subheadline", "cited_sources": "sources", "entities": "names"},
    "count",
    "; ",
    ("“", "”"),
    ", ",
    {"breaking": "", "old": "old article", "undated": "undated article"},
)


def explanation(match: Match, timeliness: Timeliness) -> Both:
    """The line in both languages: the rule's title, its count, what matched, and whether the article is undated or old."""
    title = match.rule.title
    return Both(
        ar=_line(title.ar, match, timeliness, _ARABIC),
        en=_line(title.en, match, timeliness, _ENGLISH),
    )


def _line(title: str, match: Match, timeliness: Timeliness, words: _Words) -> str:
    parts = [] if match.count is None else [f"{words.count} {_number(match.count)}"]
    for path in dict.fromkeys(span.path for span in match.matched.spans):
        texts = _texts(span for span in match.matched.spans if span.path == path)
        quoted = words.comma.join(f"{words.quote[0]}{text}{words.quote[1]}" for text in texts)
        parts.append(f"{words.paths.get(path, path)} {quoted}")
    if words.timeliness[timeliness]:
        parts.append(words.timeliness[timeliness])
    return printable(f"{title}: {words.between.join(parts)}" if parts else title)


def _number(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,g}"


def _texts(spans: Iterable[MatchedSpan]) -> list[str]:
    distinct = list(dict.fromkeys(printable(span.text) for span in spans))[:MOST_TEXTS]
    return [text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…" for text in distinct]
