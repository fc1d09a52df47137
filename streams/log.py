"""Logging for commands and worker processes: one line an event on standard error."""

import logging
import sys

import orjson

from streams.settings import Settings

QUIET = ("faust", "mode", "aiokafka", "asyncio", "httpx", "httpcore")
"""Loggers of our engine, whose information is noise to an operator; warnings stay."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; an exception's traceback in ``exception``."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configure(settings: Settings, name: str) -> None:
    """Send the log to standard error. name: what the process is, shown in every line."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter(f"%(asctime)s %(levelname)-7s {name} %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else text)
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for logger in QUIET:
        logging.getLogger(logger).setLevel(max(logging.WARNING, logging.root.level))
