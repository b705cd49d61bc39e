"""Faults planted in an audit log, each found and named by `audit verify`: what `test_audit` does not plant."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from storage import audit
from storage.audit import Act, act_hash
from storage.database import Tx
from storage.tables import audit_log, ledger_head
from tests.bot.cli import planting
from tests.bot.cli.terminal import Terminal
from tests.storage.audits import ACTS, BELOW, DAMAGE, changed, deleted, record_in, shifted
from tests.storage.rows import NOW
from training.chains import Broken

VERIFY: Final = ("audit", "verify")
WHY: Final = {
    "number": "编号不连续",
    "prev": "与上一条的校验码对不上",
    "hash": "内容与校验码不符",
    "head": "链头对不上",
}


@pytest.fixture
def filled(either: Terminal) -> Terminal:
    """The acts of `tests.storage.audits`, and the head of them in a file."""
    either.inside(record_in)
    either.file("kept.json", either.run(*VERIFY, "--json").stdout)
    return either


def named(broken: Broken) -> str:
    """How it begins: the first line that does not hold, and what is wrong."""
    return f"审计日志校验不通过：第 {broken.seq} 条，{WHY[broken.why]}"


def plant(terminal: Terminal, *statements: Any, then: Callable[[Tx], Awaitable[None]] | None = None) -> None:
    async def fault(tx: Tx) -> None:
        for statement in statements:
            await tx.execute(statement)
        if then is not None:
            await then(tx)

    planting.plant(terminal, fault, audit_log)


@pytest.mark.parametrize("name", [*DAMAGE, *BELOW])
def test_damage(filled: Terminal, name: str) -> None:
    statements, broken = (DAMAGE | BELOW)[name]
    plant(filled, *statements)
    assert filled.refused(*VERIFY).startswith(named(broken))


@pytest.mark.parametrize("last", [4, 3, 1])
def test_a_cut_end(filled: Terminal, last: int) -> None:
    plant(filled, deleted(*range(last, 5)))
    assert filled.refused(*VERIFY).startswith(named(Broken(last, "head")))


async def forge(tx: Tx, seq: int) -> None:
    """A line that goes on from the one before it, with the right hash."""
    prev: str = (await tx.execute(select(audit_log.c.hash).where(audit_log.c.seq == seq - 1))).scalar_one()
    act = Act("p9", "cli", "伪造", "")
    row = {"actor": act.actor, "via": act.via, "what": act.what, "subject": "", "before": "", "after": ""}
    digest = act_hash(seq, prev, NOW, act)
    await tx.execute(audit_log.insert().values(seq=seq, prev=prev, hash=digest, at=NOW, reason="", **row))


def test_an_inserted_line(filled: Terminal) -> None:
    plant(filled, *shifted(3, 4), then=lambda tx: forge(tx, 3))
    assert filled.refused(*VERIFY).startswith(named(Broken(4, "prev")))


def test_a_line_behind_the_head(filled: Terminal) -> None:
    plant(filled, then=lambda tx: forge(tx, 5))
    assert filled.refused(*VERIFY).startswith(named(Broken(5, "head")))


async def move_head(tx: Tx) -> None:
    last = (await tx.execute(select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()))).first()
    assert last is not None
    moved = update(ledger_head).where(ledger_head.c.chain == "audit")
    await tx.execute(moved.values(seq=last.seq, hash=last.hash))


async def rewrite(tx: Tx) -> None:
    """Every hash from the second line on computed anew, and the head moved."""
    lines = await audit.pages(tx)
    prev = lines[0].hash
    for line in lines[1:]:
        digest = act_hash(line.seq, prev, line.at, line.act)
        await tx.execute(changed(line.seq, prev=prev, hash=digest))
        prev = digest
    await move_head(tx)


def test_a_rewritten_tail_shows_against_a_kept_head(filled: Terminal) -> None:
    plant(filled, changed(2, reason="改过"), then=rewrite)
    assert filled.json(*VERIFY)["lines"] == 4
    assert filled.refused(*VERIFY, "--head", filled.path("kept.json")).startswith(named(Broken(4, "head")))


def test_a_cut_end_with_the_head_put_back_shows_against_a_kept_head(filled: Terminal) -> None:
    plant(filled, deleted(3, 4), then=move_head)
    assert filled.json(*VERIFY)["lines"] == 2
    assert filled.refused(*VERIFY, "--head", filled.path("kept.json")).startswith(named(Broken(3, "head")))


def test_a_restored_old_backup(terminal: Terminal) -> None:
    """It holds in itself, and shows against the head of a later day, even after new acts."""
    terminal.inside(record_in)
    terminal.run("backup", terminal.path("dump"))
    terminal.inside(record_in)
    newer = terminal.file("newer.json", json.dumps(terminal.json(*VERIFY)))
    (terminal.folder / "there").mkdir()
    there = Terminal(terminal.folder / "there", f"sqlite:///{terminal.folder}/there/xuefa.db")
    there.run("restore", terminal.path("dump"))
    assert there.json(*VERIFY)["lines"] == 5  # the fifth is the restore
    assert there.refused(*VERIFY, "--head", newer).startswith(named(Broken(6, "head")))
    there.inside(lambda tx: record_in(tx, ACTS[:3] * 2))
    assert there.json(*VERIFY)["lines"] == 11
    assert there.refused(*VERIFY, "--head", newer).startswith(named(Broken(8, "head")))
