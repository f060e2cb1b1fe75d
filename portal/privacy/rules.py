"""When somebody is warned and when erased: pure rules over days in Helsinki.

What counts as activity is listed in docs/retention.md; ``queries`` finds its last day. A period of N days whose last
activity was on day D ends with the erasing on day D + N; the warning comes ``warning`` days before. Whoever was warned
late (the worker stood still) is erased late: nobody goes without the whole time of the warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.candidates.models import Candidate
from portal.candidates.rules import may_touch
from portal.core.actors import Actor, Role


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the rules read about a candidate or a user.

    :param live: a need, a proposal or a placement is under way, or nobody else could open the portal.
    :param warned_on: the day of the warning of this very period, None when there was none.
    """

    last_active_on: date
    live: bool = False
    warned_on: date | None = None


def erase_on(standing: Standing, *, period: int, warning: int) -> date:
    """The first day on which the data may go: as planned, or later when the warning was late."""
    planned = standing.last_active_on + timedelta(days=period)
    if standing.warned_on is None:
        return planned
    return max(planned, standing.warned_on + timedelta(days=warning))


def may_warn(standing: Standing, today: date, *, period: int, warning: int) -> bool:
    """Whether it is time for the warning, and it was not given in this period."""
    first = standing.last_active_on + timedelta(days=period - warning)
    return not standing.live and standing.warned_on is None and today >= first


def may_erase(standing: Standing, today: date, *, period: int, warning: int) -> bool:
    """Whether the data goes today: warned in time, still without activity, nothing live."""
    if standing.live or standing.warned_on is None:
        return False
    return today >= erase_on(standing, period=period, warning=warning)


def may_keep(actor: Actor, candidate: Candidate) -> bool:
    """Who may say that there has been activity: the own coach and the team's leader."""
    return may_touch(actor, candidate)


def may_erase_on_request(actor: Actor, candidate: Candidate) -> bool:
    """Who erases when a candidate asks for it: the leader of the team."""
    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id


def may_refuse_part(actor: Actor, candidate: Candidate) -> bool:
    """Who may keep a part of the extract back, with a reason: the leader of the team."""
    return may_erase_on_request(actor, candidate)
