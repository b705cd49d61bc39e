"""The rules as one plain document: what `rules show --json` prints and what the hash of a version is made of.

Texts, numbers and lists only; amounts of hours are texts without needless zeros, `None` is no limit or no day.
Equal rules give equal documents, however they were written down.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from training.duties import Duty
from training.forms import FormRule
from training.hours import HoursRules, decimal
from training.people import UnitField
from training.requirements import Policy
from training.statuses import Status

HASH_DIGITS: Final = 8  # hex
Document = dict[str, Any]


def digest(document: Document) -> str:
    """The first hex digits of SHA-256 over the document with its keys in order."""
    return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()[:HASH_DIGITS]


def hours_document(hours: HoursRules) -> Document:
    """`daily_credit` and `daily_cap` stand in the row of the form."""
    return {
        "online_share_percent": hours.online_share_percent,
        "counts_toward_quota": hours.counts_toward_quota,
    }


def policy_document(policy: Policy) -> Document:
    return {
        "from": day_text(policy.valid_from),
        "leader": plain(policy.leader),
        "staff": plain(policy.staff),
        "enforcement": plain(policy.enforcement),
        "month_days": policy.month_days,
        "step": plain(policy.step),
        "count_months": policy.count_months,
        "statuses": [status_document(status) for status in policy.statuses],
    }


def status_document(status: Status) -> Document:
    return {
        "name": status.name,
        "hours": str(status.hours),
        "exam": str(status.exam),
        "pushes": status.pushes,
        "in_denominator": status.in_denominator,
        "counted_at": str(status.counted_at),
        "leaves": status.leaves,
        "least_days": status.least_days,
        "aliases": list(status.aliases),
    }


def form_document(row: FormRule) -> Document:
    return {
        "form": str(row.form),
        "from": day_text(row.valid_from),
        "by": [str(basis) for basis in row.by],
        "amount": hours_text(row.amount),
        "items": row.items,
        "least_right_percent": row.least_right_percent,
        "items_a_day": row.items_a_day,
        "points": {str(kind): hours_text(amount) for kind, amount in row.points.items()},
        "minutes_an_hour": row.minutes_an_hour,
        "whole_day": hours_text(row.whole_day),
        "half_day": hours_text(row.half_day),
        "factor": str(row.factor),
        "least": hours_text(row.least),
        "most": _limit(row.most),
        "yearly_cap": _limit(row.yearly_cap),
        "most_absence": None if row.most_absence is None else str(row.most_absence),
        "online": row.online,
        "day_limited": row.day_limited,
    }


def duty_document(duty: Duty) -> Document:
    """What a city can say of it. `natures`: 单位性质, none for any."""
    return {
        "key": duty.key,
        "name": duty.name,
        "from": day_text(duty.valid_from),
        "until": None if duty.valid_until is None else day_text(duty.valid_until),
        "amount": plain(duty.amount),
        "hard": duty.hard,
        "quota": duty.quota,
        "natures": sorted(word for test in duty.who if test.field == UnitField.NATURE for word in test.words),
    }


def document(
    hours: HoursRules,
    policies: Iterable[Policy],
    forms: Iterable[FormRule],
    day_limit: int,
    duties: Iterable[Duty],
) -> Document:
    return {
        "hours": hours_document(hours),
        "day_limit": hours_text(day_limit),
        "requirements": [policy_document(policy) for policy in policies],
        "forms": [form_document(row) for row in forms],
        "duties": [duty_document(duty) for duty in duties],
    }


def hours_text(amount: int) -> str:
    """Of hundredths: 1050 → `10.5`."""
    return plain(decimal(amount))


def plain(amount: Decimal) -> str:
    """Without needless zeros: `2`, `42`, `45.5`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_text(day: date) -> str | None:
    """None: since ever."""
    return None if day == date.min else day.isoformat()


def _limit(amount: int | None) -> str | None:
    return None if amount is None else hours_text(amount)
