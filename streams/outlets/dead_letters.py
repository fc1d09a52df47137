"""A dead letter as a record: the original bytes, and the reason from its headers."""

import base64
from typing import Self

from pydantic import ValidationError

from schemas import Model, Record
from streams.wire import Headers, header


class Reason(Model):
    """Why and where a record could not be worked on: the ``khabar-error-*`` headers."""

    code: str | None = None
    message: str | None = None
    stage: str | None = None
    fingerprint: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    timestamp: int | None = None
    attempts: int | None = None
    truncated: bool | None = None
    size: int | None = None
    sha256: str | None = None

    @classmethod
    def from_headers(cls, headers: Headers) -> Self:
        """Read it from a dead letter's headers; one that is absent or makes no sense is left out."""
        texts = {name: header(headers, f"khabar-error-{name}") for name in cls.model_fields}
        try:
            return cls.model_validate(texts)
        except ValidationError as problem:
            wrong = {detail["loc"][0] for detail in problem.errors()}
            return cls.model_validate({name: text for name, text in texts.items() if name not in wrong})


class DeadLetter(Record):
    """One dead letter. ``value`` where the original bytes are UTF-8, else ``value_base64``; neither for a tombstone."""

    error: Reason
    key: str | None = None
    value: str | None = None
    value_base64: str | None = None

    @classmethod
    def from_kafka(cls, key: bytes | None, value: bytes | None, headers: Headers) -> Self:
        """Make it of a Kafka record."""
        text = encoded = None
        if value is not None:
            try:
                text = value.decode()
            except UnicodeDecodeError:
                encoded = base64.b64encode(value).decode()
        return cls(
            error=Reason.from_headers(headers),
            key=key and key.decode(errors="replace"),
            value=text,
            value_base64=encoded,
        )
