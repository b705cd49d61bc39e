"""申报 that somebody wants approved from the command line, as a batch that a second city admin confirms."""

from decimal import Decimal

import msgspec

from training.claims import Stated


class ClaimWanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """One claim as it stood; `hours` as they would have been posted then, `doubles` what it resembled."""

    number: int
    person: str
    name: str
    stated: Stated
    hours: Decimal
    doubles: tuple[str, ...] = ()


class ClaimApproval(msgspec.Struct, frozen=True, tag="claims", omit_defaults=True):
    """认定申报; `posted`: how much was, once it is."""

    claims: tuple[ClaimWanted, ...]
    posted: Decimal | None = None

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.claims), Decimal("0.00"))
