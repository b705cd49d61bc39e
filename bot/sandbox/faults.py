"""Trouble on demand: what shall go wrong, where, and how often.

API faults name a path under /cgi-bin/ (`message/send`) or `*`; callback faults have the path `callback`. Each
has a number of times and is gone after that. Seconds are real ones, also under a virtual clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

API_KINDS = frozenset({"errcode", "http", "delay", "drop_before", "drop_after"})
CALLBACK_KINDS = frozenset({"duplicate", "twin", "delay", "reorder", "tamper", "stale"})
TAMPERS = frozenset({"signature", "body", "receiver"})
CALLBACK_PATH = "callback"
EVERY_PATH = "*"


@dataclass
class Fault:
    """One ordered trouble.

    errcode: answer this code, nothing happens · http: answer this HTTP status, nothing happens · delay: wait
    `seconds` first · drop_before: cut the connection, nothing happened · drop_after: it happened, then the cut.
    For callbacks: duplicate (again, after the first) · twin (twice at the same time) · reorder (the next `times`
    callbacks arrive in reverse) · tamper (`what`: signature, body, receiver) · stale (timestamp `seconds` ago).
    """

    kind: str
    path: str = EVERY_PATH
    times: int = 1
    errcode: int = -1
    status: int = 502
    seconds: float = 0.0
    what: str = "signature"

    @property
    def sound(self) -> bool:
        """Whether the fault means something."""
        kinds = CALLBACK_KINDS if self.path == CALLBACK_PATH else API_KINDS
        return self.kind in kinds and self.times > 0 and self.seconds >= 0 and self.what in TAMPERS


@dataclass
class Faults:
    """The faults that are still to come."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Orders a fault.

        Raises: ValueError for a kind the path cannot have, or a wrong number.
        """
        if not fault.sound:
            raise ValueError(f"no such fault: {fault}")
        self.waiting.append(fault)
        return fault

    def take(self, path: str) -> list[Fault]:
        """The faults that hit this call; each is one time closer to its end."""
        everywhere = path != CALLBACK_PATH
        hit = [f for f in self.waiting if f.path == path or (everywhere and f.path == EVERY_PATH)]
        for fault in hit:
            fault.times -= 1
        self.waiting = [fault for fault in self.waiting if fault.times > 0]
        return hit

    def clear(self) -> None:
        """Forgets what has not happened yet."""
        self.waiting.clear()
