"""Response codes: the right to change a card once, within 72 hours.

One comes with the answer to a send of an interactive card and one with every card event. The codes are remembered
after use, so that a second use is refused as what it is.
Source: doc 94888.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.sandbox.errors import ApiError
from bot.sandbox.messages import Sent

LIFE_SECONDS = 72 * 3600


@dataclass
class Code:
    """A code and the send whose copies it may change."""

    sent: Sent
    issued_at: float
    used: bool = False


@dataclass
class ResponseCodes:
    """Every code that was given out."""

    _codes: dict[str, Code] = field(default_factory=dict)

    def issue(self, sent: Sent, now: float) -> str:
        """A fresh code for the cards of this send."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(sent, now)
        return code

    def check(self, code: str, agent_id: int, now: float) -> Code:
        """The live code.

        Raises: ApiError 42016 for an unknown, used or expired one, 42015 for another app's card.
        """
        found = self._codes.get(code)
        if found is None or found.used or now - found.issued_at > LIFE_SECONDS:
            raise ApiError(42016, "response_code unknown, used or expired")
        if found.sent.agent_id != agent_id:
            raise ApiError(42015)
        return found
