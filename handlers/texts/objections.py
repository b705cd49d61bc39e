"""What is said about 异议, and the sentence for every refusal of one."""

from collections.abc import Sequence
from typing import Final

from handlers.actions.objection_subjects import Thing
from handlers.actions.objections import Recent, Seen, Settled
from handlers.texts.claims import form_name, short
from handlers.texts.words import day
from storage.ledger import Line
from training import objection_errors as errors
from training.activities import Activity
from training.calendar import day_of
from training.claims import Claim
from training.objection_errors import ObjectionRefusal
from training.objections import REMIND_DAYS, USAGE, About, Objection, State, Subject

NAMES: Final = {
    About.LINE: "台账第 {} 条",
    About.CLAIM: "申报 {}",
    About.EXAM: "考试 {}的成绩",
    About.ACTIVITY: "活动 {}",
}
STATES: Final = {
    State.WAITING: "待答复",
    State.UPHELD: "支持",
    State.DISMISSED: "不支持",
    State.WITHDRAWN: "已撤回",
}
NONE_YET: Final = f"您还没有提出过异议。提出请发送，如：{USAGE}"
NONE_WAITING: Final = "没有待您答复的异议。"
_TITLE: Final = 20
_EXAMPLES: Final = (
    "对台账记录、未通过的申报、考试成绩或活动名单有异议，请说明是哪一条和理由，如：\n"
    f"{USAGE}\n异议 申报 12 讲座实际已参加\n异议 考试 3 第5题答案有误\n异议 活动 4 本人当天到场\n"
    "由作出认定的上一级在 15 个工作日内答复，原认定人不参与。查看请回复“我的异议”。"
)
_HOW_TO_ANSWER: Final = "答复请发送：答复异议 编号 支持 说明，或：答复异议 编号 不支持 理由"


def about(subject: Subject, thing: Thing | None) -> str:
    name, inside = NAMES[subject.about].format(subject.number), ""
    match thing:
        case Line(entry=entry):
            what = f"{day(entry.starts_on)} {form_name(entry.form)} {entry.title[:_TITLE]}"
            inside = f"{what} {entry.hours} 学时"
        case Claim(stated=stated):
            inside = short(stated, title=_TITLE)
        case Activity(settings=settings):
            inside = settings.title
        case None:
            return name
        case _:
            inside = thing.settings.title
    return f"{name}（{inside}）"


def _whose(objection: Objection, level: str) -> str:
    apart = "，原认定人不参与" if objection.against else ""
    return f"由{f'{level}的' if level else '市级'}管理员答复{apart}"


def taken_down(seen: Seen) -> str:
    one = seen.objection
    return (
        f"异议 {one.number} 已提交：{about(one.subject, seen.thing)}。{_whose(one, seen.level)}，"
        f"{day(one.due)}前答复您。查看请回复“我的异议”，撤回请回复“撤回异议 {one.number}”。"
    )


def _one(seen: Seen) -> str:
    one = seen.objection
    return f"{one.number} {seen.name}：{about(one.subject, seen.thing)}，{one.text}（{day(one.due)}前答复）"


def to_answerers(seen: Seen) -> str:
    return f"【待答复异议】\n{_one(seen)}\n{_how(seen.objection)}"


def _how(one: Objection) -> str:
    return _HOW_TO_ANSWER.replace("编号", str(one.number))


def overdue(seen: Seen, days: int) -> str:
    late = "，今天是最后一天或已超期，请尽快答复" if days == REMIND_DAYS[-1] else ""
    return f"【异议提醒】提出已满 {days} 个工作日{late}。\n{_one(seen)}\n{_how(seen.objection)}"


def to_answer(found: Sequence[Seen]) -> str:
    if not found:
        return NONE_WAITING
    return "\n".join(("【待您答复的异议】", *(_one(seen) for seen in found), _HOW_TO_ANSWER))


def how(recent: Recent) -> str:
    said = [about(Subject(About.LINE, line.seq), line) for line in recent.lines]
    said += [f"{about(Subject(About.CLAIM, one.number), one)}未通过" for one in recent.claims]
    said += [about(Subject(About.EXAM, number), None) for number in recent.exams]
    return "\n".join((_EXAMPLES, "【最近的记录】", *said)) if said else _EXAMPLES


def mine(found: Sequence[Seen]) -> str:
    return "\n".join(("【我的异议】", *map(_mine, found))) if found else NONE_YET


def _mine(seen: Seen) -> str:
    one = seen.objection
    said = f"{one.number} {STATES[one.state]} {about(one.subject, seen.thing)}：{one.text}"
    if one.state is State.WAITING:
        return f"{said}（{day(one.due)}前答复）"
    answered = f"{day(day_of(one.answered_at))}答复：{one.answer}" if one.answer and one.answered_at else ""
    return f"{said}（{answered}）" if answered else said


