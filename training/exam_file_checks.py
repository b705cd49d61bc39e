"""What the values of an exam file must be to each other, and what of them is rather not meant.

A check is made only of values that were read without a problem.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from training.calendar import start_of
from training.exam_file_errors import (
    BandsFall,
    BandsUnfit,
    ClosesFirst,
    Doubt,
    EmptyTopic,
    NoPaper,
    Problem,
    ScoreTooHigh,
    TooManyItems,
    UnusedSection,
    WindowOver,
    WindowShort,
    YearOff,
)
from training.exam_file_table import Block, likeliest
from training.exams import Bands, Section, Settings
from training.people import Group

MOST_ITEMS: Final = 512  # `exam_progress` has a letter for each
FULL_MARKS: Final = 10_000  # of the usual paper, in hundredths: what the bands are made for
BAND_KEYS: Final = ("pass_score", "good_score", "excellent_score")


def check_all(top: Block, settings: Settings) -> None:
    """Notes every problem in `top.found`."""
    sections = not any(problem.place.table == "sections" or problem.key == "sections" for problem in top.found)
    if top.sound("opens_at", "closes_at") and {"opens_at", "closes_at"} <= set(top.values):
        top.found.extend(_window(top, settings))
    if top.sound(*BAND_KEYS):
        top.found.extend(_bands(top, settings.bands))
        if sections:
            top.found.extend(_heights(top, settings))
    if sections and not any(problem.key == "groups" for problem in top.found):
        top.found.extend(_papers(top, settings))


def _window(top: Block, settings: Settings) -> Iterator[Problem]:
    opens_at, closes_at = settings.opens_at, settings.closes_at
    if closes_at <= opens_at:
        yield ClosesFirst(top.place, "closes_at", opens_at, closes_at)
    elif top.sound("duration_minutes") and closes_at - opens_at < settings.duration:
        window = int((closes_at - opens_at).total_seconds() // 60)
        yield WindowShort(top.place, "closes_at", window, settings.duration_minutes)
    if top.sound("year") and not _fits(settings.year, opens_at, closes_at):
        yield YearOff(top.place, "year", settings.year, opens_at, closes_at)


def _fits(year: int, opens_at: datetime, closes_at: datetime) -> bool:
    """Within the year or the January after it. Source: domain, 考核年度."""
    return start_of(date(year, 1, 1)) <= opens_at and closes_at <= start_of(date(year + 1, 2, 1))


def _bands(top: Block, bands: Bands) -> Iterator[Problem]:
    """Equal ones are let be: the lower band is then nobody's."""
    scores = tuple(zip(BAND_KEYS, (bands.passed, bands.good, bands.excellent), strict=True))
    for (below, lower), (key, score) in pairwise(scores):
        if score < lower:
            yield BandsFall(top.place, key, score, below, lower)


def _heights(top: Block, settings: Settings) -> Iterator[Problem]:
    """A score that is beyond the usual full marks and those of the papers is a slip; one that a short trial paper
    does not reach is only a doubt."""
    total = max(FULL_MARKS, *(settings.full_marks(group) for group in Group))
    bands = settings.bands
    for key, score in zip(BAND_KEYS, (bands.passed, bands.good, bands.excellent), strict=True):
        if score > total:
            yield ScoreTooHigh(top.place, key, score, total)


def papers(settings: Settings) -> dict[tuple[Section, ...], tuple[Group, ...]]:
    """Each different paper, and the groups that sit it; no group is named when there is but one paper.

    Persons who are meant by number alone are of groups that are not known yet: then of any that has a section.
    """
    found: dict[tuple[Section, ...], tuple[Group, ...]] = {}
    for group in settings.audience.groups or Group:
        found[settings.of(group)] = (*found.get(settings.of(group), ()), group)
    if settings.audience.persons and not settings.audience.groups:
        found = {sections: groups for sections, groups in found.items() if sections}
    return found if len(found) > 1 else dict.fromkeys(found, ())


def _papers(top: Block, settings: Settings) -> Iterator[Problem]:
    for sections, groups in papers(settings).items():
        items = fewest_items(sections)
        if not sections:
            yield NoPaper(top.place, "sections", groups or settings.audience.groups)
        elif items > MOST_ITEMS:
            yield TooManyItems(top.place, "sections", groups, items, MOST_ITEMS)


def fewest_items(sections: tuple[Section, ...]) -> int:
    """How many items a paper has if every case had a single part; how many they have is known once it is drawn."""
    return sum(section.count for section in sections)


def exam_doubts(settings: Settings, topics: frozenset[str], now: datetime) -> tuple[Doubt, ...]:
    """What to look at again before publishing. `topics`: those of the questions in use."""
    over = (WindowOver(settings.closes_at),) if settings.closes_at <= now else ()
    return (*over, *_unfit(settings), *_unused(settings), *_empty(settings, topics))


def _unfit(settings: Settings) -> Iterator[Doubt]:
    """Bands are points, so the usual ones are meant for the usual full marks."""
    passed = settings.bands.passed
    for sections, groups in papers(settings).items():
        total = sum(section.count * section.points for section in sections)
        if passed > total or (settings.bands == Bands() and total != FULL_MARKS):
            yield BandsUnfit(groups, passed, total)


def _unused(settings: Settings) -> Iterator[Doubt]:
    """Persons who are added by number may be of any group."""
    audience = settings.audience
    for number, section in enumerate(settings.sections, 1):
        if section.group and audience.groups and section.group not in audience.groups and not audience.persons:
            yield UnusedSection(number, section.group)


def _empty(settings: Settings, topics: frozenset[str]) -> Iterator[Doubt]:
    for number, section in enumerate(settings.sections, 1):
        for topic in section.topics:
            if topic not in topics:
                yield EmptyTopic(number, topic, likeliest(topic, topics))
