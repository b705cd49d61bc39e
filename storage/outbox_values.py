"""What a waiting request is, whoever queues, claims or ends it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from storage.media import Kept

MEDIA_ID: Final = "$media_id$"
EXPIRED: Final = "expired"  # a reason: it was worth nothing any more
UNSENT: Final = "unsent: "  # before the reason of a refused one that never reached anybody, and can be sent again


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Draft:
    """One request to the channel's API, frozen to the byte, for at most 1000 receivers.

    Where there is a file, its id at the channel takes the place of `MEDIA_ID` in the body before the first try, for
    good. A claimed draft has no `file`, only `Claimed.media`.
    """

    path: str
    body: bytes
    receivers: tuple[str, ...]
    file: Kept | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A draft in hand. `attempts` counts this one; `doubtful`: an earlier one may have taken effect.

    `first_tried_at`: the first try that may have taken effect. `queued_at`: when a person had it sent again.
    `retried`: how often it was put back because nothing arrived, `busy` because the channel was too busy for
    it. `media`: the digest of its file, or empty.
    """

    id: int
    ref: str
    draft: Draft
    mass: bool
    attempts: int
    doubtful: bool
    first_tried_at: datetime
    queued_at: datetime
    media: str = ""
    maybe_twice: bool = False
    retried: int = 0
    busy: int = 0

    @property
    def lacks_file_id(self) -> bool:
        return bool(self.media) and MEDIA_ID.encode() in self.draft.body


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a claimed draft: an end state, or `QUEUED` again until `due_at`.

    `unsent`: refused, and no try of it ever had an effect, nor would another be refused for what it is.
    """

    state: State
    code: int = 0
    reason: str = ""
    msgid: str = ""
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    unlicensed: tuple[str, ...] = ()
    due_at: datetime | None = None
    doubtful: bool = False
    retried: int = 0
    busy: int = 0
    unsent: bool = False

    @property
    def unreached(self) -> int | None:
        """How many of the receivers surely got nothing by this try; None: all of them."""
        if self.state is State.SENT:
            return len(self.invalid) + len(self.unlicensed)
        return 0 if self.doubtful or self.state is State.UNKNOWN else None
