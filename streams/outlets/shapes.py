"""The shape of a record type: its fields, all the way down, as filters and samples need it."""

from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


@dataclass(frozen=True)
class Shape:
    """What one field can hold.

    kind: ``object`` has ``fields``, ``list`` has ``item``, ``map`` has free keys, ``scalar`` has nothing below it.
    optional: the field may be absent.
    sample: a value of a scalar, to try an expression on.
    """

    kind: Literal["object", "list", "map", "scalar"]
    fields: dict[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    optional: bool = False
    sample: Any = ""

    def complete(self, value: Any) -> Any:
        """The value with every absent field: null for a scalar, [] for a list, an object of such for an object.

        A value of another type than the shape's, as a hostile producer may send it, stays as it is.
        """
        match self.kind:
            case "object" if value is None or isinstance(value, dict):
                present = value or {}
                return {name: shape.complete(present.get(name)) for name, shape in self.fields.items()}
            case "list" if self.item is not None and (value is None or isinstance(value, list)):
                return [self.item.complete(item) for item in value or ()]
            case "map" if value is None:
                return {}
        return value

    def full(self) -> Any:
        """A sample value with every field present and one item in every list."""
        match self.kind:
            case "object":
                return {name: shape.full() for name, shape in self.fields.items()}
            case "list":
                return [self.item.full()] if self.item is not None else []
            case "map":
                return {}
        return self.sample


@cache
def shape_of(model: type[BaseModel], *, optional: bool = False) -> Shape:
    """The shape of a record type or of a part of one; fields by the names that stand on the wire."""
    fields = {info.alias or name: _shape(info.annotation, optional=False) for name, info in model.model_fields.items()}
    return Shape("object", fields, optional=optional)


def _shape(annotation: Any, *, optional: bool) -> Shape:
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin in {Union, UnionType}:
            present = [argument for argument in arguments if argument is not NoneType]
            shape = _shape(present[0], optional=len(present) < len(arguments))
        case origin if origin is Annotated:
            shape = _shape(arguments[0], optional=optional)
        case origin if origin is Literal:
            shape = Shape("scalar", optional=optional, sample=arguments[0])
        case origin if origin is list:
            shape = Shape("list", item=_shape(arguments[0], optional=False))
        case origin if origin is dict:
            shape = Shape("map")
        case _ if issubclass(annotation, BaseModel):
            shape = shape_of(annotation, optional=optional)
        case _:
            shape = Shape("scalar", optional=optional, sample="" if issubclass(annotation, bytes) else annotation())
    return shape
