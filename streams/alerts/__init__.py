"""Rules over enriched records: which article alerts whom, how loudly, with what evidence. No Kafka, no clock."""

from streams.alerts.making import alerts
from streams.alerts.reading import STARTERS, read_rules
from streams.alerts.rulebook import Match, Rulebook
from streams.alerts.rulefolder import RuleFolder

__all__ = ["STARTERS", "Match", "RuleFolder", "Rulebook", "alerts", "read_rules"]
