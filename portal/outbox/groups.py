"""The kinds of mail that a reader may turn off, in the groups and the words of the settings page.

Kept by hand; a test fails when a kind that only informs is in no group. Who gets which kind is said by role, so that
the page offers nobody what never comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.core.actors import Role

EMPLOYER = frozenset({Role.EMPLOYER})
COACH = frozenset({Role.COACH})
LEADER = frozenset({Role.TEAM_LEADER})


@dataclass(frozen=True)
class Choice:
    """A kind of mail as its reader knows it, and which roles get it."""

    kind: str
    words: LazyString
    readers: frozenset[Role]


@dataclass(frozen=True)
class Group:
    """Kinds that belong together."""

    name: str
    title: LazyString
    kinds: tuple[Choice, ...]

    def of(self, role: Role) -> list[Choice]:
        """What of the group comes to a role."""
        return [choice for choice in self.kinds if role in choice.readers]


GROUPS = (
    Group(
        "needs",
        _l("Needs"),
        (
            Choice("opening_published", _l("Your need is open"), EMPLOYER),
            Choice("opening_expires_soon", _l("Your need ends soon"), EMPLOYER),
            Choice("opening_paused", _l("Your need is paused"), EMPLOYER),
            Choice("need_suits", _l("A new need could suit somebody whom you support"), COACH),
            Choice("need_posted", _l("An employer posts a need"), COACH | LEADER),
        ),
    ),
    Group(
        "proposals",
        _l("Candidates and proposals"),
        (
            Choice("no_longer_available", _l("A candidate is no longer available"), EMPLOYER),
            Choice("proposal_closed", _l("A proposal is closed"), EMPLOYER | COACH),
            Choice("consent_given", _l("A candidate agrees, and the proposal is sent"), COACH),
            Choice("consent_renewed", _l("A candidate agrees again after a change"), COACH),
            Choice("decline_undone", _l("An employer takes a no back"), COACH),
        ),
    ),
    Group(
        "hires",
        _l("Hires and support"),
        (
            Choice("support_coming", _l("Your coach is in touch soon"), EMPLOYER),
            Choice("hire_for_leader", _l("Somebody whom the team supports has got a job"), LEADER),
        ),
    ),
    Group("summaries", _l("Summaries"), (Choice("monday_summary", _l("The team’s week, on Mondays"), LEADER),)),
)


def words_of(kind: str) -> LazyString | None:
    """What a kind is called to its reader; None for one that is in no group."""
    return next((choice.words for group in GROUPS for choice in group.kinds if choice.kind == kind), None)


def kinds_of(role: Role) -> frozenset[str]:
    """The names of the kinds that a role may turn off."""
    return frozenset(choice.kind for group in GROUPS for choice in group.of(role))
