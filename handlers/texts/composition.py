"""What hours consist of, as text: by form, the group of answering on the phone, by content class."""

from collections.abc import Iterator
from typing import Final

from handlers.texts.explaining import NO_CLASS
from handlers.texts.words import FORMS, hours
from training.composition import Composition, FormPart, OnlineGroup

NOTHING: Final = "今年还没有已认定的学时。"


def whole(year: int, parts: Composition) -> str:
    sums = f"已认定 {hours(parts.recorded)}，计入 {hours(parts.counted)} 学时。"
    return "\n".join((f"【学时构成 · {year}年度】", *([sums] if parts.forms else []), body(parts)))


def body(parts: Composition) -> str:
    """Without the sums, which a card shows in its rows."""
    if not parts.forms:
        return NOTHING
    forms = (_form(part) for part in parts.forms)
    classes = (f"{name or NO_CLASS} {hours(amount)}" for name, amount in parts.classes)
    return "\n".join(("按形式：", *forms, *_online(parts.online), "按内容类别（按主类计）：", *classes))


def _form(part: FormPart) -> str:
    said = f"{FORMS.get(part.form, part.form)} {hours(part.recorded)}"
    if part.cap is None:
        return said
    return f"{said}（年度上限 {hours(part.cap)}{'，已满' if part.full else ''}）"


def _online(group: OnlineGroup) -> Iterator[str]:
    if not group.recorded:
        return
    said = f"在线答题类合计 {hours(group.recorded)}，"
    if group.taken_out:
        yield f"{said}按本市规定不计入"
    elif group.limit is None:
        yield f"{said}不设上限"
    else:
        limit = f"至多 {hours(group.limit)}，为应完成的 {group.percent}%"
        yield f"{said}计入 {hours(group.counted)}（{limit}）"


def why_less(group: OnlineGroup) -> str:
    """Why less counts than is recorded, in one line; empty when all of it counts."""
    if not group.cut:
        return ""
    said = f"在线答题类已认定 {hours(group.recorded)}，"
    return f"{said}按本市规定不计入。" if group.taken_out else f"{said}至多计入 {hours(group.counted)}。"
