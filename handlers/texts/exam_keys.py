"""What is said about 试题更正: what it would change, to who decides; the new score, to whom it concerns.

Persons are not told the key, nor the reason in its words, before the answers of the exam are released.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from handlers.actions.exam_remarking import DryRun, Rescored
from handlers.texts.exam_rules import points
from question_bank.questions import LETTERS, RIGHT, WRONG
from training import exam_keys as errors
from training.batches import KeyChangeProposal
from training.exam_keys import KeyRefusal
from training.exam_results import band
from training.exam_words import BANDS
from training.exams import Exam
from training.hours import decimal
from training.marking import Answer

GOES_ON: Final = "答卷较多，其余的随后自动重新评卷。"
_SHOWN: Final = 20  # sittings of one dry run
_STEM: Final = 40  # characters
_LETTERS: Final = frozenset((*LETTERS, RIGHT, WRONG))


def title(change: KeyChangeProposal) -> str:
    return f"考试 {change.exam} 试题 {change.question} {'作废' if change.voided else '更正答案'}"


def details(change: KeyChangeProposal) -> Iterator[str]:
    """For who decides."""
    stem = change.stem if len(change.stem) <= _STEM else f"{change.stem[:_STEM]}……"
    yield f"《{change.title}》试题 {change.question}：{stem}"
    before = key(change.before) if change.before else ""
    if change.voided:
        yield f"作废，凡抽到的都得满分{f'（原答案 {before}）' if before else ''}。"
    else:
        yield f"答案 {before or '（已作废）'}→{key(change.answer)}。"
    yield (
        f"已交卷且有此题的 {change.sittings} 份，{change.changed} 份分数有变；"
        f"新增合格 {change.more} 人，不再合格 {change.fewer} 人（确认时按届时的答卷办理）。"
    )
    if change.elsewhere:
        yield f"另有 {change.elsewhere} 份导入的成绩没有作答记录，不会重新评卷，请自行核对。"


def key(answer: Answer) -> str:
    """`ACD`, `对`, `法律|法规；银行`."""
    if all(one in _LETTERS for one in answer):
        return "".join(map(str, answer))
    return "；".join(one if isinstance(one, str) else "|".join(one) for one in answer)


def persons(found: DryRun, names: Mapping[str, str]) -> Iterator[str]:
    """The sittings whose score would change, the first of them."""
    lines = [line for one in found.changed for line in _sittings(one, names)]
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"……共 {len(lines)} 份，其余请用 --json 查看。"


def _sittings(one: Rescored, names: Mapping[str, str]) -> Iterator[str]:
    turned = _turned(one.passed_before, one.passes)
    for sitting, score in one.changed:
        which = f"第 {sitting.number} 次 " if sitting.number > 1 or len(one.changed) > 1 else ""
        name = f"{names.get(one.person, '')}（{one.person}）"
        yield f"{name}{which}{points(sitting.score)}→{points(score)} 分{turned}"


def _turned(before: bool, after: bool) -> str:
    if before == after:
        return ""
    return "，不合格→合格" if after else "，合格→不合格"


def rescored(exam: Exam, one: Rescored) -> str:
    """To the person."""
    before, after = one.before, one.after
    reached = BANDS[band(after.score, after.full_marks, exam.settings.bands)]
    return (
        f"“{exam.settings.title}”成绩有更正：{points(before.score)} 分→{points(after.score)} 分"
        f"（满分 {points(after.full_marks)}），{reached}{_hours(one.hours)}。"
        f"原因：{_why(exam, one)}。如有疑问，请联系本单位管理员。"
    )


def _hours(more: int) -> str:
    if not more:
        return ""
    amount = f"{decimal(abs(more)):.2f} 学时"
    return f"，{amount}已入账" if more > 0 else f"，已入账的 {amount}已冲回"


def _why(exam: Exam, one: Rescored) -> str:
    said = []
    for changed in one.why:
        what = "有试题经复核作废，按满分计" if changed.change.voided else "有试题的答案经复核更正"
        said.append(f"{what}（{changed.reason}）" if exam.answers_released else what)
    return "；".join(dict.fromkeys(said))


def refused(refusal: KeyRefusal) -> str:
    match refusal:
        case errors.NotPublished():
            return (
                f"考试 {refusal.exam} 还是草稿，没有固定试题，请在题库中改正；"
                f"发布请用 xuefa exam publish {refusal.exam}。"
            )
        case errors.NotInPool():
            return f"考试 {refusal.exam} 没有试题“{refusal.question}”，请核对试题编号。"
        case errors.CaseHasNoKey():
            parts = "、".join(refusal.parts)
            return f"试题 {refusal.question} 是案例题，请对小题（{parts}）分别更正，或将整题作废。"
        case errors.CaseIsVoid():
            return f"试题 {refusal.question} 所在的案例 {refusal.case} 已经作废，不用再改。"
        case errors.AsItStands():
            state = "已经作废" if refusal.voided else "现在就是这个答案"
            return f"试题 {refusal.question} {state}，没有需要改的。"
        case errors.UnfitAnswer():
            return _unfit(refusal)
    return ""


def _unfit(refusal: errors.UnfitAnswer) -> str:
    if not refusal.letters:
        return (
            f"试题 {refusal.question} 有 {refusal.blanks} 个空，请用“；”隔开各空、"
            '用“|”隔开同一空的几种写法，如 --answer "法律|法规；银行"。'
        )
    exist = "、".join(refusal.letters)
    how = "可写几个，如 ACD" if refusal.several else "只能写一个；几个答案都对的，请将试题作废"
    return f"试题 {refusal.question} 的选项是 {exist}，--answer {how}。"
