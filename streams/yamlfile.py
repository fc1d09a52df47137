"""Reading a YAML file of ours: plain data, no key twice, no references."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Refuses what makes a file mean other things than it seems to: aliases, and keys that stand twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As the library does it, but for aliases: a few of them unfold to gigabytes."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "aliases are not allowed", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  # the library's signature
        """As the library does it, but for keys that stand twice, of which it would drop the first without a word."""
        seen = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                raise yaml.MarkedYAMLError(None, None, f"the key {name!r} stands twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, longest: int) -> Any:
    """The file's one document.

    longest: bytes that are allowed. Raises OSError, ValueError for too many bytes and for bytes that are no UTF-8, and
    yaml.YAMLError, which names line and column.
    """
    with path.open("rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise ValueError(f"longer than {longest} bytes")
    try:
        return yaml.load(content.decode("utf-8-sig"), _Loader)  # noqa: S506  # a safe loader, with less than the safe one has
    except RecursionError:
        raise ValueError("nested too deep") from None
