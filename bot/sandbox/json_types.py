"""The shapes JSON can take, for code that reads what others sent.

Nothing from outside is trusted to have a type: every reader asks with isinstance and falls back to an empty
value, so that the rule above it (not a TypeError) decides what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


def text_at(values: Mapping[str, JsonValue], name: str) -> str:
    """The string under `name`, or "" when it is missing or no string."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def number_at(values: Mapping[str, JsonValue], name: str, default: int = 0) -> int:
    """The integer under `name`, also when it came as digits in a string (WeCom takes both)."""
    value = values.get(name, default)
    if isinstance(value, bool):
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) else default


def object_at(values: Mapping[str, JsonValue], name: str) -> JsonObject:
    """The object under `name`, or an empty one."""
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def list_at(values: Mapping[str, JsonValue], name: str) -> list[JsonValue]:
    """The list under `name`, or an empty one."""
    value = values.get(name)
    return value if isinstance(value, list) else []


def objects_at(values: Mapping[str, JsonValue], name: str) -> list[JsonObject]:
    """The objects of the list under `name`; entries of another type are left out."""
    return [entry for entry in list_at(values, name) if isinstance(entry, dict)]
