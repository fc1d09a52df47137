"""An alert as a message for people, and as the body of a webhook."""

from dataclasses import dataclass

from schemas import Alert, Level
from streams.identity import delivery_id
from streams.outlets.text import printable


@dataclass(frozen=True)
class Message:
    """What is sent. key: the same for every try of a delivery. value: the alert as it stands on the topic."""

    key: str
    level: Level
    title: str
    text: str
    value: bytes


def message(alert: Alert) -> Message:
    """The alert for people: both languages, the article's headline, and where it stands."""
    article, rule = alert.article, alert.rule
    lines = [
        article.headline,
        alert.explanation.ar,
        alert.explanation.en,
        " · ".join(part for part in (article.source, article.published_at) if part),
        article.url,
    ]
    return Message(
        delivery_id(alert.id, alert.level, alert.count),
        alert.level,
        printable(f"[{alert.level}] {rule.title.ar} | {rule.title.en}"),
        "\n".join(printable(line) for line in lines if line),
        alert.to_json(),
    )