def withdrawn(number: int) -> str:
    return f"异议 {number} 已撤回，记录保留。"


def answered(done: Settled) -> str:
    one = done.objection
    said = f"异议 {one.number} 已答复（{STATES[one.state]}）并告知本人。"
    return f"{said}{_to_do(done)}" if one.state is State.UPHELD else said


def _to_do(done: Settled) -> str:
    """What the one who answered, or somebody else, still has to do."""
    match done.objection.subject:
        case Subject(About.LINE, number) if done.new:
            return f"已提出冲销台账第 {number} 条的批次 {done.batch}，须由另一名市级管理员确认。"
        case Subject(About.LINE, number) if done.batch:
            return f"台账第 {number} 条的冲销已在批次 {done.batch} 中等待确认，没有重复提出。"
        case Subject(About.LINE, number):
            return f"台账第 {number} 条已冲销过，或本身就是冲销记录，没有再提出冲销。"
        case Subject(About.CLAIM, number):
            return f"申报 {number} 已回到待审核，由原审核人以外的管理员审核。"
        case Subject(About.EXAM, number):
            return (
                f"请在命令行用 xuefa exam void 或 xuefa exam correct 更正考试 {number} 的试题，确认后自动重新评分。"
            )
    return "名单、时长不会自动更改：请市级管理员冲销有误的台账并补记（xuefa ledger reverse、xuefa ledger import）。"


def to_person(done: Settled) -> str:
    one = done.objection
    said = f"【异议 {one.number} 的答复】{about(one.subject, done.thing)}：{STATES[one.state]}。{one.answer}"
    return f"{said}\n{_next(done)}" if one.state is State.UPHELD else said


def _next(done: Settled) -> str:
    match done.objection.subject.about:
        case About.LINE:
            return (
                "这条记录的冲销确认后会记入台账；需要补记的，由管理员办理。" if done.batch else "更正由管理员办理。"
            )
        case About.CLAIM:
            return "申报已重新进入审核，由原审核人以外的管理员决定。"
        case About.EXAM:
            return "试题更正后会重新评分，成绩有变化会通知您。"
    return "名单或学时的更正由管理员办理。"


def to_hosts(done: Settled) -> str:
    """Those who can put a mark or a list right."""
    one = done.objection
    return f"【异议 {one.number} 成立】{about(one.subject, done.thing)}：{one.answer}\n{_to_do(done)}"


def to_second(done: Settled) -> str:
    number = done.objection.number
    return f"批次 {done.batch}（异议 {number} 成立，冲销台账）待确认，查看请回复“审核 {done.batch}”。"


def refused(refusal: ObjectionRefusal) -> str:
    match refusal:
        case errors.NoSuchObjection():
            return f"没有找到异议 {refusal.number}，或您无权查看。请核对编号。"
        case errors.NothingToObject():
            return f"没有找到您的{NAMES[About(refusal.what)].format(refusal.number)}，请核对编号。"
        case errors.NotTurnedDown() if refusal.approved:
            return f"申报 {refusal.number} 已认定，请对入账的那条台账提出，如：{USAGE}（编号见“学时明细”）"
        case errors.NotTurnedDown():
            return f"申报 {refusal.number} 没有“未通过”的决定，暂不能提出异议。查看请回复“申报 {refusal.number}”。"
        case errors.NotOver() if refusal.what == About.EXAM:
            return f"考试 {refusal.number} 还没有公布您的成绩，公布后再提出。"
        case errors.NotOver():
            return f"活动 {refusal.number} 还没有办结，名单有误请先告诉组织者。"
    return _refused_again(refusal)


def _refused_again(refusal: ObjectionRefusal) -> str:
    match refusal:
        case errors.ObjectedAlready() if refusal.answered:
            return f"这件事已在异议 {refusal.number} 中答复过，查看请回复“我的异议”。"
        case errors.ObjectedAlready():
            return f"这件事已在异议 {refusal.number} 中等待答复，没有重复提交。"
        case errors.Answered():
            return f"异议 {refusal.number} 已答复或已撤回，没有重复处理。"
        case errors.NotYoursToAnswer():
            whose = "另一名市级管理员" if refusal.city else "上一级管理员"
            return f"异议 {refusal.number} 由{whose}答复；本人和原认定人不能答复。"
        case errors.TooLongText():
            return f"最多 {refusal.most} 个字，请写短一些。"
    return "里面有身份证号，系统不保存，请去掉后再发。"
