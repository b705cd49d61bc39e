"""What is said about requests that wait, went out, or may have gone out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from storage.outbox import EXPIRED, GIVEN_UP, WITHDRAWN, RowState, State
from training.calendar import CITY

NOTHING: Final = "没有这样的记录。"
HOW: Final = (
    "结果不明的请求可能已经送达，也可能没有。请先向几位收件人了解："
    "没收到的用 xuefa outbox resend 编号 重发（可能有人收到两次），"
    "已收到或不必再发的用 xuefa outbox settle 编号 结案。"
)
NOT_UNKNOWN: Final = "这些编号中没有结果不明的请求，请用 xuefa outbox list 查看。"
NOT_RESENDABLE: Final = (
    "这些编号中没有可以重发的请求（只重发结果不明，或因企业微信繁忙、连接不上而没有发出的；"
    "已撤回和已过截止时间的不再发送），请用 xuefa outbox list 查看。"
)

STATES: Final[Mapping[State, str]] = {
    State.QUEUED: "待发送",
    State.SENDING: "发送中",
    State.SENT: "已发送",
    State.REFUSED: "未发送",
    State.UNKNOWN: "结果不明",
}
_PATHS: Final[Mapping[str, str]] = {
    "message/send": "消息",
    "message/update_template_card": "卡片更新",
    "message/recall": "撤回",
}
# What a code means to whoever reads the list; others are shown as numbers with WeCom's own words.
_CODES: Final[Mapping[int, str]] = {
    -1: "企业微信系统繁忙",
    6000: "企业微信系统繁忙",
    **dict.fromkeys((40014, 41001, 42001), "访问凭证失效"),
    **dict.fromkeys((45009, 45011), "调用过于频繁"),
    45033: "同时调用过多",
    **dict.fromkeys((40001, 40013, 40056, 40091, 42009), "企业编号、应用编号或密钥不对，请核对配置"),
    60020: "本机地址不在应用的可信 IP 中，请在管理后台添加",
    **dict.fromkeys(
        (48002, 48005, 60011, 60021, 81011, 301002), "应用没有权限，请在管理后台核对可见范围和接口权限"
    ),
    **dict.fromkeys((50002, 50003), "应用已停用，请在管理后台启用"),
    81013: "收件人都不在应用的可见范围内",
    **dict.fromkeys((40003, 43004, 46004, 60111), "收件人账号无效"),
    **dict.fromkeys((40004, 40006, 45001), "文件类型或大小不合规定"),
    40007: "文件已过期",
    **dict.fromkeys((82004, 85002), "内容被企业微信拒绝"),
}


def code_words(code: int) -> str:
    """Empty for one that has no words here."""
    return _CODES.get(code, "")


def why(row: RowState) -> str:
    if row.reason == GIVEN_UP:
        return "已结案，不再发送"
    if row.reason == WITHDRAWN:
        return "已撤回，没有发送" if row.state is State.REFUSED else "已撤回，此前可能已送达"
    if row.reason == EXPIRED:
        return "已过截止时间，没有发送" if row.state is State.REFUSED else "已过截止时间，此前可能已送达"
    words = code_words(row.code)
    if words:
        return f"{words}（{row.code}）"
    if row.state is State.UNKNOWN:
        return "没有得到企业微信的答复"
    return f"{row.reason}（{row.code}）" if row.code else row.reason


def line(row: RowState) -> str:
    """One request: its number, what it is, to how many, and what became of it."""
    kind = ("群发" if row.mass else "单发") + _PATHS.get(row.path, row.path)
    parts = [f"{row.id}", row.ref, kind, f"{row.receivers} 人", STATES[row.state]]
    reason = why(row) if row.state is not State.SENT else ""
    parts += [reason] if reason else []
    parts += ["可以重发"] if row.unsent else []
    if row.invalid:
        parts.append(f"无效账号 {len(row.invalid)} 个")
    if row.unlicensed:
        parts.append(f"无许可账号 {len(row.unlicensed)} 个")
    if row.maybe_twice:
        parts.append("可能有人收到两次")
    return "　".join(parts)


def held(until: datetime, code: int, *, passed: bool) -> str:
    """Why nothing is sent at the moment."""
    words = code_words(code) or "企业微信拒绝"
    when = f"{until.astimezone(CITY):%m-%d %H:%M:%S}"
    about = f"{words}（{code}）" if code else words
    return f"最近一次暂停发送：{about}，{when} 后再试。" if passed else f"暂停发送到 {when}：{about}。"


def more(shown: int) -> str:
    return f"只列出最早的 {shown} 条。"


def resent(count: int) -> str:
    return f"已重新排队 {count} 条，运行中的机器人会发送；结果不明的可能有人收到两次，已在记录中注明。"


def settled(count: int) -> str:
    return f"已结案 {count} 条，不再发送。"
