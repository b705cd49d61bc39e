"""What the commands say that set an exam: made, published, opened, closed, released; its roll; a sample paper."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handlers.actions.exam_publishing import Published
from handlers.actions.exam_releasing import Moved
from handlers.actions.exam_setting import Sample
from handlers.texts.exam_refusals import STATES, left_out
from handlers.texts.exam_rules import all_rules, moment, points
from handlers.texts.words import GROUPS, KINDS
from question_bank.questions import Kind, Question, shown
from storage.exams import Sitter
from training.daily import FEWEST
from training.exams import AnswerRelease, Exam, Excuse, Section, Settings, State
from training.paper_pool import Heavy
from training.people import Group

EXCUSES: Final[Mapping[Excuse, str]] = {
    Excuse.NONE: "应考",
    Excuse.DEFERRED: "缓考",
    Excuse.EXCUSED: "免考",
}
ANSWERS_OUT: Final = "注意：首次考试的答案已经公布，补考会从同一题库抽题。"
_SHOWN: Final = 20  # numbers of people in a sentence


def created(number: int, settings: Settings, makeup_of: int) -> tuple[str, ...]:
    """The number comes first: it is what the next command needs."""
    kind = f"考试 {makeup_of} 的补考" if makeup_of else "考试"
    return (
        f"考试编号：{number}",
        f"已创建{kind}（草稿），请核对：",
        all_rules(settings),
        f"核对无误后用 xuefa exam publish {number} 发布；要修改的，改好文件后重新创建。",
    )


def dropped(draft: Exam) -> str:
    kind = f"考试 {draft.makeup_of} 的补考" if draft.makeup_of else "考试"
    return f"已撤销草稿 {draft.number}（{kind}《{draft.settings.title}》），编号不再使用。"


def published(done: Published) -> Iterator[str]:
    groups = "，".join(f"{GROUPS[group]} {count}" for group, count in done.by_group.items())
    yield f"已发布考试 {done.exam.number}：应考名单 {done.people} 人（{groups}），试题 {done.questions} 道。"
    let_off = [f"{EXCUSES[why]} {done.by_excuse[why]} 人" for why in _LET_OFF if done.by_excuse.get(why)]
    if let_off:
        yield f"其中按人员状态{'、'.join(let_off)}。"
    yield from passed_over(done.passed_over)
    yield from filter(None, [left_out(done.left_out)])
    yield from heavy(done.heavy)
    if done.exposed:
        yield exposed(done.exposed)
    yield f"{moment(done.exam.opens_at)} 自动开放，{moment(done.exam.closes_at)} 自动截止。"
    if not done.exam.makeup_of:
        yield from filter(None, [before_answers(done.exam, State.PUBLISHED)])


_LET_OFF: Final = (Excuse.DEFERRED, Excuse.EXCUSED)


def passed_over(numbers: Sequence[str]) -> Iterator[str]:
    if numbers:
        more = "等" if len(numbers) > _SHOWN else ""
        listed = "、".join(numbers[:_SHOWN])
        yield f"指明的人员中有 {len(numbers)} 人当日不在册、已离岗或不计入，没有列入名单：{listed}{more}。"


def heavy(found: Sequence[Heavy]) -> Iterator[str]:
    """A line a section."""
    for section in dict.fromkeys(one.section for one in found):
        of_section = [one for one in found if one.section == section]
        pools = "、".join(f"{GROUPS[one.group]} {one.found} 道" for one in of_section)
        yield (
            f"提示：第 {section + 1} 部分抽 {of_section[0].wanted} 道，可抽的题不到三倍（{pools}），"
            "各人试卷雷同较多，建议补充题库。"
        )


def exposed(groups: Sequence[Group]) -> str:
    of_whom = "、".join(GROUPS[group] for group in groups)
    return (
        f"提示：{of_whom}每日一题可用的候选题不足 {FEWEST} 道，其余都在没有公布答案的考试的题库中。"
        f"公布答案以前，每日一题会用到考题并给出其答案，至多 {FEWEST} 道，轮流重复。"
        "建议补充题库，或用 topics、difficulty 把考题限定在一部分试题内。"
    )


def opened(moved: Moved) -> str:
    already = "" if moved.changed else "已自动开放，"
    return f"考试 {moved.exam.number} {already or '已开放，'}{moment(moved.exam.closes_at)} 截止。"


def closed(moved: Moved, owed: int = 0, *, made_up: bool) -> Iterator[str]:
    """`owed`: how many with 缓考 have no make-up; `made_up`: there is one, or it is one itself."""
    said = "已截止" if moved.changed else "到时已自动截止"
    scores = "成绩同时公布。" if moved.exam.scores_released else "成绩还没有公布。"
    yield f"考试 {moved.exam.number} {said}（{moment(moved.exam.closes_at)}），没有交卷的自动交卷。{scores}"
    if owed:
        yield waiting(owed, moved.exam.makeup_of or moved.exam.number)
    elif not made_up:
        yield from filter(None, [before_answers(moved.exam, moved.exam.state)])


def before_answers(exam: Exam, state: State) -> str:
    """To think of the make-up while the answers are secret; empty where it is too early or too late to say so."""
    by_clock = exam.settings.release_answers is AnswerRelease.AT_CLOSE
    if exam.answers_released or state is State.DRAFT:
        return ""
    first = f"xuefa exam makeup {exam.number}"
    if not by_clock:
        over = state in (State.CLOSED, State.RELEASED)
        return f"如要补考，请先安排（{first}），再公布答案。" if over else ""
    if state in (State.PUBLISHED, State.OPEN):
        return f"截止时自动公布答案；如要补考，请在截止以前安排（{first}）。"
    return "答案随即自动公布；没有安排补考而以后要补考的，请另用没有公布过答案的试题。"


def released(moved: Moved, until: str) -> str:
    """`until`: from when the answers may be released, in words."""
    exam = moved.exam
    if not moved.changed and not moved.scores_only:
        return f"考试 {exam.number} 的成绩和答案到时已自动公布。"
    scores = "成绩已公布" if moved.scores else "成绩此前已公布" if exam.scores_released else "成绩没有公布"
    if moved.scores_only and not moved.waiting:
        return f"考试 {exam.number}：{scores}；{_answers_later(moved, until)}"
    if moved.answers:
        return f"考试 {exam.number}：{scores}，答案已公布。"
    if exam.answers_released:
        return f"考试 {exam.number}：{scores}，答案此前已公布。"
    if moved.waiting:
        return f"考试 {exam.number}：{scores}；{waiting(moved.waiting, exam.makeup_of or exam.number)}"
    return f"考试 {exam.number}：{scores}；答案要等考试和补考都结束，{until} 以后再用 xuefa exam release 公布。"


def _answers_later(moved: Moved, until: str) -> str:
    """Where only the scores were asked for."""
    exam = moved.exam
    by_clock = exam.settings.release_answers is AnswerRelease.AT_CLOSE
    if exam.answers_released:
        return f"答案{'按考试文件自动' if moved.answers else '此前'}已公布。"
    if by_clock:
        return f"答案按考试文件在考试和补考都结束后（{until}）自动公布。"
    return f"答案没有公布。如要补考，请先安排；以后用 xuefa exam release {exam.number} 公布答案。"


def too_late_for_makeup(people: int) -> str:
    return f"提示：还有 {people} 人未合格或缺考、没有安排补考；如要补考，请另用没有公布过答案的试题。"


def waiting(people: int, first: int) -> str:
    """Why the answers are kept, and what to do."""
    return (
        f"还有 {people} 人缓考，没有安排补考，答案暂不公布。请用 xuefa exam makeup {first} 安排补考，"
        "或用 xuefa exam excuse 改登记为免考。"
    )


def excused(exam: int, before: Sitter, why: Excuse, document: str) -> str:
    if why is Excuse.NONE:
        return (
            f"已取消：人员 {before.person} 在考试 {exam} 中的{EXCUSES[before.excuse]}，恢复应考，文号 {document}。"
            "已开放的系统不再通知，请告知本人；已截止的按缺考统计。"
        )
    was = f"（原为{EXCUSES[before.excuse]}）" if before.excuse is not Excuse.NONE else ""
    return f"已登记：人员 {before.person} 在考试 {exam} 中{EXCUSES[why]}{was}，文号 {document}。"


def listed(exams: Sequence[tuple[Exam, int, State]], owed: Mapping[int, int]) -> Iterator[str]:
    """With the state as it is at the moment; `owed`: exam → how many with 缓考 have no make-up, where any."""
    if not exams:
        yield "还没有考试。用 xuefa exam example 查看考试文件的样例。"
    made_up = {exam.makeup_of for exam, *_ in exams}
    for exam, people, state in exams:
        makeup = f"，考试 {exam.makeup_of} 的补考" if exam.makeup_of else ""
        window = f"{moment(exam.opens_at)}至{moment(exam.closes_at)}"
        roll = f"，应考名单 {people} 人" if exam.basis_day else ""
        yield f"{exam.number} 《{exam.settings.title}》{STATES[state]}：{window}{roll}{makeup}"
        if exam.number in owed:
            yield f"  {waiting(owed[exam.number], exam.number)}"
        elif not exam.makeup_of and exam.number not in made_up:
            yield from (f"  {hint}" for hint in filter(None, [before_answers(exam, state)]))


Counts = Sequence[tuple[str, Group, Excuse, int]]  # 单位代码, group, excuse, how many


def roll(exam: Exam, counts: Counts, units: Mapping[str, str]) -> Iterator[str]:
    """The whole, then by group, then by unit."""
    yield f"考试 {exam.number}《{exam.settings.title}》应考名单（截至 {exam.basis_day}）：{_sums(counts)}。"
    for group in Group:
        of_group = [one for one in counts if one[1] is group]
        if of_group:
            yield f"  {GROUPS[group]}：{_sums(of_group)}"
    yield "按单位："
    for code in dict.fromkeys(one[0] for one in counts):
        yield f"  {units.get(code, code)}（{code}）：{_sums([one for one in counts if one[0] == code])}"


def _sums(counts: Counts) -> str:
    """应考 is everybody but 免考, so 缓考 is in it."""
    by_excuse = {why: sum(one[3] for one in counts if one[2] is why) for why in Excuse}
    due = by_excuse[Excuse.NONE] + by_excuse[Excuse.DEFERRED]
    return f"应考 {due} 人（其中缓考 {by_excuse[Excuse.DEFERRED]}），免考 {by_excuse[Excuse.EXCUSED]}"


def sample_paper(sample: Sample) -> Iterator[str]:
    """With the keys: not for who is to sit."""
    sections = sample.exam.settings.sections
    full = points(sample.exam.settings.full_marks(sample.group))
    yield f"《{sample.exam.settings.title}》样卷（{GROUPS[sample.group]}，满分 {full} 分）——含答案，请勿外传"
    section, place = -1, -1
    for number, (item, whole, question) in enumerate(sample.items, 1):
        if item.section != section:
            section = item.section
            yield ""
            yield _heading(section, sections[section])
        if whole is not None and item.place != place:
            yield f"【案例】{whole.stem}"
        place = item.place
        yield f"{number}. {shown(question)}"
        yield f"   答案：{key(question)}"
    if sample.left_out:
        yield from ("", left_out(sample.left_out))


def _heading(index: int, section: Section) -> str:
    return f"第 {index + 1} 部分 {KINDS[section.kind]}（{section.count} 道，每题 {points(section.points)} 分）"


def key(question: Question) -> str:
    """Letters, or the accepted texts of each blank."""
    if question.kind is Kind.BLANK:
        return "；".join(" / ".join(texts) for texts in question.answer)
    return "".join(letter for letter in question.answer if isinstance(letter, str))
