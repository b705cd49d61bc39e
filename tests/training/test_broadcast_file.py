"""The file by which something is sent to many: what it orders, and what is refused and where."""

from datetime import UTC, datetime

import pytest

from handlers.texts import broadcast_file as texts
from handlers.texts.broadcast_example import example
from question_bank.questions import Kind as QuestionKind
from question_bank.questions import Question
from tests.training.headers import jpg, png
from training import broadcast_file_errors as errors
from training import exam_file_errors
from training.broadcast_file import Known, Named, broadcast_doubts, broadcast_settings, credit_doubts, named_in
from training.broadcast_file_content import FILE_BYTES, PICTURE_BYTES
from training.broadcast_file_errors import BadBroadcastFile
from training.broadcasts import Audience, Broadcast, Every, Kind, Repeat, Settings, State, Until, Who
from training.exam_file_errors import Doubt, Problem, Slip, Wanted
from training.rule_errors import Place
from training.units import Unit, UnitTree

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 10:00 in Beijing
KNOWN = Known(
    UnitTree(
        [
            *(Unit("1", "市政府"), Unit("3001", "司法局", "1"), Unit("3002", "财政局", "1")),
            *(Unit("31", "法规科", "3001"), Unit("32", "法规科", "3002")),
        ]
    ),
    frozenset({"R000001", "R000002"}),
    {"zhangsan": "R000001"},
    {"R000009": "R000002"},
    frozenset({"行政处罚", "行政许可"}),
    {
        **{f"q-{number}": QuestionKind.SINGLE for number in range(20)},
        **{"b-1": QuestionKind.BLANK, "c-1": QuestionKind.CASE, "j-1": QuestionKind.JUDGE},
    },
)
PNG, JPG = png(), jpg()
TOP = Place()
WHOM = Place("audience")
GROUPS = ("leader", "staff", "enforcement", "other")
NOTICE = 'kind = "notice"\ntext = "请参加。"\n'
QUIZ = 'kind = "quiz"\nquestions = ["q-1"]\n'
JUDGED = '{kind = "judge", stem = "行政处罚应当公开。", answer = ["对"]}'


def read(text: str, **files: bytes) -> Settings:
    return broadcast_settings(
        text, KNOWN, NOW, {name.replace("_", "."): content for name, content in files.items()}
    )


def problems(text: str, **files: bytes) -> tuple[Problem, ...]:
    with pytest.raises(BadBroadcastFile) as bad:
        read(text, **files)
    return bad.value.problems


def problem(text: str, **files: bytes) -> Problem:
    (one,) = problems(text, **files)
    return one


def said(text: str, **files: bytes) -> list[str]:
    return [texts.said(one) for one in problems(text, **files)]


def test_the_least_notice_goes_to_all_at_once() -> None:
    assert read(NOTICE) == Settings(Kind.NOTICE, text="请参加。")


def test_the_least_quiz_gives_no_credit_and_closes_on_the_third_day() -> None:
    assert read(QUIZ) == Settings(Kind.QUIZ, questions=("q-1",), until=Until(days=2, hour=24), credit=0)


def test_a_quiz_with_all_it_can_say() -> None:
    found = read(
        'kind = "答题"\ntitle = "宪法周"\ntext = "请作答。"\n'
        f'questions = ["q-1", {JUDGED}, "q-2"]\ndraw = 2\ntopics = "行政处罚"\n'
        'at = "2026-11-24 09:07"\nuntil = "当天 18:00"\ncredit = "0.10"\nremind = true\nresults_to_all = true\n'
        '[audience]\nunits = ["司法局", "3002"]\nbelow = false\ngroups = ["领导干部", "other"]\n'
        'persons = ["ZhangSan", "R000002"]\n'
    )
    (written,) = found.written
    assert (written.kind, written.stem, written.answer) == (QuestionKind.JUDGE, "行政处罚应当公开。", ("对",))
    assert found == Settings(
        Kind.QUIZ,
        title="宪法周",
        text="请作答。",
        questions=("q-1", "q-2"),
        written=(written,),
        draw=2,
        topics=("行政处罚",),
        audience=Audience(("3001", "3002"), False, (Who.LEADER, Who.OTHER), ("R000001", "R000002")),
        at=datetime(2026, 11, 24, 1, 7, tzinfo=UTC),
        until=Until(days=0, hour=18),
        credit=10,
        remind=True,
        tell_all=True,
    )


