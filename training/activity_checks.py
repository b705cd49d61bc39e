"""What keeps an activity from being planned, by what it says alone."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from training.activities import Session, Settings
from training.activity_errors import Flaw, Flawed
from training.activity_rules import HELD, MOST_MINUTES, day_of_session
from training.calendar import day_of
from training.content import ContentClass
from training.forms import Form


def demand_sound(settings: Settings) -> None:
    """Raises: Flawed, for the first thing that is off."""
    for flaw, what in flaws(settings):
        raise Flawed(flaw, what)


def flaws(settings: Settings) -> Iterator[tuple[Flaw, str]]:
    """Each with the word or day in question, if there is one."""
    if not settings.title.strip():
        yield Flaw.NO_TITLE, ""
    if settings.form not in HELD:
        yield Flaw.FORM, settings.form
    yield from _of_classes(settings)
    if not settings.units:
        yield Flaw.NO_UNIT, ""
    if not settings.sessions:
        yield Flaw.NO_SESSION, ""
    for session in settings.sessions:
        yield from _of_session(session)
    for one, following in pairwise(settings.sessions):
        if day_of_session(one) >= day_of_session(following):
            same = day_of_session(one) == day_of_session(following)
            yield Flaw.SAME_DAY if same else Flaw.ORDER, str(day_of_session(following))
    yield from _of_hearing(settings)


def _of_classes(settings: Settings) -> Iterator[tuple[Flaw, str]]:
    if not settings.classes:
        yield Flaw.NO_CLASS, ""
    for name in settings.classes:
        if name not in list(ContentClass):
            yield Flaw.CLASS, name


def _of_session(session: Session) -> Iterator[tuple[Flaw, str]]:
    day = str(day_of_session(session))
    if session.ends <= session.starts:
        yield Flaw.ENDS_FIRST, day
    elif day_of(session.ends) != day_of_session(session):
        yield Flaw.OVER_MIDNIGHT, day
    elif session.ends - session.starts > timedelta(minutes=MOST_MINUTES):
        yield Flaw.TOO_LONG, day


def _of_hearing(settings: Settings) -> Iterator[tuple[Flaw, str]]:
    """Source: domain, Ledger (`court_hearing`: court, case number, kind, 现场/线上)."""
    hearing = settings.hearing
    if settings.form != Form.COURT_HEARING:
        if hearing is not None:
            yield Flaw.NO_HEARING_MEANT, ""
        return
    if hearing is None or not (hearing.court.strip() and hearing.case.strip() and hearing.kind.strip()):
        yield Flaw.NO_HEARING, ""
    if settings.sign_out:
        yield Flaw.SIGN_OUT, ""
