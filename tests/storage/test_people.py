"""Who speaks: today's view of the roll, made from dated facts."""

import asyncio
from datetime import date, timedelta

from storage import askers, people, wishes
from storage.askers import Asker
from storage.database import Database, Tx, open_database
from storage.scope import EVERYTHING, Scope, own
from tests.storage.rows import NOW, TODAY, add_person, facts
from training.people import Account, Category, Group, Role, StatusPeriod
from training.wishes import Wishes

DAY = timedelta(days=1)
TRANSFER = date(2026, 12, 1)


async def asking(tx: Tx, *accounts: str, today: date = TODAY, scope: Scope = EVERYTHING) -> dict[str, Asker]:
    return dict(await askers.by_account(tx, scope, "wecom", accounts, today))


async def transfer(tx: Tx, number: str, unit: str = "gaj", day: date = TRANSFER) -> None:
    await people.add(tx, facts(number, day, unit=unit), [], [], by="test", now=NOW, today=TODAY)


async def status(tx: Tx, number: str, name: str, starts: date, ends: date | None) -> None:
    period = StatusPeriod(number, name, starts, ends, NOW)
    await people.add(tx, [], [period], [], by="test", now=NOW, today=TODAY)


async def test_an_account_speaks_for_its_person(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan", "zhang3", category="leader", mark="1")
        managed = facts("p1", role="unit_admin", managed_units="sfj,gaj")
        await people.add(tx, managed, [], [], by="test", now=NOW, today=TODAY)
        await add_person(tx, "p2", "lisi")
        await people.add(
            tx, [], [], [Account("zhangsan", "p2", TODAY, "telegram")], by="test", now=NOW, today=TODAY
        )
        found = await asking(tx, "zhangsan", "zhang3", "nobody")
    assert found.keys() == {"zhangsan", "zhang3"}
    person = found["zhangsan"].person
    assert (person.number, person.name, person.unit) == ("p1", "姓名p1", "sfj")
    assert (person.category, person.mark, person.group) == (Category.LEADER, True, Group.ENFORCEMENT)
    assert (person.role, person.managed_units) == (Role.UNIT_ADMIN, ("sfj", "gaj"))
    assert (person.status, person.pushes) == ("在岗", True)
    assert found["zhang3"].person == person
    assert found["zhangsan"].wishes == Wishes()


async def test_a_transfer_recorded_ahead_takes_effect_on_its_day(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await transfer(tx, "p1")
    for today, unit in ((TODAY, "sfj"), (TRANSFER - DAY, "sfj"), (TRANSFER, "gaj"), (TRANSFER + DAY, "gaj")):
        async with database.write() as tx:
            assert (await asking(tx, "zhangsan", today=today))["zhangsan"].person.unit == unit
        async with database.read() as tx:
            assert [person.unit for person in await people.every(tx, EVERYTHING)] == [unit]


async def test_the_clock_finds_whose_facts_change(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await add_person(tx, "p2", "lisi")
        await transfer(tx, "p1")
        await status(tx, "p2", "病假", TODAY, TRANSFER)
        assert await people.due_for_refresh(tx, TRANSFER - DAY) == []
        assert await people.due_for_refresh(tx, TRANSFER) == ["p1"]
        assert sorted(await people.due_for_refresh(tx, TRANSFER + DAY)) == ["p1", "p2"]
        await people.refresh(tx, ["p1", "p2"], TRANSFER + DAY)
        assert await people.due_for_refresh(tx, date.max) == []


async def test_a_status_begins_and_ends_by_itself(database: Database) -> None:
    begins, ends = TODAY + 3 * DAY, TODAY + 30 * DAY
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await status(tx, "p1", "产假", begins, ends)
        for today, pushed in ((begins - DAY, True), (begins, False), (ends, False), (ends + DAY, True)):
            person = (await asking(tx, "zhangsan", today=today))["zhangsan"].person
            assert (person.pushes, person.status) == (pushed, "在岗" if pushed else "产假")


async def test_two_accounts_of_one_person_on_the_day_of_a_change(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan", "zhang3")
        await transfer(tx, "p1")
        found = await asking(tx, "zhangsan", "zhang3", today=TRANSFER)
    assert {asker.person.unit for asker in found.values()} == {"gaj"}


async def test_several_processes_notice_a_change_at_the_same_moment(database: Database) -> None:
    numbers = [f"p{n}" for n in range(10)]
    async with database.write() as tx:
        for number in numbers:
            await add_person(tx, number, f"of-{number}")
            await transfer(tx, number)
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]

    async def ask(process: Database, order: int) -> set[str]:
        async with process.write() as tx:
            accounts = [f"of-{number}" for number in numbers[::order]]
            return {asker.person.unit for asker in (await asking(tx, *accounts, today=TRANSFER)).values()}

    found = await asyncio.gather(*(ask(process, 1 - 2 * (n % 2)) for n, process in enumerate(processes * 3)))
    for process in processes:
        await process.close()
    assert found == [{"gaj"}] * 12


async def test_a_view_never_falls_behind_facts_recorded_meanwhile(database: Database) -> None:
    """The clock makes views anew while an administrator's change is under way."""
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")

    async def refresh() -> None:
        async with database.write() as tx:
            await people.refresh(tx, ["p1"], TODAY)

    async with database.write() as tx:
        await transfer(tx, "p1", "gaj", TODAY)
        meanwhile = asyncio.create_task(refresh())
        await asyncio.sleep(0.1)
    await meanwhile
    async with database.read() as tx:
        assert [person.unit for person in await people.every(tx, EVERYTHING)] == ["gaj"]


async def test_who_has_not_begun_gets_no_pushes(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan", since=TRANSFER)
        before = (await asking(tx, "zhangsan"))["zhangsan"].person
        after = (await asking(tx, "zhangsan", today=TRANSFER))["zhangsan"].person
    assert (before.name, before.pushes) == ("姓名p1", False)
    assert after.pushes


async def test_wishes_are_read_with_the_person(database: Database) -> None:
    chosen = Wishes(mute_daily=True, mute_reminders=False, mute_notices=True, streak=True, text_only=True)
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await wishes.keep(tx, "p1", chosen)
        assert (await asking(tx, "zhangsan"))["zhangsan"].wishes == chosen
        await wishes.keep(tx, "p1", Wishes())
        await wishes.mark_privacy_shown(tx, ["p1"], NOW)
        assert (await asking(tx, "zhangsan"))["zhangsan"].wishes == Wishes(privacy_shown=True)
        await wishes.keep(tx, "p1", chosen)
        assert (await asking(tx, "zhangsan"))["zhangsan"].wishes.privacy_shown


async def test_a_scope_shows_its_own_rows(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await add_person(tx, "p2", "lisi", unit="gaj")
        await add_person(tx, "p3", "wangwu", unit="sfj")
        unit = Scope(person="p2", units=frozenset({"sfj"}))
        assert [p.number for p in await people.every(tx, own("p1"))] == ["p1"]
        assert [p.number for p in await people.every(tx, unit)] == ["p1", "p2", "p3"]
        assert await people.names(tx, own("p2"), ["p1", "p2"]) == {"p2": "姓名p2"}
        assert (await asking(tx, "zhangsan", "lisi", scope=own("p2"))).keys() == {"lisi"}
        assert await people.accounts_of(tx, own("p3"), "wecom") == {"p3": ("wangwu",)}
        assert (await people.facts_of(tx, own("p1"), ["p1", "p2"])).keys() == {"p1"}


async def test_pages_go_by_number(database: Database) -> None:
    async with database.write() as tx:
        for n in range(5):
            await add_person(tx, f"p{n}")
        assert await people.count(tx) == 5
        first = await people.every(tx, EVERYTHING, at_most=3)
        rest = await people.every(tx, EVERYTHING, after=first[-1].number, at_most=3)
    assert [person.number for person in [*first, *rest]] == ["p0", "p1", "p2", "p3", "p4"]
