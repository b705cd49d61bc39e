"""Everything built once: configuration → engine → channel → desk → server → scheduler."""

import asyncio
import contextlib
import fcntl
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from aiohttp import web

from bot import server
from bot.channels.wecom import WeCom
from bot.channels.wecom_api import ApiSettings, Client, open_session, shared_tokens
from bot.channels.wecom_callback import Callback
from bot.channels.wecom_codec import Codec
from bot.channels.wecom_media import WeComMedia
from bot.channels.wecom_menu import publish
from bot.channels.wecom_messages import CHANNEL
from bot.clockwork import heads_job_of, jobs_of, minded, slots_of
from bot.config import BadConfig, Config
from bot.contact_events import contact_events
from bot.dispatcher import Clock, Desk
from bot.exporter import Exporter
from bot.fetching import Fetching
from bot.metrics import Metrics
from bot.rule_files import rules_in, take_up, text_of
from bot.scheduler import Scheduler, minding, waking
from bot.sender import Sender
from bot.tasks import Tasks
from handlers import routes
from handlers.actions.exam_books import Shelf
from handlers.chat.claims import FETCH
from handlers.chat.exports import REPORT
from handlers.exam_clock import ExamClock
from handlers.message import Later
from handlers.pictures.drawing import Drawings
from storage import outbox
from storage.database import Database

KEEPALIVE_SECONDS: Final = 75.0
COLLECT_AFTER: Final = (20_000, 20, 20)  # allocations; a batch makes thousands, and nearly all die by themselves


def utc_now() -> datetime:
    return datetime.now(UTC)


def api_settings(config: Config) -> ApiSettings:
    return ApiSettings(
        corp_id=config.wecom.corp_id,
        agent_id=str(config.wecom.agent_id),
        secret=config.wecom.secret,
        base_url=config.wecom.api_base,
        proxy=config.network.proxy,
        ca_file=config.network.ca_file,
    )


def demand_complete(config: Config) -> None:
    """The keys without which nothing can be sent or received. Raises: BadConfig."""
    faults = config.wecom.faults()
    if faults:
        said = "、".join(f"wecom.{key} {fault}" for key, fault in faults.items())
        raise BadConfig(f"配置中 {said}，请在企业微信管理后台查到后填入 config.toml。")


