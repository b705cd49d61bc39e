"""Asking the daily question: drawing it once for a group and day, and showing it to one person who asks."""

from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions.daily import FOCUS, Place, Receipt, group_asked, ref_of
from handlers.actions.standings import load_standings
from storage import daily, focus, questions
from storage.askers import Asker
from storage.database import Tx
from storage.scope import EVERYTHING, own
from training.calendar import DAY, day_of, monday_of
from training.daily import DailyQuestion, draw
from training.hours import counted
from training.people import Group
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown: the question, or the receipt when it was answered before."""

    asked: DailyQuestion
    receipt: Receipt | None


async def question_of(tx: Tx, day: date, group: Group, now: datetime) -> DailyQuestion:
    """The group's question of the day, drawn now if nobody drew it before. Raises: NoQuestions."""
    drawn = (await daily.between(tx, day, day)).get((day, group))
    if drawn is not None:
        return drawn
    pool = await questions.candidates(tx, group, day)
    chosen = draw(pool, await daily.recent_topics(tx, group), day, group)
    content = await questions.version(tx, chosen.id, chosen.version)
    await daily.keep(tx, DailyQuestion(day, group, content, chosen.version), now)
    # Another process may have drawn in between: what was kept is what everybody gets.
    return (await daily.between(tx, day, day))[day, group]


async def show_today(tx: Tx, rules: Rules, asker: Asker, now: datetime) -> Shown:
    """Whoever asks gets it any time, whatever calendar, mutes and status say. Raises: NoQuestions."""
    await question_of(tx, day_of(now), group_asked(asker.person), now)
    return await show(tx, rules, asker, (day_of(now), group_asked(asker.person)), now)


async def show(tx: Tx, rules: Rules, asker: Asker, place: Place, now: datetime) -> Shown:
    """Show a drawn question and let typed words go to it."""
    asked = (await daily.between(tx, place[0], place[0]))[place]
    person = asker.person.number
    answered = (await daily.answers(tx, own(person), [person], place[0], place[0])).get((place[0], person))
    if answered is None:
        await focus.show(tx, [person], FOCUS, ref_of(place), now)
        if asker.focus is not None and asker.focus.ref == ref_of(place):
            await focus.mean(tx, person, ref_of(place))
        return Shown(asked, None)
    standing = (await load_standings(tx, rules, [person], place[0].year))[person]
    receipt = Receipt(
        asked,
        answered,
        first=False,
        make_up=day_of(answered.answered_at) != place[0],
        counted=counted(standing, rules.hours),
        owed=standing.owed or 0,
    )
    return Shown(asked, receipt)


async def open_days(tx: Tx, asker: Asker, now: datetime) -> list[Place]:
    """Earlier questions of this week that the person's group was asked and the person has not answered."""
    today = day_of(now)
    first = max(monday_of(today), date(today.year, 1, 1))
    asked = await daily.between(tx, first, today - DAY)
    person = asker.person.number
    answered = await daily.answers(tx, EVERYTHING, [person], first, today)
    group = group_asked(asker.person)
    return [place for place in sorted(asked) if place[1] is group and (place[0], person) not in answered]
