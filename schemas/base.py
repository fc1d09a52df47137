"""What all record types share: absence instead of ``null``, tolerance for unknown fields, orjson on the wire."""

from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, model_validator


class Model(BaseModel):
    """A part of a record.

    Unknown scalars are absent on the wire, lists are always there, an empty string coming in counts as absent,
    and fields that a newer minor version added are ignored.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None and value != ""}
        return data


class Record(Model):
    """A whole record: what one Kafka record's value holds."""

    def to_json(self) -> bytes:
        """UTF-8 JSON, keys in the order of the fields, absent values left out: the same bytes for the same record."""
        return orjson.dumps(self.model_dump(mode="json", by_alias=True, exclude_none=True))

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Read a record from UTF-8 JSON.

        Raises orjson.JSONDecodeError when it is no JSON, pydantic.ValidationError when it is no such record.
        """
        return cls.model_validate(orjson.loads(value))
