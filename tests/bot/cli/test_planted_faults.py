"""Faults planted in a ledger of three hundred lines, each found and named by the command that looks for them.

A fault that the chain cannot know of is said to be one: it shows against a head that was kept elsewhere, or not.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from os import getpid
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from storage.database import Tx
from storage.tables import ledger_entry, ledger_head, person_year
from tests.bot.cli import planting
from tests.bot.cli.planting import Plot, plant
from tests.bot.cli.terminal import Terminal
from tests.databases import ENGINES
from tests.postgres import Server
from tests.storage.rows import keep_sums
from training.hours import line_hash

VERIFY: Final = ("ledger", "verify")
MIDDLE: Final = 150
NUMBER, PREV, HASH, HEAD = "编号不连续", "与上一条的校验码对不上", "内容与校验码不符", "链头对不上"
SUMS = "年度合计被改动过"


@pytest.fixture(scope="module", params=ENGINES)
def plot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plot]:
    folder = tmp_path_factory.mktemp(f"plot-{request.param}")
    server: Server | None = None
    url = f"sqlite:///{folder}/xuefa.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = asyncio.run(server.create(f"xuefa_plot_{getpid()}"))
    made = Plot(Terminal(folder, url), server)
    planting.grow(made.terminal)
    made.keep_head()
    yield made
    made.drop(made.terminal)


@pytest.fixture
def copy(plot: Plot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.chdir(tmp_path)
    made = plot.copy(tmp_path)
    yield made
    plot.drop(made)


def broken(number: int, why: str) -> str:
    """How it begins: the first line that does not hold, and what is wrong."""
    return f"台账校验不通过：第 {number} 条，{why}"


def test_what_nobody_touched_holds(plot: Plot, copy: Terminal) -> None:
    assert plot.lines >= 299
    for words in ((), ("--head", plot.kept)):
        assert copy.json(*VERIFY, *words)["lines"] == plot.lines


@pytest.mark.parametrize("column", ledger_entry.c.keys())
def test_a_change_in_any_column(copy: Terminal, column: str) -> None:
    async def fault(tx: Tx) -> None:
        before = planting.row(await planting.line(tx, MIDDLE))
        await planting.write(tx, MIDDLE, **{column: planting.changed(before[column], column)})

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE, {"seq": NUMBER, "prev": PREV}.get(column, HASH)))


@pytest.mark.parametrize("number", [1, MIDDLE, -1])
def test_a_deleted_line(plot: Plot, copy: Terminal, number: int) -> None:
    gone = number if number > 0 else plot.lines
    plant(copy, lambda tx: planting.remove(tx, gone))
    assert copy.refused(*VERIFY).startswith(broken(gone, HEAD if gone == plot.lines else NUMBER))


@pytest.mark.parametrize("number", [0, -1, -(2**63)])
def test_a_line_copied_to_below_the_first(plot: Plot, copy: Terminal, number: int) -> None:
    """It would count, and who reads from number 1 on never meets it. It comes before any other fault."""

    async def fault(tx: Tx) -> None:
        last = await planting.line(tx, plot.lines)
        await planting.add(tx, replace(last, seq=number, entry=replace(last.entry, source_ref="copied")))
        await planting.write(tx, MIDDLE, title="改过")

    plant(copy, fault)
    for words in ((), ("--head", plot.kept)):
        assert copy.refused(*VERIFY, *words).startswith(broken(number, NUMBER))


def test_a_cut_tail_with_the_head_put_back(plot: Plot, copy: Terminal) -> None:
    """Once the sums are changed too nothing in the database tells; whoever kept a head does."""

    async def fault(tx: Tx) -> None:
        await planting.remove(tx, *range(MIDDLE + 1, plot.lines + 1))
        await planting.move_head(tx, await planting.line(tx, MIDDLE))

    plant(copy, fault)
    assert SUMS in copy.refused(*VERIFY)
    copy.inside(keep_sums)
    assert copy.json(*VERIFY)["lines"] == MIDDLE
    assert copy.refused(*VERIFY, "--head", plot.kept).startswith(broken(MIDDLE + 1, HEAD))


def test_a_deleted_line_whose_gap_was_closed(plot: Plot, copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        await planting.remove(tx, MIDDLE)
        for number in range(MIDDLE + 1, plot.lines + 1):
            await planting.write(tx, number, seq=number - 1)

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE, PREV))


def test_an_inserted_line_breaks_the_one_behind_it(plot: Plot, copy: Terminal) -> None:
    """Its own hash may be right; the next line still goes on from the one before."""

    async def fault(tx: Tx) -> None:
        await planting.move_up(tx, MIDDLE, plot.lines)
        await planting.add(tx, planting.forged(await planting.line(tx, MIDDLE - 1)))

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE + 1, PREV))


def test_an_inserted_line_that_is_no_continuation_is_named_itself(plot: Plot, copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        await planting.move_up(tx, MIDDLE, plot.lines)
        await planting.add(tx, planting.forged(await planting.line(tx, MIDDLE - 1)))
        await planting.write(tx, MIDDLE, hash="e" * 64)

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE, HASH))


def test_a_line_behind_the_head(plot: Plot, copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        await planting.add(tx, planting.forged(await planting.line(tx, plot.lines)))

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(plot.lines + 1, HEAD))
    assert copy.refused(*VERIFY, "--head", plot.kept).startswith(broken(plot.lines + 1, HEAD))


def test_a_line_appended_well_is_no_fault_of_the_chain(plot: Plot, copy: Terminal, tmp_path: Path) -> None:
    """Appending is what a ledger is for. Who appended it shows against a head of the true continuation only."""

    async def fault(tx: Tx) -> None:
        last = planting.forged(await planting.line(tx, plot.lines))
        await planting.add(tx, last)
        await planting.move_head(tx, last)

    (tmp_path / "true").mkdir()
    true = plot.copy(tmp_path / "true")
    planting.more_lines(true, 1, 2024)
    true.run("ledger", "head", "--out", copy.path("true.json"), "--key", copy.path("key.pem"))
    plot.drop(true)
    plant(copy, fault)
    assert SUMS in copy.refused(*VERIFY)
    copy.inside(keep_sums)
    assert copy.json(*VERIFY, "--head", plot.kept)["lines"] == plot.lines + 1
    assert copy.refused(*VERIFY, "--head", copy.path("true.json")).startswith(broken(plot.lines + 1, HEAD))


def test_two_lines_that_changed_their_contents(copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        one, other = await planting.line(tx, MIDDLE), await planting.line(tx, MIDDLE + 50)
        await planting.remove(tx, one.seq, other.seq)
        for place, content in ((one, other), (other, one)):
            await planting.add(tx, replace(place, entry=content.entry))

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE, HASH))


def test_two_lines_that_changed_their_numbers(copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        for number, to in ((MIDDLE, 9_999), (MIDDLE + 50, MIDDLE), (9_999, MIDDLE + 50)):
            await planting.write(tx, number, seq=to)

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE, PREV))


def test_a_changed_line_with_its_own_hash_made_anew(copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        one = await planting.line(tx, MIDDLE)
        entry = replace(one.entry, title="改过")
        await planting.write(tx, MIDDLE, title="改过", hash=line_hash(MIDDLE, one.prev, entry))

    plant(copy, fault)
    assert copy.refused(*VERIFY).startswith(broken(MIDDLE + 1, PREV))


async def rewritten(tx: Tx, last: int) -> None:
    await planting.write(tx, MIDDLE, title="改过")
    await planting.rewrite(tx, MIDDLE, last)


def test_a_rewritten_tail_shows_against_a_kept_head(plot: Plot, copy: Terminal) -> None:
    """Whoever makes every later hash and the head anew leaves a chain that holds in itself."""
    earlier = copy.file("earlier.json", json.dumps(head_of(copy, MIDDLE - 1)))
    at = copy.file("at.json", json.dumps(head_of(copy, MIDDLE)))
    plant(copy, lambda tx: rewritten(tx, plot.lines))
    assert copy.json(*VERIFY)["lines"] == plot.lines
    assert copy.refused(*VERIFY, "--head", plot.kept).startswith(broken(plot.lines, HEAD))
    assert copy.refused(*VERIFY, "--head", at).startswith(broken(MIDDLE, HEAD))
    assert copy.json(*VERIFY, "--head", earlier)["lines"] == plot.lines  # it is the lines behind it that changed


def head_of(terminal: Terminal, number: int) -> dict[str, object]:
    """As somebody could have kept it when that line was the last."""
    found = terminal.inside(lambda tx: planting.line(tx, number))
    return {"chain": "ledger", "seq": number, "hash": found.hash}


def test_a_changed_sum_of_what_is_owed(copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        owed = person_year.c.owed_hundredths
        changed = update(person_year).where(person_year.c.person == "P2", owed.is_not(None))
        assert (await tx.execute(changed.values(owed_hundredths=owed - 1000))).rowcount

    copy.inside(fault)
    assert "人员 P2 的 " in copy.refused(*VERIFY)
    assert "年度应完成学时被改动过：按名册和规则应为 " in copy.refused(*VERIFY)


def test_what_is_owed_is_not_compared_under_other_rules(copy: Terminal) -> None:
    """The rows are made anew when the bot runs with them."""
    assert copy.json(*VERIFY)["owed_checked"]
    copy.file("rules.toml", '[[requirement]]\nstaff = "44"\n')
    config = copy.folder / "config.toml"
    config.write_text(config.read_text() + '\n[rules]\nfile = "rules.toml"\n')
    assert not copy.json(*VERIFY)["owed_checked"]
    assert "应完成学时未核对" in copy.run(*VERIFY).stdout


HEADS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "ahead": {"seq": 10_000},
    "behind": {"seq": MIDDLE},
    "of another line": {"hash": "e" * 64},
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_was_changed(plot: Plot, copy: Terminal, name: str) -> None:
    moved = update(ledger_head).where(ledger_head.c.chain == "ledger").values(**HEADS[name])
    copy.inside(lambda tx: tx.execute(moved))
    assert copy.refused(*VERIFY).startswith(broken((MIDDLE if name == "behind" else plot.lines) + 1, HEAD))


def test_all_lines_deleted_and_the_head_with_them(plot: Plot, copy: Terminal) -> None:
    async def fault(tx: Tx) -> None:
        await planting.remove(tx, *range(1, plot.lines + 1))
        await tx.execute(update(ledger_head).where(ledger_head.c.chain == "ledger").values(seq=0, hash="0" * 64))

    plant(copy, fault)
    assert SUMS in copy.refused(*VERIFY)
    copy.inside(keep_sums)
    assert copy.json(*VERIFY)["lines"] == 0
    assert copy.refused(*VERIFY, "--head", plot.kept).startswith(broken(1, HEAD))


def test_a_restored_old_backup(plot: Plot, copy: Terminal, tmp_path: Path) -> None:
    """It holds in itself, and shows against the head of a later day, even after new lines."""
    copy.run("backup", copy.path("dump"))
    planting.more_lines(copy, 3, 2024)
    copy.run("ledger", "head", "--out", copy.path("newer.json"), "--key", copy.path("key.pem"))
    (tmp_path / "there").mkdir()
    there = Terminal(tmp_path / "there", f"sqlite:///{tmp_path}/there/xuefa.db")
    there.run("restore", copy.path("dump"))
    assert there.json(*VERIFY, "--head", plot.kept)["lines"] == plot.lines
    assert there.refused(*VERIFY, "--head", copy.path("newer.json")).startswith(broken(plot.lines + 1, HEAD))
    planting.more_lines(there, 5, 2023)
    assert there.json(*VERIFY)["lines"] == plot.lines + 5
    assert there.refused(*VERIFY, "--head", copy.path("newer.json")).startswith(broken(plot.lines + 3, HEAD))
