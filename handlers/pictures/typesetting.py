"""Fitting words into a picture: what can be drawn, how wide it is, where a line breaks.

Widths are in em (one Chinese character = 1) and rather too wide than too narrow: the renderer does not tell.
"""

import re
import unicodedata
from typing import Final

_WIDE_LETTERS: Final = frozenset("MWmw@%")
_TOKEN: Final = re.compile(r"[（《【〈“‘([]*(?:[!-~]+|.)[，。；：、！？）》】〉”’…]*", re.DOTALL)


def printable(text: str) -> str:
    """One line without what no XML may hold and what would turn or hide other characters."""
    return " ".join("".join(c if _is_drawn(c) else " " if c.isspace() else "" for c in text).split())


def _is_drawn(character: str) -> bool:
    return (
        unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(character) & 0xFFFE != 0xFFFE
    )


def width(text: str) -> float:
    return sum(map(_width, text))


def _width(character: str) -> float:
    if character > "~":
        return 0.0 if unicodedata.category(character) == "Mn" else 1.0
    if character in _WIDE_LETTERS:
        return 0.95
    return 0.75 if character.isupper() else 0.6


def lines(text: str, ems: float, at_most: int) -> tuple[str, ...]:
    """Break into lines of `ems`, numbers and words kept whole; what is over `at_most` lines ends in `…`."""
    broken = [""]
    for token in _tokens(printable(text), ems):
        if broken[-1] and width(broken[-1] + token) > ems:
            broken.append("")
        broken[-1] += token if broken[-1] else token.lstrip()
    if len(broken) > at_most:
        broken = [*broken[: at_most - 1], _shortened(broken[at_most - 1], ems)]
    return tuple(line.rstrip() for line in broken)


def _tokens(text: str, ems: float) -> list[str]:
    """A token that no line can hold goes character by character."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        tokens.extend([token] if width(token) <= ems else token)
    return tokens


def _shortened(line: str, ems: float) -> str:
    while line and width(line) + 1 > ems:
        line = line[:-1]
    return line.rstrip() + "…"
