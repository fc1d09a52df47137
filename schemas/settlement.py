"""Settlement: what a person decided on a dead letter."""

from typing import Literal

from pydantic import Field

from schemas.base import Record
from schemas.raw import Instant


class Settlement(Record):
    """What ``khabar dead-letters`` puts on ``khabar.dead-letters.settled``: one record for each letter that is done with."""

    schema_: Literal["settlement/1.0"] = Field("settlement/1.0", alias="schema")
    letter: str = Field(description="The dead letter's ce_id.")
    action: Literal["redriven", "discarded"]
    at: Instant = Field(description="When it was decided.")

    @property
    def subject(self) -> str:
        """The letter's id, which is the record's key."""
        return self.letter

    @property
    def time(self) -> str:
        """When the event happened, as in ``ce_time``."""
        return self.at
