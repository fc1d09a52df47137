"""The topic table as an AsyncAPI 3.0 document, for those who connect without this code."""

from typing import Any

from schemas import RawArticle
from schemas.export import SCHEMAS, file_name, urn
from streams import __version__
from streams.settings import Settings
from streams.topics import ALERTS, CLEAN, DEAD_LETTERS, ENRICHED, RAW, SETTLED, TOPICS, Topic
from streams.wire import BACKFILL, CARRIED, LANE

_MESSAGES = {
    RAW: "rawArticle",
    CLEAN: "cleanArticle",
    ENRICHED: "enrichedArticle",
    DEAD_LETTERS: "deadLetter",
    ALERTS: "alert",
    SETTLED: "settlement",
}

_OPERATIONS: dict[str, tuple[str, Topic, str]] = {
    "feedRaw": ("send", RAW, "What khabar feed does; any producer may."),
    "cleanRaw": ("receive", RAW, "The clean stage reads."),
    "writeClean": ("send", CLEAN, "The clean stage writes."),
    "extractClean": ("receive", CLEAN, "The extract stage reads."),
    "writeEnriched": ("send", ENRICHED, "The extract stage writes."),
    "alertEnriched": ("receive", ENRICHED, "The alert stage reads."),
    "writeAlert": ("send", ALERTS, "The alert stage writes, for each rule that holds."),
    "deliverAlert": ("receive", ALERTS, "What khabar deliver sends to destinations."),
    "writeDeadLetter": ("send", DEAD_LETTERS, "Every stage, for a record that it cannot work on."),
    "redriveRaw": ("send", RAW, "khabar dead-letters redrive, as to every topic that a dead letter came from."),
    "writeSettlement": ("send", SETTLED, "What khabar dead-letters redrive and discard have done."),
    "readSettlement": ("receive", SETTLED, "What khabar dead-letters leaves out."),
}

_TEXT = {"type": "string"}
_CLOUD_EVENT: dict[str, dict[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {**_TEXT, "description": "One output event; the same on every replay. Drop duplicates by it."},
    "ce_type": {**_TEXT, "examples": ["khabar.enriched-article"]},
    "ce_source": {**_TEXT, "examples": ["/khabar/extract"]},
    "ce_subject": {**_TEXT, "description": "The article's id; of a settlement the dead letter's."},
    "ce_time": {"type": "string", "format": "date-time", "description": "fetched_at; absent when that is."},
    "ce_dataschema": {**_TEXT, "examples": [urn("enriched-article/1.0")]},
    "content-type": {"type": "string", "const": "application/json"},
    "traceparent": {**_TEXT, "description": "W3C trace context."},
    LANE: {**_TEXT, "examples": [BACKFILL], "description": "What is worked on again; passed on, absent from the rest."},
    CARRIED: {**_TEXT, "description": "Stages whose workers leave this record; whoever wrote it runs them by itself."},
    "khabar-timing": {**_TEXT, "description": "Durations in milliseconds, as in HTTP's Server-Timing."},
}
_OPTIONAL = ("ce_time", LANE, CARRIED, "khabar-timing")
_REASON: dict[str, dict[str, Any]] = {
    "topic": {**_TEXT, "description": "Where the record came from, with partition, offset and timestamp."},
    "partition": _TEXT,
    "offset": _TEXT,
    "timestamp": {**_TEXT, "description": "Milliseconds since 1970; empty when the record had none."},
    "stage": {**_TEXT, "examples": ["clean", "extract", "alert", "deliver/desk"]},
    "fingerprint": {**_TEXT, "description": "Of the stage's code, data and settings."},
    "code": {**_TEXT, "description": "Machine readable; an open list."},
    "message": {**_TEXT, "description": "One line for a person."},
    "attempts": _TEXT,
    "truncated": {"type": "string", "enum": ["true", "false"], "description": "The value is not whole."},
    "size": {**_TEXT, "description": "Bytes of the whole value."},
    "sha256": {**_TEXT, "description": "Of the whole value."},
}


def document() -> dict[str, Any]:
    """The AsyncAPI document, of topics without prefix and with the default settings."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Khabar",
            "version": __version__,
            "description": "News articles in, structured records out. Topic names may have a prefix.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_MESSAGES[topic] + "s": _channel(topic) for topic in TOPICS},
        "operations": {
            name: {
                "action": action,
                "channel": {"$ref": f"#/channels/{_MESSAGES[topic]}s"},
                "summary": summary,
            }
            for name, (action, topic, summary) in _OPERATIONS.items()
        },
        "components": {"messages": {_MESSAGES[topic]: _message(topic) for topic in TOPICS}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    # The defaults, whatever the environment says: the file is the same everywhere.
    config = topic.config(Settings.model_construct())
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {_MESSAGES[topic]: {"$ref": f"#/components/messages/{_MESSAGES[topic]}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": {
                    "cleanup.policy": [config["cleanup.policy"]],
                    "retention.ms": int(config["retention.ms"]),
                    "max.message.bytes": int(config["max.message.bytes"]),
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(topic: Topic) -> dict[str, Any]:
    schema = next((name for name, record in SCHEMAS.items() if record is topic.record), None)
    message: dict[str, Any] = {
        "name": _MESSAGES[topic],
        "title": topic.record.__name__ if topic.record else "Dead letter",
        "summary": topic.description,
        "headers": _headers(topic),
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}},
    }
    if schema is None:
        message["contentType"] = "application/octet-stream"
    else:
        message["payload"] = {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./json/{file_name(schema)}"},
        }
    return message


def _headers(topic: Topic) -> dict[str, Any]:
    if topic.record is RawArticle:
        return {"type": "object", "properties": _CLOUD_EVENT, "description": "None is required."}
    if topic.record is not None:
        required = [name for name in _CLOUD_EVENT if name not in _OPTIONAL]
        return {"type": "object", "properties": _CLOUD_EVENT, "required": required}
    reason = {f"khabar-error-{name}": value for name, value in _REASON.items()}
    return {
        "type": "object",
        "properties": {"ce_id": _CLOUD_EVENT["ce_id"], **reason},
        "required": ["ce_id", *reason],
        "description": "Beside these, the original headers as they came, but for ce_id.",
    }
