"""Every refusal about an exam has a sentence of its own; those of moves say what to do instead."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

from handlers.texts import refusals
from training import exam_errors as errors
from training.exam_errors import ExamRefusal
from training.exams import MOVES, Excuse, Move, State
from training.paper_pool import Shortfall
from training.people import Group

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
SAID: dict[ExamRefusal, str] = {
    errors.NoOpenSitting(): "您现在没有正在进行的考试。回复“考试”查看可以参加的考试。",
    errors.NothingToSit(): "目前没有安排您参加的考试。",
    errors.Ended("年度考试"): "《年度考试》您已交卷或已到时，不能再作答。回复“成绩”查看情况。",
    errors.TimeUp("年度考试"): "《年度考试》的时间已到，这次作答没有计入；到时前保存的答案都会自动提交。",
    errors.TimeUp(
        "年度考试", answering=False
    ): "《年度考试》的时间已到，到时前保存的答案自动交卷。回复“成绩”查看情况。",
    errors.DailyOrExam(today=True): (
        "刚才同时有考试和每日一题，这条没有计入。继续考试请回复“考试”；答每日一题请再发一次“今日一题”后作答。"
    ),
    errors.DailyOrExam(today=False): (
        "刚才同时有考试和每日一题，这条没有计入。继续考试请回复“考试”；答每日一题请再发一次“补做”后作答。"
    ),
    errors.GoesOn("年度考试"): "《年度考试》正在进行，答案要等公布以后才能查看。回复“考试”继续作答。",
    errors.NothingToConfirm(): "没有等您确认的事项。考试已交卷的，回复“考试”查看。",
    errors.AnswersKept("年度考试"): "《年度考试》的答案还没有公布：考试和补考都结束以后才会公布。",
    errors.NoSuchItem(99, 80): "这份试卷共 80 题，请回复“第1题”到“第80题”。",
    errors.BlankRefused(1, 0): "这道填空题有 1 个空，请直接回复要填的内容，不能为空。",
    errors.BlankRefused(3, 2): "这道填空题有 3 个空，您填了 2 个。请一次填完，用“；”隔开。",
    errors.BlankRefused(3, 0): "这道填空题有 3 个空，请一次填完，用“；”隔开。",
    errors.NotOpen(
        "年度考试", AT, AT.replace(hour=10)
    ): "《年度考试》的开放时间是2026年11月23日 09:00至2026年11月23日 18:00，请在这段时间内参加。",
    errors.NotForYou("年度考试", Excuse.NONE): (
        "您不在《年度考试》的应考名单中，如有疑问请联系本单位的学法管理员。"
    ),
    errors.NotForYou("年度考试", Excuse.DEFERRED): "您已获准缓考《年度考试》，请参加之后的补考，届时会通知您。",
    errors.NotForYou("年度考试", Excuse.EXCUSED): "您已获准免考《年度考试》，不需要参加。",
    errors.NoAttemptLeft("年度考试", 2): "《年度考试》最多可以考 2 次，您已经考满。回复“成绩”查看情况。",
    errors.NotAsked(): "没有等您确认的交卷。如要交卷，请先回复“交卷”，再回复“确认”。",
    errors.IllegalMove(3, State.DRAFT, Move.OPEN): (
        "考试 3 现在是“草稿”，不能开放。请先用 xuefa exam publish 3 发布。"
    ),
    errors.IllegalMove(3, State.OPEN, Move.PUBLISH): (
        "考试 3 现在是“开放中”，不能再发布。到时自动截止，也可以用 xuefa exam close 3 提前截止。"
    ),
    errors.TooEarly(3, AT): (
        "考试 3 现在还不能公布，请在 2026年11月23日 09:00 以后再试（答案要等考试和补考都结束）。"
    ),
    errors.MakeupOwed(4, 3, 2): (
        "考试 4 的答案现在不能公布：还有 2 人缓考，没有安排补考。请用 xuefa exam makeup 3 安排补考，等补考结束；"
        "确实不再补考的，用 xuefa exam excuse 改登记为免考。"
    ),
    errors.Unfillable(
        (Shortfall(0, Group.LEADER, 40, 34), Shortfall(0, Group.STAFF, 40, 31), Shortfall(2, Group.LEADER, 2, 0))
    ): (
        "题库的试题不够：第 1 部分要 40 道（领导干部只有 34 道，缺 6 道、工作人员只有 31 道，缺 9 道）；"
        "第 3 部分要 2 道（领导干部只有 0 道，缺 2 道）。请补充题库，或减少道数、放宽知识点和难度后重新创建。"
    ),
    errors.EmptyRoll(3, 0): ("考试 3 的应考名单为空：没有符合范围的在册人员。请核对名册和考试文件的 [audience]。"),
    errors.EmptyRoll(3, 2): "考试 2 没有需要补考的人，补考 3 不用发布。",
    errors.NoPaper(3, Group.LEADER): (
        "考试 3 没有给领导干部的试题，请在考试文件中加上，或在 [audience] 中不含这一组别。"
    ),
    errors.LongPaper(Group.STAFF, 600, 512): (
        "工作人员的试卷连同案例的小题可能有 600 题，最多 512 题，请减少道数后重新创建。"
    ),
    errors.SetAtOnce(3): "考试 3 正由别人发布，这次没有发布。请用 xuefa exam list 查看，需要时再发布一次。",
    errors.MakeupOfMakeup(3, 2): "考试 3 本身是补考。请对首次考试再安排：xuefa exam makeup 2。",
    errors.MakeupOfDraft(2): "考试 2 还没有发布，不能安排补考。请先用 xuefa exam publish 2 发布。",
    errors.NotADraft(2, State.OPEN): "考试 2 现在是“开放中”，只有草稿可以撤销。",
    errors.MakeupTooEarly(2, AT, 0): (
        "考试 2 还没有结束（2026年11月23日 09:00截止），补考名单还不能确定，请截止后再发布。"
    ),
    errors.MakeupTooEarly(2, AT, 4): ("考试 2 还有 4 份答卷没有交，补考名单还不能确定，请等自动交卷后再发布。"),
    errors.NoRollYet(3): "考试 3 还没有发布，没有应考名单。请先用 xuefa exam publish 3 发布。",
    errors.RollSettled(3): "考试 3 的结果已经公布，不能再登记、取消缓考和免考。",
    errors.NotOnExamRoll(3, "P1"): "人员 P1 不在考试 3 的应考名单中，请核对人员编号。",
    errors.AlreadySat(3, "P1"): "人员 P1 已经参加考试 3，不能再登记、取消缓考和免考。",
    errors.NothingExcused(3, "P1"): "人员 P1 在考试 3 中没有登记缓考或免考，不用取消。",
    errors.NoDocument(): "请用 --document 写明单位书面说明的文号。",
}


@pytest.mark.parametrize(("refusal", "sentence"), list(SAID.items()), ids=lambda one: type(one).__name__)
def test_what_is_said(refusal: ExamRefusal, sentence: str) -> None:
    assert refusals.said(refusal) == sentence


def kinds(of: type[ExamRefusal]) -> Iterator[type[ExamRefusal]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_none_is_without_a_sentence() -> None:
    said = {type(refusal) for refusal in SAID}
    assert {kind for kind in kinds(ExamRefusal) if kind.__module__ == errors.__name__} == said


@pytest.mark.parametrize(("state", "move"), sorted(set(product(State, Move)) - set(MOVES)))
def test_an_illegal_move_says_what_can_be_done(state: State, move: Move) -> None:
    sentence = refusals.said(errors.IllegalMove(7, state, move))
    assert "xuefa exam" in sentence
    passed = list(State)[: list(State).index(state)]
    assert ("不能再" in sentence) is any((earlier, move) in MOVES for earlier in passed)
