"""Rows of text in columns, for a terminal: a Chinese character is two cells wide."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_GAP: Final = "  "
_WIDE: Final = frozenset("WF")


def aligned(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line a row under the headers, without blanks at the end. Every row has a cell for each header."""
    everything = [headers, *rows]
    widths = [max(cells_of(row[column]) for row in everything) for column in range(len(headers))]
    for row in everything:
        padded = (text + " " * (width - cells_of(text)) for text, width in zip(row, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def cells_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
