"""What two versions made of the same article, compared field by field."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

LEFT_OUT = ("schema", "pipeline")
"""What says who made the record, and not what it says."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Field → how it differs, in the order of the later record; empty where both say the same."""
    names = dict.fromkeys([*after, *before])
    found = {}
    for name in names:
        if name not in LEFT_OUT and before.get(name) != after.get(name):
            found[name] = _difference(before.get(name), after.get(name))
    return found


def _difference(before: Any, after: Any) -> str:
    if isinstance(before, list) and isinstance(after, list):
        one, other = (
            Counter(orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in side) for side in (before, after)
        )
        return f"+{(other - one).total()} -{(one - other).total()}"
    if before is None:
        return "new"
    return "gone" if after is None else "changed"
