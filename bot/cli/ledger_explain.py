"""`xuefa ledger explain`: the sum behind a person's hours."""

from datetime import UTC, date, datetime
from typing import Any

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_dates import demand_year, two_dates
from bot.rule_files import rules_of
from handlers.actions.explaining import Explained, explained
from handlers.texts.explaining import online_why, paragraphs, share_words
from storage.ledger import Line
from training.hours import two_places
from training.requirements import MonthlyShare
from training.summaries import Cut, two


@click.command(help="说明一个人的学时怎么算出来：应完成、已认定、计入、明细、差额。")
@click.argument("person", metavar="人员编号或账号")
@click.option("--year", type=int, required=True, help="考核年度")
@two_dates
@runs
async def explain(call: Call, person: str, year: int, as_of: date | None, known_at: datetime | None) -> None:
    demand_year(year)
    rules = rules_of(call.config())
    async with call.database() as database:
        said = await explained(database, rules, person, year, Cut(as_of, known_at), datetime.now(UTC))
    if said is None:
        raise Refused(f"名册中没有人员编号或账号为 {person} 的人员，请核对。")
    call.tell(_document(said), *paragraphs(said))


def _document(said: Explained) -> dict[str, Any]:
    """Hours are texts with two places, shares exact fractions."""
    place, amounts, online = said.place, said.figures, said.online
    return {
        **{"person": place.number, "name": place.name, "unit": place.unit, "category": place.category},
        **{"mark": place.mark, "status": place.status, "year": said.year},
        **{"as_of": said.as_of.isoformat(), "known_at": said.known_at.isoformat()},
        "owed": {
            **{"hours": two(amounts.owed), "exact": str(said.exact), "step": str(said.step)},
            **{"reduced_months": said.owes.reduced_months, "counts_waived": said.owes.waives_counts},
            "months": [_month(month) for month in said.owes.months],
        },
        "recorded": {
            "hours": two(amounts.recorded),
            "by_form": {form: two(amount) for form, amount in said.recorded.by_form.items()},
            "by_class": {name: two(amount) for name, amount in said.recorded.by_class.items()},
        },
        "counted": {
            "hours": two(amounts.counted),
            "online": {
                **{"recorded": two(online.recorded), "counted": two(online.counted)},
                **{"limit": None if online.limit is None else two(online.limit), "why": online_why(said)},
            },
        },
        "missing": two(amounts.missing),
        "lines": [_line(line, said) for line in said.lines],
    }


def _month(month: MonthlyShare) -> dict[str, Any]:
    group = str(month.group) if month.group else None
    return {
        **{"month": month.month, "group": group, "days": month.days, "why": str(month.why)},
        **{"status": month.status, "share": str(month.share), "sum": share_words(month)},
    }


def _line(line: Line, said: Explained) -> dict[str, Any]:
    entry = line.entry
    return {
        **{"seq": line.seq, "starts_on": entry.starts_on.isoformat(), "ends_on": entry.ends_on.isoformat()},
        **{"form": entry.form, "hours": two_places(entry.hours), "title": entry.title},
        **{"reverses": entry.reverses, "reversed_by": said.reversed_by.get(line.seq), "note": entry.note},
    }
