"""The units that a roster names: found in the tree, or created where nobody knows them yet."""

import re
from datetime import date
from typing import Final

from training.findings import Findings
from training.people import Field
from training.units import Unit, UnitTree, named_otherwise

_CODE: Final = "U{:04d}"


class RollUnits:
    """Resolves what a roster says and grows `tree` by what it creates; `created` has those by their codes."""

    def __init__(self, tree: UnitTree) -> None:
        self.tree = tree
        self.created: dict[str, Unit] = {}

    def resolve(self, text: str, found: Findings, day: date | None = None) -> str:
        """The code that `text` means: a code, a name or a path; unknown units of a path are created top down.

        `day`: from which the row holds, for what was called so then. An ambiguous text is a problem, and the
        answer empty.
        """
        names = [name.strip() for name in re.split(r"[/／]", text) if name.strip()]
        known = self._known(Field.UNIT, text, found, day)
        if not names:
            found.reject(Field.UNIT, f"单位“{text}”无法识别，请填写单位代码、名称或路径。")
            return ""
        if len(known) == 1:
            return known[0]
        if known:
            self._reject_ambiguous(Field.UNIT, text, known, found)
            return ""
        code = ""
        for depth, name in enumerate(names, start=1):
            known = self._known(Field.UNIT, "/".join(names[:depth]), found, day)
            if len(known) > 1:
                self._reject_ambiguous(Field.UNIT, text, known, found)
                return ""
            code = known[0] if known else self._create(name, code)
        return code

    def _known(self, field: str, text: str, found: Findings, day: date | None) -> tuple[str, ...]:
        meaning = self.tree.meaning(text, day)
        if meaning.by_other_name and len(meaning.codes) == 1:
            found.warn(field, named_otherwise(text, self.tree.units[meaning.codes[0]]))
        return meaning.codes

    def managed(self, texts: tuple[str, ...], found: Findings, day: date | None = None) -> tuple[str, ...]:
        """The codes of 管辖单位, which must be known by now."""
        codes = []
        for text in texts:
            known = self._known(Field.MANAGED_UNITS, text, found, day)
            if len(known) == 1:
                codes.append(known[0])
            elif known:
                self._reject_ambiguous(Field.MANAGED_UNITS, text, known, found)
            else:
                found.reject(Field.MANAGED_UNITS, f"管辖单位“{text}”不存在，请填写已有的单位代码、名称或路径。")
        return tuple(codes)

    def _create(self, name: str, parent: str) -> str:
        number = len(self.created) + 1
        while _CODE.format(number) in self.tree.units:
            number += 1
        unit = Unit(_CODE.format(number), name, parent)
        self.tree.add(unit)
        self.created[unit.code] = unit
        return unit.code

    def _reject_ambiguous(self, field: str, text: str, codes: tuple[str, ...], found: Findings) -> None:
        meanings = "、".join(f"{self.tree.path(code)}（{code}）" for code in codes)
        found.reject(field, f"单位“{text}”不唯一，可能是 {meanings}，请改填单位代码。")
