"""What `xuefa doctor` sees of sending: a hold by WeCom, and messages of which nobody knows whether they arrived."""

from datetime import datetime
from typing import Final

from bot.channels.wecom_messages import CHANNEL
from bot.cli.checks import Check, Mark
from bot.cli.checks_database import opened
from handlers.texts.outbox import held
from storage import channel_holds, outbox
from storage.outbox import State

_TITLE: Final = "发送"


async def sending(url: str, now: datetime) -> Check:
    """Asked only of a database that can be used."""
    async with opened(url) as database, database.read() as tx:
        hold = await channel_holds.held(tx, CHANNEL)
        unknown = (await outbox.counts(tx)).get(State.UNKNOWN, 0)
    said = []
    if hold is not None and hold.until > now:
        said.append(held(hold.until, hold.code, passed=False))
    if unknown:
        said.append(f"有 {unknown} 条不知是否送达，请用 xuefa outbox list 查看并处理。")
    if said:
        return Check("outbox", _TITLE, Mark.REMARK, "".join(said))
    return Check("outbox", _TITLE, Mark.OK, "没有暂停，没有结果不明的消息。")
