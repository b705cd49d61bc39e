"""What is said about 培训活动: the list, one of them, sign-in, and who was there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from handlers.actions.activity_lists import Listing
from handlers.actions.activity_signing import NOT_INVITED, Shown, SignedIn, SignedOut
from handlers.message import Button, Card
from handlers.texts.activity_notices import when
from handlers.texts.activity_refusals import STATES, clock
from handlers.texts.words import FORMS, day
from training.activities import PRESENT, Activity, Attendance, Mark, State
from training.activity_form import lacking
from training.activity_rules import day_of_session, is_late, opens_at, session_on
from training.calendar import CITY, day_of
from training.forms import Form

SCAN: Final = "扫码签到"  # the menu's button that opens the camera
TAP: Final = "act"
SHOW: Final = "show"
CODE: Final = "code"
CODE_OUT: Final = "out"
PICTURE: Final = "签到码.png"
NONE: Final = "目前没有与您有关的培训活动。"
USAGE: Final = "活动 12、活动 12 码、活动 12 名单、活动 12 到场 张三"
HOW_TO_SIGN: Final = "请扫活动现场的二维码，或回复“签到 六位码”，码由组织者在现场展示，60 秒有效。"
NOT_OURS: Final = f"扫到的不是签到码。{HOW_TO_SIGN}"
ON_CARD: Final = 3
_SHOWN: Final = 20  # activities of one list
_NAMES: Final = 100  # people of one line
_TITLE: Final = 24


def listed(found: Sequence[Activity]) -> str:
    if not found:
        return NONE
    ordered = sorted(found, key=lambda one: bool(lacking(one.settings)))
    more = [f"……共 {len(found)} 个。"] if len(found) > _SHOWN else []
    how = "看详情请回复“活动 编号”。"
    return "\n".join(("【培训活动】", *(_line(one) for one in ordered[:_SHOWN]), *more, how))


def _line(one: Activity) -> str:
    settings = one.settings
    if lacking(settings):
        return f"{one.number} 草稿：{settings.title or '未写标题'}"
    place = f"（{settings.place}）" if settings.place else ""
    state = "" if one.state in (State.PUBLISHED, State.SIGNING) else f" {STATES[one.state]}"
    return f"{one.number} {when(one)} {settings.title}{place}{state}"


def card(found: Sequence[Activity]) -> Card:
    """The next three."""
    shown = found[:ON_CARD]
    rows = "\n".join(f"{one.number} {one.settings.title[:_TITLE]}" for one in shown)
    buttons = tuple(Button(f"活动 {one.number}", f"{TAP}:{SHOW}:{one.number}", 2) for one in shown)
    return Card(title="培训活动", desc="点编号看详情", body=rows, buttons=buttons)


def whole(one: Activity, names: Mapping[str, str]) -> str:
    """`names`: of units by code and of people by number."""
    settings, hearing = one.settings, one.settings.hearing
    organiser = names.get(settings.organiser, settings.organiser)
    lines = (
        f"【活动 {one.number}】{settings.title}（{STATES[one.state]}）",
        f"{FORMS.get(settings.form, settings.form)}，{'；'.join(spans(one))}",
        settings.place and f"地点：{settings.place}",
        settings.speaker and f"主讲：{settings.speaker}",
        hearing and f"{hearing.court} {hearing.case} {hearing.kind}{'（线上）' if hearing.online else ''}",
        f"主办：{'、'.join(names.get(code, code) for code in settings.units)}，组织者：{organiser}",
        settings.classes and f"内容：{'、'.join(settings.classes)}",
        one.note and one.state is State.CANCELLED and f"取消理由：{one.note}",
        one.note and one.state is State.SIGNING and f"办结被退回：{one.note}",
    )
    return "\n".join(line for line in lines if line)


def spans(one: Activity) -> Iterable[str]:
    """`11月25日 周三 14:00–16:30`, every session."""
    for session in one.settings.sessions:
        starts, ends = session.starts.astimezone(CITY), session.ends.astimezone(CITY)
        yield f"{day(starts.date())} 周{'一二三四五六日'[starts.weekday()]} {starts:%H:%M}–{ends:%H:%M}"


def of_reader(one: Activity, mine: Sequence[Attendance]) -> str:
    """How somebody who is invited stands to it."""
    if not mine:
        hearing = one.settings.form == Form.COURT_HEARING
        return "您还没有登记到场，由组织者登记。" if hearing else f"您还没有签到。{HOW_TO_SIGN}"
    return "\n".join(f"您{_dated(one, row)}{_standing(one, row)}。" for row in mine)


def _dated(one: Activity, row: Attendance) -> str:
    return f"{day(row.day)}" if len(one.settings.sessions) > 1 else ""


def _standing(one: Activity, row: Attendance) -> str:
    at = f" {clock(row.came)}" if row.came else ""
    if row.mark is Mark.STRUCK:
        return "被登记为缺席"
    if row.mark is Mark.DOUBTFUL:
        return f"已签到{at}，与另一活动时间重叠，由组织者核对"
    return f"已签到{at}" if row.mark is Mark.SIGNED else "已由组织者登记到场"


def of_organiser(listing: Listing, now: datetime) -> str:
    """Who came so far, and what to do next."""
    one = listing.activity
    if one.state is State.PLANNED:
        return f"受邀 {len(listing.invited)} 人。还没有发布，发布请回复“活动 {one.number} 发布”。"
    there = {row.person for row in listing.attendances if row.mark in PRESENT}
    strangers = {row.person for row in listing.attendances if NOT_INVITED in row.note}
    doubtful = {row.person for row in listing.attendances if row.mark is Mark.DOUBTFUL}
    parts = [f"受邀 {len(listing.invited)} 人", f"已到 {len(there)} 人"]
    parts += [f"其中未受邀 {len(strangers & there)} 人"] if strangers & there else []
    parts += [f"待核对 {len(doubtful)} 人"] if doubtful else []
    return f"{'，'.join(parts)}。\n{_next(one, now)}"


def _next(one: Activity, now: datetime) -> str:
    number, last = one.number, one.settings.sessions[-1]
    if one.state is State.CONCLUDED:
        return f"已办结，等另一名市级管理员确认批次 {one.batch}。"
    if one.state not in (State.PUBLISHED, State.SIGNING):
        return f"名单请回复“活动 {number} 名单”。"
    if now >= last.ends:
        return f"活动已结束。请回复“活动 {number} 名单”核对，再回复“办结 {number}”。"
    if one.settings.form == Form.COURT_HEARING:
        return f"旁听庭审按名单登记：到场后请回复“活动 {number} 到场 姓名”。"
    today = session_on(one.settings, day_of(now))
    if today is not None and now < today.ends:
        return f"取签到码请回复“活动 {number} 码”，名单请回复“活动 {number} 名单”。"
    following = next(session for session in one.settings.sessions if session.ends > now)
    opens = opens_at(following).astimezone(CITY)
    return f"签到 {day(opens.date())} {opens:%H:%M} 开放，届时回复“活动 {number} 码”取签到码。"


def code(shown: Shown, *, out: bool) -> str:
    return (
        f"【活动 {shown.activity.number}】{'签退' if out else '签到'}码：{shown.code}，{_until(shown)}前有效。"
        f"二维码见下图；换一个请再回复“活动 {shown.activity.number} {'签退' if out else ''}码”。"
    )


def code_card(shown: Shown, *, out: bool) -> Card:
    number, word = shown.activity.number, "签退" if out else "签到"
    return Card(
        title=f"{word}码 {shown.code}",
        desc=f"活动 {number} {shown.activity.settings.title[:_TITLE]}，{_until(shown)}前有效",
        buttons=(Button("换一个码", f"{TAP}:{CODE_OUT if out else CODE}:{number}"),),
    )


def _until(shown: Shown) -> str:
    return f"{shown.until.astimezone(CITY):%H:%M:%S}"


def scanned(shown: Shown, *, out: bool) -> str:
    """What the picture says, which is what could be typed."""
    return shown.scanned.replace("签到", "签退", 1) if out else shown.scanned


def signed_in(done: SignedIn) -> str:
    one, row = done.activity, done.attendance
    about = f"活动 {one.number}（{one.settings.title}）"
    if done.again:
        return f"您{_again(row)}{about}签到，不用再签。{_sign_out(one, row)}"
    late = f"（迟到，{clock(_starts(one, row.day))} 开始）" if done.late else ""
    said = f"签到成功：{about} {clock(row.came) if row.came else ''}{late}。"
    if done.doubtful_with is not None:
        other = done.doubtful_with
        return (
            f"{said}\n您同一时间已在活动 {other.number}（{other.settings.title}）签到，"
            "这一次须由组织者核对登记后才计入。"
        )
    stranger = "\n您不在受邀名单中，已注明，由组织者核对。" if NOT_INVITED in row.note else ""
    return f"{said}{stranger}{_sign_out(one, row)}"


def _again(row: Attendance) -> str:
    return f"已于 {clock(row.came)} 在" if row.came else "已由组织者登记，在"


def _starts(one: Activity, on: date) -> datetime:
    session = session_on(one.settings, on)
    return (session or one.settings.sessions[0]).starts


def _sign_out(one: Activity, row: Attendance) -> str:
    """Whoever scans the same code again may have meant to leave."""
    return "\n结束时请签退：扫签退码，或回复“签退 六位码”。" if one.settings.sign_out and row.left is None else ""


def signed_out(done: SignedOut) -> str:
    one, left = done.activity, done.attendance.left
    early = "活动还没有结束，按实际在场时间计算。" if done.early else ""
    again = "以最后一次签退为准。" if done.again else ""
    return f"签退成功：活动 {one.number}（{one.settings.title}） {clock(left) if left else ''}。{early}{again}"


def roll(listing: Listing) -> str:
    """Everybody by session; whoever was invited and is not there once, at the end."""
    one, lines = listing.activity, list[str]()
    for session in one.settings.sessions:
        rows = [row for row in listing.attendances if row.day == day_of_session(session)]
        head = f"{day(day_of_session(session))}：" if len(one.settings.sessions) > 1 else ""
        for mark, word in ((PRESENT, "到场"), ((Mark.DOUBTFUL,), "待核对"), ((Mark.STRUCK,), "缺席")):
            found = [row for row in rows if row.mark in mark]
            if found or mark is PRESENT:
                shown = _people(_person(listing, row) for row in found)
                lines.append(f"{head}{word} {len(found)} 人{'：' if found else ''}{shown}")
    absent = _people(listing.names.get(number, number) for number in listing.absent)
    lines += [f"受邀未到 {len(listing.absent)} 人：{absent}"] if listing.absent else []
    return "\n".join((f"【活动 {one.number} 名单】{one.settings.title}", *lines, *_how_to_mend(one)))


def _how_to_mend(one: Activity) -> Sequence[str]:
    if one.state not in (State.PUBLISHED, State.SIGNING):
        return ()
    return (f"补登请回复“活动 {one.number} 到场 姓名”，划掉请回复“活动 {one.number} 缺席 姓名”。",)


def _person(listing: Listing, row: Attendance) -> str:
    session = session_on(listing.activity.settings, row.day)
    late = session is not None and row.came is not None and is_late(session, row.came)
    notes = (
        row.came and clock(row.came),
        late and row.mark is not Mark.STRUCK and "迟到",
        row.left and f"{clock(row.left)} 签退",
        NOT_INVITED in row.note and NOT_INVITED,
    )
    said = "，".join(str(note) for note in notes if note)
    return f"{listing.names.get(row.person, row.person)}{f'（{said}）' if said else ''}"


def _people(found: Iterable[str]) -> str:
    every = list(found)
    return "、".join(every[:_NAMES]) + (f"等 {len(every)} 人" if len(every) > _NAMES else "")


def marked(number: int, rows: Sequence[Attendance], names: Mapping[str, str], mark: Mark) -> str:
    people = "、".join(dict.fromkeys(names.get(row.person, row.person) for row in rows))
    days = sorted({row.day for row in rows})
    on = f"（{'、'.join(map(day, days))}）" if len(days) > 1 else ""
    word = "到场" if mark is Mark.LISTED else "缺席"
    return f"活动 {number} 已登记{word}{on}：{people}。核对请回复“活动 {number} 名单”。"


def cancelled(one: Activity, told: int) -> str:
    said = f"，已通知 {told} 人" if told else ""
    if not one.settings.title:
        return f"活动 {one.number}（草稿）已取消。"
    return f"活动 {one.number}（{one.settings.title}）已取消{said}。已有的签到记录保留，不计学时。"


def to_invited(one: Activity) -> str:
    """To everybody who was invited or signed in, the same for all."""
    why = f"，理由：{one.note}" if one.note else ""
    return (
        f"【活动取消】活动 {one.number}“{one.settings.title}”（{when(one)}）已取消{why}。如已签到，本次不计学时。"
    )
