"""What the process counts about itself, for /metrics. No label ever names a person."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
OUTCOMES: Final = ("answered", "repeat", "failed")  # of an act


class Metrics:
    """One registry a process, so that tests and a second app do not share counters."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.refused = Counter(
            "xuefa_callbacks_refused", "Callbacks refused, by reason", ["reason"], registry=self.registry
        )
        self.acts = Counter("xuefa_acts", "Acts of people, by how they ended", ["outcome"], registry=self.registry)
        self.batch = Histogram(
            "xuefa_desk_batch_acts", "Acts worked on together", buckets=_BATCHES, registry=self.registry
        )
        self.sent = Counter(
            "xuefa_sends", "Requests to the channel, by verdict", ["verdict"], registry=self.registry
        )
        self.outbox = Gauge("xuefa_outbox_rows", "Rows of the outbox, by state", ["state"], registry=self.registry)
        self.jobs = Counter(
            "xuefa_job_runs", "Runs of the clock, by job and outcome", ["job", "outcome"], registry=self.registry
        )

    def refuse(self, reason: str) -> None:
        self.refused.labels(reason).inc()
