"""The enterprise: its departments, members and apps, and who can be seen by which app.

A userid is case-insensitive: keys are casefolded, lists in answers are lower-cased, callbacks carry the spelling
of the roll. Member status: 1 active, 2 disabled, 4 not activated, 5 left.
Source: doc 90197 (members), 90208 (departments).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ROOT_DEPARTMENT = 1
ACTIVE, DISABLED, NOT_ACTIVATED, LEFT = 1, 2, 4, 5


@dataclass(frozen=True)
class Department:
    """A node of the tree; the root has id 1 and parent 0."""

    id: int
    name: str
    parentid: int = ROOT_DEPARTMENT
    order: int = 0


@dataclass(frozen=True)
class Member:
    """One person. `role` is only a label for the chat page; `licensed` is WeCom's basic licence."""

    userid: str
    name: str
    department: int | tuple[int, ...] = ROOT_DEPARTMENT
    position: str = ""
    status: int = ACTIVE
    licensed: bool = True
    role: str = ""
    mobile: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """The userid under which everything is kept."""
        return self.userid.casefold()

    @property
    def departments(self) -> tuple[int, ...]:
        """All departments, the main one first."""
        return self.department if isinstance(self.department, tuple) else (self.department,)


@dataclass
class App:
    """A self-built app. `visible` holds userids and department ids (with what is below); None is everybody.

    `legacy_fields` is True for an app created before 2022-06-20, which still gets mobile and email.
    """

    agent_id: int
    secret: str
    token: str
    encoding_aes_key: str
    callback_url: str | None = None
    name: str = "学法"
    visible: Collection[str | int] | None = None
    report_enter: bool = True
    trusted_ips: Collection[str] | None = None
    legacy_fields: bool = False
    description: str = ""
    home_url: str = ""
    redirect_domain: str = ""


@dataclass(frozen=True)
class Corp:
    """What an enterprise is made of when the sandbox starts."""

    corp_id: str
    apps: Sequence[App]
    members: Sequence[Member] = ()
    departments: Sequence[Department] = ()
    contact_secret: str = ""
    tags: Mapping[int, Collection[str]] = field(default_factory=dict)


class Directory:
    """The roll as it stands now; members can come and go while the sandbox runs."""

    def __init__(self, corp: Corp) -> None:
        departments = corp.departments or (Department(ROOT_DEPARTMENT, corp.corp_id, 0),)
        self.departments = {department.id: department for department in departments}
        self.tags = {tag: {userid.casefold() for userid in who} for tag, who in corp.tags.items()}
        self._members = {member.key: member for member in corp.members}

    @property
    def members(self) -> list[Member]:
        """Everybody on the roll, in its order."""
        return list(self._members.values())

    def member(self, userid: str) -> Member | None:
        """The member of this userid, whatever its case."""
        return self._members.get(userid.casefold())

    def put(self, member: Member) -> None:
        """Adds a member or replaces the one of the same userid."""
        self._members[member.key] = member

    def remove(self, userid: str) -> None:
        """Takes a member off the roll."""
        self._members.pop(userid.casefold(), None)

    def below(self, department_id: int) -> set[int]:
        """A department and all under it; empty when it is unknown."""
        if department_id not in self.departments:
            return set()
        found = {department_id}
        grew = True
        while grew:
            children = {d.id for d in self.departments.values() if d.parentid in found} - found
            found |= children
            grew = bool(children)
        return found

    def within(self, department_ids: Iterable[int]) -> list[Member]:
        """The direct members of any of these departments."""
        wanted = set(department_ids)
        return [member for member in self.members if wanted.intersection(member.departments)]

    def sees_department(self, app: App | None, department_id: int) -> bool:
        """Whether the app's visible range covers the department (None stands for the contact-sync secret)."""
        return department_id in self._granted(app)

    def sees(self, app: App | None, member: Member) -> bool:
        """Whether the app's visible range covers the member."""
        if app is None or app.visible is None:
            return True
        named = {entry.casefold() for entry in app.visible if isinstance(entry, str)}
        return member.key in named or bool(self._granted(app).intersection(member.departments))

    def reachable(self, app: App, member: Member | None) -> bool:
        """Whether a message of this app gets to the member: visible, and neither disabled nor gone."""
        return member is not None and member.status in (ACTIVE, NOT_ACTIVATED) and self.sees(app, member)

    def _granted(self, app: App | None) -> set[int]:
        if app is None or app.visible is None:
            return set(self.departments)
        return set().union(*(self.below(entry) for entry in app.visible if isinstance(entry, int)))