def test_questions_as_tables_may_only_name_an_id() -> None:
    found = read(
        'kind = "quiz"\n[[questions]]\nid = "q-3"\n'
        '[[questions]]\nkind = "multiple"\nstem = "下列哪些是行政处罚？"\n'
        'options = ["警告", "罚款", "记过"]\nanswer = ["B", "A"]\n'
    )
    assert found.questions == ("q-3",)
    assert [one.answer for one in found.written] == [("A", "B")]


def test_a_rule_instead_of_a_moment() -> None:
    found = read(QUIZ + 'repeat = "每周一 9:07"\nuntil = "3天"\n')
    assert (found.repeat, found.at, found.until) == (Repeat(Every.WEEK, 9, 7, day=1), None, Until(days=3))


@pytest.mark.parametrize("word", ["立即", "现在"])
def test_at_once_may_be_said(word: str) -> None:
    assert read(NOTICE + f'at = "{word}"\n').at is None


@pytest.mark.parametrize("key", ["at", "repeat"])
@pytest.mark.parametrize("word", ["", "  "])
def test_an_empty_time_is_no_wish_to_send_at_once(key: str, word: str) -> None:
    assert problem(NOTICE + f'{key} = "{word}"\n') == errors.NoTime(TOP, key)
    assert said(NOTICE + f'{key} = "{word}"\n') == [
        f"{key} 是空的（变量可能没有赋值），请写明时间；要立即发送，请删去这一行。"
    ]


@pytest.mark.parametrize(
    "audience",
    ["", "units = []\npersons = []\n", "groups = []\n", "below = true\n", "units = []\nbelow = false\n"],
)
def test_an_audience_of_nobody_is_not_the_whole_city(audience: str) -> None:
    text = NOTICE + "[audience]\n" + audience
    assert problem(text) == exam_file_errors.EmptyAudience(WHOM, "")
    assert said(text) == [
        "写了 [audience]，但没有写明发给谁，请写 units、groups 或 persons；"
        "要发给全市（单位管理员为管辖单位），请删去 [audience]。"
    ]


def test_what_is_empty_beside_something_lets_all_in() -> None:
    found = read(NOTICE + '[audience]\nunits = ["3001"]\ngroups = []\npersons = []\n')
    assert found.audience == Audience(("3001",))


@pytest.mark.parametrize(
    ("word", "every"),
    [("每月第一工作日", Every.FIRST_WORKING_DAY), ("每月第1个工作日 9:07", Every.FIRST_WORKING_DAY)],
)
def test_the_first_working_day_as_people_write_it(word: str, every: Every) -> None:
    assert read(QUIZ + f'repeat = "{word}"\nuntil = "3天"\n').repeat == Repeat(every, 9, 7)


def test_the_list_of_problems_ends_somewhere() -> None:
    with pytest.raises(BadBroadcastFile) as bad:
        read(NOTICE + "".join(f"key{number} = 1\n" for number in range(3000)))
    lines = texts.refused(bad.value)
    assert len(bad.value.problems) == 3000
    assert (len(lines), lines[0]) == (202, "群发文件有 3000 处需要改正，没有发送：")
    assert lines[200].startswith("200. ")
    assert lines[201] == "…… 还有 2800 处，改正以上各处后再看。"


def test_a_path_with_backslashes_is_told_what_to_write() -> None:
    assert said('kind = "file"\nfile = "sub\\in\\a.pdf"\n') == [
        '文件在第 2 行第 14 个字符处看不懂：文件的路径请用 / 分隔，如 "海报/一.png"；文本里的反斜杠请写成 \\\\。'
    ]


