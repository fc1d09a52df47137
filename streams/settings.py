"""Every setting, in one place. Each is an environment variable ``KHABAR_<NAME>``, also read from ``.env``."""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.errors import UsageError

DEAD_LETTER_HEADROOM = 64 * 1024
"""What the dead-letter topic takes more than the others, in bytes: room for its headers."""

COMPOSE = frozenset(
    f"KHABAR_{name}"
    for name in (
        *("VERSION", "KAFKA_IMAGE", "KAFKA_PORT", "KAFKA_HEAP", "KAFKA_MEMORY", "KAFKA_CPUS", "RESTART", "DEMO_FEED"),
        *("CLEAN_CONTAINERS", "EXTRACT_CONTAINERS", "ALERT_CONTAINERS", "WORKER_MEMORY", "WORKER_CPUS"),
        *("RULES_FOLDER", "DESTINATIONS_FOLDER", "DELIVER_OPTIONS", "PROMETHEUS_IMAGE", "PROMETHEUS_PORT"),
    )
)
"""Variables of docker-compose.yml and .env.example that are no settings of ours."""


class Settings(BaseSettings):
    """Settings with their defaults; a bad one is named by `load` with what is allowed."""

    model_config = SettingsConfigDict(env_prefix="KHABAR_", env_file=".env", extra="ignore", frozen=True)

    bootstrap_servers: str = Field("127.0.0.1:9092", description="Kafka's bootstrap addresses, comma separated.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="As in Kafka's own clients."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="Used with SASL_PLAINTEXT and SASL_SSL."
    )
    sasl_username: str | None = Field(None, description="Used with SASL_PLAINTEXT and SASL_SSL.")
    sasl_password_file: Path | None = Field(None, description="A file whose first line is the password.")
    ca_file: Path | None = Field(None, description="PEM file of the CA that signed the brokers' certificates.")

    topic_prefix: str = Field("", pattern=r"^[A-Za-z0-9._-]{0,100}$", description="Put before every topic name.")
    group_prefix: str = Field("", pattern=r"^[A-Za-z0-9._-]{0,100}$", description="Put before every consumer group.")
    partitions: int = Field(4, ge=1, le=1024, description="Of topics that are created.")
    replication_factor: int = Field(1, ge=1, le=9, description="Of topics that are created.")
    max_record_bytes: int = Field(
        8 * 1024 * 1024,
        ge=64 * 1024,
        le=64 * 1024 * 1024,
        description="Largest value of a record; feeds the topics, the producers and the consumers.",
    )

    source_table: Path | None = Field(
        None, description="A file of khabar sources learn: lines that recur in a source's articles are taken out."
    )
    rules: Path | None = Field(
        None, description="A folder of rule files, or one; the starter rules without it. Read again when they change."
    )
    destinations: Path | None = Field(None, description="The file of destinations that khabar deliver sends alerts to.")
    delivery_tries: int = Field(
        15, ge=1, le=100, description="Of khabar deliver to bring an alert to a destination, until it is a dead letter."
    )
    state_dir: Path = Field(Path("var"), description="Writable folder for the workers' own files.")
    session_timeout: float = Field(
        15.0, ge=1, le=300, description="Seconds without a heartbeat until the broker gives a worker's partitions away."
    )
    work_timeout: float = Field(
        120.0, ge=1, le=3600, description="Seconds on one record after which the supervisor ends the worker process."
    )
    stall_timeout: float = Field(
        90.0,
        ge=5,
        le=3600,
        description="Seconds in which a partition with records waiting does not move, after which the supervisor ends the"
        " worker process.",
    )
    metrics_port: int = Field(
        9464,
        ge=0,
        le=65535,
        description="Of metrics, /live and /ready; the worker processes of a supervisor take the ports after it. 0: any.",
    )
    metrics_host: str = Field(
        "127.0.0.1", description="The address that this port is opened at. It asks for no password: keep it private."
    )
    otlp_endpoint: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Of an OpenTelemetry collector that takes spans over HTTP (http://127.0.0.1:4318); needs khabar[otel].",
    )
    log_format: Literal["text", "json"] = Field("text", description="Of the log on standard error.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Of the log.")

    @model_validator(mode="after")
    def _sasl_is_whole(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password_file):
            raise ValueError(f"security_protocol {self.security_protocol} needs sasl_username and sasl_password_file")
        return self


def load(**overrides: Any) -> Settings:
    """Read the settings from ``overrides``, the environment and ``.env``, in that order.

    Raises UsageError naming each bad setting and what is allowed.
    """
    try:
        return Settings(**overrides)
    except UnicodeDecodeError:
        raise UsageError("the file .env is not UTF-8") from None
    except ValidationError as error:
        raise UsageError(", and ".join(map(_complaint, error.errors()))) from None


def unknown(names: Iterable[str]) -> list[str]:
    """One line for each name that is nearly a setting's: KHABAR_PARTITION is none, but KHABAR_PARTITIONS is."""
    known = [f"KHABAR_{name.upper()}" for name in Settings.model_fields]
    lines = []
    for name in sorted(names):
        if name.startswith("KHABAR_") and not name.startswith("KHABAR_TEST_") and name not in {*known, *COMPOSE}:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            lines += [f"there is no setting {name}; did you mean {near[0]}?"] if near else []
    return lines


def _complaint(problem: Any) -> str:
    """What is wrong with one setting, in a person's words; ``problem``: as pydantic tells it."""
    if not problem["loc"]:
        what = str(problem["msg"]).removeprefix("Value error, ")
        names = "|".join(sorted(Settings.model_fields, key=len, reverse=True))
        return re.sub(rf"\b({names})\b", lambda name: f"KHABAR_{name[1].upper()}", what)
    name = str(problem["loc"][0])
    allowed = _allowed(Settings.model_fields[name], problem["type"]) or problem["msg"]
    return f"KHABAR_{name.upper()} is {problem['input'] if problem['input'] != '' else 'empty'}; allowed: {allowed}"


def _allowed(field: FieldInfo, problem: str) -> str:
    """The values that a field takes; empty where only its type limits them."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    limits = {name: getattr(limit, name) for limit in field.metadata for name in ("ge", "le") if hasattr(limit, name)}
    if limits:
        whole = "whole numbers, " if problem.startswith("int_") else ""
        return f"{whole}{limits['ge']} to {limits['le']}"
    if any(hasattr(limit, "pattern") for limit in field.metadata):
        return "at most 100 of the characters A-Z a-z 0-9 . _ -"
    return ""
