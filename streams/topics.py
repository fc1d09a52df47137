"""The topic table: every topic, its key, its clean-up and the records in it."""

from dataclasses import dataclass

from schemas import Alert, CleanArticle, EnrichedArticle, RawArticle, Record, Settlement
from streams.settings import DEAD_LETTER_HEADROOM, Settings

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic as the table describes it. ``name`` is without the prefix of the settings."""

    name: str
    record: type[Record] | None
    key: str
    retention_days: int
    description: str
    headroom: int = 0

    def full_name(self, settings: Settings) -> str:
        """The name on the broker."""
        return settings.topic_prefix + self.name

    def config(self, settings: Settings) -> dict[str, str]:
        """The broker's topic configuration."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_days * DAY_MS),
            "max.message.bytes": str(max_message_bytes(settings) + self.headroom),
        }


RAW = Topic("khabar.articles.raw", RawArticle, "any, or none", 7, "Articles as they were fetched.")
CLEAN = Topic("khabar.articles.clean", CleanArticle, "article id", 3, "The article and only the article.")
ENRICHED = Topic("khabar.articles.enriched", EnrichedArticle, "article id", 30, "The article with what it tells.")
DEAD_LETTERS = Topic(
    "khabar.dead-letters",
    None,
    "article id or the original key",
    30,
    "Records that could not be worked on, as they came, with the reason in the headers.",
    headroom=DEAD_LETTER_HEADROOM,
)

ALERTS = Topic("khabar.alerts", Alert, "article id", 90, "What rules found in an article, with the evidence.")

# Longer than a dead letter can lie: the broker deletes whole segments, and a quiet one may be a week older than its end.
SETTLED = Topic(
    "khabar.dead-letters.settled", Settlement, "the dead letter's ce_id", 90, "Dead letters that are done with."
)

TOPICS = (RAW, CLEAN, ENRICHED, DEAD_LETTERS, ALERTS, SETTLED)

RECORD_OVERHEAD = 16 * 1024
"""What key, headers and framing of one record may take beside its value, in bytes."""


def max_message_bytes(settings: Settings) -> int:
    """The largest record batch that topics and producers must take, in bytes."""
    return settings.max_record_bytes + RECORD_OVERHEAD
