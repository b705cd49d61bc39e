"""The rules of an exam in words, and what is said of a file that is not right."""

import re
from datetime import UTC, datetime

import msgspec
import pytest

from handlers.texts.exam_file import doubted, refused, said
from handlers.texts.exam_rules import all_rules, rules
from question_bank.questions import Kind
from training import exam_file_errors as errors
from training.exam_file_errors import Doubt, Problem, Slip, Wanted
from training.exams import (
    DEFAULT_SECTIONS,
    AnswerRelease,
    Bands,
    Grading,
    Keep,
    ScoreRelease,
    Section,
    Settings,
)
from training.people import Group
from training.rule_errors import Place

NINE = datetime(2026, 11, 16, 1, tzinfo=UTC)
SIX = datetime(2026, 11, 25, 10, tzinfo=UTC)
USUAL = Settings("2026年度法律知识考试", 2026, NINE, SIX, 60, DEFAULT_SECTIONS)
TOP = Place()
BELOW = Place("audience")
SECOND = Place("sections", 2)
GROUPS = (Group.LEADER, Group.STAFF)


def with_(**changes: object) -> str:
    return rules(msgspec.structs.replace(USUAL, **changes), Group.STAFF)


def test_the_rules_of_the_usual_exam() -> None:
    assert rules(USUAL, Group.LEADER) == (
        "【2026年度法律知识考试】\n"
        "考核年度：2026 年\n"
        "开放时间：2026年11月16日 09:00至11月25日 18:00（北京时间）\n"
        "时长：60 分钟，从“开始”起连续计时，最迟到开放时间结束\n"
        "试题：单选题 40 道，每题 1 分；多选题 20 道，每题 2 分；判断题 20 道，每题 1 分。共 80 道，满分 100 分\n"
        "等次：合格 60 分，良好 80 分，优秀 90 分\n"
        "多选题：全部选对才得分，少选、多选、错选都不得分\n"
        "次数：只能考 1 次\n"
        "成绩：考试截止后公布；答案：考试和补考都结束后由主办单位另行公布\n"
        "到时自动交卷，已答的都算，未答的不得分。中途离开可以回来继续，计时不停。\n"
        "作答：点按选项，或直接回复（单选如“B”；多选如“ACD”；判断“对”或“错”）。"
        "还可回复：下一题、上一题、第N题、标记、答题卡、交卷。"
    )
    assert len(rules(USUAL, Group.LEADER)) <= 600
    assert all_rules(USUAL) == rules(USUAL, Group.STAFF)


def test_the_longest_rules_fit_into_one_message() -> None:
    text = with_(
        title="考" * 36,
        sections=tuple(Section(kind, 100, 12_345) for kind in Kind),
        grading=Grading.PARTIAL,
        attempts=99,
        keep=Keep.LAST,
        closes_at=datetime(2027, 1, 30, tzinfo=UTC),
    )
    assert len(text) <= 600
    assert len(text.encode()) <= 2048  # bytes of a text reply, doc 90238


