"""CleanArticle: the article and only the article, and an account of everything that was taken off or repaired."""

from typing import Literal

from pydantic import Field

from schemas.base import Model, Record
from schemas.raw import DateOrTime, Instant

Role = Literal["body", "headline", "alternative_headline", "section", "byline", "date", "caption", "chrome", "space"]


class Byline(Model):
    """Who wrote it."""

    name: str
    type: Literal["person", "agency"]


class Dateline(Model):
    """Where the text was filed, and by whom."""

    place: str | None = None
    agency: str | None = None


class LayoutSpan(Model):
    """One span of ``page_text`` and what it is. The spans tile ``page_text``: no gap, no overlap."""

    role: Role
    start: int = Field(ge=0, description="Code points into page_text.")
    end: int = Field(ge=0, description="Half-open.")
    reason: str | None = Field(None, description="Why a chrome span is chrome.")
    text: str | None = Field(None, description="The slice itself; absent for role body.")


class Paragraph(Model):
    """Ties one paragraph of ``body`` to the slice of ``page_text`` that it came from."""

    start: int = Field(ge=0, description="Code points into body.")
    end: int = Field(ge=0, description="Half-open.")
    raw_start: int = Field(ge=0, description="Code points into page_text.")
    raw_end: int = Field(ge=0, description="Half-open.")


class Repair(Model):
    """One certain repair of damaged typography. ``after`` equals the slice of the field that start and end name."""

    field: str
    kind: str
    start: int = Field(ge=0, description="Code points into the repaired field.")
    end: int = Field(ge=0, description="Half-open.")
    before: str = ""
    after: str = ""


class Removed(Model):
    """Chrome or a caption that is not in the body: the view of layout that readers look at."""

    text: str
    reason: str
    start: int = Field(ge=0, description="Code points into page_text.")
    end: int = Field(ge=0, description="Half-open.")


class Pipeline(Model):
    """Which code and data made the record."""

    version: str
    fingerprint: str = Field(description="Hash over code version, data tables and settings that change the output.")
    clean: str | None = Field(None, description="Fingerprint of the clean stage, on enriched records.")


class Article(Record):
    """What clean and enriched articles share."""

    schema_: str = Field(alias="schema")
    id: str = Field(pattern="^[0-9a-f]{32}$")
    revision: str | None = Field(None, pattern="^[0-9a-f]{32}$", description="Absent when withdrawn.")
    status: str | None = Field(None, examples=["withdrawn"])
    url: str | None = None
    source: str | None = None
    language: str | None = Field(None, description="BCP 47.")
    section: str | None = None
    headline: str | None = None
    alternative_headline: list[str] = Field(default_factory=list)
    byline: list[Byline] = Field(default_factory=list)
    dateline: Dateline | None = None
    page_type: str | None = Field(None, examples=["article", "live", "gallery", "video", "paywall", "list"])
    published_at: DateOrTime | None = None
    modified_at: DateOrTime | None = None
    fetched_at: Instant | None = None
    body: str | None = Field(None, description="Paragraphs joined by one blank line. Absent when withdrawn.")

    @property
    def subject(self) -> str:
        """The id of the article, which is the record's key."""
        return self.id

    @property
    def time(self) -> str | None:
        """When the event happened, as in ``ce_time``."""
        return self.fetched_at


class CleanArticle(Article):
    """What the clean stage puts on ``khabar.articles.clean``."""

    schema_: Literal["clean-article/1.0"] = Field("clean-article/1.0", alias="schema")
    page_text: str | None = Field(None, description="Decoded text; for HTML its rendering, one block a line.")
    layout: list[LayoutSpan] = Field(default_factory=list)
    paragraphs: list[Paragraph] = Field(default_factory=list)
    repairs: list[Repair] = Field(default_factory=list)
    removed: list[Removed] = Field(default_factory=list)
    pipeline: Pipeline | None = None
