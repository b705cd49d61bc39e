"""What is said of a batch of 履职登记."""

from collections import Counter
from collections.abc import Iterator

from training.duty_import import DutyImport

_SHOWN = 20


def title(changes: DutyImport) -> str:
    return f"履职登记 {len(changes.lines)} 条"


def details(changes: DutyImport) -> Iterator[str]:
    """How many of each, then the lines, the first ones."""
    sums = Counter(line.name for line in changes.lines)
    yield "、".join(f"{name} {count}" for name, count in sums.items())
    for line in changes.lines[:_SHOWN]:
        said = "" if line.title == line.name else f"，{line.title}"
        papers = f"，佐证：{line.evidence}" if line.evidence else ""
        yield f"{line.name}：{line.label}，{line.day}{said}{papers}"
    if len(changes.lines) > _SHOWN:
        yield f"…… 等 {len(changes.lines)} 条"
