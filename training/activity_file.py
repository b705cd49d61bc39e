"""The file by which an activity is planned, as `Settings`: a TOML document, every key of which is checked.

Every problem is found at once and raised as facts; moments without a zone are Beijing time. Whether its maker may
plan it so is seen when it is made. Source: contract, Activity (toml).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from training import exam_file_parts
from training.activities import Hearing, HeldBy, Session, Settings
from training.activity_checks import flaws
from training.activity_errors import Flaw
from training.activity_file_errors import (
    BadActivityFile,
    IdentityNumber,
    NotTogether,
    TooManySessions,
    UnknownPlan,
    Unsound,
)
from training.activity_form import MOST_CHARACTERS
from training.activity_rules import HELD
from training.activity_when_words import MOST_DAYS
from training.broadcast_file import WHO_WORDS
from training.broadcasts import Audience, Who
from training.cell_words import folded, looks_like_id_card
from training.claim_words import form_from
from training.content import ContentClass, UnknownContentClass, content_classes
from training.exam_file_errors import BadExamFile, MissingKey, Problem, UnknownWord, Wanted, WrongValue
from training.exam_file_parts import audience_block, person_of, persons_of, units_of
from training.exam_file_table import Block, likeliest
from training.exam_file_toml import parsed
from training.rule_errors import Place

TABLES: Final[Mapping[str, tuple[str, ...]]] = {  # the top of the file has no name
    "": (
        *("title", "form", "content_class", "starts_at", "ends_at", "sessions", "place", "organiser", "units"),
        *("speaker", "speakers", "held_by", "laws", "plan", "sign_out", "hearing", "audience"),
    ),
    "audience": ("units", "below", "groups", "persons"),
    "sessions": ("starts_at", "ends_at"),
    "hearing": ("court", "case", "kind", "online"),
}
_HELD_BY: Final = {
    **dict.fromkeys(("市级", "市", "全市"), HeldBy.CITY),
    **dict.fromkeys(("单位", "本单位"), HeldBy.UNIT),
}
_LAST_NUMBER: Final = 2**31 - 1
_PLACES: Final[Mapping[Flaw, tuple[str, str]]] = {  # table and key
    **dict.fromkeys((Flaw.ENDS_FIRST, Flaw.OVER_MIDNIGHT, Flaw.TOO_LONG), ("", "ends_at")),
    **dict.fromkeys((Flaw.SAME_DAY, Flaw.ORDER, Flaw.NO_SESSION), ("", "sessions")),
    **dict.fromkeys((Flaw.NO_CLASS, Flaw.CLASS), ("", "content_class")),
    **{Flaw.NO_TITLE: ("", "title"), Flaw.FORM: ("", "form"), Flaw.NO_UNIT: ("", "units")},
    **{Flaw.NO_HEARING: ("hearing", ""), Flaw.NO_HEARING_MEANT: ("hearing", ""), Flaw.SIGN_OUT: ("", "sign_out")},
}


@dataclass(frozen=True, slots=True)
class Known(exam_file_parts.Known):
    """`homes`: 人员编号 → 单位代码 of the people whom the file names; `plans`: lines of the study plans.

    `maker`: 人员编号 of who makes it, and organises it when the file does not say who; empty for the command line.
    """

    homes: Mapping[str, str] = field(default_factory=dict)
    plans: frozenset[int] = frozenset()
    maker: str = ""
    usual: HeldBy = HeldBy.CITY


def activity_settings(text: str, known: Known) -> Settings:
    """What the file plans. Without `units` the organiser's unit holds it. Raises: BadActivityFile."""
    found: list[Problem] = []
    top = _top(text, found)
    top.check_keys()
    _demand_texts(top, "title", "form", "content_class")
    organiser = _organiser(top, known)
    settings = Settings(
        title=_line(top, "title"),
        form=_form(top),
        sessions=_sessions(top),
        organiser=organiser,
        held_by=top.choice("held_by", HeldBy, _HELD_BY) or known.usual,
        units=_units(top, known, organiser),
        classes=_classes(top),
        place=_line(top, "place"),
        speaker=_line(top, "speaker"),
        speakers=persons_of(top, known, "speakers"),
        audience=_audience(top, known),
        hearing=_hearing(top),
        laws=_laws(top),
        plan=_plan(top, known),
        sign_out=top.flag("sign_out", False),
    )
    found += _unsound(settings) if not found else ()
    if found:
        raise BadActivityFile(tuple(found))
    return settings


def _top(text: str, found: list[Problem]) -> Block:
    try:
        return Block(Place(), parsed(text), TABLES[""], found, TABLES)
    except BadExamFile as bad:
        raise BadActivityFile(bad.problems) from None


def _demand_texts(top: Block, *keys: str) -> None:
    for key in keys:
        if top.values.get(key, "") in ("", []):
            top.found.append(MissingKey(top.place, key))


