"""The record types as JSON Schema (2020-12) files, for readers and producers in any language."""

from typing import Any

import orjson

from schemas.alert import Alert
from schemas.base import Record
from schemas.clean import CleanArticle
from schemas.enriched import EnrichedArticle
from schemas.raw import RawArticle
from schemas.rule import Rule
from schemas.settlement import Settlement

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, type[Record]] = {
    "raw-article/1.0": RawArticle,
    "clean-article/1.0": CleanArticle,
    "enriched-article/1.0": EnrichedArticle,
    "alert/1.0": Alert,
    "settlement/1.0": Settlement,
}
"""The record types by the name of their schema, which stands in a record's ``schema``."""

RULE = "alert-rule/1.0"
"""The name of the schema of rule files."""

_RAW_RULES: dict[str, Any] = {
    "anyOf": [{"required": ["url"]}, {"required": ["source"]}],
    "oneOf": [
        {"required": ["html"]},
        {"required": ["text"]},
        {"required": ["content_base64"]},
        {
            "required": ["status"],
            "not": {"anyOf": [{"required": ["html"]}, {"required": ["text"]}, {"required": ["content_base64"]}]},
        },
    ],
    "dependentRequired": {"content_base64": ["content_type"]},
}
"""What the type itself says in code: see RawArticle."""


def file_name(schema: str) -> str:
    """The file of a schema in ``schemas/json``: ``enriched-article.json``."""
    return schema.partition("/")[0] + ".json"


def urn(schema: str) -> str:
    """The URN of a schema, its ``$id``: ``urn:khabar:schema:enriched-article:1.0``."""
    return "urn:khabar:schema:" + schema.replace("/", ":")


def files() -> dict[str, bytes]:
    """File name → content, for every record type and for rule files."""
    records = {file_name(schema): to_bytes(json_schema(schema)) for schema in SCHEMAS}
    return records | {file_name(RULE): to_bytes(rule_schema())}


def to_bytes(document: dict[str, Any]) -> bytes:
    """The document as it stands in its file."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def json_schema(schema: str) -> dict[str, Any]:
    """The JSON Schema of the wire format: absent scalars are left out and never null, lists are always there.

    Of what producers send (RawArticle) no list is required.
    """
    record = SCHEMAS[schema]
    document = record.model_json_schema()
    is_output = "schema_" in record.model_fields
    for part in (document, *document.get("$defs", {}).values()):
        _as_on_the_wire(part, lists_required=is_output)
    if is_output:
        document["required"] = ["schema", *(name for name in document["required"] if name != "schema")]
    else:
        document |= _RAW_RULES
    head = {name: document.pop(name) for name in ("title", "description", "type")}
    return {"$schema": DIALECT, "$id": urn(schema), **head, **document}


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of rule files, for editors and for those who generate them."""
    document = Rule.model_json_schema()
    for part in (document, *document["$defs"].values()):
        _as_on_the_wire(part, lists_required=False)
    document["$defs"]["Example"]["oneOf"] = [{"required": ["text"]}, {"required": ["record"]}]
    return {"$schema": DIALECT, "$id": urn(RULE), **document}


def _as_on_the_wire(part: dict[str, Any], *, lists_required: bool) -> None:
    """Rewrite one object's schema in place."""
    part["description"] = " ".join(part["description"].replace("``", "").split())
    required = part.get("required", [])
    for name, value in part.get("properties", {}).items():
        present = [choice for choice in value.pop("anyOf", ()) if choice != {"type": "null"}]
        for choice in present:
            value.update(choice)
        value.pop("title", None)
        value.pop("default", None)
        if value.get("format") == "base64":
            del value["format"]
            value["contentEncoding"] = "base64"
        if lists_required and value.get("type") == "array":
            required.append(name)
    if required:
        part["required"] = [name for name in part["properties"] if name in required]
