"""How often: per-member limits that drop silently, and limits of the API that answer an error.

A member gets at most 30 messages a minute and 1000 an hour from one app; what is beyond is accepted and never
shown. Windows slide. message/send is outside the base limit of calls.
Source: doc 90312.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.sandbox.errors import ApiError

MINUTE = 60.0
HOUR = 3600.0


@dataclass(frozen=True)
class Limits:
    """The figures; `concurrent` calls of one API at a time (None: any number)."""

    member_minute: int = 30
    member_hour: int = 1000
    calls_minute: int = 10_000
    concurrent: int | None = None


@dataclass
class MemberLimit:
    """Counts what each member got from each app."""

    limits: Limits
    _times: dict[tuple[int, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admits(self, agent_id: int, key: str, now: float) -> bool:
        """Whether one more message still reaches the member; if so it is counted."""
        times = self._times[agent_id, key]
        while times and now - times[0] >= HOUR:
            times.popleft()
        last_minute = sum(1 for at in times if now - at < MINUTE)
        if last_minute >= self.limits.member_minute or len(times) >= self.limits.member_hour:
            return False
        times.append(now)
        return True


@dataclass
class CallLimit:
    """Counts calls of each API; going over the minute's number blocks it for 60 s."""

    limits: Limits
    _times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _blocked_until: dict[str, float] = field(default_factory=dict)
    _running: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, path: str, now: float) -> None:
        """Counts a call.

        Raises: ApiError 45009 over the number a minute.
        """
        if path == "message/send":
            return
        if now < self._blocked_until.get(path, now):
            raise ApiError(45009)
        times = self._times[path]
        while times and now - times[0] >= MINUTE:
            times.popleft()
        if len(times) >= self.limits.calls_minute:
            self._blocked_until[path] = now + MINUTE
            raise ApiError(45009)
        times.append(now)

    def enter(self, path: str) -> None:
        """Begins a call.

        Raises: ApiError 45033 when too many of it are under way.
        """
        if self.limits.concurrent is not None and self._running[path] >= self.limits.concurrent:
            raise ApiError(45033)
        self._running[path] += 1

    def leave(self, path: str) -> None:
        """Ends a call that was entered."""
        self._running[path] -= 1
