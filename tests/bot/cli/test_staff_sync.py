"""`xuefa staff sync` against the sandbox: it lists, it proposes once, and the roll waits for a second admin."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from aiohttp.test_utils import TestServer

from bot.sandbox import App, Corp, Department, Fault, Member, Sandbox, make_app
from handlers.actions import batches
from storage import askers, contacts, people
from storage.database import Tx
from storage.scope import EVERYTHING
from tests.bot.cli.terminal import AES_KEY, SECRETS, Terminal
from training.calendar import day_of
from training.contact_matching import ChangeKind, ContactChange
from training.rules import Rules

CONTACT_SECRET = "the-contact-secret"
CORP = "wx5823bf96d3bd56c7"
MEMBERS = (
    Member("ZhangSan", "张三", 2),
    Member("Li4", "李四", 2),
    Member("qianqi", "钱七", 3),
    Member("p6", "孙八", 2),
    Member("first", "甲管", 2),
    Member("second", "乙管", 2),
    Member("laiwang", "来往", 3),
    Member("wangwu2", "王五", 3),
)
"""李四's account was renamed; 王五's is unknown, and somebody of his name is there; 赵六's is gone."""
MORE = "姓名,单位,人员类别,账号,人员编号\n钱七,sfj,工作人员,,P5\n孙八,sfj,工作人员,,P6\n"


