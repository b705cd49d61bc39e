"""The 学时汇总 of a small city, on both engines."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from handlers.actions import ledgers, summaries
from handlers.actions.summaries import Summary, Wanted
from handlers.sheets.summary_columns import HEADERS, cells_of
from handlers.sheets.summary_sheet import balance
from storage import ledger, ledger_sums
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.hours_city import LINES, TODAY, YEAR, build, noon
from tests.storage.rows import entry
from training.hours import HoursRules
from training.rules import Rules
from training.summaries import Cut, Reconciliation


async def summed(
    database: Database,
    unit: str = "",
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    **rules: bool,
) -> Summary:
    cut = Cut(as_of, known_at)
    day = summaries.standing_day(YEAR, as_of or TODAY)
    tree = await summaries.unit_tree(database, day, cut)
    head = await ledgers.head(database)
    wanted = Wanted(YEAR, day, cut, tree, tree.below(unit) if unit else None, head.seq)
    return await summaries.summary(database, Rules(hours=HoursRules(**rules)), wanted)


@pytest.fixture
async def city(database: Database) -> Database:
    async with database.write() as tx:
        await build(tx)
    return database


def amounts(found: Summary) -> dict[str, tuple[int, int, int, int]]:
    """Person → owed, recorded, counted, missing."""
    return {
        row.place.number: (row.figures.owed, row.figures.recorded, row.figures.counted, row.figures.missing)
        for row in found.rows
    }


async def test_a_unit_counts_whom_it_has_on_the_day_with_all_their_hours(city: Database) -> None:
    found = await summed(city, "sfj")
    assert amounts(found) == {
        "P1": (5000, 2110, 2050, 2950),  # 13.10 online, of which 12.50 count
        "P2": (2500, 2600, 2600, 0),  # on leave for six of twelve months
        "P3": (5000, 800, 800, 4200),  # 2.00 earned at the unit before
    }
    assert [row.place.number for row in found.gone] == ["P6", "P4"]  # moved to czj; retired
    reconciled = found.reconciliation
    assert (reconciled.ledger, reconciled.lines, reconciled.summary) == (6010, 11, 5510)
    assert (reconciled.outside, reconciled.persons, reconciled.elsewhere) == (700, 3, 200)
    assert reconciled.difference == 0
    assert balance(reconciled) == (
        "台账 60.10（11 条）＝汇总已认定 55.10＋未列入汇总的 3 人 7.00－列入人员在其他单位取得 2.00，相符"
    )


async def test_the_whole_city(city: Database) -> None:
    found = await summed(city)
    assert list(amounts(found)) == ["P6", "P1", "P2", "P3"]  # by unit, then by number; P5 is not assessed
    assert [row.place.number for row in found.gone] == ["P4"]
    assert balance(found.reconciliation) == "台账 62.10（12 条）＝汇总已认定 59.10＋未列入汇总的 2 人 3.00，相符"


def test_a_summary_that_does_not_agree_says_so() -> None:
    assert balance(Reconciliation(1000, 2, 900, 50, 1)).endswith("＋未列入汇总的 1 人 0.50，相差 0.50，请核查")


async def test_what_stands_in_a_row(city: Database) -> None:
    found = await summed(city, "sfj")
    rows = {row.place.number: row for row in (*found.rows, *found.gone)}
    cells = {
        number: dict(zip(HEADERS, cells_of(1, row, {"sfj": "司法局", "czj": "财政局"}), strict=True))
        for number, row in rows.items()
    }
    first = cells["P1"]
    assert {name: str(first[name]) for name in HEADERS if name.startswith("其中:")} == {
        **{"其中:集中培训": "4.00", "其中:脱产": "0.00", "其中:网络": "0.00", "其中:在线答题": "13.10"},
        **{"其中:考试": "0.00", "其中:旁听": "0.00", "其中:讲课": "0.00"},
        **{"其中:业务知识": "4.00", "其中:法律法规": "17.10"},
    }
    assert (str(first["完成率"]), first["是否达标"], first["在册区间"]) == ("41.00", "否", "01-01至12-31")
    assert "4.00" in str(first["备注"])  # the competition has no column
    assert (cells["P2"]["核减月数"], cells["P2"]["是否达标"], str(cells["P2"]["完成率"])) == (6, "是", "104.00")
    assert cells["P3"]["备注"] == "06-15由财政局转入司法局"
    assert cells["P4"]["备注"] == "年内减员：退休（在册至06-30）"
    assert (str(cells["P4"]["应完成学时"]), cells["P4"]["在册区间"]) == ("20.00", "01-01至06-30")
    assert (cells["P6"]["单位"], cells["P6"]["备注"]) == ("财政局", "04-10由司法局转入财政局")


async def test_as_of_an_earlier_day(city: Database) -> None:
    found = await summed(city, "sfj", as_of=date(2026, 4, 30))
    assert {number: row[1] for number, row in amounts(found).items()} == {"P1": 410, "P2": 0, "P4": 0}
    assert [row.place.number for row in found.gone] == ["P6"]
    assert found.reconciliation.difference == 0


async def test_known_at_an_earlier_moment(city: Database) -> None:
    before = await summed(city, "sfj", as_of=date(2026, 4, 30), known_at=noon(5, 9))
    assert amounts(before)["P1"][1] == 710  # the reversal was not recorded yet
    february = await summed(city, "sfj", as_of=date(2026, 4, 30), known_at=noon(2, 15))
    assert list(amounts(february)) == ["P1", "P2", "P4", "P6"]  # nobody knew that P6 would go
    assert amounts(february)["P2"] == (5000, 0, 0, 5000)  # nor of the leave
    assert february.reconciliation.ledger == 10
    assert (await summed(city, known_at=noon(1, 1))).rows == ()


async def test_a_city_may_take_answering_out(city: Database) -> None:
    found = await summed(city, "sfj", counts_toward_quota=False)
    assert amounts(found)["P1"][1:3] == (2110, 800)


@pytest.mark.parametrize("slice_persons", [1, 2])
async def test_slices_leave_nobody_out(city: Database, monkeypatch: pytest.MonkeyPatch, slice_persons: int) -> None:
    whole = await summed(city)
    monkeypatch.setattr(summaries, "SLICE_PERSONS", slice_persons)
    monkeypatch.setattr(ledger_sums, "WINDOW_LINES", 5)
    assert await summed(city) == whole


async def test_the_head_of_a_moment(city: Database) -> None:
    async with city.read() as tx:
        heads = [await ledger_sums.head_at(tx, EVERYTHING, noon(1, 1).replace(year=year)) for year in (2026, 2027)]
        between = await ledger_sums.head_at(tx, EVERYTHING, datetime(2026, 5, 8, tzinfo=UTC))
    assert [head.seq for head in heads] == [0, len(LINES)]
    assert between.seq == 6
    assert heads[1] == await ledgers.head(city)


async def test_odd_hundredths_are_summed_exactly(database: Database) -> None:
    odd = [f"{number / 100:.2f}" for number in range(1, 300)]
    async with database.write() as tx:
        await ledger.post(tx, [entry(n, hours=Decimal(text), person="P1") for n, text in enumerate(odd)])
    async with database.read() as tx:
        found = await ledger_sums.of_people(tx, EVERYTHING, ["P1"], YEAR, Cut(), up_to=len(odd))
        lines = await ledger_sums.of_lines(tx, EVERYTHING, YEAR, Cut(), after=0, up_to=len(odd))
    assert sum(one.amount for one in found["P1"]) == sum(range(1, 300)) == lines["P1"][0]
