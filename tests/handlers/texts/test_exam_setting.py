"""What is said of an exam as it is published, moved and released."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from handlers.actions.exam_publishing import Published
from handlers.actions.exam_releasing import Moved
from handlers.texts import exam_setting as texts
from question_bank.questions import Kind, Question
from tests.handlers.exam_city import CLOSES, OPENS, settings
from training.exams import AnswerRelease, Exam, Excuse, State
from training.paper_pool import Heavy
from training.people import Group

EXAM = Exam(3, State.PUBLISHED, settings(), OPENS, CLOSES)
DONE = replace(EXAM, state=State.RELEASED, scores_released=True)


def test_what_was_published_and_what_to_look_at() -> None:
    done = Published(
        EXAM,
        {Group.LEADER: 2, Group.STAFF: 40},
        {Excuse.NONE: 38, Excuse.DEFERRED: 3, Excuse.EXCUSED: 1},
        120,
        (Heavy(1, Group.LEADER, 20, 31), Heavy(1, Group.STAFF, 20, 40), Heavy(2, Group.STAFF, 5, 9)),
        ("P7", "P8"),
    )
    assert list(texts.published(done)) == [
        "已发布考试 3：应考名单 42 人（领导干部 2，工作人员 40），试题 120 道。",
        "其中按人员状态缓考 3 人、免考 1 人。",
        "指明的人员中有 2 人当日不在册、已离岗或不计入，没有列入名单：P7、P8。",
        (
            "提示：第 2 部分抽 20 道，可抽的题不到三倍（领导干部 31 道、工作人员 40 道），"
            "各人试卷雷同较多，建议补充题库。"
        ),
        "提示：第 3 部分抽 5 道，可抽的题不到三倍（工作人员 9 道），各人试卷雷同较多，建议补充题库。",
        "2026年11月20日 09:00 自动开放，2026年11月27日 18:00 自动截止。",
    ]


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (
            Moved(DONE, State.CLOSED, scores=True),
            "成绩已公布；答案要等考试和补考都结束，那天 以后再用 xuefa exam release 公布。",
        ),
        (
            Moved(DONE, State.CLOSED),
            "成绩此前已公布；答案要等考试和补考都结束，那天 以后再用 xuefa exam release 公布。",
        ),
        (
            Moved(replace(DONE, makeup_of=2), State.CLOSED, scores=True, waiting=4),
            "成绩已公布；还有 4 人缓考，没有安排补考，答案暂不公布。"
            "请用 xuefa exam makeup 2 安排补考，或用 xuefa exam excuse 改登记为免考。",
        ),
        (Moved(replace(DONE, answers_released=True), State.CLOSED, True, True), "成绩已公布，答案已公布。"),
        (Moved(replace(DONE, answers_released=True), State.CLOSED, False, True), "成绩此前已公布，答案已公布。"),
        (Moved(replace(DONE, answers_released=True), State.CLOSED, True), "成绩已公布，答案此前已公布。"),
    ],
)
def test_what_was_released(moved: Moved, said: str) -> None:
    assert texts.released(moved, "那天") == f"考试 3：{said}"


def test_what_the_clock_did_before_is_said_so() -> None:
    late = Moved(replace(DONE, answers_released=True), State.RELEASED, changed=False)
    assert texts.released(late, "") == "考试 3 的成绩和答案到时已自动公布。"
    assert texts.opened(late) == "考试 3 已自动开放，2026年11月27日 18:00 截止。"
    assert list(texts.closed(late, made_up=False)) == [
        "考试 3 到时已自动截止（2026年11月27日 18:00），没有交卷的自动交卷。成绩同时公布。"
    ]
    kept = Moved(replace(EXAM, closes_at=datetime(2026, 11, 21, 4, tzinfo=UTC)), State.OPEN)
    assert list(texts.closed(kept, made_up=True)) == [
        "考试 3 已截止（2026年11月21日 12:00），没有交卷的自动交卷。成绩还没有公布。"
    ]


MANUAL, AT_CLOSE = AnswerRelease.MANUAL, AnswerRelease.AT_CLOSE
SET_FIRST = "如要补考，请先安排（xuefa exam makeup 3），再公布答案。"
IN_TIME = "截止时自动公布答案；如要补考，请在截止以前安排（xuefa exam makeup 3）。"
NO_MORE = "答案随即自动公布；没有安排补考而以后要补考的，请另用没有公布过答案的试题。"


@pytest.mark.parametrize(
    ("rule", "state", "said"),
    [
        (MANUAL, State.DRAFT, ""),
        (MANUAL, State.PUBLISHED, ""),
        (MANUAL, State.OPEN, ""),
        (MANUAL, State.CLOSED, SET_FIRST),
        (MANUAL, State.RELEASED, SET_FIRST),
        (AT_CLOSE, State.DRAFT, ""),
        (AT_CLOSE, State.PUBLISHED, IN_TIME),
        (AT_CLOSE, State.OPEN, IN_TIME),
        (AT_CLOSE, State.CLOSED, NO_MORE),
    ],
)
def test_a_make_up_is_thought_of_before_the_answers_are_out(rule: AnswerRelease, state: State, said: str) -> None:
    exam = replace(EXAM, state=state, settings=settings(release_answers=rule))
    assert texts.before_answers(exam, state) == said
    lines = [f"  {said}"] if said else []
    assert list(texts.listed([(exam, 4, state)], {}))[1:] == lines
    makeup = replace(exam, number=4, makeup_of=3, state=State.DRAFT)
    assert len(list(texts.listed([(makeup, 0, State.DRAFT), (exam, 4, state)], {}))) == 2
    assert texts.before_answers(replace(exam, answers_released=True), state) == ""


def test_who_publishes_is_told_when_the_answers_come_by_themselves() -> None:
    exam = replace(EXAM, settings=settings(release_answers=AT_CLOSE))
    for made, said in ((exam, [IN_TIME]), (replace(exam, makeup_of=2), []), (EXAM, [])):
        assert list(texts.published(Published(made, {}, {}, 9, (), ())))[2:] == said


def test_after_the_close_who_waits_is_said_first() -> None:
    moved = Moved(replace(EXAM, state=State.CLOSED), State.OPEN)
    assert list(texts.closed(moved, made_up=False))[1:] == [SET_FIRST]
    assert list(texts.closed(moved, made_up=True))[1:] == []
    assert list(texts.closed(moved, 2, made_up=True))[1:] == [texts.waiting(2, 3)]


def test_what_becomes_of_the_answers_when_only_scores_are_asked_for() -> None:
    def said(waiting: int = 0, **changed: object) -> str:
        return texts.released(
            Moved(replace(DONE, **changed), State.CLOSED, True, False, True, waiting, True), "那天"
        )

    assert said().endswith("：成绩已公布；答案没有公布。如要补考，请先安排；以后用 xuefa exam release 3 公布答案。")
    assert said(waiting=2).endswith(f"：成绩已公布；{texts.waiting(2, 3)}")
    assert said(answers_released=True).endswith("：成绩已公布；答案此前已公布。")
    by_clock = settings(release_answers=AT_CLOSE)
    assert said(settings=by_clock).endswith("：成绩已公布；答案按考试文件在考试和补考都结束后（那天）自动公布。")


def test_which_groups_are_asked_questions_of_the_exam_every_day() -> None:
    done = Published(EXAM, {Group.STAFF: 1}, {Excuse.NONE: 1}, 9, (), (), (Group.LEADER, Group.STAFF))
    assert list(texts.published(done))[1] == (
        "提示：领导干部、工作人员每日一题可用的候选题不足 10 道，其余都在没有公布答案的考试的题库中。"
        "公布答案以前，每日一题会用到考题并给出其答案，至多 10 道，轮流重复。"
        "建议补充题库，或用 topics、difficulty 把考题限定在一部分试题内。"
    )


def test_a_key_in_words() -> None:
    blanks = Question("q", Kind.BLANK, "____和____", answer=(("五", "5"), ("甲",)))
    assert texts.key(blanks) == "五 / 5；甲"
    assert texts.key(Question("q", Kind.MULTIPLE, "?", ("1", "2"), ("A", "B"))) == "AB"
