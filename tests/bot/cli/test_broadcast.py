"""`xuefa broadcast` as it is typed: a file once, what is refused, what was ordered, and how it is stopped."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage import outbox
from storage.database import Tx
from storage.outbox import Draft
from tests.bot.cli.terminal import Terminal
from tests.read_only import nothing_written, open_folder
from tests.training.headers import png
from training.calendar import CITY

NOTICE = 'kind = "notice"\ntitle = "周会"\ntext = "周五开会。"\n'
URGENT = 'kind = "notice"\ntext = "台风预警。"\nurgent = true\n'
UNIT_ADMIN = "姓名,单位,人员类别,账号,人员编号,角色,管辖单位\n丙管,sfj,工作人员,third,A3,单位管理员,sfj\n"
PNG = png()


@pytest.fixture
def office(either: Terminal) -> Terminal:
    """Zhang (staff), Li (enforcement, below), Wang (a leader elsewhere), Zhao (other); admins of city and unit."""
    either.bring().admins()
    either.run("staff", "import", either.file("third.csv", UNIT_ADMIN))
    return either


def placed(office: Terminal, text: str, *words: str, name: str = "a.toml") -> dict[str, Any]:
    found: dict[str, Any] = office.json("broadcast", office.file(name, text), *words)
    return found


def listed(office: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.json("broadcast", "list")["broadcasts"]
    return found


async def _queue(tx: Tx) -> None:
    draft = Draft("message/send", b"{}", ("zhangsan",))
    ref = "broadcast-1-0-0"
    await outbox.add(tx, "wecom", ref, [draft], lane="broadcast-1-0", mass=True, now=datetime.now(UTC))


def soon(**later: float) -> str:
    """As a file says it."""
    return f"{(datetime.now(UTC) + timedelta(**later)).astimezone(CITY):%Y-%m-%d %H:%M}"


def test_a_notice_reaches_everybody_on_the_roll(office: Terminal) -> None:
    found = placed(office, NOTICE)
    assert (found["id"], found["already"], found["persons"], found["left_out"]) == (1, False, 7, {})
    assert (found["kind"], found["title"], found["state"], found["closes_at"]) == (
        "notice",
        "周会",
        "planned",
        None,
    )
    assert datetime.fromisoformat(found["send_at"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert [one["id"] for one in listed(office)] == [1]


def test_the_same_file_goes_out_once(office: Terminal) -> None:
    first = placed(office, NOTICE)
    again = placed(office, NOTICE, name="copy.toml")
    assert (again["id"], again["already"]) == (first["id"], True)
    said = office.run("broadcast", office.path("a.toml")).stdout
    assert said.startswith("这份文件已作为群发 1 通知《周会》（")
    assert said.endswith("待发送），没有重复发送；确要再发请加 --again。\n")
    assert len(listed(office)) == 1
    second = placed(office, NOTICE, "--again")
    assert (second["id"], second["already"]) == (2, False)
    assert placed(office, NOTICE) == {**placed(office, NOTICE), "id": 2, "already": True}
    assert placed(office, NOTICE + "\n")["id"] == 3


def test_another_picture_under_the_same_name_is_another_broadcast(office: Terminal) -> None:
    text = 'kind = "picture"\nfile = "posters/p.png"\n'
    (office.folder / "posters").mkdir()
    office.file("posters/p.png", PNG)
    assert placed(office, text)["id"] == 1
    assert placed(office, text)["already"]
    office.file("posters/p.png", PNG + b"2")
    assert placed(office, text)["id"] == 2


def test_a_file_that_went_out_may_name_a_moment_that_is_over(office: Terminal) -> None:
    """The second run is answered, and not told that `at` is in the past."""
    text = NOTICE + f'at = "{soon(days=9)}"\n'
    assert placed(office, text)["id"] == 1
    assert placed(office, text)["already"]


def test_a_dry_run_shows_all_of_it_and_does_nothing(office: Terminal) -> None:
    found = placed(office, URGENT, "--dry-run")
    assert (found["id"], found["dry_run"], found["persons"], found["state"]) == (None, True, 7, None)
    said = office.run("broadcast", "--dry-run", office.path("a.toml")).stdout
    assert said == (
        "仅核对，没有发送，去掉 --dry-run 后发送。\n发给：全市\n人数：7 人\n发送：立即\n"
        "加急：不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志\n"
    )
    assert listed(office) == []
    assert not placed(office, URGENT)["already"]


def test_a_dry_run_writes_nothing_so_that_nobody_who_writes_holds_it_up(terminal: Terminal) -> None:
    terminal.bring().admins()
    notice = terminal.file("a.toml", NOTICE)
    with closing(sqlite3.connect(terminal.path("xuefa.db"))) as other:
        other.execute("BEGIN IMMEDIATE")
        assert terminal.json("broadcast", notice, "--dry-run", "--as", "first")["persons"] == 6
        assert "仅核对" in terminal.run("broadcast", notice, "--dry-run").stdout


def test_a_database_that_may_only_be_read() -> None:
    with open_folder() as folder:
        office = Terminal(folder, f"sqlite:///{folder}/xuefa.db")
        office.run("db", "upgrade")
        office.bring()
        notice = office.file("a.toml", NOTICE)
        with nothing_written(folder):
            assert office.json("broadcast", notice, "--dry-run")["persons"] == 4
            assert office.refused("broadcast", notice) == (
                "操作没有完成：数据库只能读、不能写，"
                "请检查数据库文件和所在目录的权限（PostgreSQL 请检查是否只读）。"
            )
            checks = {one["name"]: one for one in office.json("doctor", exit_code=1)["checks"]}
        assert (checks["database"]["ok"], checks["database.writable"]["ok"]) == (True, False)
        assert checks["database.writable"]["detail"].startswith("不能写入。数据库只能读、不能写")
        assert office.json("broadcast", notice)["id"] == 1


@pytest.mark.parametrize("word", ["", "  "])
def test_an_empty_word_is_no_option_left_out(office: Terminal, word: str) -> None:
    """As of a variable of the shell that is not set: what is meant for a unit would go to the whole city."""
    file = office.file("a.toml", NOTICE)
    for words in (("broadcast", file, "--as", word), ("broadcast", file, f"--as={word}", "--dry-run")):
        result = office.run(*words, exit_code=2)
        assert result.stdout == ""
        said = "--as 后面是空的（变量可能没有赋值），请写明，或去掉这个选项。用法见 "
        assert result.stderr.startswith(said)
    assert listed(office) == []
    assert "--reason 后面是空的" in office.run("broadcast", "recall", "1", "--reason", word, exit_code=2).stderr


def test_who_typed_it_stands_beside_in_whose_name(terminal: Terminal) -> None:
    terminal.bring().admins()
    placed(terminal, NOTICE, "--as", "first")
    acts = terminal.rows("SELECT what, actor, via, subject, after FROM audit_log ORDER BY seq DESC LIMIT 2")
    (what, actor, via, subject, after), (confirmed, sender, *_) = acts
    assert (what, via, subject, after) == ("broadcast.sent_as", "cli", "1", "A1")
    assert actor.startswith("cli:")
    assert (confirmed, sender) == ("broadcast.confirm", "A1")


def test_who_is_meant_and_who_is_left_out(office: Terminal) -> None:
    office.run("staff", "import", office.file("more.csv", "姓名,单位,人员类别,人员编号\n钱七,zfk,工作人员,P7\n"))
    audience = '[audience]\nunits = ["司法局"]\ngroups = ["staff"]\npersons = ["wangwu", "P4"]\n'
    found = placed(office, NOTICE + audience)
    assert (found["persons"], found["left_out"]) == (7, {"no_account": 1})
    said = office.run("broadcast", office.path("a.toml"), "--again").stdout.splitlines()
    assert said[0] == "已安排群发 2：通知《周会》。"
    assert said[1] == "发给：司法局（含下级）的工作人员，另加 王五（P3）、赵六（P4）"
    assert said[2] == "人数：7 人；另有 1 人不发：没有账号 1"


def test_a_quiz_with_its_times(office: Terminal) -> None:
    text = f'kind = "quiz"\nquestions = ["q-1", "q-2"]\ncredit = true\nuntil = "{soon(days=30)}"\n'
    found = placed(office, text)
    assert datetime.fromisoformat(found["closes_at"]) > datetime.fromisoformat(found["send_at"])
    said = office.run("broadcast", office.path("a.toml"), "--again").stdout
    assert "学时：每题 0.10\n提醒：不提醒\n" in said


def test_a_rule(office: Terminal) -> None:
    found = placed(office, 'kind = "quiz"\ndraw = 2\nrepeat = "每周一 9:00"\nuntil = "当天 18:00"\n')
    assert (found["state"], found["repeats"], found["closes_at"]) == ("repeating", True, None)
    said = office.run("broadcast", office.path("a.toml"), "--again").stdout
    assert "发送：每周一 09:00，第一次 " in said
    assert "截止：每次发送当天 18:00\n" in said


def test_an_admin_of_a_unit_sends_within_it(office: Terminal) -> None:
    found = placed(office, NOTICE, "--as", "THIRD")
    assert (found["persons"], found["sender"]) == (5, "A3")
    assert (
        "发给：您的管辖单位（司法局，含下级）"
        in office.run("broadcast", office.path("a.toml"), "--as", "third", "--again").stdout
    )
    elsewhere = office.file("b.toml", NOTICE + '[audience]\npersons = ["P3"]\n')
    assert "P3" in office.refused("broadcast", elsewhere, "--as", "third")
    assert "紧急" in office.refused("broadcast", office.file("c.toml", URGENT), "--as", "third")


def test_others_do_not_send(office: Terminal) -> None:
    file = office.file("a.toml", NOTICE)
    said = "账号“zhangsan”不是管理员，不能群发，请核对 --as。"
    assert office.refused("broadcast", file, "--as", "zhangsan") == said
    assert office.refused("broadcast", file, "--as", "nobody") == "账号“nobody”不在名册中，请核对 --as。"
    assert listed(office) == []


def test_every_mistake_is_named_at_once(office: Terminal) -> None:
    bad = office.file("bad.toml", 'kind = "图片"\nfile = "b.png"\ntitel = "x"\n[audience]\nunits = ["没有"]\n')
    result = office.run("broadcast", bad, exit_code=1)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "群发文件有 3 处需要改正，没有发送：",
        "1. 文件开头部分中的键 titel 不认识。是否想写 title？请改正或删除。",
        "2. file “b.png”找不到，路径从本文件所在的目录算起，请核对。",
        "3. [audience] 的 units “没有”没有找到，请核对单位代码或名称。",
    ]
    assert office.json("broadcast", bad, exit_code=1)["error"] == result.stderr.strip()
    one = office.refused("broadcast", office.file("one.toml", 'kind = "quiz"\nquestions = "q-99"\n'))
    assert one == "群发文件有 1 处需要改正，没有发送：questions 中的“q-99”不在题库中，请核对编号。"


def test_files_that_cannot_be_read(office: Terminal) -> None:
    assert "找不到文件" in office.refused("broadcast", office.path("none.toml"))
    assert "不是 UTF-8" in office.refused("broadcast", office.file("gbk.toml", NOTICE.encode("gbk")))


def test_what_it_sends_cannot_be_read() -> None:
    with open_folder() as folder:
        office = Terminal(folder, f"sqlite:///{folder}/xuefa.db")
        office.run("db", "upgrade")
        picture = office.file("b.toml", 'kind = "picture"\nfile = "p.png"\n')
        secret, hidden = office.file("a.toml", NOTICE), office.file("p.png", PNG)
        with nothing_written(folder, unreadable=("a.toml", "p.png")):
            said = f"没有读取 {secret} 的权限，请检查文件和目录的权限。"
            assert office.refused("broadcast", secret) == said
            for words in (("units", "import"), ("bank", "import"), ("exam", "create"), ("calendar", "import")):
                assert office.refused(*words, secret) == said
            assert office.refused("broadcast", picture) == f"文件读写失败：{hidden}（没有权限），请检查路径和权限。"


def test_a_path_may_be_written_as_on_windows(office: Terminal) -> None:
    (office.folder / "sub").mkdir()
    office.file("sub/p.png", PNG)
    assert placed(office, 'kind = "picture"\nfile = "sub\\\\p.png"\n')["id"] == 1
    assert "用 / 分隔" in office.refused(
        "broadcast", office.file("b.toml", 'kind = "picture"\nfile = "sub\\p.png"\n')
    )


def test_a_file_that_is_too_large_is_not_to_be_split(office: Terminal) -> None:
    with (office.folder / "big.toml").open("wb") as big:
        big.truncate(50 * 1024 * 1024 + 1)
    assert office.refused("broadcast", office.path("big.toml")).endswith("字节，请核对是不是这个文件。")
    assert office.refused("bank", "import", office.path("big.toml")).endswith("字节，请拆分后导入。")


def test_credit_across_the_year_is_hinted_at(office: Terminal) -> None:
    year = datetime.now(CITY).year + 1
    text = (
        'kind = "quiz"\nquestions = ["q-1"]\ncredit = true\n'
        f'at = "{year}-12-30 09:07"\nuntil = "{year + 1}-01-10"\n'
    )
    result = office.run("broadcast", office.file("a.toml", text), "--dry-run")
    hint = f"提示：截止时间跨年，{year} 年 12 月 31 日以后的作答不计学时，请核对 until。"
    assert result.stdout.splitlines()[-1] == hint
    for other in (text.replace("credit = true\n", ""), text.replace(f"{year + 1}-01-10", f"{year}-12-31")):
        assert "跨年" not in office.run("broadcast", office.file("b.toml", other), "--dry-run").stdout


def test_a_doubt_is_said_and_it_is_sent_all_the_same(office: Terminal) -> None:
    text = 'kind = "quiz"\nquestions = ["q-1"]\nrepeat = "每个工作日"\n'
    result = office.run("broadcast", office.file("a.toml", text), "--json")
    assert result.stderr == "提示：定期发送的答题每次都是同样的题；要每次不同，请改用 draw。\n"
    assert len(listed(office)) == 1


def test_the_example_may_be_sent_as_it_stands(office: Terminal) -> None:
    text = office.run("broadcast", "example").stdout
    assert office.json("broadcast", "example")["example"].strip() == text.strip()
    found = placed(office, text)
    assert (found["kind"], found["persons"], found["already"]) == ("quiz", 7, False)


def test_a_word_that_is_no_command_is_a_file(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    office.file("list", NOTICE)
    monkeypatch.chdir(office.folder)
    assert office.json("broadcast", "./list")["id"] == 1
    assert office.json("broadcast", "send", "./list")["already"]
    assert [one["id"] for one in listed(office)] == [1]


def test_wrong_calls(office: Terminal) -> None:
    assert "没有选项 --nix" in office.run("broadcast", "--nix", exit_code=2).stderr
    assert "缺少" in office.run("broadcast", "--dry-run", exit_code=2).stderr
    assert "群发编号" in office.run("broadcast", "cancel", "x", exit_code=2).stderr


def test_what_has_not_gone_out_is_cancelled(office: Terminal) -> None:
    placed(office, NOTICE + f'at = "{soon(days=9)}"\n')
    assert office.run("broadcast", "cancel", "1").stdout == "群发 1 已取消，不再发送。\n"
    assert [one["state"] for one in listed(office)] == ["cancelled"]
    assert "已取消" in office.refused("broadcast", "cancel", "1")
    assert "群发 99" in office.refused("broadcast", "cancel", "99")


def test_what_has_not_gone_out_is_not_recalled(office: Terminal) -> None:
    placed(office, NOTICE + f'at = "{soon(days=9)}"\n')
    said = "群发 1 还没有发出；不再发送请用 xuefa broadcast cancel 1。"
    assert office.refused("broadcast", "recall", "1") == said


def test_what_is_out_is_recalled_and_not_cancelled(terminal: Terminal) -> None:
    terminal.bring()
    placed(terminal, URGENT)
    terminal.rows("UPDATE broadcast SET state = 'open'")
    said = "群发 1 已经发出，不能取消；要撤回请用 xuefa broadcast recall 1。"
    assert terminal.refused("broadcast", "cancel", "1") == said
    assert terminal.json("broadcast", "recall", "1", "--reason", "发错了")["id"] == 1
    assert [one["state"] for one in listed(terminal)] == ["recalled"]
    assert terminal.audits()[-1] == ("broadcast.recall", "1")


def test_every_act_stands_in_the_log(terminal: Terminal) -> None:
    terminal.bring()
    placed(terminal, URGENT)
    placed(terminal, URGENT, "--dry-run")
    placed(terminal, NOTICE, "--dry-run", name="b.toml")
    terminal.run("broadcast", "cancel", "1")
    acts = [(what, subject) for what, subject in terminal.audits() if what.startswith("broadcast.")]
    assert acts == [(f"broadcast.{act}", "1") for act in ("create", "confirm", "urgent", "cancel")]
    ((actor,),) = terminal.rows("SELECT DISTINCT actor FROM audit_log WHERE what LIKE 'broadcast.%'")
    assert actor.startswith("cli")


def test_results_and_the_list(office: Terminal) -> None:
    assert office.run("broadcast", "list").stdout == "还没有群发。样例文件：xuefa broadcast example。\n"
    placed(office, NOTICE + f'at = "{soon(days=9)}"\n')
    assert "1 · 通知《周会》 · 待发送 · 发送 " in office.run("broadcast", "list").stdout
    assert office.run("broadcast", "show", "1").stdout.startswith("【群发 1】周会：待发送\n")
    shown = office.json("broadcast", "show", "1")
    assert (shown["id"], shown["persons"], shown["units"], shown["right"]) == (1, 0, [], None)
    assert "群发 2" in office.refused("broadcast", "show", "2")


def test_the_list_says_what_is_not_out_yet(terminal: Terminal) -> None:
    terminal.bring()
    placed(terminal, URGENT)
    terminal.rows("UPDATE broadcast SET state = 'open'")
    terminal.rows(
        "INSERT INTO broadcast_part (broadcast, part, unit, ref, persons)"
        " VALUES (1, 0, 'sfj', 'broadcast-1-0-0', 1)"
    )
    assert "1 · 通知 · 已发出 · " in terminal.run("broadcast", "list").stdout
    terminal.inside(_queue)
    assert "1 · 通知 · 正在发送 · " in terminal.run("broadcast", "list").stdout
    assert [(one["state"], one["waiting"]) for one in listed(terminal)] == [("open", True)]
    terminal.rows("UPDATE outbox SET state = 'sent'")
    assert [(one["state"], one["waiting"]) for one in listed(terminal)] == [("open", False)]
