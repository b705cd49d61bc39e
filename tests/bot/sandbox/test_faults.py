"""Trouble on demand, in the process and over HTTP, and the limits of the API."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Fault, Limits
from tests.bot.sandbox.stage import Stage, opened


async def test_a_forced_code_so_many_times(stage: Stage) -> None:
    stage.sandbox.faults.add(Fault("errcode", "message/send", times=2, errcode=45009))
    codes = [(await stage.wire.send())["errcode"] for _ in range(3)]
    assert codes == [45009, 45009, 0]
    assert len(stage.sandbox.chat("zhaomin")) == 1


async def test_a_fault_stays_on_its_path(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.faults.add(Fault("errcode", "message/recall", errcode=60020))
    assert (await stage.wire.send())["errcode"] == 0
    stage.sandbox.faults.clear()
    stage.sandbox.faults.add(Fault("errcode", errcode=-1))
    assert (await stage.wire.get("getcallbackip"))["errcode"] == -1


async def test_http_502(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.faults.add(Fault("http", "message/send", status=502))
    with pytest.raises(AssertionError, match="502"):
        await stage.wire.send()


@pytest.mark.parametrize(("kind", "messages"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_cut_connection_before_or_after_the_effect(stage: Stage, kind: str, messages: int) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.faults.add(Fault(kind, "message/send"))
    with pytest.raises(aiohttp.ClientConnectionError):
        await stage.wire.send()
    assert len(stage.sandbox.chat("zhaomin")) == messages
    assert (await stage.wire.send())["errcode"] == 0


async def test_a_lost_answer_is_repeated_without_a_second_message(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.faults.add(Fault("drop_after", "message/send"))
    with pytest.raises(aiohttp.ClientConnectionError):
        await stage.wire.send(enable_duplicate_check=1)
    assert (await stage.wire.send(enable_duplicate_check=1))["errcode"] == 0
    assert len(stage.sandbox.chat("zhaomin")) == 1


async def test_a_delay_holds_one_call_only(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.faults.add(Fault("delay", "message/send", seconds=0.05))
    late = asyncio.create_task(stage.wire.send(payload={"content": "late"}))
    await asyncio.sleep(0.02)
    await stage.wire.send(payload={"content": "soon"})
    await late
    assert [message.text for message in stage.sandbox.chat("zhaomin")] == ["soon", "late"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("dance"),
        Fault("errcode", times=0),
        Fault("duplicate", "message/send"),
        Fault("errcode", "callback"),
        Fault("delay", seconds=-1),
        Fault("tamper", "callback", what="soul"),
    ],
)
def test_faults_that_mean_nothing(stage: Stage, fault: Fault) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        stage.sandbox.faults.add(fault)


async def order(stage: Stage, body: dict[str, Any]) -> int:
    async with stage.wire.session.post(f"{stage.base}/sandbox/faults", json=body) as response:
        return response.status


async def test_faults_over_http(stage: Stage) -> None:
    fault = {"kind": "errcode", "path": "message/send", "errcode": 45033, "times": 2}
    assert await order(stage, fault) == 200
    assert (await stage.wire.send())["errcode"] == 45033
    url = f"{stage.base}/sandbox/faults"
    async with stage.wire.session.get(url) as response:
        waiting = await response.json()
    assert [(f["kind"], f["times"]) for f in waiting] == [("errcode", 1)]
    async with stage.wire.session.delete(url) as response:
        assert response.status == 200
    assert (await stage.wire.send())["errcode"] == 0


async def test_tokens_over_http(stage: Stage) -> None:
    await stage.wire.fetch_token()
    assert await order(stage, {"kind": "rotate_token"}) == 200
    assert (await stage.wire.send())["errcode"] == 40014
    await stage.wire.fetch_token()
    assert await order(stage, {"kind": "expire_token"}) == 200
    assert (await stage.wire.send())["errcode"] == 42001


@pytest.mark.parametrize("body", [{"kind": "dance"}, {"kind": "errcode", "tmes": 2}, {"kind": "http", "times": -1}])
async def test_wrong_orders_are_refused(stage: Stage, body: dict[str, Any]) -> None:
    assert await order(stage, body) == 400


async def test_a_form_cannot_order_anything(stage: Stage) -> None:
    for path in ("faults", "act"):
        async with stage.wire.session.post(f"{stage.base}/sandbox/{path}", data={"kind": "rotate_token"}) as r:
            assert r.status == 415


async def test_the_base_limit_blocks_for_a_minute() -> None:
    stage, close = await opened(Limits(calls_minute=2))
    codes = [(await stage.wire.get("getcallbackip"))["errcode"] for _ in range(3)]
    assert codes == [0, 0, 45009]
    stage.clock.at += 59
    assert (await stage.wire.get("getcallbackip"))["errcode"] == 45009
    stage.clock.at += 1
    assert (await stage.wire.get("getcallbackip"))["errcode"] == 0
    assert [(await stage.wire.send())["errcode"] for _ in range(4)] == [0, 0, 0, 0]
    await close()


async def test_too_many_calls_at_once() -> None:
    stage, close = await opened(Limits(concurrent=1))
    await stage.wire.fetch_token()
    stage.sandbox.state.call_limit.enter("message/send")
    assert (await stage.wire.send())["errcode"] == 45033
    stage.sandbox.state.call_limit.leave("message/send")
    assert (await stage.wire.send())["errcode"] == 0
    await close()


async def test_a_fault_of_every_path_leaves_callbacks_alone(stage: Stage) -> None:
    stage.sandbox.faults.add(Fault("delay", seconds=30))
    outcome = await asyncio.wait_for(stage.sandbox.type_text("qian", "你好"), 2)
    assert outcome.statuses == [200]


async def test_a_stale_callback_ordered_over_http(stage: Stage) -> None:
    assert await order(stage, {"kind": "stale", "path": "callback", "seconds": 700}) == 200
    await stage.sandbox.type_text("qian", "你好")
    assert int(stage.bot.envelopes[0].timestamp) == int(stage.clock()) - 700
