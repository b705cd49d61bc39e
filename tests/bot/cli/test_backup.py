"""`xuefa backup` and `restore`, between databases and engines, and the same commands on PostgreSQL."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import audit
from storage.database import Tx
from storage.tables import audit_log
from tests.bot.cli import planting
from tests.bot.cli.terminal import ROSTER, UNITS, Terminal, questions
from tests.bot.cli.test_ledger import post


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    terminal.bring()
    post(terminal)
    return terminal


def other(terminal: Terminal) -> Terminal:
    """A second place with a database of its own, without any table."""
    folder = terminal.folder / "other"
    folder.mkdir()
    return Terminal(folder, f"sqlite:///{folder}/xuefa.db")


def test_what_was_backed_up_is_there_after_a_restore(filled: Terminal) -> None:
    dump, head = filled.path("dump"), filled.json("ledger", "verify")
    document = filled.json("backup", dump)
    assert document["folder"] == dump
    there = other(filled)
    assert there.json("restore", dump) == {"rows": document["rows"], "recorded": True}
    assert there.json("ledger", "verify") == head
    assert there.audits() == [*filled.audits(), ("restore", "dump")]
    [(actor, via, after)] = there.rows("SELECT actor, via, after FROM audit_log WHERE what = 'restore'")
    assert actor.startswith("cli")
    assert (via, after) == ("cli", f"ledger {head['lines']} {head['head']['hash']}")
    assert there.json("audit", "verify")["lines"] == len(there.audits())
    for terminal, name in ((filled, "a.csv"), (there, "b.csv")):
        terminal.run("staff", "export", filled.path(name))
    assert Path(filled.path("a.csv")).read_bytes() == Path(filled.path("b.csv")).read_bytes()
    assert "学时台账校验通过" in there_again(there, dump)


def there_again(terminal: Terminal, dump: str) -> str:
    (terminal.folder / "xuefa.db").unlink()
    return terminal.run("restore", dump).stdout


def test_a_backup_never_writes_over_anything(filled: Terminal) -> None:
    filled.run("backup", filled.path("dump"))
    before = sorted((p.name, p.read_bytes()) for p in (filled.folder / "dump").iterdir())
    assert "不是空的，没有改动它" in filled.refused("backup", filled.path("dump"))
    assert sorted((p.name, p.read_bytes()) for p in (filled.folder / "dump").iterdir()) == before


def test_there_has_to_be_something_to_back_up(bare: Terminal) -> None:
    assert "没有可以备份的内容" in bare.refused("backup", bare.path("dump"))
    assert not (bare.folder / "dump").exists()


def test_a_restore_needs_an_empty_database(filled: Terminal) -> None:
    filled.run("backup", filled.path("dump"))
    head = filled.json("ledger", "verify")
    assert "已有数据，没有改动它" in filled.refused("restore", filled.path("dump"))
    assert filled.json("ledger", "verify") == head


def test_a_damaged_dump_is_named_and_nothing_restored(filled: Terminal) -> None:
    filled.run("backup", filled.path("dump"))
    dumped = filled.folder / "dump" / "ledger_entry.jsonl"
    damaged = bytearray(dumped.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    dumped.write_bytes(damaged)
    there = other(filled)
    assert there.refused("restore", filled.path("dump")) == "备份文件 ledger_entry.jsonl 缺失或已损坏，没有恢复。"
    assert "缺失或已损坏" in there.refused("restore", filled.path("nowhere"))


def test_everyday_commands_on_postgresql(on_postgres: Terminal, terminal: Terminal) -> None:
    assert "还没有建表" in on_postgres.refused("ledger", "verify")
    assert on_postgres.json("db", "upgrade")["before"] == ""
    assert on_postgres.json("units", "import", on_postgres.file("units.csv", UNITS))["new"] == 4
    assert on_postgres.json("staff", "import", on_postgres.file("roster.csv", ROSTER))["applied"] == 4
    assert on_postgres.json("bank", "import", on_postgres.file("b.jsonl", questions(1, 2, 3)))["imported"] == 3
    assert on_postgres.json("push", "daily")["queued"] == {"enforcement": 1, "leader": 1, "staff": 1}
    post(on_postgres)
    head = on_postgres.json("ledger", "verify")
    assert head["lines"] == 5
    on_postgres.run("ledger", "export", "--year", "2026", "--unit", "sfj", "--out", on_postgres.path("l.csv"))
    on_postgres.run("staff", "export", on_postgres.path("out.xlsx"))
    assert on_postgres.json("staff", "import", on_postgres.path("out.xlsx"))["same"] == 4
    dump = on_postgres.path("dump")
    rows = on_postgres.json("backup", dump)["rows"]
    (terminal.folder / "xuefa.db").unlink()
    assert terminal.json("restore", dump) == {"rows": rows, "recorded": True}
    assert terminal.json("ledger", "verify") == head
    assert [what for what, _ in terminal.audits()] == [
        *("units.import", "staff.import", "bank.import"),
        *("push.daily", "push.daily", "push.daily", "restore"),
    ]


def test_a_dump_of_sqlite_goes_into_postgresql(on_postgres: Terminal, filled: Terminal) -> None:
    dump = filled.path("dump")
    rows = filled.json("backup", dump)["rows"]
    assert on_postgres.json("restore", dump) == {"rows": rows, "recorded": True}
    assert on_postgres.json("ledger", "verify") == filled.json("ledger", "verify")
    last = on_postgres.inside(lambda tx: audit.last_of(tx, "restore"))
    assert last.subject == "dump"
    assert on_postgres.json("audit", "verify")["lines"] == len(filled.audits()) + 1
    assert "已有数据" in on_postgres.refused("restore", dump)


def test_the_doctor_looks_at_postgresql(on_postgres: Terminal) -> None:
    on_postgres.run("db", "upgrade")
    document = json.loads(on_postgres.run("doctor", "--json", exit_code=1).stdout)
    found = {check["name"]: check for check in document["checks"]}
    assert (found["database"]["ok"], found["bank"]["ok"]) == (True, False)
    durable = on_postgres.inside(is_durable)
    assert found["database.durability"]["ok"] is durable
    assert ("fsync" in found["database.durability"]["detail"]) is not durable
    assert found["database.append_only"]["ok"]
    assert "REVOKE UPDATE" in found["database.append_only"]["detail"]


async def is_durable(tx: Tx) -> bool:
    asked = "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'"
    return bool((await tx.exec_driver_sql(asked)).scalar_one())


def test_a_log_that_was_damaged_before_the_dump_is_left_as_it_is(filled: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        await tx.execute(text("UPDATE audit_log SET reason = '改过' WHERE seq = 2"))

    planting.plant(filled, fault, audit_log)
    filled.run("backup", filled.path("dump"))
    there = other(filled)
    said = there.run("restore", filled.path("dump")).stdout
    assert "这次恢复没有记入，请运行 xuefa audit verify 查看" in said
    assert there.audits() == filled.audits()
    assert "第 2 条，内容与校验码不符" in there.refused("audit", "verify")
