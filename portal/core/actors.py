"""Who acts: a value that rules, services and the audit trail read instead of a session."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


class Role(enum.StrEnum):
    """The parts that people play (``domain.md``). CANDIDATE acts by a signed link, SYSTEM by the clock."""

    EMPLOYER = "employer"
    COACH = "coach"
    TEAM_LEADER = "team_leader"
    ADMINISTRATOR = "administrator"
    CANDIDATE = "candidate"
    SYSTEM = "system"


ROLE_NAMES = {
    Role.EMPLOYER: _l("Employer"),
    Role.COACH: _l("Job coach"),
    Role.TEAM_LEADER: _l("Team leader"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.CANDIDATE: _l("Candidate"),
    Role.SYSTEM: _l("The portal"),
}

STAFF = frozenset({Role.COACH, Role.TEAM_LEADER})


@dataclass(frozen=True)
class Actor:
    """One who acts.

    ``user_id`` is None for a candidate and the system; ``employer_id`` and ``team_id`` say where a user belongs.
    ``by_link``: a user who came by a signed link of a mail and is not signed in; the audit trail says so.
    ``covers``: coaches for whom a coach stands in today, by id: what is theirs is then the deputy's too.
    """

    role: Role
    user_id: int | None = None
    employer_id: int | None = None
    team_id: int | None = None
    candidate_id: int | None = None
    name: str = ""
    manages_employer: bool = False
    by_link: bool = False
    covers: frozenset[int] = frozenset()

    @property
    def caseloads(self) -> frozenset[int]:
        """Whose caseloads a coach has today, by the coach's id: the own one, and of those who are away."""
        return self.covers | {self.user_id} if self.user_id is not None else self.covers

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the recruitment team."""
        return self.role in STAFF

    @property
    def is_employer(self) -> bool:
        """Whether this is a user of an employer."""
        return self.role is Role.EMPLOYER


SYSTEM = Actor(Role.SYSTEM)
