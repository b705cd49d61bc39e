"""What is said about 免打扰 and the other choices of a person."""

from typing import Final

from handlers.message import Button, Card, Choice, Select
from training.wishes import Switch, Wishes

TAP: Final = "wishes"
SAVE_KEY: Final = "save"
NAMES: Final = {Switch.DAILY: "每日一题", Switch.REMINDERS: "提醒", Switch.NOTICES: "通知"}
_ALWAYS: Final = "考试通知和关于您本人记录的决定仍会送达。"


def choice_id(switch: Switch, *, muted: bool) -> str:
    return f"{switch}-{'off' if muted else 'on'}"


def card(wishes: Wishes) -> Card:
    """Three drop-downs, as they stand."""
    return Card(
        title="免打扰",
        desc="选择您愿意收到的消息，点“保存”生效",
        selects=tuple(_select(switch, wishes) for switch in Switch),
        submit=Button("保存", f"{TAP}:{SAVE_KEY}"),
    )


def _select(switch: Switch, wishes: Wishes) -> Select:
    choices = (
        Choice(choice_id(switch, muted=False), "接收"),
        Choice(choice_id(switch, muted=True), "不接收"),
    )
    return Select(str(switch), NAMES[switch], choices, choice_id(switch, muted=wishes.muted(switch)))


def saved_card(wishes: Wishes) -> Card:
    """The card after saving: it says what holds now and is closed."""
    rows = tuple((NAMES[switch], "不接收" if wishes.muted(switch) else "接收") for switch in Switch)
    return Card(
        title="免打扰设置已保存",
        desc="随时回复“免打扰”可再调整",
        body=_ALWAYS,
        rows=rows,
        buttons=(Button("已保存", f"{TAP}:saved"),),
        closed="已保存",
    )


def text(wishes: Wishes) -> str:
    states = "；".join(f"{NAMES[switch]}：{'不接收' if wishes.muted(switch) else '接收'}" for switch in Switch)
    return f"{states}。\n回复“免打扰 每日一题”“免打扰 提醒”“免打扰 通知”可切换；回复“恢复推送”全部恢复。{_ALWAYS}"


RESUMED: Final = "已恢复推送：每日一题和通知都会发给您。需要 16:37 的未答提醒，请回复“免打扰 提醒”打开。"
REMINDERS_ON: Final = (
    "已打开提醒：每日一题当天没有作答的，16:37 提醒一次；群发答题设了提醒的，截止前提醒一次。回复“提醒 关”可关闭。"
)
REMINDERS_OFF: Final = "已关闭提醒。回复“提醒 开”可再打开。"
REMINDERS_ARE_ON: Final = "提醒现在是打开的。要关闭请回复“提醒 关”。"
REMINDERS_ARE_OFF: Final = (
    "提醒现在是关闭的。要打开请回复“提醒 开”：没有作答的，每日一题当天 16:37、群发答题截止前提醒一次。"
)
STREAK_ON: Final = "已打开连续答题显示，只有您自己看得到。"
STREAK_OFF: Final = "已关闭连续答题显示。"
TEXT_ON: Final = "已切换为文字版：题目和学时都用文字发送，直接回复字母作答。再次回复“文字版”可切换回卡片。"
TEXT_OFF: Final = "已切换回卡片版。"
CANCELLED: Final = "好的，已取消。"
