"""A state machine driven from outside of any loop, on one of its own, and where its runs ended."""

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from training.chains import Head

# The same runs every time, and without the minutes that it takes to make a failure small.
SAME: Final[dict[str, Any]] = {"derandomize": True, "phases": [Phase.generate]}


class Machine(RuleBasedStateMachine):
    """`ends`: the head of the ledger of each run, which the machine adds when it is torn down."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    ends: ClassVar[list[Head]]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)


def explore(
    machine: type[Machine], prepared: Coroutine[Any, Any, None], examples: int, steps: int, **more: Any
) -> list[Head]:
    """Runs `machine` when `prepared` is done; returns where each ledger ended."""
    machine.loop, machine.ends = asyncio.new_event_loop(), []
    try:
        machine.loop.run_until_complete(prepared)
        chosen = settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **more,
        )
        run_state_machine_as_test(machine, settings=chosen)
    finally:
        machine.loop.close()
    return machine.ends
