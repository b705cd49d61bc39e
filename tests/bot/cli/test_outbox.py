"""`xuefa outbox`: what nobody knows about is listed, and a person decides."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from storage import channel_holds, outbox
from storage.database import Tx
from storage.outbox import Draft, Ending, State
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import NOW

ENDINGS = {
    "broadcast-7-0-0": Ending(State.UNKNOWN, reason="message/send: ServerTimeoutError"),
    "broadcast-7-1-0": Ending(State.SENT, msgid="m", invalid=("gone",), unlicensed=("free", "none")),
    "broadcast-7-2-0": Ending(State.REFUSED, 81013, "all invalid", invalid=("x",)),
    "broadcast-7-3-0": Ending(State.REFUSED, -1, "busy"),
}


def sent(mass: bool = True) -> Callable[[Tx], Awaitable[None]]:
    """A row for each ending, of 1, 2, 3 and 4 accounts."""

    async def work(tx: Tx) -> None:
        for number, (ref, ending) in enumerate(ENDINGS.items(), 1):
            accounts = tuple(f"{ref}u{n}" for n in range(number))
            draft = Draft("message/send", b"{}", accounts)
            await outbox.add(tx, "wecom", ref, [draft], lane=ref, mass=mass, now=NOW)
            [claimed] = await outbox.claim(tx, "wecom", NOW)
            await outbox.finish(tx, claimed, ending, NOW)

    return work


async def states(tx: Tx) -> dict[str, State]:
    found = await outbox.states(tx, ENDINGS)
    return {ref: rows[0].state for ref, rows in found.items()}


def test_the_unknown_ones_are_listed_with_what_to_do(either: Terminal) -> None:
    either.inside(sent())
    document = either.json("outbox", "list")
    assert [(row["id"], row["ref"], row["receivers"]) for row in document["rows"]] == [(1, "broadcast-7-0-0", 1)]
    assert document["held"] is None
    shown = either.run("outbox", "list").stdout
    assert "1　broadcast-7-0-0　群发消息　1 人　结果不明　没有得到企业微信的答复" in shown
    assert "xuefa outbox resend 编号" in shown


def test_refused_ones_say_why_and_sent_ones_whom_they_missed(terminal: Terminal) -> None:
    terminal.inside(sent(mass=False))
    shown = terminal.run("outbox", "list", "--state", "refused").stdout
    assert (
        "3　broadcast-7-2-0　单发消息　3 人　未发送　收件人都不在应用的可见范围内（81013）　无效账号 1 个" in shown
    )
    assert "4　broadcast-7-3-0　单发消息　4 人　未发送　企业微信系统繁忙（-1）　可以重发\n" in shown
    document = terminal.json("outbox", "list", "--state", "refused")
    assert [(row["id"], row["unsent"]) for row in document["rows"]] == [(3, False), (4, True)]
    shown = terminal.run("outbox", "list", "--state", "sent").stdout
    assert "2　broadcast-7-1-0　单发消息　2 人　已发送　无效账号 1 个　无许可账号 2 个" in shown
    assert terminal.run("outbox", "list", "--state", "queued").stdout == "没有这样的记录。\n"


def test_a_hold_is_shown(terminal: Terminal) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    terminal.inside(lambda tx: channel_holds.hold(tx, "wecom", until, 60020))
    assert terminal.json("outbox", "list")["held"] == {"until": until.isoformat(), "code": 60020}
    shown = terminal.run("outbox", "list").stdout
    assert "暂停发送到" in shown
    assert "本机地址不在应用的可信 IP 中，请在管理后台添加（60020）" in shown


def test_resend(either: Terminal) -> None:
    either.inside(sent())
    assert either.json("outbox", "resend", "1", "2", "3", "4") == {"resent": 2}
    assert either.inside(states) == {
        "broadcast-7-0-0": State.QUEUED,
        "broadcast-7-1-0": State.SENT,
        "broadcast-7-2-0": State.REFUSED,
        "broadcast-7-3-0": State.QUEUED,
    }
    assert "没有可以重发的请求" in either.refused("outbox", "resend", "1")


def over(*, died: bool) -> Callable[[Tx], Awaitable[None]]:
    """A row that was worth something until now, and another that was withdrawn; in hand of a process or not."""

    async def work(tx: Tx) -> None:
        for ref, ends in (("broadcast-8-0-0", NOW), ("broadcast-9-0-0", None)):
            draft = Draft("message/send", b"{}", ("a",))
            begun = NOW - timedelta(hours=1)
            await outbox.add(tx, "wecom", ref, [draft], lane=ref, mass=True, now=begun, not_after=ends)
            if died:
                await outbox.claim(tx, "wecom", begun)
        await outbox.withdraw(tx, "broadcast-9-", NOW)
        assert await outbox.claim(tx, "wecom", NOW) == []

    return work


def test_what_is_over_or_was_withdrawn_is_not_sent_again(terminal: Terminal) -> None:
    terminal.inside(over(died=False))
    shown = terminal.run("outbox", "list", "--state", "refused").stdout
    assert "1　broadcast-8-0-0　群发消息　1 人　未发送　已过截止时间，没有发送\n" in shown
    assert "2　broadcast-9-0-0　群发消息　1 人　未发送　已撤回，没有发送\n" in shown
    assert "已撤回和已过截止时间的不再发送" in terminal.refused("outbox", "resend", "1", "2")


def test_what_may_have_gone_out_is_not_sent_again_when_it_is_over(terminal: Terminal) -> None:
    terminal.inside(over(died=True))
    shown = terminal.run("outbox", "list").stdout
    assert "1　broadcast-8-0-0　群发消息　1 人　结果不明　已过截止时间，此前可能已送达\n" in shown
    assert "2　broadcast-9-0-0　群发消息　1 人　结果不明　已撤回，此前可能已送达\n" in shown
    assert "没有可以重发的请求" in terminal.refused("outbox", "resend", "1", "2")
    assert "已结案 2 条" in terminal.run("outbox", "settle", "1", "2").stdout


def test_settle(terminal: Terminal) -> None:
    terminal.inside(sent())
    assert "已结案 1 条" in terminal.run("outbox", "settle", "1", "2").stdout
    assert "已结案，不再发送" in terminal.run("outbox", "list", "--state", "refused").stdout
    assert "没有结果不明的请求" in terminal.refused("outbox", "settle", "1")
    assert terminal.audits() == [("outbox.settle", "broadcast-7-0-0")]


def test_bad_usage(terminal: Terminal) -> None:
    for words in (("resend",), ("settle", "x"), ("resend", "0"), ("list", "--state", "gone")):
        assert terminal.run("outbox", *words, exit_code=2).stderr.strip()
    assert terminal.audits() == []
