"""Logging for commands and worker processes: one line an event on standard error."""

import logging
import sys
import time

import orjson

from streams.settings import Settings

QUIET = ("faust", "mode", "aiokafka", "asyncio", "httpx", "httpcore", "urllib3", "requests_oauthlib", "oauthlib")
"""Loggers of our engine, whose information is noise to an operator, and may hold addresses with secrets; warnings stay."""


CALM_SECONDS = 60.0


class Calm(logging.Filter):
    """Lets the same message of an aiokafka logger through once a minute: it repeats itself hundreds of times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be shown; the messages of a template are one, whatever is filled in."""
        if not record.name.startswith("aiokafka"):
            return True
        what = (record.name, str(record.msg))
        now = time.monotonic()
        if now - self._said.get(what, -CALM_SECONDS) < CALM_SECONDS:
            return False
        self._said[what] = now
        return True


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
    handler.addFilter(Calm())
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else text)
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for logger in QUIET:
        logging.getLogger(logger).setLevel(max(logging.WARNING, logging.root.level))
