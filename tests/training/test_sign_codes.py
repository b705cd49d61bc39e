"""签到码: good for sixty seconds from when its step began, for one activity."""

from datetime import UTC, datetime, timedelta

import pytest

from training.sign_codes import code_at, good_until, is_good, scanned

SECRET = b"s" * 32
BEGAN = datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)  # a step begins


@pytest.mark.parametrize(
    ("later", "good"),
    [
        (-0.001, False),
        (0, True),
        (4.999, True),
        (30, True),
        (59.999, True),
        (60, False),
        (61, False),
        (3600, False),
    ],
)
def test_a_code_is_good_for_sixty_seconds_and_not_before_it_was_shown(later: float, good: bool) -> None:
    code = code_at(SECRET, 12, BEGAN)
    assert is_good(SECRET, 12, code, BEGAN + timedelta(seconds=later)) is good


def test_who_sees_a_code_late_in_its_step_has_less_time() -> None:
    seen = BEGAN + timedelta(seconds=4.9)
    assert code_at(SECRET, 12, seen) == code_at(SECRET, 12, BEGAN)
    assert good_until(seen) == BEGAN + timedelta(seconds=60)


def test_codes_change_every_five_seconds() -> None:
    codes = [code_at(SECRET, 12, BEGAN + timedelta(seconds=5 * n)) for n in range(200)]
    assert len(set(codes)) > 195
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_another_activity_or_secret_has_other_codes() -> None:
    code = code_at(SECRET, 12, BEGAN)
    assert not is_good(SECRET, 13, code, BEGAN)
    assert not is_good(b"t" * 32, 12, code, BEGAN)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "４８３９２０", "😀"])
def test_what_is_no_code_is_not_good(typed: str) -> None:
    assert not is_good(SECRET, 12, typed, BEGAN)


def test_what_is_scanned_can_be_typed() -> None:
    assert scanned(12, "483920") == "签到 12 483920"
