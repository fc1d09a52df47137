"""The file of destinations: where alerts go. Secrets stand elsewhere, in the environment or in files."""

import os
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas import Level
from schemas.rule import NAME
from streams.errors import UsageError
from streams.yamlfile import read_yaml

LONGEST_FILE = 1024 * 1024
"""Bytes of the file of destinations, and of a secret's."""

DEFAULT = "default"
"""The destination of rules that name none."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(_Part):
    """Where a secret stands: in an environment variable, or in the first line of a file, seen from where this one lies."""

    env: str | None = Field(None, min_length=1)
    file: Path | None = None

    @field_validator("file")
    @classmethod
    def _beside_its_file(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        return None if file is None else info.context["folder"] / file if info.context else file

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise PydanticCustomError("one_place", "needs either env or file")
        return self

    def read(self) -> str:
        """The secret. Raises UsageError, which names the place and never what stands there."""
        if self.env is not None:
            text = os.environ.get(self.env, "")
            where = f"the environment variable {self.env}"
        else:
            assert self.file is not None  # noqa: S101  # as validated
            where = str(self.file)
            try:
                with self.file.open("rb") as file:
                    text = file.read(LONGEST_FILE).decode().partition("\n")[0]
            except OSError as error:
                raise UsageError(f"{where}: {error.strerror}") from None
            except UnicodeDecodeError:
                raise UsageError(f"{where}: not UTF-8") from None
        if not text.strip():
            raise UsageError(f"{where} is empty")
        return text.strip()


class Destination(_Part):
    """One destination: a service that apprise knows, or a webhook. level: the lowest that is sent there."""

    apprise: Secret | None = Field(None, description="The service's URL, which holds its credentials.")
    webhook: str | Secret | None = Field(None, description="An https URL; as a secret where it holds a token.")
    secret: Secret | None = Field(None, description="What a webhook is signed with.")
    level: Level = "info"

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.apprise is None) == (self.webhook is None):
            raise PydanticCustomError("one_service", "needs either apprise or webhook")
        if (self.webhook is None) != (self.secret is None):
            raise PydanticCustomError("unsigned", "a webhook needs a secret, and nothing else has one")
        if isinstance(self.webhook, str) and not self.webhook.startswith(("https://", "http://")):
            raise PydanticCustomError("no_url", "webhook is no https or http URL")
        return self

    def address(self) -> str:
        """The URL that it is sent to, a secret. Raises UsageError."""
        if isinstance(self.webhook, str):
            return self.webhook
        place = self.apprise or self.webhook
        assert place is not None  # noqa: S101  # as validated
        return place.read()


_FILE = TypeAdapter(dict[Annotated[str, Field(pattern=NAME)], Destination])


def read_destinations(path: Path) -> dict[str, Destination]:
    """The destinations by name. Raises UsageError, also where a secret cannot be read."""
    try:
        destinations = _FILE.validate_python(read_yaml(path, LONGEST_FILE), context={"folder": path.parent})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise UsageError(f"{path}: {where}: {problem['msg']}" if where else f"{path}: {problem['msg']}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from None
    for name, destination in destinations.items():
        try:
            destination.address()
            if destination.secret is not None:
                destination.secret.read()
        except UsageError as error:
            raise UsageError(f"{path}: {name}: {error}") from None
    return destinations
