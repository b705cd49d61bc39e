"""The exporter: makes the reports that admins asked for in chat, one at a time, beside the bot.

A child process writes the file; in one transaction the job is done and the file in the outbox. The answer to a job
has one ref, whether file or refusal, so that there is never a second one. A file's send is not repeated when its
answer was lost; whoever may not have got it is told so.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import Histogram

from bot import report_run
from bot.channels.channel import Channel
from bot.config import Config
from bot.dispatcher import Clock
from bot.mail import lane_of
from bot.metrics import Metrics
from bot.report_child import Order
from handlers.actions import exports
from handlers.actions.exports import Range
from handlers.heads_job import HeadsJob
from handlers.message import Content, File, Push, Text
from handlers.texts import exports as texts
from handlers.texts.refusals import said
from storage import outbox, reports
from storage.database import Database, Tx
from storage.reports import LEASE, Job
from training.calendar import day_of
from training.errors import Refusal
from training.exports import Kind
from training.rules import Rules

POLL_SECONDS: Final = 1.0  # of jobs that another process left
SETTLE_SECONDS: Final = 10.0
MOST_TRIES: Final = 3
MOST_BYTES: Final = 20 * 1024 * 1024  # WeCom takes no larger file. Source: doc 90253
PAUSE: Final = timedelta(seconds=10)  # after a child that died
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Made:
    scope: Range
    content: bytes | None  # None: larger than what can be sent


class Exporter:
    """One task a process; several processes share the jobs on PostgreSQL."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        config: Config,
        rules: Rules,
        heads: HeadsJob,
        clock: Clock,
        metrics: Metrics,
        on_mail: Callable[[], None],
        *,
        most_bytes: int = MOST_BYTES,
        rules_text: str = "",
    ) -> None:
        self._database = database
        self._channels = channels
        self._config = report_run.config_for_child(config)
        self._rules, self._rules_text = rules, rules_text
        self._heads = heads
        self._clock = clock
        self._on_mail = on_mail
        self._most_bytes = most_bytes
        self._asked = asyncio.Event()
        self._settle_at = 0.0
        self._seconds = Histogram(
            "xuefa_report_seconds",
            "Reports by chat, by how the try ended",
            ["outcome"],
            buckets=(1, 3, 10, 30, 100, 300, 900),
            registry=metrics.registry,
        )

    def wake(self) -> None:
        self._asked.set()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._begin()
        while True:
            try:
                worked = await self.make_due()
                await self._settle_now_and_then()
            except Exception as error:  # the database is away: keep the process, try again
                _log.error("exporter_failed", error=type(error).__name__)
                worked = False
            if not worked:
                await self._rest()

    async def _begin(self) -> None:
        try:
            await asyncio.to_thread(report_run.clear_abandoned)
            if self._database.is_sqlite:  # nobody else works on them: what a crash left need not wait
                async with self._database.write() as tx:
                    await reports.release(tx, self._clock())
        except Exception as error:  # then the leases run out
            _log.error("exporter_failed", error=type(error).__name__)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._asked.wait()
        except TimeoutError:
            pass
        self._asked.clear()

    async def make_due(self) -> bool:
        """One try of the oldest job that is free; False when there is none."""
        async with self._database.read() as tx:
            if not await reports.is_due(tx, self._clock()):
                return False
        async with self._database.write() as tx:
            job = await reports.take(tx, self._clock())
        if job is None:
            return False
        started = time.monotonic()
        try:
            outcome, size = await self._try(job)
        except Exception as error:  # a bug, or no room on the disk
            _log.error("report_failed", id=job.number, exc_info=error)
            outcome, size = await self._again(job), 0
        seconds = time.monotonic() - started
        self._seconds.labels(outcome).observe(seconds)
        _log.info("report", id=job.number, outcome=outcome, seconds=round(seconds, 1), bytes=size, tries=job.tries)
        return True

    async def _try(self, job: Job) -> tuple[str, int]:
        """How it ended, and the bytes sent."""
        if job.tries > MOST_TRIES:  # the last try ended with its process
            return await self._give_up(job, "failed", texts.not_made(job.number)), 0
        try:
            made = await self._made(job)
        except Refusal as refusal:
            return await self._give_up(job, "refused", said(refusal)), 0
        if made is None:
            return await self._again(job), 0
        if made.content is None:
            return await self._give_up(job, "too_large", texts.TOO_LARGE), 0
        return await self._deliver(job, made.scope, made.content), len(made.content)

    async def _made(self, job: Job) -> _Made | None:
        """None when the child did not end well. Raises: Refusal."""
        now = self._clock()
        async with self._database.write() as tx:
            scope = await exports.still(tx, self._rules, job, now)
            await self._heads.send_before_export(tx, now)
        self._on_mail()
        async with report_run.folder() as folder:
            order = Order(
                *(job.number, job.kind, job.year, scope.codes, tuple(sorted(scope.reach)), now, str(folder)),
                *(self._config, self._rules_text),
            )
            if not await report_run.written(order, lambda: self._renew(job)):
                return None
            return _Made(scope, await asyncio.to_thread(report_run.content_of, folder, self._most_bytes))

    async def _renew(self, job: Job) -> bool:
        async with self._database.write() as tx:
            return await reports.renew(tx, job, self._clock() + LEASE)

    async def _deliver(self, job: Job, scope: Range, content: bytes) -> str:
        now = self._clock()
        name = texts.file_name(Kind(job.kind), job.year, scope.names, day_of(now))
        digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        async with self._database.write() as tx:
            if not await reports.done(tx, job, now):
                return "overtaken"
            await exports.log_sent(tx, job, scope, len(content), digest, now)
            # A lane of its own: nothing else for this account waits until it is uploaded.
            await self._queue(tx, job, job.ref, File(name, content), lane=job.ref)
        self._on_mail()
        return "done"

    async def _give_up(self, job: Job, outcome: str, words: str) -> str:
        async with self._database.write() as tx:
            if not await reports.failed(tx, job, outcome, self._clock()):
                return "overtaken"
            await self._queue(tx, job, job.ref, Text(words), lane=lane_of(job.channel, job.account))
        self._on_mail()
        return outcome

    async def _again(self, job: Job) -> str:
        if job.tries >= MOST_TRIES:
            return await self._give_up(job, "failed", texts.not_made(job.number))
        async with self._database.write() as tx:
            mine = await reports.renew(tx, job, self._clock() + PAUSE)
        return "again" if mine else "overtaken"

    async def _queue(self, tx: Tx, job: Job, ref: str, content: Content, *, lane: str) -> None:
        drafts = self._channels[job.channel].freeze(Push((job.account,), content), ref, mass=False)
        await outbox.add(tx, job.channel, ref, drafts, lane=lane, mass=False, now=self._clock())

    async def _settle_now_and_then(self) -> None:
        if time.monotonic() >= self._settle_at:
            self._settle_at = time.monotonic() + SETTLE_SECONDS
            await self.settle()

    async def settle(self) -> None:
        """Drop the files that were sent; tell whoever may not have got one."""
        async with self._database.read() as tx:
            if not await reports.sent(tx):
                return
        async with self._database.write() as tx:
            for one in await reports.sent(tx):
                job = one.job
                if await reports.drop_file(tx, job) and not one.arrived:
                    words = texts.not_arrived(Kind(job.kind), job.year, job.number)
                    lane = lane_of(job.channel, job.account)
                    await self._queue(tx, job, f"{job.ref}-lost", Text(words), lane=lane)
        self._on_mail()