def test_a_broken_picture_and_a_program_are_not_sent() -> None:
    picture, paper = 'kind = "picture"\nfile = "a.png"\n', 'kind = "file"\nfile = "a.doc"\n'
    assert problem(picture, a_png=PNG[:16]) == errors.BrokenPicture(TOP, "file", "a.png")
    assert problem(paper, a_doc=b"MZ" + bytes(90)) == errors.Program(TOP, "file", "a.doc")
    assert said(picture, a_png=PNG[:16]) == ["file “a.png”已损坏或不完整，不是可以打开的图片，请重新另存后再发。"]
    assert said(paper, a_doc=b"MZ" + bytes(90)) == [
        "file “a.doc”是可执行程序，不能群发，请改发文档、表格或压缩包。"
    ]


@pytest.mark.parametrize(
    ("credit", "closes_at", "doubts"),
    [
        (10, "2027-01-10T00:00+08:00", (errors.CreditEnds(2026),)),
        (10, "2027-01-01T00:01+08:00", (errors.CreditEnds(2026),)),
        (10, "2027-01-01T00:00+08:00", ()),
        (0, "2027-01-10T00:00+08:00", ()),
    ],
)
def test_credit_that_ends_before_the_quiz(credit: int, closes_at: str, doubts: tuple[Doubt, ...]) -> None:
    settings = Settings(Kind.QUIZ, credit=credit)
    sent_at = datetime(2026, 12, 30, 1, tzinfo=UTC)
    made = Broadcast(1, State.PLANNED, settings, 0, "", NOW, sent_at, datetime.fromisoformat(closes_at))
    assert credit_doubts(made) == doubts
    assert [texts.doubted(doubt) for doubt in doubts] == [
        "截止时间跨年，2026 年 12 月 31 日以后的作答不计学时，请核对 until。" for _ in doubts
    ]