def _line(block: Block, key: str) -> str:
    said = block.line(key, MOST_CHARACTERS)
    if looks_like_id_card(said):
        block.found.append(IdentityNumber(block.place, key))
    return said


def _form(top: Block) -> str:
    said = top.text("form")
    form = folded(said) if folded(said) in HELD else form_from(said)
    if said and form not in HELD:
        known = tuple(str(one) for one in HELD)
        top.found.append(UnknownWord(top.place, "form", said, likeliest(said, known), known))
    return str(form or "")


def _classes(top: Block) -> tuple[str, ...]:
    found: list[str] = []
    for said in top.texts("content_class") if top.values.get("content_class") else ():
        try:
            found += (str(one) for one in content_classes(said))
        except UnknownContentClass as unknown:
            known = tuple(str(one) for one in ContentClass)
            likely = likeliest(unknown.text, known)
            top.found.append(UnknownWord(top.place, "content_class", unknown.text, likely, known))
    return tuple(dict.fromkeys(found))


def _sessions(top: Block) -> tuple[Session, ...]:
    """`starts_at` and `ends_at` of the one, or [[sessions]]."""
    if "sessions" not in top.values:
        top.demand("starts_at", "ends_at")
        return _those((_session(top),))
    twice = [key for key in ("starts_at", "ends_at") if key in top.values]
    top.found.extend(NotTogether(top.place, key, "[[sessions]]") for key in twice)
    values = top.values["sessions"]
    if not isinstance(values, list) or not values or not all(isinstance(one, dict) for one in values):
        top.found.append(WrongValue(top.place, "sessions", Wanted.TABLES))
        return ()
    if len(values) > MOST_DAYS:
        top.found.append(TooManySessions(top.place, "sessions", len(values), MOST_DAYS))
    blocks = [top.under(Place("sessions", number), one) for number, one in enumerate(values, 1)]
    return _those(_of_several(block) for block in blocks)


def _those(found: Iterable[Session | None]) -> tuple[Session, ...]:
    """Also twice, which is a flaw."""
    return tuple(one for one in found if one is not None)


def _of_several(block: Block) -> Session | None:
    block.check_keys()
    block.demand("starts_at", "ends_at")
    return _session(block)


def _session(block: Block) -> Session | None:
    starts, ends = block.moment("starts_at"), block.moment("ends_at")
    return Session(starts, ends) if starts is not None and ends is not None else None


def _organiser(top: Block, known: Known) -> str:
    said = top.text("organiser")
    if said:
        return person_of(top, "organiser", said, known) or ""
    if not known.maker and top.sound("organiser"):
        top.found.append(MissingKey(top.place, "organiser"))
    return known.maker


def _units(top: Block, known: Known, organiser: str) -> tuple[str, ...]:
    home = known.homes.get(organiser, "")
    return units_of(top, known.units) or ((home,) if home else ())


def _audience(top: Block, known: Known) -> Audience:
    block = audience_block(top)
    return Audience(
        units=units_of(block, known.units),
        below=block.flag("below", True),
        groups=block.words("groups", Who, WHO_WORDS),
        persons=persons_of(block, known),
    )


def _hearing(top: Block) -> Hearing | None:
    if "hearing" not in top.values:
        return None
    values = top.values["hearing"]
    if not isinstance(values, dict):
        top.found.append(WrongValue(top.place, "hearing", Wanted.TABLE))
        return None
    block = top.under(Place("hearing"), values)
    block.check_keys()
    court, case, kind = (_line(block, key) for key in ("court", "case", "kind"))
    return Hearing(court, case, kind, online=block.flag("online", False))


def _laws(top: Block) -> tuple[str, ...]:
    laws = tuple(one.strip("《》") for one in top.texts("laws"))
    if any(map(looks_like_id_card, laws)):
        top.found.append(IdentityNumber(top.place, "laws"))
    return laws


def _plan(top: Block, known: Known) -> int:
    number = top.whole("plan", 0, 0, _LAST_NUMBER)
    if number and number not in known.plans and top.sound("plan"):
        top.found.append(UnknownPlan(top.place, "plan", number))
    return number


def _unsound(settings: Settings) -> Iterator[Problem]:
    for flaw, what in flaws(settings):
        table, key = _PLACES[flaw]
        yield Unsound(Place(table), key, flaw, what)


def named_in(text: str) -> tuple[str, ...]:
    """The people whom the file names beside its audience; without a word about what is wrong with it."""
    try:
        values = parsed(text)
    except BadExamFile:
        return ()
    organiser, speakers = values.get("organiser"), values.get("speakers")
    words = [organiser, *(speakers if isinstance(speakers, list) else [speakers])]
    return tuple(word.strip() for word in words if isinstance(word, str) and word.strip())


def names_organiser(text: str) -> bool:
    try:
        return bool(parsed(text).get("organiser"))
    except BadExamFile:
        return False
