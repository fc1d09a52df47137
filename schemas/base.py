"""What all record types share: absence instead of ``null``, tolerance for unknown fields, orjson on the wire."""

from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, model_validator

_set = object.__setattr__


class Model(BaseModel):
    """A part of a record.

    Unknown scalars are absent on the wire, lists are always there, an empty string coming in counts as absent,
    and fields that a newer minor version added are ignored.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict) and (None in (values := data.values()) or "" in values):
            return {key: value for key, value in data.items() if value is not None and value != ""}
        return data

    @classmethod
    def trusted(cls, **fields: Any) -> Self:
        """Make one from all of its fields without looking at them, for parts that our own code makes by the hundred.

        A page has hundreds of spans, and validating them takes longer than finding them; ``model_construct`` does too.
        """
        made = cls.__new__(cls)
        _set(made, "__dict__", fields)
        _set(made, "__pydantic_fields_set__", set(fields))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made


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