def test_moments_without_quotes() -> None:
    found = read(QUIZ + "at = 2026-11-24 09:07:00\nuntil = 2026-11-26\n")
    assert found.at == datetime(2026, 11, 24, 1, 7, tzinfo=UTC)
    assert found.until == Until(at=datetime(2026, 11, 26, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("credit", "hundredths"),
    [("true", 10), ("false", 0), ('"0.10"', 10), ('"0.5"', 50), ("1", 100), ("0.01", 1), ('"1.00"', 100), ("0", 0)],
)
def test_credit_in_its_forms(credit: str, hundredths: int) -> None:
    assert read(QUIZ + f"credit = {credit}\n").credit == hundredths


def test_a_picture_and_a_file() -> None:
    found = read('kind = "图片"\nfile = "a.png"\ntext = "海报"\nurgent = true\n', a_png=PNG)
    assert found == Settings(Kind.PICTURE, text="海报", file_name="a.png", urgent=True)
    assert read('kind = "picture"\nfile = "a.png"\n', a_png=JPG).kind is Kind.PICTURE
    assert read('kind = "file"\nfile = "a.pdf"\n', a_pdf=b"%PDF-1").file_name == "a.pdf"


def test_the_name_of_a_file_is_the_end_of_its_path() -> None:
    for path in ("海报/十二月/a.pdf", "C:\\\\文件\\\\a.pdf"):
        files = {path.replace("\\\\", "\\"): b"%PDF-1"}
        found = broadcast_settings(f'kind = "file"\nfile = "{path}"\n', KNOWN, NOW, files)
        assert found.file_name == "a.pdf"


def test_the_largest_that_may_be_sent() -> None:
    picture, paper = 'kind = "picture"\nfile = "a.b"\n', 'kind = "file"\nfile = "a.b"\n'
    assert read(picture, a_b=PNG.ljust(PICTURE_BYTES)).file_name == "a.b"
    assert problem(picture, a_b=PNG.ljust(PICTURE_BYTES + 1)) == errors.BigFile(TOP, "file", "a.b", PICTURE_BYTES)
    assert read(paper, a_b=b"." * FILE_BYTES).file_name == "a.b"
    assert problem(paper, a_b=b"." * (FILE_BYTES + 1)) == errors.BigFile(TOP, "file", "a.b", FILE_BYTES)
    assert read(paper, a_b=b"......").file_name == "a.b"
    assert problem(paper, a_b=b".....") == errors.SmallFile(TOP, "file", "a.b", 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", exam_file_errors.MissingKey(TOP, "kind")),
        ('kind = "notice"\n', exam_file_errors.MissingKey(TOP, "text")),
        ('kind = "notice"\ntext = " "\n', exam_file_errors.MissingKey(TOP, "text")),
        ('kind = "picture"\n', exam_file_errors.MissingKey(TOP, "file")),
        ('kind = "picture"\nfile = "b.png"\n', errors.NoFile(TOP, "file", "b.png")),
        ('kind = "picture"\nfile = "a.txt"\n', errors.NoPicture(TOP, "file", "a.txt")),
        ('kind = "quiz"\n', errors.NothingAsked(TOP, "questions")),
        ('kind = "quiz"\nquestions = []\ndraw = 0\n', errors.NothingAsked(TOP, "questions")),
        (NOTICE + "draw = 1\n", errors.NotWithKind(TOP, "draw", Kind.NOTICE, (Kind.QUIZ,))),
        (NOTICE + "credit = true\n", errors.NotWithKind(TOP, "credit", Kind.NOTICE, (Kind.QUIZ,))),
        (
            QUIZ + "urgent = true\n",
            errors.NotWithKind(TOP, "urgent", Kind.QUIZ, (Kind.NOTICE, Kind.PICTURE, Kind.FILE)),
        ),
        ('kind = "statistics"\nremind = true\n', errors.NotWithKind(TOP, "remind", Kind.STATISTICS, (Kind.QUIZ,))),
        (QUIZ + 'topics = ["行政处罚"]\n', errors.NotWithout(TOP, "topics", "draw")),
        (
            'kind = "quiz"\ndraw = 2\ntopics = ["行政处法"]\n',
            errors.UnknownTopic(TOP, "topics", "行政处法", "行政处罚"),
        ),
        ('kind = "quiz"\ndraw = 11\n', exam_file_errors.OutOfRange(TOP, "draw", 0, 10)),
        ('kind = "quiz"\nquestions = "q-99"\n', errors.UnknownQuestion(TOP, "questions", "q-99")),
        ('kind = "quiz"\nquestions = ["b-1"]\n', errors.NotAskable(TOP, "questions", "b-1", QuestionKind.BLANK)),
        ('kind = "quiz"\nquestions = ["c-1"]\n', errors.NotAskable(TOP, "questions", "c-1", QuestionKind.CASE)),
        ('kind = "quiz"\nquestions = ["q-1", "q-1"]\n', errors.TwiceAsked(TOP, "questions", "q-1")),
        ('kind = "quiz"\nquestions = ["q-1", 3]\n', errors.BadList(TOP, "questions", 2)),
        ('kind = "quiz"\nquestions = 3\n', errors.BadList(TOP, "questions", 0)),
        (
            f'kind = "quiz"\nquestions = [{JUDGED}, {JUDGED}]\n',
            errors.TwiceAsked(Place("questions", 2), "stem", "行政处罚应当公开。"),
        ),
        (NOTICE + 'at = "2026-11-23 09:59"\n', errors.Past(TOP, "at", datetime(2026, 11, 23, 1, 59, tzinfo=UTC))),
        (NOTICE + 'at = "明天"\n', exam_file_errors.WrongValue(TOP, "at", Wanted.MOMENT)),
        (NOTICE + 'at = "2026-11-30 09:00"\nrepeat = "每周一"\n', errors.NotTogether(TOP, "at", "repeat")),
        (NOTICE + 'repeat = "每天 9:07"\n', errors.BadRepeat(TOP, "repeat", "每天 9:07")),
        (QUIZ + 'repeat = "每周一"\nuntil = "2026-11-30 18:00"\n', errors.FixedEnd(TOP, "until")),
        (QUIZ + 'until = "以后"\n', errors.BadUntil(TOP, "until", "以后")),
        (
            QUIZ + 'at = "2026-11-24 09:00"\nuntil = "2026-11-24 09:00"\n',
            errors.ClosesFirst(
                TOP, "until", datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC)
            ),
        ),
        (QUIZ + 'until = "当天 10:00"\n', errors.ClosesFirst(TOP, "until", NOW, NOW)),
        (
            QUIZ + 'repeat = "每周一 9:07"\nuntil = "当天 9:00"\n',
            errors.ClosesFirst(
                TOP, "until", datetime(2026, 11, 30, 1, tzinfo=UTC), datetime(2026, 11, 30, 1, 7, tzinfo=UTC)
            ),
        ),
        (QUIZ + 'credit = "一"\n', errors.BadCredit(TOP, "credit")),
        (QUIZ + 'credit = ["0.10"]\n', errors.BadCredit(TOP, "credit")),
        (QUIZ + "credit = nan\n", errors.BadCredit(TOP, "credit")),
        (QUIZ + "credit = 1e99\n", errors.BadCredit(TOP, "credit")),
        (QUIZ + 'credit = "0.105"\n', exam_file_errors.TooFine(TOP, "credit")),
        (QUIZ + 'credit = "1.01"\n', exam_file_errors.OutOfRange(TOP, "credit", 0, 1)),
        (QUIZ + "credit = -0.1\n", exam_file_errors.OutOfRange(TOP, "credit", 0, 1)),
        (NOTICE + f'title = "{"题" * 31}"\n', exam_file_errors.TooLong(TOP, "title", 31, 30)),
        (NOTICE + 'title = "两\\n行"\n', exam_file_errors.NotOneLine(TOP, "title")),
        (f'kind = "notice"\ntext = "{"字" * 1501}"\n', exam_file_errors.TooLong(TOP, "text", 1501, 1500)),
        (f'kind = "notice"\ntext = "{"𠀀" * 1537}"\n', exam_file_errors.TooLong(TOP, "text", 1537, 1500)),
        ('kind = "notice"\ntext = "看\\u0000不见"\n', errors.ControlSign(TOP, "text")),
        (QUIZ + f'text = "{"字" * 201}"\n', exam_file_errors.TooLong(TOP, "text", 201, 200)),
        (
            NOTICE + '[audience]\nunits = ["法规科"]\n',
            exam_file_errors.SeveralUnits(WHOM, "units", "法规科", ("31", "32")),
        ),
        (NOTICE + '[audience]\nunits = ["教育局"]\n', exam_file_errors.UnknownUnit(WHOM, "units", "教育局")),
        (
            NOTICE + '[audience]\npersons = ["R000009"]\n',
            exam_file_errors.MergedPerson(WHOM, "persons", "R000009", "R000002"),
        ),
        (NOTICE + '[audience]\npersons = ["R7"]\n', exam_file_errors.UnknownPerson(WHOM, "persons", "R7")),
        (
            NOTICE + '[audience]\ngroups = ["leaders"]\n',
            exam_file_errors.UnknownWord(WHOM, "groups", "leaders", "leader", GROUPS),
        ),
        (NOTICE + "audience = 3\n", exam_file_errors.WrongValue(TOP, "audience", Wanted.TABLE)),
    ],
)
def test_what_is_refused(text: str, expected: Problem) -> None:
    assert problem(text, a_txt=b"a text") == expected
    assert texts.said(expected)


