"""What the clock of a running bot works on: jobs with slots, and what is minded all the time by its state."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from apscheduler.triggers.cron import CronTrigger

from bot import head_key
from bot.channels.wecom import WeCom
from bot.config import Config, Schedule
from bot.scheduler import Exams, at, heads_slot, job_list, plan_slot, waking
from bot.slots import Job
from handlers.activity_clock import ActivityClock
from handlers.broadcast_clock import BroadcastClock
from handlers.broadcast_closing_job import BroadcastClosing
from handlers.certificate_job import CertificateJob
from handlers.claim_clock import ClaimClock
from handlers.heads_job import HeadsJob
from handlers.jobs import Jobs
from handlers.objection_clock import ObjectionClock
from handlers.plan_job import PlanJob
from handlers.roll_report_clock import RollReportJob
from handlers.spot_check_clock import SpotCheckClock
from handlers.year_end_clock import YearEndClock
from training.calendar import CITY
from training.rules import Rules

_SIX_HOURS: Final = timedelta(hours=6)


def jobs_of(rules: Rules, channel: WeCom, schedule: Schedule) -> Jobs:
    return Jobs(
        rules,
        channel.name,
        lambda push, ref, mass: channel.freeze(push, ref, mass=mass),
        channel.freeze_update,
        waking(schedule),
    )


def heads_job_of(config: Config, channel: WeCom) -> HeadsJob:
    return HeadsJob(
        channel.name,
        lambda push, ref, mass: channel.freeze(push, ref, mass=mass),
        lambda: head_key.key_at(head_key.place(config.database)),
    )


def slots_of(schedule: Schedule, rules: Rules, channel: WeCom, heads: HeadsJob) -> tuple[Job, ...]:
    """Each is done once for each of its times, by whatever process comes first."""
    work, awake = jobs_of(rules, channel, schedule), waking(schedule)
    told = (rules, channel.name, work.freeze, awake)
    objections = ObjectionClock(rules, channel.name, work.freeze)
    year_end, spot = YearEndClock(*told), SpotCheckClock(channel.name, work.freeze)
    midnight = CronTrigger(month=1, day=1, hour=0, minute=2, timezone=CITY)
    return (
        *job_list(schedule, work),
        heads_slot(schedule, heads),
        plan_slot(schedule, PlanJob(*told)),
        Job("claims", at("09:41"), _SIX_HOURS, ClaimClock(*told).remind, None, awake),
        Job("roll_reports", at("10:13"), _SIX_HOURS, RollReportJob(*told).remind, None, awake),
        Job("objections", at("10:21"), _SIX_HOURS, objections.remind, None, awake),
        Job("year_snapshot", midnight, timedelta(days=60), aside=year_end.keep_snapshot),
        Job("year_end", at("09:37", month="1"), _SIX_HOURS, year_end.remind, None, awake),
        Job("spot_check", at("09:37"), _SIX_HOURS, aside=spot.draw),
        Job("certificates", at("10:13"), _SIX_HOURS, CertificateJob(*told).remind, None, awake),
    )


def minded(schedule: Schedule, rules: Rules, channel: WeCom) -> Mapping[str, Exams]:
    """What is found by its state in the database, by name."""
    work = jobs_of(rules, channel, schedule)
    freezes, updates = {channel.name: work.freeze}, {channel.name: work.freeze_update}
    recalls = {channel.name: channel.freeze_recall}
    return {
        "broadcasts": BroadcastClock(rules, freezes, work.awake).tick,
        "broadcasts_after": BroadcastClosing(rules, freezes, updates, recalls, work.awake).tick,
        "activities": ActivityClock(rules, freezes, work.awake).tick,
        "claims_waiting": ClaimClock(rules, channel.name, work.freeze, work.awake).tick,
    }