@contextlib.asynccontextmanager
async def channel_of(
    config: Config, database: Database | None = None, clock: Clock = utc_now
) -> AsyncIterator[tuple[WeCom, Client]]:
    """The WeCom channel with its connections; closed at the end. Raises: BadConfig.

    With a database its token is that of every process on it.
    """
    demand_complete(config)
    settings = api_settings(config)
    async with open_session(settings) as session:
        shared = shared_tokens(settings, database, CHANNEL, clock) if database else None
        client = Client(settings, session, shared=shared)
        yield WeCom(settings, client), client


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running bot."""

    config: Config
    database: Database
    channel: str
    desk: Desk
    sender: Sender
    scheduler: Scheduler
    exporter: Exporter
    fetching: Fetching
    tasks: Tasks
    drawings: Drawings
    metrics: Metrics
    client: Client
    web: web.Application


@contextlib.asynccontextmanager
async def built(config: Config, database: Database, clock: Clock = utc_now) -> AsyncIterator[App]:
    """Built, not running; `running` runs it."""
    rules_text, metrics = text_of(config), Metrics()
    rules = rules_in(rules_text, config)
    async with channel_of(config, database, clock) as (channel, client):
        channels = {channel.name: channel}
        sender = Sender(database, channels, clock, metrics, waking(config.schedule))
        drawings = Drawings()
        tasks = Tasks(database, channels, rules, drawings, clock, sender.wake)
        heads = heads_job_of(config, channel)
        exporter = Exporter(
            database, channels, config, rules, heads, clock, metrics, sender.wake, rules_text=rules_text
        )
        fetching = Fetching(database, channels, {channel.name: WeComMedia(client)}, clock, sender.wake)
        later = _starting(tasks, exporter, fetching)
        shelf = Shelf()
        router = routes.router(rules, shelf, config.exam.mode, waking(config.schedule))
        desk = Desk(database, router, channels, clock, metrics, sender.wake, later)
        work = jobs_of(rules, channel, config.schedule)
        todo = slots_of(config.schedule, rules, channel, heads)
        exams = minding(config.schedule, ExamClock(rules, shelf, channel.name, work.freeze))
        others = minded(config.schedule, rules, channel)
        scheduler = Scheduler(database, todo, work, clock, metrics, sender.wake, exams, others)
        codec = Codec(config.wecom.token, config.wecom.encoding_aes_key, config.wecom.corp_id)
        agent = str(config.wecom.agent_id)
        changes = contact_events(config.wecom, database, clock)
        callback = Callback(codec, config.wecom.corp_id, agent, desk, metrics.refuse, clock, contacts=changes)
        pages = server.Pages(
            database,
            metrics,
            metrics_public=config.server.metrics_public,
            verify_folder=Path(config.server.verify_folder),
        )
        site = server.application(callback, pages)
        yield App(
            *(config, database, channel.name, desk, sender, scheduler, exporter, fetching),
            *(tasks, drawings, metrics, client, site),
        )


def _starting(tasks: Tasks, exporter: Exporter, fetching: Fetching) -> Callable[[str, Later], None]:
    """What is done aside: reports and evidence are in the database already, and only need waking for."""

    def start(channel: str, later: Later) -> None:
        if later.kind == REPORT:
            exporter.wake()
        elif later.kind == FETCH:
            fetching.wake()
        else:
            tasks.start(channel, later)

    return start


@contextlib.asynccontextmanager
async def running(app: App) -> AsyncIterator[web.AppRunner]:
    """The tasks and the server, until the block ends; what is on the desk is finished."""
    # No access log: callback URLs carry signatures, and whom they are about is in the body.
    runner = web.AppRunner(
        app.web,
        access_log=None,
        keepalive_timeout=KEEPALIVE_SECONDS,
        shutdown_timeout=app.config.server.shutdown_seconds,
        auto_decompress=False,
    )
    await runner.setup()
    if app.database.is_sqlite:  # nobody else sends: what a crash left behind need not wait for its lease
        async with app.database.write() as tx:
            await outbox.release(tx, app.channel, utc_now())
    gc.collect()
    gc.freeze()  # what is built once need not be walked through again in every rush
    gc.set_threshold(*COLLECT_AFTER)
    parts = (app.desk, app.sender, app.scheduler, app.exporter, app.fetching)
    tasks = [asyncio.create_task(part.run(), name=type(part).__name__) for part in parts]
    try:
        await _listen(runner, app.config.server.host, app.config.server.port)
        # Beside the serving: nobody waits for the menu, and a WeCom that is down stops nothing.
        menu = publish(app.client, str(app.config.wecom.agent_id), routes.MENU)
        tasks.append(asyncio.create_task(menu, name="menu"))
        taken = take_up(app.database, app.scheduler.work.rules, utc_now())
        tasks.append(asyncio.create_task(taken, name="rules"))
        yield runner
    finally:
        await runner.cleanup()
        with contextlib.suppress(Exception):
            await app.desk.drain()
            await app.sender.send_due()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.drawings.close()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Raises: BadConfig."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        raise BadConfig(f"不能监听 {host}:{port}，可能已被占用，请在 server.host 和 server.port 换一个。") from None


@contextlib.contextmanager
def only_one(database: Database) -> Iterator[None]:
    """A second `serve` on one SQLite database is refused; on PostgreSQL several may run.

    Raises: BadConfig.
    """
    if not database.is_sqlite or not database.url.database:
        yield
        return
    path = Path(database.url.database + ".serving")
    with path.open("w") as lock:
        _lock(lock)
        yield


def _lock(file: IO[str]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BadConfig(
            "这个 SQLite 数据库已有一个 xuefa serve 在运行，请先停止它；多进程请用 PostgreSQL。"
        ) from None