def test_too_many_questions_count_those_that_are_drawn() -> None:
    ids = ", ".join(f'"q-{number}"' for number in range(8))
    assert len(read(f'kind = "quiz"\nquestions = [{ids}]\ndraw = 2\n').questions) == 8
    found = problem(f'kind = "quiz"\nquestions = [{ids}]\ndraw = 3\n')
    assert found == errors.TooManyQuestions(TOP, "questions", 11, 10)


def test_bytes_are_counted_too() -> None:
    assert read(f'kind = "notice"\ntext = "{"字" * 1500}"\n').text == "字" * 1500
    assert read(f'kind = "notice"\ntext = "{"𠀀" * 1500}"\n').text  # 6000 bytes


def test_keys_that_nobody_knows() -> None:
    assert said(NOTICE + "titel = 1\nstem = 2\n[audience]\nat = 3\nunit = 4\n") == [
        "文件开头部分中的键 titel 不认识。是否想写 title？请改正或删除。",
        "文件开头部分中的键 stem 不认识。它应写在[[questions]] 下面，请移过去。",
        "[audience] 中的键 at 不认识。它应写在文件开头，[audience] 和 [[questions]] 之前，请移过去。",
        "[audience] 中的键 unit 不认识。是否想写 units？请改正或删除。",
    ]


