"""内容类别: what hours were about. One main class, which stands first, and more beside it.

A member's value is its Chinese name, because that is how the 学时台账 keeps and hashes it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_BETWEEN: Final = re.compile(r"[、,，;；/\s]+")


class ContentClass(StrEnum):
    THOUGHT = "习近平法治思想"
    CONSTITUTION = "宪法"
    PARTY_RULES = "党内法规"
    PUBLIC_LAW = "公共法律"
    SPECIAL_LAW = "专业法律"
    BUSINESS = "业务知识"


class Knowledge(StrEnum):
    """The two columns of the 学时汇总; 任务 1 counts both together."""

    LAW = "法律法规"
    BUSINESS = "业务知识"


@dataclass(eq=False)
class UnknownContentClass(Exception):
    text: str


def knowledge(classes: Sequence[str]) -> Knowledge:
    """Under which column the whole event stands: that of its main class, so that nothing is shown twice."""
    return Knowledge.BUSINESS if classes and classes[0] == ContentClass.BUSINESS else Knowledge.LAW


def content_classes(text: str) -> tuple[ContentClass, ...]:
    """The classes written in one cell, the main one first, each once. Raises: UnknownContentClass."""
    found: dict[ContentClass, None] = {}
    for word in filter(None, _BETWEEN.split(text)):
        try:
            found[ContentClass(word)] = None
        except ValueError:
            raise UnknownContentClass(word) from None
    return tuple(found)
