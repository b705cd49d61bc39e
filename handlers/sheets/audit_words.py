"""The words of the audit log: what kind of act it was, what it was about, and what it changed.

Acts keep short codes, because their lines are hashed as they were written and never change. What has no words here
is shown as it stands.
"""

import re
from collections.abc import Mapping
from typing import Final

from handlers.sheets import audit_broadcasts, audit_records
from training.exams import State

VIA: Final[Mapping[str, str]] = {"chat": "聊天", "cli": "命令行", "clock": "定时任务", "console": "管理后台"}
ACTS: Final[Mapping[str, str]] = {
    "activity.amend": "修改活动计划",
    "activity.cancel": "取消活动",
    "activity.conclude": "活动办结",
    "activity.make": "新建活动",
    "activity.mark": "登记活动到场、缺席",
    "activity.open": "开始活动签到",
    "activity.publish": "发布活动",
    "bank.import": "导入题库",
    "batch.confirmed": "确认变更批次",
    "batch.propose": "提出变更批次",
    "batch.returned": "退回变更批次",
    "broadcast.cancel": "取消群发",
    "broadcast.confirm": "确认群发",
    "broadcast.create": "建立群发",
    "broadcast.give_up": "放弃结果不明的群发消息",
    "broadcast.recall": "撤回群发",
    "broadcast.resend": "补发结果不明的群发消息",
    "broadcast.sent_as": "在命令行以管理员名义群发",
    "broadcast.stop": "停止群发",
    "broadcast.urgent": "群发加急（不受免打扰和额度限制）",
    "calendar.import": "导入放假调休",
    "claim.approve": "通过申报",
    "claim.escalate": "申报逾期转上一级审核",
    "claim.import": "代为申报（导入）",
    "claim.reject": "不予通过申报",
    "claim.return": "退回申报",
    "contacts.settle": "核对通讯录变动",
    "duty.record": "履职登记",
    "duty.revoke": "撤销履职登记",
    "exam.close": "结束考试",
    "exam.create": "建立考试",
    "exam.defer": "登记缓考",
    "exam.drop": "撤销考试草稿",
    "exam.excuse": "登记免考",
    "exam.open": "开放考试",
    "exam.print": "打印试卷",
    "exam.publish": "发布考试",
    "exam.release": "公布考试结果",
    "exam.unexcuse": "撤销缓考、免考",
    "feedback.answer": "答复投诉建议",
    "head.key": "生成链头签名密钥",
    "objection.answer": "答复异议",
    "outbox.resend": "补发结果不明的消息",
    "outbox.settle": "放弃结果不明的消息",
    "plan.import": "导入年度学习计划",
    "plan.laws": "导入应知应会清单",
    "push.daily": "手动推送每日一题",
    "report.ask": "申请报表",
    "report.send": "发送报表",
    "restore": "恢复备份",
    "roll_report.decline": "不接收人员变动",
    "roll_report.make": "人员变动申报",
    "roll_report.receive": "接收人员变动",
    "roll_report.unchanged": "申报本月无变动",
    "roll_report.withdraw": "撤回人员变动申报",
    "rules.effect": "规则施行",
    "spot_check.check": "登记抽查结果",
    "spot_check.draw": "抽取抽查记录",
    "staff.import": "导入名册",
    "units.import": "导入单位",
    "year.confirmed": "年终确认无误",
    "year.objected": "年终确认有误",
    "year.withdrawn": "撤回年终确认",
}
# Begin of the kind of act, what a cell of it may be, and how that is said. Texts that people typed match nothing.
_WORDS: Final = tuple(
    (kind, re.compile(shape), words)
    for kind, shape, words in (
        ("activity.", r"activity (\d+)", r"活动 \1"),
        ("batch.", r"batch (\d+)", r"批次 \1"),
        ("batch.", r"merge (\S+) into (\S+)", r"人员编号 \1 并入 \2"),
        ("batch.", r"past hours (\d+)", r"导入学时 \1 条"),
        ("batch.", r"reversal (\d+) (\S+)", r"冲销台账第 \1 条（\2）"),
        ("batch.", r"roll (.*)", r"名册变动：\1"),
        ("batch.", r"units (.*)", r"单位变动：\1"),
        ("batch.", r"year (\d+) closed", r"\1 年度结账"),
        ("batch.", r"year (\d+) reopened", r"\1 年度重新开放"),
        ("batch.", r"exam (\d+) scores (\d+)", r"导入考试 \1 成绩 \2 条"),
        ("batch.", r"exam (\d+) void (\S+)", r"考试 \1 试题 \2 作废"),
        ("batch.", r"exam (\d+) correct (\S+)", r"考试 \1 试题 \2 更正答案"),
        ("broadcast.", r"(\d+)", r"群发 \1"),
        ("claim.", r"claim (\d+)", r"申报 \1"),
        ("contacts.settle", r"batch (\d+)", r"批次 \1"),
        ("contacts.settle", r"changes (\d+)", r"通讯录变动 \1 条"),
        ("duty.", r"duty (\d+)", r"履职登记 \1"),
        ("exam.", r"(\d+)", r"考试 \1"),
        ("feedback.answer", r"feedback (\d+)", r"投诉建议 \1"),
        ("objection.", r"objection (\d+)", r"异议 \1"),
        ("roll_report.", r"roll report (\d+)", r"人员变动申报 \1"),
        ("plan.", r"year (\d+)", r"\1 年度"),
        ("report.", r"report (\d+)", r"报表 \1"),
        ("restore", r"ledger (\d+) (\w+)", r"台账链头 第 \1 条 \2"),
        ("staff.import", r"new (\d+), units (\d+)", r"新增 \1 人，新单位 \2 个"),
        ("units.import", r"units (\d+)", r"单位 \1 个"),
        ("exam.publish", r"(\w+): roll (\d+), pool (\d+)", r"\1，应考 \2 人，题池 \3 题"),
    )
)
_COUNTED: Final = frozenset({"broadcast.resend", "broadcast.give_up"})
_MOVES: Final = frozenset({"exam.publish", "exam.open", "exam.close", "exam.release"})
_STATES: Final[Mapping[str, str]] = {
    State.DRAFT: "草稿",
    State.PUBLISHED: "已发布",
    State.OPEN: "开放中",
    State.CLOSED: "已截止",
    State.RELEASED: "已公布",
    **{"scores": "成绩", "answers": "答案"},
}


def subject(what: str, text: str) -> str:
    """What an act of the kind `what` was about."""
    return _said(what, text)


def content(what: str, text: str) -> str:
    """What held before an act of the kind `what`, or holds after it."""
    if what.startswith("broadcast."):
        return f"{text} 条" if what in _COUNTED and text.isdecimal() else audit_broadcasts.content(text)
    if what.startswith("activity."):
        return audit_records.activity(text)
    if what.startswith("claim."):
        return audit_records.claim(text)
    said = text if what == "feedback.answer" else _said(what, text)
    return _states(said) if what in _MOVES else said


def _states(text: str) -> str:
    """`closed, scores`"""
    words = text.replace(", ", "，").split("，")
    return "，".join(_STATES.get(word, word) for word in words)


def _said(what: str, text: str) -> str:
    for kind, shape, words in _WORDS:
        if what.startswith(kind) and (found := shape.fullmatch(text)):
            return found.expand(words)
    return text