def test_bad_questions_are_refused_in_the_words_of_an_import() -> None:
    assert said(
        'kind = "quiz"\n'
        '[[questions]]\nkind = "single"\nstem = "哪一天是国家宪法日？"\noptions = ["甲", "乙"]\nanswer = ["C"]\n'
        '[[questions]]\nstem = "没有题型的题"\n'
        '[[questions]]\nkind = "单选"\nstem = "题型不对的题"\n'
        '[[questions]]\nkind = "blank"\nstem = "国家宪法日是____。"\nanswer = [["12月4日"]]\n'
        '[[questions]]\nkind = "judge"\nstem = "拼错了键的题"\nanswer = ["对"]\nexplantion = "x"\n'
        '[[questions]]\nkind = "judge"\nstem = 3\nanswer = ["对"]\n'
        '[[questions]]\nkind = "judge"\nstem = "难度是没有尽头的数"\nanswer = ["对"]\ndifficulty = inf\n'
    ) == [
        "第 1 道题（[[questions]]）：答案 C 不在选项 A–B 之中。请改正。",
        "第 2 道题（[[questions]]）：缺少 kind。请改正。",
        "第 3 道题（[[questions]]）：没有“单选”这种题型，应为 single、multiple、judge、blank、case。请改正。",
        "第 4 道题（[[questions]]）的 kind 是填空题，群发只能用单选题、多选题和判断题，请换一道。",
        "第 5 道题（[[questions]]）中的键 explantion 不认识。是否想写 explanation？请改正或删除。",
        "第 6 道题（[[questions]]）：stem 应为文字，这里是整数。请改正。",
        "第 7 道题（[[questions]]）：有看不懂的值。请改正。",
    ]


def test_every_problem_is_found_at_once() -> None:
    found = said(
        'kind = "quiz"\ntitle = 3\nquestions = ["q-99", "b-1"]\nat = "2026-11-22 09:00"\ncredit = "很多"\n'
        'repeat = "每天"\nfile = "a.png"\n[audience]\nunits = ["教育局"]\nbelow = "是"\n'
    )
    assert found == [
        "file 只用于图片、文件，不能用于答题，请删去这一行，或改正 kind。",
        "questions 中的“q-99”不在题库中，请核对编号。",
        "questions 中的“b-1”是填空题，群发只能用单选题、多选题和判断题，请换一道。",
        "at（北京时间 2026年11月22日 09:00）已经过去，请改为以后的时间；要立即发送，请删去这一行。",
        "repeat “每天”看不懂，不支持每天发送，请用每个工作日；请写"
        '"每周一 9:07"、"每月1日 9:10"、'
        '"每月最后一天"、"每月第一个工作日"、"每月最后一个工作日 9:07"或"每个工作日 9:07"。',
        "[audience] 的 units “教育局”没有找到，请核对单位代码或名称。",
        "[audience] 的 below 应为 true 或 false（不加引号），请改正。",
        "title 应为加引号的文本，请改正。",
        'credit 应为每题的学时，如 "0.10"（0.01 至 1.00），或 true（每题 0.10）、false（不计），请改正。',
    ]


