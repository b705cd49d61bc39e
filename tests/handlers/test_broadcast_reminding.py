"""The reminder of a 群发答题: nobody is reminded of what never came."""

from typing import Any

import pytest

from storage.database import Database
from storage.outbox import State as Sending
from storage.wishes import keep
from tests.handlers.city import populate
from tests.handlers.sent_broadcast import SENT_AT, closing_of, send, set_outbox
from tests.handlers.stage import MONDAY, Stage, at
from training.wishes import Wishes

REMIND_AT = at(MONDAY, "16:37")
ZHOU, CHEN = ("R1", "11", ["zhou"]), ("R2", "11", ["chen"])


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    stage = Stage(database)
    stage.clock.now = SENT_AT
    async with database.write() as tx:
        await keep(tx, "R1", Wishes(mute_reminders=False))
        await keep(tx, "R2", Wishes(mute_reminders=False))
    return stage


@pytest.mark.parametrize(
    "columns",
    [
        {"state": Sending.QUEUED},  # an exam, a limit of the day
        {"state": Sending.UNKNOWN},
        {"state": Sending.REFUSED, "code": -1, "reason": "busy"},
        {"state": Sending.SENT, "finished_at": SENT_AT, "invalid": "zhou"},
        {"state": Sending.SENT, "finished_at": SENT_AT, "invalid": "!zhou"},  # has no licence
    ],
)
async def test_nobody_is_reminded_of_what_never_came(stage: Stage, columns: dict[str, Any]) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [[ZHOU], [CHEN]], remind_at=REMIND_AT)
        waits = {"due_at": at(MONDAY, "23:00")}
        await set_outbox(tx, f"broadcast-{made.number}-0-0", **waits | columns)
        await set_outbox(tx, f"broadcast-{made.number}-1-0", state=Sending.SENT, finished_at=SENT_AT)
    stage.clock.now = REMIND_AT
    await closing_of(stage).tick(stage.database, stage.clock())
    stage.clock.on(minutes=5)
    await stage.send_all()
    assert {account: len(box) for account, box in stage.wire.boxes.items() if box} == {"chen": 1}
    assert "您还没有作答" in stage.wire.boxes["chen"][0].text
