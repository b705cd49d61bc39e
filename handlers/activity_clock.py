"""What the clock does for activities: opens sign-in, invites in slices, reminds organisers of 办结.

Everything is found by its state in the database and done once by whatever process comes first; a process that dies
leaves the rest to the next look. An invitation is a push of the week, and 通知 mutes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers import holding
from handlers.actions.activity_people import meant
from handlers.jobs import Freeze, off_the_congested, tag
from handlers.message import Push, Text
from handlers.texts import activity_notices as texts
from storage import activities, broadcast_audience, broadcast_budget, calendar, jobs, outbox, sittings
from storage.broadcast_audience import Limits, Page
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.activities import EARLY_MINUTES, Activity, State
from training.broadcasts import Left
from training.calendar import day_of, monday_of, start_of
from training.forms import Form
from training.rules import Rules

SLICE_PERSONS: Final = 500
SLICES: Final = 4  # of one tick, so that nobody waits long for their turn
REMINDING: Final = "activities_unconcluded"  # the job whose slots are taken, one a working day
REMINDS_AT: Final = timedelta(hours=8, minutes=47)
REMINDS_FOR: Final = timedelta(hours=8)
LOOKS_BACK: Final = timedelta(days=14)  # when no slot was ever taken


@dataclass(frozen=True, slots=True)
class ActivityClock:
    """`freezes`: how each channel makes requests of a push; who has several is written to in each of them."""

    rules: Rules
    freezes: Mapping[str, Freeze]
    awake: holding.Awake = holding.always

    async def tick(self, database: Database, now: datetime) -> bool:
        """Whether there is mail, or more to do."""
        async with database.read() as tx:
            opening = await activities.due_to_open(tx, now + timedelta(minutes=EARLY_MINUTES), now)
            inviting = await activities.inviting(tx, now) if self.awake(now) else []
            slot = await self._slot(tx, now)
        for one in opening:
            if one.settings.form != Form.COURT_HEARING:
                async with database.write() as tx:
                    await activities.move(tx, one, State.SIGNING)
        for one, through in inviting[:SLICES]:
            async with database.write() as tx:
                await self._invite(tx, one.number, through, now)
        if slot is not None:
            async with database.write() as tx:
                await self._remind(tx, slot, now)
        return bool(inviting) or slot is not None

    async def _invite(self, tx: Tx, number: int, through: str, now: datetime) -> None:
        """The next people; nobody once it was cancelled."""
        one = await activities.one(tx, number, lock=True)
        if one is None or one.state not in (State.PUBLISHED, State.SIGNING):
            return
        page = await self._page(tx, one, through, now)
        done_at = now if page.last else None
        if not await activities.advance(tx, number, through, page.through, done_at=done_at):
            return
        reached = [member.number for member in page.members if member.left is Left.NOT]
        week, budget = monday_of(day_of(now)), self.rules.compliance.push_budget_per_week
        over = await broadcast_budget.count(tx, reached, week, budget)
        persons = [person for person in reached if person not in over]
        ref = f"activity-{number}-{tag(page.through)}"
        await self._send(tx, persons, texts.invited(one), ref, now, one.settings.sessions[-1].ends)

    async def _page(self, tx: Tx, one: Activity, through: str, now: datetime) -> Page:
        budget = self.rules.compliance.push_budget_per_week
        limits = Limits(monday_of(day_of(now)), budget, urgent=False, channels=tuple(self.freezes))
        whom = await meant(tx, one.settings)
        return await broadcast_audience.page(tx, EVERYTHING, whom, limits, after=through, at_most=SLICE_PERSONS)

    async def _slot(self, tx: Tx, now: datetime) -> datetime | None:
        """Today's reminder, when it is due and nobody took it."""
        slot = start_of(day_of(now)) + REMINDS_AT
        if not slot <= now < slot + REMINDS_FOR or not self.awake(now):
            return None
        last = await jobs.last_slot(tx, REMINDING)
        if last is not None and last >= slot:
            return None
        return slot if (await calendar.imported(tx)).is_working(day_of(now)) else None

    async def _remind(self, tx: Tx, slot: datetime, now: datetime) -> None:
        """The organisers of what ended since the last such morning, and before today, and was not concluded."""
        last = await jobs.last_slot(tx, REMINDING)
        if not await jobs.take(tx, REMINDING, slot, now, jobs.RAN):
            return
        since = start_of(day_of(last)) if last is not None else now - LOOKS_BACK
        for one in await activities.unconcluded(tx, since, start_of(day_of(now))):
            ref = f"activity-{one.number}-conclude-{day_of(now)}"
            await self._send(tx, [one.settings.organiser], texts.unconcluded(one), ref, now, None)

    async def _send(
        self, tx: Tx, persons: Iterable[str], said: str, ref: str, now: datetime, not_after: datetime | None
    ) -> None:
        """To every account of theirs; whoever sits an exam gets it afterwards."""
        wanted = list(persons)
        accounts = await broadcast_audience.accounts(tx, EVERYTHING, self.freezes, wanted)
        sitting = await sittings.until(tx, EVERYTHING, wanted)
        by_door: dict[tuple[str, datetime | None], list[str]] = {}
        for person in wanted:
            free = holding.free_at(sitting.get(person), now)
            for channel, name in accounts.get(person, ()):
                by_door.setdefault((channel, free), []).append(name)
        for (channel, free), names in by_door.items():
            door = f"{ref}-{free:%H%M}" if free else ref
            drafts = self.freezes[channel](Push(tuple(names), Text(said)), door, True)
            due_at = off_the_congested(free or now)
            await outbox.add(
                *(tx, channel, door, drafts),
                lane=f"{channel}-{door}",
                mass=True,
                now=now,
                due_at=due_at,
                not_after=not_after,
                waking=True,
            )
