"""`审核` tells a city admin of contact changes that nobody has looked at, in one line."""

from handlers.texts.batches import NONE_WAITING
from storage import contacts
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import populate
from tests.handlers.stage import Stage
from training.contact_matching import ChangeKind, ContactChange


async def test_open_changes_are_counted_for_who_decides(database: Database) -> None:
    await populate(database)
    stage = Stage(database)
    admin = stage.phone("admin")
    assert await admin("审核") == NONE_WAITING
    async with database.write() as tx:
        for account in ("new1", "new2"):
            await contacts.add(tx, "wecom", ContactChange(ChangeKind.CREATED, account), stage.clock())
    assert await admin("审核") == f"{NONE_WAITING}\n通讯录有 2 项变动，请运行 xuefa staff sync 核对。"
    assert "通讯录" not in await stage.phone("zhou")("审核")
    async with database.write() as tx:
        seen = [one.number for one in await contacts.waiting(tx, EVERYTHING)]
        await contacts.settle(tx, seen, stage.clock())
    assert await admin("审核") == NONE_WAITING
