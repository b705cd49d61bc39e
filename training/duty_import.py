"""履职登记 from a file, as a batch that a second city admin confirms."""

from datetime import date

import msgspec


class DutyLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact to be; `subject` is a 人员编号 or 单位代码 and `label` what people call it, `name` is the duty's."""

    quota: str
    name: str
    subject: str
    label: str
    unit: str
    day: date
    title: str
    form: str = ""
    evidence: str = ""


class DutyImport(msgspec.Struct, frozen=True, tag="duty"):
    """履职登记导入"""

    lines: tuple[DutyLine, ...]
