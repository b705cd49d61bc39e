"""What the clock does after a key was changed: the persons that were left are marked anew and told, in slices."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import exam_remarking
from handlers.exam_telling import pushes
from handlers.jobs import Freeze, tag
from storage import exam_remarks, outbox
from storage.database import Tx
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class RemarkJob:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push."""

    rules: Rules
    channel: str
    freeze: Freeze

    async def is_due(self, tx: Tx, now: datetime) -> bool:
        """Reads only, and little: for every tick."""
        return bool(await exam_remarks.waiting(tx, now))

    async def remark_due(self, tx: Tx, now: datetime, call_from: datetime) -> bool:
        """Do the next slice, and tell people then; True when there was one, so there may be another, and mail."""
        done = await exam_remarking.remark_due(tx, self.rules, now)
        if done is None:
            return False
        for push in await pushes(tx, self.channel, done):
            ref = f"exam-key-{done.exam.number}-{int(now.timestamp())}-{tag(push.accounts[0])}"
            drafts = self.freeze(push, ref, False)
            await outbox.add(tx, self.channel, ref, drafts, lane=ref, mass=False, now=now, due_at=call_from)
        return True
