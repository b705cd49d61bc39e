"""What nobody knows of a broadcast, on `xuefa broadcast show` and `recall`."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage import broadcasts, outbox, tables
from storage.database import Tx
from storage.outbox import Draft, State
from tests.bot.cli.terminal import Terminal
from training.broadcasts import Left

URGENT = 'kind = "notice"\ntext = "台风预警。"\nurgent = true\n'


async def _sent(tx: Tx) -> None:
    """Part 0: two people, no receipt; 1: two people, sent a second time; 2: one person."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    await tx.execute(update(tables.broadcast).values(state="open", pending='{"parts":3}', queued_at=now))
    await broadcasts.add_receivers(tx, 1, [(f"P{n}", "sfj", Left.NOT) for n in range(1, 6)])
    for part, persons in enumerate((2, 2, 1)):
        ref, lane = broadcasts.ref_of(1, part, 0), broadcasts.lane_of(1, part)
        draft = Draft("message/send", b"{}", tuple(f"a{part}{n}" for n in range(persons)))
        await outbox.add(tx, "wecom", ref, [draft], lane=lane, mass=True, now=now)
        await broadcasts.add_part(tx, 1, part, ref, {"sfj": persons})
        ended = {"state": State.SENT, "finished_at": now, "msgid": "m" * part, "maybe_twice": part == 1}
        await tx.execute(update(tables.outbox).where(tables.outbox.c.ref == ref).values(**ended))


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring(numbers=())
    either.run("broadcast", either.file("a.toml", URGENT))
    either.inside(_sent)
    return either


def test_results_say_what_is_not_known(office: Terminal) -> None:
    shown = office.json("broadcast", "show", "1")
    assert (shown["delivered"], shown["without_receipt"], shown["maybe_twice"]) == (5, 2, 2)
    said = office.run("broadcast", "show", "1").stdout
    assert "送达中有 2 人没有取回企业微信的回执，其账号是否有效不明\n可能收到两次 2 人\n" in said


def test_a_recall_says_what_stays(office: Terminal) -> None:
    said = office.run("broadcast", "recall", "1").stdout
    assert "已发出的 3 人正在撤回" in said
    assert "已发出但没有取回企业微信回执的 2 人无法撤回。" in said
    assert "2 人的消息已发出，但没有取回企业微信的回执，无法撤回" in office.run("broadcast", "show", "1").stdout


def test_a_recall_says_so_in_the_document(office: Terminal) -> None:
    done = office.json("broadcast", "recall", "1")
    assert (done["recalled"], done["without_receipt"], done["unknown"]) == (3, 2, 0)