@pytest.mark.parametrize(
    ("text", "slip", "sentence"),
    [
        (
            "kind = “notice”\n",
            Slip.SIGN,
            "文件在第 1 行第 8 个字符处看不懂：中文符号 “ 应改为英文（半角）符号；文本用英文引号括起来。",
        ),
        (
            NOTICE + "at = 2026-11-24 09:07\n",
            Slip.MOMENT,
            '文件在第 3 行第 17 个字符处看不懂：时间请加上引号，如 "2026-11-23 09:07"。',
        ),
        (QUIZ + '[[questions]]\nkind = "judge"\n', Slip.TWICE, None),
        ("kind notice\n", Slip.OTHER, None),
    ],
)
def test_what_is_no_toml(text: str, slip: Slip, sentence: str | None) -> None:
    found = problem(text)
    assert isinstance(found, exam_file_errors.NotToml)
    assert found.slip is slip
    assert texts.said(found) == sentence or (sentence is None and "看不懂" in texts.said(found))
    assert named_in(text) == Named()


def test_one_problem_and_several_are_counted() -> None:
    head, one = texts.refused(BadBroadcastFile(problems("kind = 3\n")))
    assert head == "群发文件有 1 处需要改正，没有发送："
    assert one == "1. kind 应为加引号的文本，请改正。"


def test_a_rule_whose_last_day_is_over() -> None:
    found = problem(NOTICE + 'repeat = "每周一 9:07 至 2026-11-23"\n')  # it is Monday, 10:00
    assert isinstance(found, errors.RuleOver)
    assert "2026-11-23" in texts.said(found)
    assert read(NOTICE + 'repeat = "每周一 10:07 至 2026-11-23"\n').repeat


def test_what_is_only_doubted() -> None:
    short = Question("", QuestionKind.MULTIPLE, "下列属于行政处罚的是哪些？", ("警告", "罚款"), ("A", "B"))
    settings = Settings(Kind.QUIZ, written=(short,), repeat=Repeat(Every.WEEK, 9, 7, day=1))
    assert [texts.doubted(one) for one in broadcast_doubts(settings)] == [
        "文件中写的第 1 道题：所有选项都是答案，全部勾选即得满分，请核对。",
        "定期发送的答题每次都是同样的题；要每次不同，请改用 draw。",
    ]
    assert broadcast_doubts(read('kind = "quiz"\ndraw = 3\nrepeat = "每周一"\n')) == ()


def test_what_has_to_be_looked_up_first() -> None:
    text = 'questions = ["q-1", {kind = "judge"}, " q-2 "]\nfile = " a.png "\ntopics = ["行政处罚"]\n'
    assert named_in(text) == Named("a.png", ("q-1", "q-2"), topics=True)
    assert named_in("file = 3\nquestions = 4\n") == Named()
    assert named_in('[[questions]]\nid = "q-1"\n').questions == ("q-1",)


def test_the_example_is_a_quiz_for_everybody() -> None:
    found = read(example(NOW))
    assert (found.kind, found.title, len(found.written)) == (Kind.QUIZ, "宪法宣传周答题", 1)
    assert (found.audience, found.until, found.credit, found.remind) == (Audience(), Until(), 0, False)
    assert broadcast_doubts(found) == ()


def test_each_line_of_the_example_may_be_used() -> None:
    """What is commented out reads as it stands, each key in a file where it belongs."""
    lines = [line.removeprefix("# ").split("     #")[0] for line in example(NOW).splitlines()]
    keys = {line.partition(" = ")[0]: line for line in lines if " = " in line and line[0].isascii()}
    assert {"draw", "topics", "file", "at", "repeat", "urgent", "units", "below", "groups", "persons"} <= set(keys)
    quiz = f'kind = "quiz"\n{keys["draw"]}\n{keys["at"]}\n'
    assert read(quiz).at == datetime(2026, 11, 27, 1, 7, tzinfo=UTC)
    assert read(f"{NOTICE}{keys['repeat']}\n{keys['urgent']}\n").urgent
    audience = f"[audience]\n{keys['below']}\n{keys['groups']}\n"
    assert read(NOTICE + audience).audience.groups == (Who.LEADER, Who.STAFF)


def test_brackets_without_end_are_no_toml() -> None:
    assert isinstance(problem("questions = " + "[" * 3000 + "]" * 3000), exam_file_errors.NotToml)
