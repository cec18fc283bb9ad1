"""YAML whose mappings know their lines, and in which no key stands twice."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml


class LinedMapping(dict[Any, Any]):
    """A mapping as it stands in its file; `lines` are those of its keys, counted from 1."""

    lines: Mapping[Any, int] = {}


class LinedLoader(yaml.SafeLoader):
    """Safe loading that refuses a key given twice: PyYAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def construct_lined_mapping(self, node: yaml.MappingNode) -> Iterator[LinedMapping]:
        mapping = LinedMapping()
        mapping.lines = {
            key.value: key.start_mark.line + 1 for key, _ in node.value if isinstance(key, yaml.ScalarNode)
        }
        yield mapping  # filled after it is handed out: what holds it may be built first
        mapping.update(self.construct_mapping(node))


LinedLoader.add_constructor("tag:yaml.org,2002:map", LinedLoader.construct_lined_mapping)
