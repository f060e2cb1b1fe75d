"""The team of the demonstration: its coaches, its leader, and the administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from portal.accounts.models import Team, User
from portal.accounts.passwords import hash_password
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.demo.accounts import ACCOUNTS, PASSWORD
from portal.demo.loader_county import County, acts
from portal.demo.loader_days import Days

_HERE_SINCE = 640  # days: longer than anything that they have done


class Colleague(NamedTuple):
    """Somebody of the staff. A language of None follows the visitor's browser: theirs are the accounts to try."""

    role: Role
    name: str
    title: str
    email: str
    phone: str
    language: Language | None


_COACH, _LEADER, _ADMIN = (account.email for account in ACCOUNTS[1:])

COLLEAGUES = (
    Colleague(Role.COACH, "Johanna Granskog", "IPS-arbetscoach", _COACH, "050 000 3001", None),
    Colleague(
        Role.COACH, "Mats Ollqvist", "IPS-arbetscoach", "mats.ollqvist@rekrybron.example", "050 000 3002", Language.SV
    ),
    Colleague(
        Role.COACH,
        "Kirsi Lehtovaara",
        "IPS-työhönvalmentaja",
        "kirsi.lehtovaara@rekrybron.example",
        "050 000 3003",
        Language.FI,
    ),
    Colleague(Role.TEAM_LEADER, "Marika Sundfors", "teamledare", _LEADER, "050 000 3004", None),
    Colleague(Role.ADMINISTRATOR, "Petteri Rantamaa", "järjestelmäasiantuntija", _ADMIN, "050 000 3005", None),
)


def staff(days: Days) -> County:
    """Make the team and those who work in it; the county around them is still empty."""
    password_hash = hash_password(PASSWORD)
    team = Team(name="Karleby / Kokkola")
    users = [_user(one, team, password_hash, days) for one in COLLEAGUES]
    db.session.add(team)
    db.session.add_all(users)
    db.session.flush()
    *coaches, leader, administrator = users
    county = County(days, team, leader, administrator, dict(enumerate(coaches, start=1)), password_hash)
    for user in users:
        county.journal.note(
            user.created_at, acts(user), "accounts.accept_invitation", "user", user, role=user.role.value
        )
    return county


def _user(one: Colleague, team: Team, password_hash: str, days: Days) -> User:
    here_since = days.at(days.back(_HERE_SINCE), 9)
    return User(
        role=one.role,
        name=one.name,
        title=one.title,
        email=one.email,
        phone=one.phone,
        language=one.language,
        password_hash=password_hash,
        email_verified_at=here_since + timedelta(hours=1),
        created_at=here_since,
        last_sign_in_at=days.at(days.worked(1), 8, 12),
        team=None if one.role is Role.ADMINISTRATOR else team,
    )
