"""Access tokens: one for each (corp, secret), the same one until it expires.

A token that ran out is answered with 42001, one that was never issued or was rotated away with 40014.
Source: doc 91039.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.sandbox.errors import ApiError

LIFE_SECONDS = 7200
CONTACTS = 0
"""The holder of the contact-sync secret; apps are held by their agent id."""


@dataclass
class Grant:
    """One issued token; `holder` is the agent id, or CONTACTS."""

    token: str
    holder: int
    expires_at: float


class Tokens:
    """Every token that was issued."""

    def __init__(self) -> None:
        self._by_token: dict[str, Grant] = {}
        self._current: dict[int, Grant] = {}

    def issue(self, holder: int, now: float) -> Grant:
        """The holder's valid token, or a new one."""
        grant = self._current.get(holder)
        if grant is None or grant.expires_at <= now:
            grant = Grant(secrets.token_urlsafe(48), holder, now + LIFE_SECONDS)
            self._current[holder] = self._by_token[grant.token] = grant
        return grant

    def holder(self, token: str | None, now: float) -> int:
        """Who may call with this token.

        Raises: ApiError 41001 without one, 40014 for an unknown one, 42001 for an expired one.
        """
        if not token:
            raise ApiError(41001)
        grant = self._by_token.get(token)
        if grant is None:
            raise ApiError(40014)
        if grant.expires_at <= now:
            raise ApiError(42001)
        return grant.holder

    def expire(self, holder: int, now: float) -> None:
        """Ends the current token early; calls with it get 42001."""
        if grant := self._current.pop(holder, None):
            grant.expires_at = now

    def rotate(self, holder: int) -> None:
        """Voids the current token; calls with it get 40014."""
        if grant := self._current.pop(holder, None):
            del self._by_token[grant.token]