def test_times_are_of_beijing_and_midnight_ends_a_day() -> None:
    assert "至11月25日 24:00（北京时间）" in with_(closes_at=datetime(2026, 11, 25, 16, tzinfo=UTC))
    assert "至2027年1月6日 18:00（" in with_(closes_at=datetime(2027, 1, 6, 10, tzinfo=UTC))
    assert "至12月31日 24:00（" in with_(closes_at=datetime(2026, 12, 31, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("grading", "words"),
    [
        (Grading.EXACT, "全部选对才得分，少选、多选、错选都不得分"),
        (Grading.PARTIAL, "全部选对得满分，少选但没有选错得一半分，有错选不得分"),
        (Grading.PER_OPTION, "每选对一项得相应比例的分，有错选不得分"),
    ],
)
def test_how_multiple_choice_is_marked(grading: Grading, words: str) -> None:
    assert f"\n多选题：{words}\n" in with_(grading=grading)
    assert "\n多选题：" not in with_(grading=grading, sections=DEFAULT_SECTIONS[:1])


def test_blanks_and_cases_are_explained_where_they_are_asked() -> None:
    blanks = with_(sections=(Section(Kind.BLANK, 10, 150),))
    assert "填空题 10 道，每题 1.5 分。共 10 道，满分 15 分" in blanks
    assert "\n填空题：按空给分\n" in blanks
    assert "（填空写文字，几个空用“；”隔开）" in blanks
    cases = with_(sections=(Section(Kind.CASE, 2, 1000),))
    assert "案例分析题 2 道，每题 10 分（各小题均分）" in cases
    assert "单选如“B”；多选如“ACD”；判断“对”或“错”；填空写文字" in cases
    assert "填空" not in rules(USUAL, Group.STAFF)


def test_attempts_and_releases() -> None:
    assert "次数：最多 3 次，以最高的一次为准\n" in with_(attempts=3)
    assert "次数：最多 2 次，以第一次为准\n" in with_(attempts=2, keep=Keep.FIRST)
    assert "次数：最多 2 次，以最后一次为准\n" in with_(attempts=2, keep=Keep.LAST)
    at_once = with_(release_score=ScoreRelease.AT_ONCE, release_answers=AnswerRelease.AT_CLOSE)
    assert "成绩：交卷后立即公布；答案：考试和补考都结束后公布\n" in at_once
    assert "成绩：由主办单位另行公布；" in with_(release_score=ScoreRelease.MANUAL)
    assert "等次：合格 59.5 分，良好 70 分，优秀 85 分\n" in with_(bands=Bands(5950, 7000, 8500))


def test_bands_are_points_of_the_paper() -> None:
    singles = Section(Kind.SINGLE, 73, 100)
    limits = "合格 43.8 分（60%），良好 58.4 分（80%），优秀 65.7 分（90%）\n"
    assert f"\n等次：{limits}" in with_(sections=(singles,))
    odd = with_(sections=(Section(Kind.SINGLE, 1, 7333),))
    assert "等次：合格 44 分（60%），良好 58.67 分（80%）" in odd  # 43.99 does not pass
    own = Section(Kind.CASE, 1, 2700, group=Group.LEADER)
    both = all_rules(msgspec.structs.replace(USUAL, sections=(singles, own)))
    assert f"\n等次（满分 73 分）：{limits}" in both
    assert "\n等次（满分 100 分）：合格 60 分，良好 80 分，优秀 90 分\n" in both
    mine = rules(msgspec.structs.replace(USUAL, sections=(singles, own)), Group.LEADER)
    assert "\n等次：合格 60 分，良好 80 分，优秀 90 分\n" in mine


def test_everybody_reads_the_rules_of_the_own_paper() -> None:
    own = Section(Kind.CASE, 2, 1000, group=Group.ENFORCEMENT)
    topics = tuple(Section(Kind.SINGLE, 10, 100, (topic,)) for topic in ("行政处罚", "行政许可"))
    settings = msgspec.structs.replace(USUAL, sections=(*topics, own))
    staff = "试题：单选题 20 道，每题 1 分。共 20 道，满分 20 分"
    cases = "案例分析题 2 道，每题 10 分（各小题均分）"
    officers = f"试题：单选题 20 道，每题 1 分；{cases}。共 22 道（案例题按小题分别作答），满分 40 分"
    assert staff in rules(settings, Group.STAFF).split("\n")
    assert officers in rules(settings, Group.ENFORCEMENT).split("\n")
    counted = officers.replace("案例题按小题分别作答", "案例按小题计，共 27 题")
    assert counted in rules(settings, Group.ENFORCEMENT, 27).split("\n")
    lines = all_rules(settings).split("\n")
    assert {f"行政执法人员：{officers}", f"领导干部、工作人员：{staff}"} <= set(lines)


PROBLEMS: list[tuple[Problem, str]] = [
    (
        errors.NotToml(TOP, "", 3, 9, Slip.SIGN, "“"),
        "文件在第 3 行第 9 个字符处看不懂：中文符号 “ 应改为英文（半角）符号；文本用英文引号括起来。",
    ),
    (
        errors.NotToml(TOP, "", 3, 9, Slip.MOMENT),
        '文件在第 3 行第 9 个字符处看不懂：时间请加上引号，如 "2026-11-23 09:00"，'
        "或写明秒，如 2026-11-23 09:00:00。",
    ),
    (
        errors.NotToml(TOP, "", 0, 0, Slip.OTHER),
        '文件在末尾处看不懂：每行应为“键 = 值”，文本加英文引号，如 title = "年度考试"，'
        "请核对引号、方括号和逗号是否成对。",
    ),
    (
        errors.UnknownKey(TOP, "titel", "title", None, ("title",)),
        "文件开头部分中的键 titel 不认识。是否想写 title？请改正或删除。",
    ),
    (
        errors.UnknownKey(BELOW, "grading", "groups", "", ("units", "groups")),
        "[audience] 中的键 grading 不认识。它应写在文件开头，第一个 [audience] 或 [[sections]] 之前，请移过去。",
    ),
    (
        errors.UnknownKey(SECOND, "x", "", None, ("kind", "count")),
        "第 2 个 [[sections]] 中的键 x 不认识。可用的键：kind、count。请改正或删除。",
    ),
    (errors.MissingKey(TOP, "year"), "year 没有填写，请补上。"),
    (
        errors.WrongValue(SECOND, "count", Wanted.WHOLE),
        "第 2 个 [[sections]] 的 count 应为整数（不加引号），请改正。",
    ),
    (errors.OutOfRange(TOP, "attempts", 1, 99), "attempts 应在 1 到 99 之间，请改正。"),
    (errors.NotPositive(SECOND, "points"), "第 2 个 [[sections]] 的 points 应大于 0，请改正。"),
    (errors.TooFine(TOP, "pass_score"), "pass_score 最多两位小数，请改正。"),
    (errors.NotOneLine(TOP, "title"), "title 只能写一行，请删去换行。"),
    (errors.TooLong(TOP, "title", 37, 36), "title 有 37 个字符，最多 36 个，请缩短。"),
    (
        errors.UnknownWord(TOP, "grading", "exakt", "exact", ("exact", "partial")),
        "grading “exakt”不认识，是否想写 exact？可用：exact、partial。",
    ),
    (
        errors.AnswersEarly(TOP, "release_answers"),
        'release_answers 不能是 "at_once"：答案只能在考试和补考都结束后公布，请写 "at_close" 或 "manual"。',
    ),
    (
        errors.EmptyAudience(BELOW, ""),
        "写了 [audience]，但没有写明谁参加，请写 units、groups 或 persons；全体参加的，请删去 [audience]。",
    ),
    (errors.UnknownUnit(BELOW, "units", "某局"), "[audience] 的 units “某局”没有找到，请核对单位代码或名称。"),
    (
        errors.SeveralUnits(BELOW, "units", "法规科", ("31", "32")),
        "[audience] 的 units “法规科”有 2 个单位同名，请改写单位代码（31、32）。",
    ),
    (
        errors.UnknownPerson(BELOW, "persons", "R9"),
        "[audience] 的 persons “R9”不在名册中，请核对人员编号或账号。",
    ),
    (
        errors.MergedPerson(BELOW, "persons", "R9", "R2"),
        "[audience] 的 persons “R9”已并入 R2，请改用后者。",
    ),
    (
        errors.ClosesFirst(TOP, "closes_at", SIX, NINE),
        "closes_at（北京时间 2026年11月16日 09:00）应晚于 opens_at（2026年11月25日 18:00），请改正。",
    ),
    (
        errors.WindowShort(TOP, "closes_at", 30, 60),
        "closes_at 到 opens_at 只有 30 分钟，短于考试时长 60 分钟，请延长开放时间或改小 duration_minutes。",
    ),
    (
        errors.YearOff(TOP, "year", 2025, NINE, SIX),
        "year 为 2025，但开放时间是 2026年11月16日 09:00至2026年11月25日 18:00，"
        "应在该年度内，最迟到次年 1 月 31 日，请改正其中之一。",
    ),
    (
        errors.BandsFall(TOP, "good_score", 8000, "pass_score", 8550),
        "good_score（80 分）低于 pass_score（85.5 分），应为合格 ≤ 良好 ≤ 优秀（没有写的为 60、80、90），请改正。",
    ),
    (errors.ScoreTooHigh(TOP, "pass_score", 10100, 10000), "pass_score（101 分）超过满分 100 分，请改正。"),
    (
        errors.NoPaper(TOP, "sections", GROUPS),
        "sections 中没有领导干部、工作人员的试题，请补上，或在 [audience] 的 groups 中写明只考哪些组别。",
    ),
    (
        errors.TooManyItems(TOP, "sections", GROUPS, 513, 512),
        "sections 中领导干部、工作人员的试卷共 513 道，最多 512 道，请减少 count。",
    ),
]
DOUBTS: list[tuple[Doubt, str]] = [
    (
        errors.WindowOver(SIX),
        "开放时间已于 2026年11月25日 18:00 结束，不能再在线作答；只导入线下成绩的，可以不改。",
    ),
    (
        errors.BandsUnfit((), 6000, 5000),
        "试卷满分 50 分，合格线按百分比折算为 30 分（60%），请核对。",
    ),
    (
        errors.EmptyTopic(2, "行政处法", "行政处罚"),
        "第 2 个 [[sections]] 的知识点“行政处法”在题库中还没有试题，是否想写“行政处罚”？请核对。",
    ),
    (
        errors.UnusedSection(2, Group.LEADER),
        "第 2 个 [[sections]] 只给领导干部，但考试范围不含这一组别，请核对。",
    ),
]


@pytest.mark.parametrize(("problem", "sentence"), PROBLEMS)
def test_what_is_said_of_a_problem(problem: Problem, sentence: str) -> None:
    assert said(problem) == sentence


@pytest.mark.parametrize(("doubt", "sentence"), DOUBTS)
def test_what_is_said_of_a_doubt(doubt: Doubt, sentence: str) -> None:
    assert doubted(doubt) == sentence


def kinds_of(base: type) -> set[type]:
    return {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, base)} - {base}


def test_every_kind_of_problem_has_its_sentence() -> None:
    assert {type(problem) for problem, _ in PROBLEMS} == kinds_of(Problem)
    assert {type(doubt) for doubt, _ in DOUBTS} == kinds_of(Doubt)


@pytest.mark.parametrize("wanted", Wanted)
def test_every_kind_of_value_is_named(wanted: Wanted) -> None:
    assert re.search(r"应为.{2,}，请改正。$", said(errors.WrongValue(TOP, "key", wanted)))


def test_all_problems_of_a_file_are_listed_and_counted() -> None:
    error = errors.BadExamFile((errors.MissingKey(TOP, "title"), errors.TooFine(SECOND, "points")))
    assert refused(error) == (
        "考试文件有 2 处需要改正，没有创建考试：",
        "1. title 没有填写，请补上。",
        "2. 第 2 个 [[sections]] 的 points 最多两位小数，请改正。",
    )
