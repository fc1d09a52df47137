"""Rule: what a rule file says. No record of a topic, but checked and exported as those are."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.alert import LEVELS, Level

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = "^[1-9][0-9]{0,4}[smhd]$"
NAME = "^[a-z0-9][a-z0-9-]{0,62}$"
"""Names of rules and destinations."""


def seconds(duration: str) -> int:
    """``90s``, ``30m``, ``6h`` or ``2d`` in seconds."""
    return int(duration[:-1]) * _UNITS[duration[-1]]


LONGEST_COOLDOWN = "7d"
"""Who delivers alerts reads back so far to know what is quiet."""


def _is_short(duration: str) -> str:
    if seconds(duration) > seconds(LONGEST_COOLDOWN):
        raise PydanticCustomError("too_long", "longer than {longest}", {"longest": LONGEST_COOLDOWN})
    return duration


Duration = Annotated[str, Field(pattern=_DURATION, examples=["90s", "30m", "6h", "2d"])]
Expression = Annotated[str, Field(min_length=1, max_length=4096, description="CEL over the enriched record.")]
Name = Annotated[str, Field(pattern=NAME)]
Line = Annotated[str, Field(pattern=r"\w", max_length=200)]


class RulePart(BaseModel):
    """A part of a rule file. What it does not know is a mistake of the author, unlike in records."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_alias=True, validate_by_name=False)


class Title(RulePart):
    """What an alert of the rule is headed, in both languages."""

    ar: Line
    en: Line


class Example(RulePart):
    """An article, and whether the rule fires on it: its text, which both stages work on, or an enriched record."""

    name: Line
    text: str | None = Field(None, min_length=1, description="A page's text, the headline first.")
    record: dict[str, Any] | None = Field(None, description="An EnrichedArticle, as far as the rule needs it.")
    fires: bool
    level: Level | None = Field(None, description="The level that is expected.")
    count: float | None = Field(None, description="The count that is expected.")
    groups: list[str] | None = Field(None, description="The groups that are expected.")

    @model_validator(mode="after")
    def _has_one_article(self) -> "Example":
        if (self.text is None) == (self.record is None):
            raise PydanticCustomError("one_article", "an example has either text or record")
        return self


class Rule(RulePart):
    """One rule: when to alert, how loudly, how often, and whom."""

    id: Name
    title: Title
    level: Level
    when: Expression
    escalate: dict[Level, Expression] = Field(
        default_factory=dict, alias="raise", description="Higher levels and when they hold, beside when."
    )
    group_by: Expression | None = Field(
        None, alias="group-by", description="Gives a text or a list of texts; the article itself without it."
    )
    cooldown: Annotated[Duration, AfterValidator(_is_short)] | None = Field(
        None, description="How long a group stays quiet after an alert; at most 7d."
    )
    max_age: Duration = Field("2d", alias="max-age", description="Articles that are older do not alert as breaking.")
    deliver: list[Name] = Field(default_factory=list, description="Names of destinations; default without any.")
    examples: list[Example] = Field(min_length=1)

    @model_validator(mode="after")
    def _raises(self) -> "Rule":
        lower = [level for level in self.escalate if LEVELS.index(level) <= LEVELS.index(self.level)]
        if lower:
            raise PydanticCustomError("raise", "{level} is not above the rule's own level", {"level": lower[0]})
        return self
