"""The words on screen for kinds and states of 群发, for who somebody is, and for why somebody was left out."""

from collections.abc import Mapping
from typing import Final

from training.broadcasts import Kind, Left, State, Who

KINDS: Final[Mapping[Kind, str]] = {
    Kind.QUIZ: "答题",
    Kind.NOTICE: "通知",
    Kind.PICTURE: "图片",
    Kind.FILE: "文件",
    Kind.STATISTICS: "统计",
}
STATES: Final[Mapping[State, str]] = {
    State.DRAFT: "草稿",
    State.PLANNED: "待发送",
    State.REPEATING: "定期发送",
    State.SENDING: "正在发送",
    State.OPEN: "已发出",
    State.CLOSED: "已结束",
    State.RECALLED: "已撤回",
    State.CANCELLED: "已取消",
    State.STOPPED: "已停止",
}
WHO: Final[Mapping[Who, str]] = {
    Who.LEADER: "领导干部",
    Who.STAFF: "工作人员",
    Who.ENFORCEMENT: "行政执法人员",
    Who.OTHER: "其他人员",
}
LEFT: Final[Mapping[Left, str]] = {
    Left.STATUS: "人员状态不推送",
    Left.NO_ACCOUNT: "没有账号",
    Left.MUTED: "已开免打扰",
    Left.BUDGET: "本周推送已满",
}
