"""What a claim may be the same event as: a list that has the person, lines of the ledger, other claims."""

from collections.abc import Iterable
from datetime import date

from storage import claim_neighbours, claims, refills
from storage.claim_neighbours import Listed
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import PRESENT, Mark
from training.claim_errors import OnTheList
from training.claim_rules import happening, resembling, takes_time
from training.claims import Claim, Stated
from training.doubles import Event, standing
from training.names import FORMS
from training.rules import Rules


async def demand_unlisted(tx: Tx, rules: Rules, person: str, stated: Stated) -> None:
    """Whoever is on the list of an activity gets its hours from there. Raises: OnTheList."""
    for one in await _listed(tx, rules, person, stated):
        if one.mark in PRESENT and _is_like(stated, person, one):
            raise OnTheList(one.activity, one.title)


async def doubles_of(tx: Tx, rules: Rules, claim: Claim) -> tuple[str, ...]:
    """疑似重复, in words: where what it resembles stands, as of now."""
    stated, days = claim.stated, (claim.stated.starts, claim.stated.ends)
    if not takes_time(stated, rules.forms):
        return ()
    years = (days[0].year - 1, days[1].year)  # a day's lines count for its year or the one before
    limited = sorted({row.form for row in rules.forms if row.day_limited})
    held = await refills.lines_of(tx, EVERYTHING, [claim.person], years, limited, days)
    lines = {line.seq: line.entry for several in held.values() for line in several}
    known = [*standing(lines, rules.forms), *await _others(tx, claim, days)]
    own = claim.source.removeprefix("activity:")
    lists = await _listed(tx, rules, claim.person, stated)
    known += [_event(claim.person, one) for one in lists if str(one.activity) != own]
    return resembling(stated, claim.person, known, rules.forms)


async def _others(tx: Tx, claim: Claim, days: tuple[date, date]) -> Iterable[Event]:
    """Other claims that are live. What was posted by one stands in the ledger already."""
    near = [one for one in await claims.near(tx, EVERYTHING, claim.person, days) if one.number != claim.number]
    return [happening(one.person, one.stated, f"申报 {one.number}（{_words(one.stated)}）") for one in near]


def _words(stated: Stated) -> str:
    return f"{stated.starts} {FORMS.get(stated.form, stated.form)} {stated.title}"


async def _listed(tx: Tx, rules: Rules, person: str, stated: Stated) -> list[Listed]:
    if not takes_time(stated, rules.forms):
        return []
    return await claim_neighbours.listed(tx, EVERYTHING, person, (stated.starts, stated.ends))


def _is_like(stated: Stated, person: str, one: Listed) -> bool:
    return happening(person, stated, "").is_like(_event(person, one))


def _event(person: str, one: Listed) -> Event:
    said = (
        "名单注明未到场" if one.mark is Mark.STRUCK else "名单待核实" if one.mark is Mark.DOUBTFUL else "名单在册"
    )
    alone = Stated(one.form, one.title, one.day, one.day)
    return happening(person, alone, f"活动 {one.activity}（{one.day} {one.title}，{said}）")
