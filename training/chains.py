"""A hash chain: numbered lines without gaps, each carrying the hash of the one before.

The ledger is one and the audit log another. Source: domain, Ledger (tamper evidence).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import msgspec


class Head(msgspec.Struct, frozen=True):
    """Number and hash of a last line."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not hold, and why: `number`, `prev`, `hash`, `head`, `unreadable` or `earned`.

    `earned`: what was kept of its days beside the chain is not what the line says.
    """

    seq: int
    why: str


@dataclass(eq=False)
class HeadLost(Exception):
    """The row that says where the chain ends is gone; nothing can be appended, and nothing be trusted."""

    chain: Literal["ledger", "audit"]


class Linked(Protocol):
    @property
    def seq(self) -> int: ...
    @property
    def prev(self) -> str: ...
    @property
    def hash(self) -> str: ...


L = TypeVar("L", bound=Linked)


def first_break(lines: Iterable[L], last: Head, hash_of: Callable[[L], str]) -> Broken | None:
    """Check lines that follow upon `last`; `why` is `number`, `prev` or `hash`."""
    for line in lines:
        if line.seq != last.seq + 1:
            return Broken(last.seq + 1, "number")
        if line.prev != last.hash:
            return Broken(line.seq, "prev")
        if line.hash != hash_of(line):
            return Broken(line.seq, "hash")
        last = Head(line.seq, line.hash)
    return None
