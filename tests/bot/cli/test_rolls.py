"""`xuefa units import`, `staff import`, `staff export`."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.bot.cli.terminal import ROSTER, UNITS, Terminal


def table(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8-sig"))))


def now_of(terminal: Terminal) -> list[tuple[str, str, str, str]]:
    rows = terminal.rows('SELECT number, name, unit, "group" FROM person_now ORDER BY number')
    return [(number, name, unit, group) for number, name, unit, group in rows]


PEOPLE = [
    ("P1", "张三", "sfj", "staff"),
    ("P2", "李四", "zfk", "enforcement"),
    ("P3", "王五", "czj", "leader"),
    ("P4", "赵六", "czj", None),
]


def test_units_are_imported_at_once_and_again_without_change(terminal: Terminal) -> None:
    file = terminal.file("units.csv", UNITS)
    counters = {"read": 4, "new": 4, "changed": 0, "same": 0, "rejected": 0, "batch": None}
    assert terminal.json("units", "import", file, "--dry-run") == {**counters, "problems": []}
    assert terminal.rows("SELECT * FROM unit") == []
    assert terminal.audits() == []
    assert terminal.json("units", "import", file) == {**counters, "problems": []}
    assert terminal.rows("SELECT code, parent FROM unit_now ORDER BY code") == [
        ("czj", "gov"),
        ("gov", ""),
        ("sfj", "gov"),
        ("zfk", "sfj"),
    ]
    assert terminal.json("units", "import", file) == {**counters, "new": 0, "same": 4, "problems": []}
    assert terminal.audits() == [("units.import", "units 4")]


def test_unit_changes_apply_while_the_roll_is_empty_and_wait_for_a_second_admin_afterwards(
    terminal: Terminal,
) -> None:
    terminal.run("units", "import", terminal.file("units.csv", UNITS))
    renamed = terminal.file("renamed.csv", "单位代码,单位名称\nsfj,市司法局\n")
    assert terminal.json("units", "import", renamed)["changed"] == 1
    assert terminal.rows("SELECT name FROM unit_now WHERE code = 'sfj'") == [("市司法局",)]
    terminal.run("staff", "import", terminal.file("roster.csv", ROSTER))
    back = terminal.file("back.csv", "单位代码,单位名称\nsfj,司法局\nnew,新局\n")
    assert terminal.refused("units", "import", back).startswith("改动已有记录须写明 --as 账号、--reason 理由")
    terminal.admins()
    told = terminal.run("units", "import", back, "--as", "first", "--reason", "名称写错").stdout
    assert "单位名称 市司法局→司法局" in told
    assert "已提交为批次 1，请另一名市级管理员在企业微信中回复“确认 1”，确认后生效。" in told
    assert terminal.rows("SELECT name FROM unit_now WHERE code IN ('sfj', 'new') ORDER BY code") == [
        ("新局",),
        ("市司法局",),
    ]


def test_rejected_rows_are_listed_and_the_others_go_in(terminal: Terminal) -> None:
    units = terminal.file("units.csv", UNITS + ",没有代码,,,\n")
    document = terminal.json("units", "import", units)
    assert (document["read"], document["new"], document["rejected"]) == (5, 4, 1)
    assert document["problems"][0] == {
        "where": "row 6",
        "field": "code",
        "problem": "单位代码为空，请填写。",
        "severity": "rejected",
    }
    roster = terminal.file("roster.csv", ROSTER + "钱七,sfj,,qianqi,P5,,\n")
    told = terminal.run("staff", "import", roster).stdout
    assert "读到 5 行，新增 4，变动 0，相同 0，拒收 1" in told
    assert "  第 6 行：" in told


def test_new_people_are_on_the_roll_at_once(terminal: Terminal) -> None:
    terminal.run("units", "import", terminal.file("units.csv", UNITS))
    file = terminal.file("roster.csv", ROSTER)
    dry = terminal.json("staff", "import", file, "--dry-run")
    assert (dry["new"], dry["applied"], now_of(terminal)) == (4, 0, [])
    document = terminal.json("staff", "import", file)
    assert {k: document[k] for k in ("read", "new", "changed", "same", "rejected", "applied")} == {
        **{"read": 4, "new": 4, "changed": 0, "same": 0, "rejected": 0, "applied": 4},
    }
    assert now_of(terminal) == PEOPLE
    assert terminal.rows("SELECT account, person FROM account ORDER BY account")[0] == ("lisi", "P2")
    assert terminal.audits()[-1] == ("staff.import", "new 4, units 0")
    [(actor, via, after)] = terminal.rows("SELECT actor, via, after FROM audit_log WHERE what = 'staff.import'")
    assert (actor.split(":")[0], via, after) == ("cli", "cli", "P1,P2,P3,P4")


def test_changes_to_known_people_wait_for_a_second_admin(terminal: Terminal) -> None:
    terminal.bring()
    terminal.admins()
    people, audits = now_of(terminal), terminal.audits()
    changed = ROSTER.replace("张三,sfj", "张三,czj").replace("局长", "副局长") + "钱七,sfj,工作人员,qianqi,P5,,\n"
    file = terminal.file("changed.csv", changed)
    assert terminal.refused("staff", "import", file).startswith("改动已有记录须写明 --as 账号、--reason 理由")
    for account, said in (("nobody", "不在名册中"), ("zhangsan", "账号“zhangsan”不是市级管理员")):
        assert said in terminal.refused("staff", "import", file, "--as", account, "--reason", "调动")
    assert (now_of(terminal), terminal.audits()) == (people, audits)  # not even the new person
    document = terminal.json("staff", "import", file, "--as", "First", "--reason", "年中调动")
    assert (document["new"], document["changed"], document["same"], document["applied"]) == (1, 2, 2, 1)
    assert document["batch"] == 1
    assert [(c["person"], c["where"], c["before"], c["after"]) for c in document["changes"]] == [
        ("P1", "row 2", {"unit": "sfj"}, {"unit": "czj"}),
        ("P3", "row 4", {"post": "局长"}, {"post": "副局长"}),
    ]
    assert ("P5", "钱七", "sfj", "staff") in now_of(terminal)
    assert set(people) <= set(now_of(terminal))
    assert terminal.audits()[len(audits) :] == [("staff.import", "new 1, units 0"), ("batch.propose", "batch 1")]
    [(receivers, body)] = terminal.rows("SELECT receivers, body FROM outbox")
    assert receivers == "second"
    assert "【待确认批次 1】名册变动 2 人，甲管提出：年中调动" in json.loads(body)["text"]["content"]
    [listed] = terminal.json("batch", "list")["batches"]
    assert (listed["number"], listed["title"], listed["proposed_by"]) == (1, "名册变动 2 人", "A1")
    assert "王五（P3）：职务 局长→副局长" in terminal.run("batch", "list").stdout


def test_one_person_is_changed_cell_by_cell(terminal: Terminal) -> None:
    terminal.bring()
    terminal.admins()
    words = ("staff", "change", "P1", "--set", "单位=财政局", "--set", "状态=产假", "--set", "状态起=2026-02-10")
    told = terminal.run(*words, "--set", "状态止=2026-07-17", "--from", "2026-06-01", "--dry-run").stdout
    assert (
        "张三（P1）：单位 司法局（sfj）→财政局（czj），2026-06-01 起；状态 产假，2026-02-10 至 2026-07-17" in told
    )
    assert terminal.rows("SELECT * FROM batch") == []
    assert terminal.json(*words, "--as", "first", "--reason", "调动")["batch"] == 1
    why = ("--as", "first", "--reason", "调动")
    for wrong, said in (
        (("staff", "change", "P9", "--set", "职务=科长"), "没有人员编号为 P9 的人员"),
        (("staff", "change", "P1", "--set", "血型=A"), "--set 血型=A 没有看懂"),
        (("staff", "change", "P1", "--set", "人员编号=P7"), "人员编号不能变更"),
        (("staff", "change", "P1"), "没有写明变更什么"),
        (("staff", "change", "P1", "--set", "人员类别=神仙"), "人员类别“神仙”无法识别"),
        (("staff", "change", "P1", "--set", "职务=科员"), "没有需要变更的内容"),
    ):
        assert said in terminal.refused(*wrong, *why)


def test_a_unit_is_merged_into_another(terminal: Terminal) -> None:
    terminal.bring()
    terminal.admins()
    why = ("--as", "first", "--reason", "机构改革")
    told = terminal.run("units", "merge", "sfj", "czj", "--from", "2026-07-01", *why).stdout
    assert "张三（P1）：单位 司法局（sfj）→财政局（czj），2026-07-01 起" in told
    assert "执法科（zfk）：上级单位代码 司法局（sfj）→财政局（czj），2026-07-01 起" in told
    assert "司法局（sfj）：纳入考核" in told
    assert terminal.rows("SELECT state FROM batch") == [("open",)]
    for words, said in ((("nobody", "czj"), "没有单位代码为 nobody"), (("gov", "zfk"), "zfk 是 gov 本身或其下级")):
        assert said in terminal.refused("units", "merge", *words, "--from", "2026-07-01", *why)
    assert "--reason 理由" in terminal.refused(
        "units", "merge", "sfj", "czj", "--from", "2026-07-01", "--as", "first"
    )


def test_only_a_full_file_tells_who_is_not_in_it(terminal: Terminal) -> None:
    terminal.bring()
    part = terminal.file("part.csv", "\n".join(ROSTER.splitlines()[:3]) + "\n")
    assert terminal.json("staff", "import", part)["not_in_file"] == []
    assert terminal.json("staff", "import", part, "--full")["not_in_file"] == ["P3", "P4"]
    assert now_of(terminal) == PEOPLE


def test_unknown_units_are_created_and_people_numbered(terminal: Terminal) -> None:
    roster = "姓名,单位,人员类别\n甲乙,市政府/信访局,工作人员\n丙丁,市政府/信访局,领导干部、行政执法人员\n"
    document = terminal.json("staff", "import", terminal.file("r.csv", roster))
    assert document["new_units"] == ["市政府", "市政府/信访局"]
    assert [number for number, *_ in now_of(terminal)] == ["R000001", "R000002"]
    assert document["leaders_with_mark"] == ["R000002"]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "OUT.XLSX"])
def test_an_export_is_read_back_without_a_change(terminal: Terminal, name: str) -> None:
    terminal.bring()
    out = terminal.path(name)
    assert terminal.json("staff", "export", out) == {"exported": 4, "file": out}
    again = terminal.json("staff", "import", out)
    assert (again["read"], again["same"], again["changed"], again["new"]) == (4, 4, 0, 0)
    assert again["problems"] == []


def test_an_export_says_what_is_on_the_roll(terminal: Terminal) -> None:
    terminal.bring()
    terminal.run("staff", "export", terminal.path("out.csv"))
    rows = {row["姓名"]: row for row in table(terminal.path("out.csv"))}
    assert (rows["李四"]["单位"], rows["李四"]["人员类别"]) == ("市政府/司法局/执法科", "工作人员、行政执法人员")
    assert (rows["张三"]["法律职业资格"], rows["王五"]["法律职业资格"]) == ("是", "")


def test_what_cannot_be_written_is_refused(terminal: Terminal) -> None:
    assert terminal.refused("staff", "export", "roster.pdf") == "不能写 .pdf 文件，请用 .xlsx 或 .csv。"
    assert terminal.refused("staff", "export", "roster") == "不能写 没有扩展名的 文件，请用 .xlsx 或 .csv。"
    for name in ("nowhere/roster.xlsx", "nowhere/roster.csv"):
        assert terminal.refused("staff", "export", name) == "目录 nowhere 不存在，请先建好再导出。"
    assert list(terminal.folder.glob("roster*")) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.csv", None, "找不到文件"),
        ("empty.csv", "", "空文件"),
        ("head.csv", "甲,乙\n1,2\n", "没有找到表头，缺少列：姓名、单位、人员类别"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 xls"),
        ("fake.xlsx", "姓名,单位\n", "xlsx"),
    ],
)
@pytest.mark.parametrize("noun", ["staff", "units"])
def test_files_that_cannot_be_read(
    terminal: Terminal, noun: str, name: str, content: str | bytes | None, said: str
) -> None:
    path = terminal.path(name) if content is None else terminal.file(name, content)
    refused = terminal.refused(noun, "import", path)
    assert (
        said.replace("姓名、单位、人员类别", {"staff": "姓名、单位、人员类别", "units": "单位代码、单位名称"}[noun])
        in refused
    )
