"""`免打扰`, `恢复推送`, `提醒 开/关`, `连续 开/关`, `文字版`."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route, folded, worded
from handlers.texts import wishes as texts
from storage import wishes
from storage.database import Tx
from training.errors import Malformed
from training.wishes import Switch, Wishes

_REMINDERS: Final = {
    **dict.fromkeys(("提醒开", "打开提醒", "开启提醒", "要提醒"), True),
    **dict.fromkeys(("提醒关", "关闭提醒", "取消提醒", "不要提醒", "不提醒"), False),
}


def routes() -> tuple[Route, ...]:
    return (
        Route(mute, words=("免打扰", "静音"), takes_rest=True),
        Route(save, tap=texts.TAP),
        Route(resume, words=("恢复推送",)),
        # Whole words only: a notice may begin with `提醒：`.
        Route(reminders, words=("提醒", *_REMINDERS)),
        Route(streak, words=("连续",), takes_rest=True),
        Route(text_only, words=("文字版", "卡片版")),
    )


async def mute(tx: Tx, item: Item, now: datetime) -> Reply:
    """Without more words the three switches; with the name of one it is turned over."""
    mine = item.asker.wishes
    if item.rest:
        switch = _switch(item.rest)
        mine = mine.with_switch(switch, muted=not mine.muted(switch))
        await wishes.keep(tx, item.asker.person.number, mine)
        return Reply(Text(texts.text(mine)))
    if mine.text_only:
        return Reply(Text(texts.text(mine)))
    return Reply(None, (Push((item.incoming.account,), texts.card(mine)),))


def _switch(words: str) -> Switch:
    for switch, name in texts.NAMES.items():
        if folded(words) == name:
            return switch
    raise Malformed("免打扰 每日一题")


async def save(tx: Tx, item: Item, now: datetime) -> Reply:
    """What was chosen in the drop-downs; one that was not sent along stays as it was."""
    mine: Wishes = item.asker.wishes
    for switch in Switch:
        for muted in (True, False):
            if texts.choice_id(switch, muted=muted) in item.incoming.choices:
                mine = mine.with_switch(switch, muted=muted)
    await wishes.keep(tx, item.asker.person.number, mine)
    return Reply(texts.saved_card(mine))


async def resume(tx: Tx, item: Item, now: datetime) -> Reply:
    mine = replace(item.asker.wishes, mute_daily=False, mute_notices=False)
    await wishes.keep(tx, item.asker.person.number, mine)
    return Reply(Text(texts.RESUMED))


async def reminders(tx: Tx, item: Item, now: datetime) -> Reply:
    mine, on = item.asker.wishes, _REMINDERS.get(worded(item.incoming.text))
    if on is None:
        return Reply(Text(texts.REMINDERS_ARE_OFF if mine.mute_reminders else texts.REMINDERS_ARE_ON))
    await wishes.keep(tx, item.asker.person.number, mine.with_switch(Switch.REMINDERS, muted=not on))
    return Reply(Text(texts.REMINDERS_ON if on else texts.REMINDERS_OFF))


async def streak(tx: Tx, item: Item, now: datetime) -> Reply:
    on = {"开": True, "关": False}.get(folded(item.rest))
    if on is None:
        raise Malformed("连续 开")
    await wishes.keep(tx, item.asker.person.number, replace(item.asker.wishes, streak=on))
    return Reply(Text(texts.STREAK_ON if on else texts.STREAK_OFF))


async def text_only(tx: Tx, item: Item, now: datetime) -> Reply:
    on = worded(item.incoming.text) == "文字版" and not item.asker.wishes.text_only
    await wishes.keep(tx, item.asker.person.number, replace(item.asker.wishes, text_only=on))
    return Reply(Text(texts.TEXT_ON if on else texts.TEXT_OFF))
