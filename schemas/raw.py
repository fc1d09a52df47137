"""RawArticle: what producers put on ``khabar.articles.raw``."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, EncodedBytes, EncoderProtocol, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Record


def _utc_instant(value: str) -> str:
    """RFC 3339 with an offset, given back in UTC with a ``Z``."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("rfc3339", "not an RFC 3339 date-time") from None
    if instant.tzinfo is None:
        raise PydanticCustomError("rfc3339", "an RFC 3339 date-time needs an offset or Z")
    try:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise PydanticCustomError("rfc3339", "date-time out of range") from None


def _iso_date_or_time(value: str) -> str:
    """An ISO 8601 date or date-time, kept as written."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("iso8601", "not an ISO 8601 date or date-time") from None
    return value


Instant = Annotated[str, AfterValidator(_utc_instant), Field(json_schema_extra={"format": "date-time"})]
DateOrTime = Annotated[
    str, AfterValidator(_iso_date_or_time), Field(examples=["2026-11-20", "2026-11-20T08:30:00+03:00"])
]


class StrictBase64(EncoderProtocol):
    """RFC 4648 base64; unlike the standard library's default, a stray character is an error. White space may stand."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """From base64 to the bytes."""
        try:
            return base64.b64decode(b"".join(data.split()), validate=True)
        except binascii.Error as error:
            raise PydanticCustomError("base64", "not base64: {reason}", {"reason": str(error)}) from None

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """From bytes to base64."""
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> Literal["base64"]:
        """The format's name in a JSON Schema."""
        return "base64"


Content = Annotated[bytes, EncodedBytes(encoder=StrictBase64)]


class RawArticle(Record):
    """One article as it was fetched. Needs ``url`` or ``source``, and ``html``, ``text`` or ``content_base64``."""

    url: str | None = Field(None, description="Where the page was fetched.")
    source: str | None = Field(None, description="Host or name of the publisher, where there is no URL.")
    html: str | None = Field(None, description="The page as decoded text with its tags.")
    text: str | None = Field(None, description="The page without any tags, chrome and all.")
    content_base64: Content | None = Field(None, description="The page's raw bytes, in base64.")
    content_type: str | None = Field(None, description="Media type of content_base64, as in the HTTP header.")
    fetched_at: Instant | None = Field(None, description="When it was fetched; relative dates resolve against it.")
    published_at: DateOrTime | None = Field(None, description="Where a feed states it.")
    language: str | None = Field(None, description="BCP 47, where a feed states it.")
    headline: str | None = Field(None, description="Where a feed states it.")
    byline: str | None = Field(None, description="Where a feed states it.")
    section: str | None = Field(None, description="Where a feed states it.")
    http_headers: dict[str, str] = Field(default_factory=dict, description="Response headers, lower-case names.")
    status: Literal["withdrawn"] | None = Field(None, description="The publisher took the article back.")

    @model_validator(mode="before")
    @classmethod
    def _content_is_not_blank(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for field in ("html", "text", "content_base64"):
                value = data.get(field)
                if isinstance(value, str) and not value.strip():
                    raise PydanticCustomError("empty_text", "{field} is empty", {"field": field})
        return data

    @model_validator(mode="after")
    def _is_an_article(self) -> Self:
        if self.url is None and self.source is None:
            raise PydanticCustomError("missing_field", "neither url nor source")
        contents = [self.html, self.text, self.content_base64]
        present = sum(content is not None for content in contents)
        if present > 1:
            raise PydanticCustomError("ambiguous_content", "more than one of html, text and content_base64")
        if not present and self.status is None:
            raise PydanticCustomError("no_content", "none of html, text and content_base64")
        if self.content_base64 is not None and self.content_type is None:
            raise PydanticCustomError("missing_field", "content_base64 needs content_type")
        return self
