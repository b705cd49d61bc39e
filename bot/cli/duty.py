"""`xuefa duty list` and `xuefa duty import`."""

from datetime import UTC, date, datetime
from typing import Any

import click

from bot.cli import duty_import
from bot.cli.frame import Call, Refused, runs
from bot.rule_files import rules_of
from handlers.actions.duties import Listing, listing
from handlers.texts.duties import ORIGINS, lines, plain
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.cell_words import EARLIEST_YEAR, LATEST_YEAR
from training.duties import Duty, Measure, Owes
from training.duty_facts import DutyFact
from training.duty_gaps import Gap


@click.group(help="履职：谁应完成哪些要求，已完成多少；导入履职登记。")
def command() -> None:
    pass


command.add_command(duty_import.command)


@command.command("list", help="列出一个年度谁应完成哪些要求，附通知原文和出处。")
@click.option("--year", type=int, required=True, help="考核年度")
@click.option("--unit", default="", help="单位代码，含下级单位")
@runs
async def list_(call: Call, year: int, unit: str) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Refused(f"年度 {year} 不在 {EARLIEST_YEAR}–{LATEST_YEAR} 之间，请核对。")
    today = day_of(datetime.now(UTC))
    as_of = min(max(today, date(year, 1, 1)), date(year, 12, 31))
    rules = rules_of(call.config())
    async with call.database() as database:
        found = await listing(database, EVERYTHING, rules, year, as_of, unit)
    call.tell(_document(found), *lines(found))


def _document(found: Listing) -> dict[str, Any]:
    return {
        "year": found.year,
        "as_of": found.as_of.isoformat(),
        "duties": [_duty(duty) | {"owed_by": [_owes(o, found) for o in owed]} for duty, owed in found.owed],
        "unclear": [_gap(gap, found) for gap in found.gaps],
    }


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "key": duty.key,
        "name": duty.name,
        "task": duty.task,
        "origin": ORIGINS[duty.origin],
        "words": duty.words,
        "basis": duty.basis,
        "hard": duty.hard,
        "subject": str(duty.subject),
        "measure": str(duty.measure),
        "amount": plain(duty.amount),
        "period": str(duty.period),
        "forms": list(duty.forms),
        "content": list(duty.content),
        "valid_from": None if duty.valid_from == date.min else duty.valid_from.isoformat(),
        "valid_until": _iso(duty.valid_until),
    }


def _owes(owes: Owes, found: Listing) -> dict[str, Any]:
    return {
        "subject": owes.subject,
        "name": found.name(owes),
        "unit": owes.unit,
        "unit_name": found.unit_name(owes),
        "amount": plain(owes.amount),
        "starts": _iso(owes.starts),
        "ends": _iso(owes.ends),
        "counted_months": None if owes.duty.on_one_day else owes.counted_months,
        "waived": owes.waived,
        "state": None if owes.state is None else str(owes.state),
        "have": owes.have,
        "until": _iso(owes.until),
        **_progress(owes, found),
    }


def _progress(owes: Owes, found: Listing) -> dict[str, Any]:
    """`done` and `missing` are times, or hours as text; null of a standing duty, whose `state` says it."""
    short = found.short(owes)
    if short is not None:
        return {"done": plain(found.counted.get(owes.subject, short * 0)), "missing": plain(short), "facts": []}
    if owes.duty.measure is not Measure.TIMES:
        return {"done": None, "missing": None, "facts": []}
    progress = found.progress(owes)
    return {
        "done": len(progress.done),
        "missing": progress.missing,
        "facts": [_fact(fact) for fact in progress.done],
    }


def _fact(fact: DutyFact) -> dict[str, Any]:
    return {
        **{"number": fact.number or None, "day": fact.day.isoformat(), "title": fact.title},
        **{"source": str(fact.source), "activity": fact.activity or None, "evidence": fact.evidence},
    }


def _gap(gap: Gap, found: Listing) -> dict[str, Any]:
    return {"why": str(gap.why), "subject": gap.subject, "name": found.name(gap), "said": gap.said}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
