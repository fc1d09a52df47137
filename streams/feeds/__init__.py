"""Everything behind ``khabar feed`` but Kafka: from SOURCEs to records that are ready to send.

* `Intake` reads files, folders, standard input and feeds, and is told what was delivered.
* `check_sources` refuses what is no SOURCE before anything is connected.
* `FeedOptions`, `Item`, `Rejected`, `Report`: what goes in and what comes out.
"""

from streams.feeds.intake import FeedOptions, Intake, check_sources
from streams.feeds.records import Item, Rejected
from streams.feeds.report import Report, SourceReport

__all__ = ["FeedOptions", "Intake", "Item", "Rejected", "Report", "SourceReport", "check_sources"]
