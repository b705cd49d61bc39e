"""`xuefa exam void` and `exam correct`: what would change is shown, and nothing does before a second admin."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from handlers.actions import batches
from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_starting import Starting
from question_bank.questions import Kind, Question
from storage import exams, sittings
from storage.database import Tx
from storage.exams import Sitter
from storage.sittings import Given
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import add_questions
from training.exams import ScoreRelease, Section, Settings, State
from training.people import Category, Group, Person, Role
from training.rules import Rules

WHY = ("--as", "first", "--reason", "答案有误")
SINGLE = Question("x1", Kind.SINGLE, "选甲？", ("甲", "乙", "丙"), ("A",), shuffle=False)
BLANK = Question("t1", Kind.BLANK, "罚款由____设定，由____收缴。", (), (("法律",), ("银行",)))
CASE = Question("c1", Kind.CASE, "案例。", parts=(Question("c1-1", Kind.JUDGE, "可以申辩。", (), ("对",)),))
SETTINGS = (Section(Kind.SINGLE, 1, 6_000), Section(Kind.BLANK, 1, 4_000))


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    """张三 chose A, 李四 B, and the exam goes on; exam 2 is a draft."""
    terminal.bring(numbers=())
    terminal.admins()
    terminal.inside(_set)
    terminal.inside(partial(_sit, number="P1", chosen="A"))
    terminal.inside(partial(_sit, number="P2", chosen="B"))
    return terminal


async def _set(tx: Tx) -> None:
    now = datetime.now(UTC)
    window = (now - timedelta(hours=2), now + timedelta(hours=2))
    made = Settings("年度考试", 2026, *window, 60, SETTINGS, release_score=ScoreRelease.AT_ONCE)
    await add_questions(tx, SINGLE, BLANK, CASE)
    for _ in range(2):
        await exams.add(tx, made, makeup_of=0, by="cli", now=now)
    await exams.keep_pool(tx, 1, [("x1", 1), ("t1", 1), ("c1", 1)])
    roll = [Sitter(person, "sfj", Category.STAFF, False, Group.STAFF) for person in ("P1", "P2", "P3")]
    await exams.add_to_roll(tx, 1, roll, now)
    draft = await exams.one(tx, 1)
    assert draft is not None
    await exams.move(tx, draft, State.OPEN, basis_day=now.date())


async def _sit(tx: Tx, number: str, chosen: str) -> None:
    now, shelf = datetime.now(UTC) - timedelta(hours=1), Shelf()
    ending = Ending(shelf, Rules())
    who = Person(number, "", "sfj", Category.STAFF, False, Role.LEARNER, "在岗", True)
    attempt = (await Starting(shelf, ending).start(tx, who, now)).sitting.attempt
    await sittings.keep_answers(tx, [Given(attempt, 0, chosen, now, now)])
    await ending.hand_in(tx, attempt, number, now)


def confirm(office: Terminal, number: int) -> None:
    async def work(tx: Tx) -> None:
        now = datetime.now(UTC)
        second = await batches.proposer(tx, Rules(), "wecom", "second", now)
        await batches.confirm(tx, Rules(), second, number, now)

    office.inside(work)


def scores(office: Terminal) -> list[tuple[object, ...]]:
    return office.rows("SELECT person, score FROM exam_attempt ORDER BY person")


def test_what_would_change_is_shown_and_waits(office: Terminal) -> None:
    dry = office.run("exam", "correct", "1", "x1", "--answer", "b", "--dry-run").stdout
    assert dry.splitlines() == [
        "《年度考试》试题 x1：选甲？",
        "答案 A→B。",
        "已交卷且有此题的 2 份，2 份分数有变；新增合格 1 人，不再合格 1 人（确认时按届时的答卷办理）。",
        "张三（P1）60→0 分，合格→不合格",
        "李四（P2）0→60 分，不合格→合格",
        "检查完毕（没有提交）。",
    ]
    assert office.rows("SELECT * FROM batch") == office.rows("SELECT * FROM exam_key") == []
    assert "须写明 --as 账号、--reason 理由" in office.refused("exam", "correct", "1", "x1", "--answer", "B")
    assert "须写明 --as 账号、--reason 理由" in office.refused("exam", "void", "1", "x1")
    passed = {"sitting": 1, "passed_before": True, "passes": False}
    failed = {"sitting": 1, "passed_before": False, "passes": True}
    assert office.json("exam", "correct", "1", "x1", "--answer", "B", *WHY) == {
        **{"id": 1, "question": "x1", "voided": False, "batch": 1, "before": ["A"], "answer": ["B"]},
        **{"sittings": 2, "changed": 2, "more": 1, "fewer": 1, "elsewhere": 0},
        "scores": [
            {"person": "P1", "before": 6000, "after": 0, **passed},
            {"person": "P2", "before": 0, "after": 6000, **failed},
        ],
    }
    assert scores(office) == [("P1", 6000), ("P2", 0)]
    [(receivers, body)] = office.rows("SELECT receivers, body FROM outbox")
    assert receivers == "second"
    said = json.loads(body)["text"]["content"]
    assert (
        "【待确认批次 1】考试 1 试题 x1 更正答案，甲管提出：答案有误\n《年度考试》试题 x1：选甲？\n答案 A→B。"
        in said
    )


def test_a_second_admin_has_it_marked_again(office: Terminal) -> None:
    office.run("exam", "correct", "1", "x1", "--answer", "B", *WHY)
    confirm(office, 1)
    assert scores(office) == [("P1", 0), ("P2", 6000)]
    versions = office.rows("SELECT version, score FROM exam_mark ORDER BY attempt, version")
    assert versions == [(1, 6000), (2, 0), (1, 0), (2, 6000)]
    hours = office.rows("SELECT person, source, source_ref, hours FROM ledger_entry ORDER BY seq")
    assert hours == [
        ("P1", "exam", "1:P1", "2.00"),
        ("P1", "reversal", "1", "-2.00"),
        ("P2", "exam", "1:P2", "2.00"),
    ]
    assert office.json("ledger", "verify")["lines"] == 3
    again = office.run("exam", "void", "1", "x1", *WHY).stdout
    assert "作废，凡抽到的都得满分（原答案 B）。" in again
    assert "已提交为批次 2，请另一名市级管理员在企业微信中回复“确认 2”，确认后生效。" in again
    confirm(office, 2)
    assert scores(office) == [("P1", 6000), ("P2", 6000)]
    assert ("考试 1 试题 x1 作废",) in office.rows("SELECT after FROM audit_log WHERE what = 'batch.propose'")


def test_an_answer_to_blanks(office: Terminal) -> None:
    correct = ("exam", "correct", "1", "t1", "--dry-run", "--answer")
    assert office.json(*correct, "法律|法规； 银行 ")["answer"] == [["法律", "法规"], ["银行"]]
    assert "答案 法律；银行→法律|法规；银行。" in office.run(*correct, "法律｜法规;银行").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("void", "9", "x1"), "没有找到考试“9”，请核对编号。"),
        (("void", "1", "x9"), "考试 1 没有试题“x9”，请核对试题编号。"),
        (
            ("void", "2", "x1"),
            "考试 2 还是草稿，没有固定试题，请在题库中改正；发布请用 xuefa exam publish 2。",
        ),
        (
            ("correct", "1", "c1", "--answer", "A"),
            "试题 c1 是案例题，请对小题（c1-1）分别更正，或将整题作废。",
        ),
        (
            ("correct", "1", "x1", "--answer", "AB"),
            "试题 x1 的选项是 A、B、C，--answer 只能写一个；几个答案都对的，请将试题作废。",
        ),
        (
            ("correct", "1", "c1-1", "--answer", "A"),
            "试题 c1-1 的选项是 对、错，--answer 只能写一个；几个答案都对的，请将试题作废。",
        ),
        (
            ("correct", "1", "t1", "--answer", "法律"),
            '试题 t1 有 2 个空，请用“；”隔开各空、用“|”隔开同一空的几种写法，如 --answer "法律|法规；银行"。',
        ),
        (("correct", "1", "x1", "--answer", "A"), "试题 x1 现在就是这个答案，没有需要改的。"),
    ],
)
def test_what_is_refused(office: Terminal, words: tuple[str, ...], said: str) -> None:
    assert office.refused("exam", *words, *WHY) == said
    assert office.rows("SELECT * FROM batch") == []


def test_who_may_propose(office: Terminal) -> None:
    command = ("exam", "void", "1", "x1", "--reason", "题目有误", "--as")
    assert office.refused(*command, "zhangsan").startswith("账号“zhangsan”不是市级管理员")
    assert "--as" in office.refused(*command, "nobody")
