"""The one module that knows every feature: blueprints, navigation, jobs, and what rooms below ask of rooms above."""

from __future__ import annotations

from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.accounts.views import bp as accounts_bp
from portal.candidates.views import bp as candidates_bp
from portal.core.actors import Role
from portal.core.navigation import Place
from portal.core.states import roles
from portal.core.views import bp as core_bp
from portal.employers.views import bp as employers_bp
from portal.openings.views import bp as openings_bp
from portal.outbox.views import bp as outbox_bp
from portal.placements.views import bp as placements_bp
from portal.proposals.views import bp as proposals_bp

ROOT = Path(__file__).parent.parent

PLACES = (
    Place("desk.employer", _l("Start"), "house", roles(Role.EMPLOYER)),
    Place("openings.index", _l("Needs"), "megaphone", roles(Role.EMPLOYER)),
    Place("placements.index", _l("Hires"), "people", roles(Role.EMPLOYER)),
    Place("employers.organisation", _l("Organisation"), "building", roles(Role.EMPLOYER)),
    Place("desk.coach", _l("Today"), "sun", roles(Role.COACH)),
    Place("desk.team", _l("Team"), "people", roles(Role.TEAM_LEADER)),
    Place("candidates.index", _l("Candidates"), "person-badge", roles(Role.COACH, Role.TEAM_LEADER)),
    Place("openings.index", _l("Needs"), "megaphone", roles(Role.COACH, Role.TEAM_LEADER)),
    Place(
        "employers.index",
        _l("Employers"),
        "building",
        roles(Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR),
    ),
    Place("placements.index", _l("Hires"), "briefcase", roles(Role.COACH, Role.TEAM_LEADER)),
    Place("accounts.users", _l("People"), "people", roles(Role.ADMINISTRATOR)),
    Place("outbox.queue", _l("Mails"), "envelope", roles(Role.ADMINISTRATOR)),
)

HOMES = {
    Role.EMPLOYER: "desk.employer",
    Role.COACH: "desk.coach",
    Role.TEAM_LEADER: "desk.team",
    Role.ADMINISTRATOR: "accounts.users",
}

BLUEPRINTS = (
    core_bp,
    accounts_bp,
    employers_bp,
    openings_bp,
    candidates_bp,
    proposals_bp,
    placements_bp,
    outbox_bp,
)