@contextmanager
def served(sandbox: Sandbox) -> Iterator[str]:
    """The sandbox on a loop of its own, because a command runs its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = TestServer(make_app(sandbox))
    asyncio.run_coroutine_threadsafe(server.start_server(), loop).result()
    try:
        yield str(server.make_url("/cgi-bin"))
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result()
        asyncio.run_coroutine_threadsafe(sandbox.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def sandbox() -> Sandbox:
    app = App(1000002, "the-app-secret", "QDG6eKtoken", AES_KEY)
    departments = [Department(1, "市政府", 0), Department(2, "司法局", 1), Department(3, "财政局", 1)]
    return Sandbox(Corp(CORP, [app], MEMBERS, departments, CONTACT_SECRET))


@pytest.fixture
def base(sandbox: Sandbox) -> Iterator[str]:
    with served(sandbox) as address:
        yield address


def connect(terminal: Terminal, base: str) -> Terminal:
    """Knows the people and the sandbox; 李四 was renamed in WeCom, of which an event told."""
    terminal.bring(numbers=())
    terminal.admins()
    terminal.run("staff", "import", terminal.file("more.csv", MORE))
    text = terminal.config.read_text().replace("http://127.0.0.1:9/cgi-bin", base)
    terminal.config.write_text(text + f'contact_secret = "{CONTACT_SECRET}"\n')
    terminal.inside(renamed)
    return terminal


async def renamed(tx: Tx) -> None:
    for change in (
        ContactChange(ChangeKind.UPDATED, "lisi", "li4", "李四"),
        ContactChange(ChangeKind.DELETED, "zhaoliu"),
    ):
        await contacts.add(tx, "wecom", change, datetime.now(UTC))


@pytest.fixture
def ready(terminal: Terminal, base: str) -> Terminal:
    return connect(terminal, base)


WHY = ("--as", "first", "--reason", "通讯录核对")
FOUND = {
    "members": 8,
    "nameless": 0,
    "changes_seen": 2,
    "batch": None,
    "waiting": [],
    "proposals": [
        {"account": "li4", "person": "P2", "name": "李四", "ground": "renamed"},
        {"account": "p6", "person": "P6", "name": "孙八", "ground": "number"},
        {"account": "qianqi", "person": "P5", "name": "钱七", "ground": "name"},
    ],
    "doubts": [{"account": "wangwu2", "name": "王五", "candidates": ["P3"], "why": "has_account"}],
    "not_on_roll": [{"account": "laiwang", "name": "来往"}],
    "not_in_contacts": [
        {"account": "lisi", "person": "P2", "name": "李四", "others": ["li4"]},
        {"account": "wangwu", "person": "P3", "name": "王五", "others": []},
        {"account": "zhaoliu", "person": "P4", "name": "赵六", "others": []},
    ],
}


async def roll(tx: Tx) -> dict[str, tuple[str, ...]]:
    return dict(await people.accounts_of(tx, EVERYTHING, "wecom"))


async def open_changes(tx: Tx) -> int:
    return await contacts.count_waiting(tx)


async def confirm(tx: Tx) -> None:
    now = datetime.now(UTC) + timedelta(seconds=1)
    second = (await askers.by_account(tx, EVERYTHING, "wecom", ["second"], day_of(now)))["second"].person
    await batches.confirm(tx, Rules(), second, 1, now)


async def receivers(tx: Tx) -> list[tuple[date, str]]:
    accounts = await people.account_rows(tx, EVERYTHING)
    return [(one.since, one.account) for one in accounts["P2"]]


def test_a_dry_run_lists_and_leaves_everything(ready: Terminal) -> None:
    before = ready.inside(roll)
    assert ready.json("staff", "sync", "--dry-run") == FOUND
    told = ready.run("staff", "sync", "--dry-run").stdout
    assert told.splitlines() == [
        "通讯录有成员 8 人，名册已登记账号 6 个，未核对的变动 2 项。",
        "可登记的账号 3 个：",
        "  李四（P2）：账号 li4（企业微信账号已改名）",
        "  孙八（P6）：账号 p6（账号与人员编号相同）",
        "  钱七（P5）：账号 qianqi（姓名相同，名册中仅此一人且未登记账号）",
        "需人工核对 1 个：",
        "  wangwu2（王五）：王五（P3），此人已登记其他账号",
        "名册中没有的成员 1 个：",
        "  laiwang（来往）",
        "通讯录中查不到的账号 3 个（不等于人员已离开，没有改动）：",
        "  lisi：李四（P2），本人另有账号 li4",
        "  wangwu：王五（P3）",
        "  zhaoliu：赵六（P4）",
        "核对完毕（没有提交）。",
    ]
    assert ready.inside(roll) == before
    assert (ready.rows("SELECT * FROM batch"), ready.inside(open_changes)) == ([], 2)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_one_batch_is_proposed_and_changes_nothing_until_confirmed(
    base: str, engine: str, request: pytest.FixtureRequest
) -> None:
    terminal: Terminal = request.getfixturevalue("terminal" if engine == "sqlite" else "on_postgres")
    if engine == "postgresql":
        terminal.run("db", "upgrade")
    connect(terminal, base)
    before = terminal.inside(roll)
    assert "--reason 理由" in terminal.refused("staff", "sync", "--as", "first")
    assert terminal.inside(open_changes) == 2
    assert terminal.json("staff", "sync", *WHY) == {**FOUND, "batch": 1}
    assert (terminal.inside(roll), terminal.inside(open_changes)) == (before, 0)
    assert "李四（P2）：新增账号 li4，" in terminal.run("batch", "list").stdout
    terminal.inside(confirm)
    after = terminal.inside(roll)
    assert after == {**before, "P2": ("li4", "lisi"), "P5": ("qianqi",), "P6": ("p6",)}
    assert [account for _, account in terminal.inside(receivers)] == ["li4", "lisi"]
    again = terminal.json("staff", "sync")
    assert (again["proposals"], again["batch"], again["changes_seen"]) == ([], None, 0)


def test_what_waits_in_a_batch_is_not_proposed_again(ready: Terminal) -> None:
    ready.run("staff", "sync", *WHY)
    document = ready.json("staff", "sync")  # nothing new: nobody has to answer for it
    assert document["batch"] is None
    assert (document["proposals"], document["doubts"]) == ([], FOUND["doubts"])
    assert document["waiting"] == [{"account": account, "batch": 1} for account in ("li4", "p6", "qianqi")]
    told = ready.run("staff", "sync").stdout
    assert "已在待确认批次中的账号 3 个：\n  li4：批次 1\n" in told
    assert "没有新的账号登记需要提出，名册没有改动。" in told
    assert ready.rows("SELECT count(*) FROM batch") == [(1,)]


def test_what_was_looked_at_is_settled_also_without_a_proposal(ready: Terminal, sandbox: Sandbox) -> None:
    for userid in ("Li4", "qianqi", "p6"):
        sandbox.state.directory.remove(userid)
    told = ready.run("staff", "sync").stdout
    assert told.splitlines()[-2:] == ["没有新的账号登记需要提出，名册没有改动。", "2 项变动已记为核对过。"]
    assert ready.inside(open_changes) == 0
    assert ready.audits()[-1] == ("contacts.settle", "changes 2")


def test_the_second_admin_is_told_and_the_audit_log_knows(ready: Terminal) -> None:
    ready.run("staff", "sync", *WHY)
    [(receiver, body)] = ready.rows("SELECT receivers, body FROM outbox")
    assert receiver == "second"
    assert "【待确认批次 1】名册变动 3 人，甲管提出：通讯录核对" in json.loads(body)["text"]["content"]
    assert ready.audits()[-2:] == [("batch.propose", "batch 1"), ("contacts.settle", "changes 2")]


def test_only_a_city_admin_may_propose_and_else_nothing_is_settled(ready: Terminal) -> None:
    for account, said in (("nobody", "不在名册中"), ("zhangsan", "不是市级管理员")):
        assert said in ready.refused("staff", "sync", "--as", account, "--reason", "核对")
    assert (ready.inside(open_changes), ready.rows("SELECT * FROM batch")) == (2, [])


def test_without_names_it_goes_on(ready: Terminal, sandbox: Sandbox) -> None:
    for path in ("user/simplelist", "user/get"):
        sandbox.faults.add(Fault("errcode", path, times=100, errcode=48002))
    document = ready.json("staff", "sync", "--dry-run")
    assert [one["account"] for one in document["proposals"]] == ["li4", "p6"]
    assert [one["account"] for one in document["not_on_roll"]] == ["laiwang", "qianqi", "wangwu2"]
    assert document["nameless"] == 5
    assert "有 5 名成员没有读到姓名" in ready.run("staff", "sync", "--dry-run").stdout


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (40001, "wecom.contact_secret 不对"),
        (48002, "应为通讯录同步的 Secret"),
        (45009, "调用过于频繁"),
        (60020, "通讯录同步的可信 IP"),
        (50001, "（错误码 50001）"),
    ],
)
def test_what_wecom_refuses_is_said_with_what_to_do(
    ready: Terminal, sandbox: Sandbox, code: int, said: str
) -> None:
    sandbox.faults.add(Fault("errcode", "user/list_id", times=2, errcode=code))
    sentence = ready.refused("staff", "sync", "--dry-run")
    assert said in sentence
    assert not any(secret in sentence for secret in (*SECRETS, CONTACT_SECRET))


def test_without_the_contacts_secret_it_says_what_to_configure(terminal: Terminal) -> None:
    said = terminal.refused("staff", "sync", "--dry-run")
    assert said.startswith(
        "未填写 wecom.contact_secret，不能读取通讯录。请到企业微信管理后台 → 管理工具 → 通讯录同步"
    )
