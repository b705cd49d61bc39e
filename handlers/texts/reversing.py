"""What a reversal would take back, for who decides."""

from collections.abc import Sequence

from handlers.texts.batches import reversed_line
from storage.ledger import Line


def shown(line: Line, name: str, with_it: Sequence[int]) -> str:
    """`with_it`: the lines that filled its event up since and go with it."""
    said = reversed_line(line, name)
    numbers = "、".join(map(str, with_it))
    return f"{said}；连同为它补足的第 {numbers} 条" if with_it else said
