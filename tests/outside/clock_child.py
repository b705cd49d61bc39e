"""A process with a clock of one job, which fires every second and queues a row named by when it was there.

SIGUSR1: it stops itself, SIGUSR2: it kills itself, in the transaction of the next slot that it gets.
SIGHUP takes that back.
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from bot import logs
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.slots import Job
from handlers.jobs import Jobs
from storage import outbox
from storage.database import SERVING_IDLE_SECONDS, Tx, open_database
from storage.outbox import Draft
from training.calendar import CITY
from training.rules import Rules

NAME = "each_second"


class Doomed:
    """The effect. What it does to itself was told it by a signal."""

    def __init__(self) -> None:
        self.fate = signal.Signals(signal.SIGCONT)

    async def __call__(self, tx: Tx, now: datetime) -> None:
        ref = f"{time.time_ns()}-{secrets.token_hex(4)}"
        drafts = [Draft("message/send", b"{}", ("nobody",))]
        await outbox.add(tx, "nowhere", ref, drafts, lane=ref, mass=False, now=now)
        fate, self.fate = self.fate, signal.SIGCONT
        os.kill(os.getpid(), fate)


async def main(address: str) -> None:
    logs.set_up()
    database, metrics, effect = open_database(address, idle_seconds=SERVING_IDLE_SECONDS), Metrics(), Doomed()
    loop = asyncio.get_running_loop()
    fates = {signal.SIGUSR1: signal.SIGSTOP, signal.SIGUSR2: signal.SIGKILL, signal.SIGHUP: signal.SIGCONT}
    for told, fate in fates.items():
        loop.add_signal_handler(told, setattr, effect, "fate", fate)
    job = Job(NAME, CronTrigger(second="*", timezone=CITY), timedelta(minutes=1), effect)
    work = Jobs(Rules(), "nowhere", lambda push, ref, mass: [], lambda code, accounts, reply: None)
    clock = Scheduler(database, [job], work, lambda: datetime.now(UTC), metrics, lambda: None)
    sys.stdout.write("running\n")
    sys.stdout.flush()
    await clock.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
