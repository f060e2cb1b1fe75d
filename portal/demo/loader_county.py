"""What the loader's parts share: the calendar, the journal, the texts, and who and what has been made so far."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from portal.accounts.models import Team, User
from portal.candidates import aliases, rarity
from portal.candidates.models import Alias, Candidate, DisclosurePlan
from portal.candidates.rarity import Books
from portal.core.actors import Actor, Role
from portal.core.i18n import Language
from portal.demo.loader_days import Days
from portal.demo.loader_journal import Journal
from portal.employers.models import Employer, Workplace
from portal.openings.models import Opening
from portal.placements.models import Placement, SupportContact
from portal.proposals.models import Proposal

FOLDER = Path(__file__).parent / "data"
SEED = 20261123  # any number: the same one draws the same county

Row = dict[str, Any]


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the demonstration's data."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


@dataclass
class County:
    """The demonstration while it is being made. Rows are found by the keys of the data files; coaches by 1, 2 and 3."""

    days: Days
    team: Team
    leader: User
    administrator: User
    coaches: dict[int, User]
    password_hash: str
    journal: Journal = field(default_factory=Journal)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    employers: dict[str, Employer] = field(default_factory=dict)
    people: dict[str, list[User]] = field(default_factory=dict)  # an employer's users, the first manages it
    workplaces: dict[tuple[str, str], Workplace] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    plans: dict[str, DisclosurePlan] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    contacts: list[SupportContact] = field(default_factory=list)
    aliases: dict[tuple[int, int], Alias] = field(default_factory=dict)  # by candidate and employer
    said: dict[tuple[str, str], int] = field(default_factory=dict)
    read_books: Books | None = None

    def books(self) -> Books:
        """Who shares what among the candidates, read once: nobody comes or goes while the county is made."""
        if self.read_books is None:
            self.read_books = rarity.books()
        return self.read_books

    def alias_of(self, candidate: Candidate, employer: Employer) -> Alias:
        """How an employer knows a candidate: always the same, nobody else's; see ``aliases.alias_for``."""
        pair = (candidate.id, employer.id)
        taken = {one.alias for known, one in self.aliases.items() if known[0] == pair[0] or known[1] == pair[1]}
        while pair not in self.aliases:
            word = aliases.draw()
            if word not in taken:
                self.aliases[pair] = Alias(candidate_id=pair[0], employer_id=pair[1], alias=word)
        return self.aliases[pair]

    def placement_at(self, opening: str) -> Placement:
        """The first hire that came of a need."""
        need = self.openings[opening]
        return next(one for one in self.placements if one.proposal is not None and one.proposal.opening is need)

    def text(self, kind: str, language: Language) -> Any:
        """The next text of a kind in a language; all are used before one comes again."""
        texts = read("texts")[kind][language.value]
        if isinstance(texts, str):
            return texts
        number = self.said.get((kind, language.value), 0)
        self.said[kind, language.value] = number + 1
        return texts[number % len(texts)]


def acts(user: User) -> Actor:
    """A member of staff as the one who does something."""
    return Actor(user.role, user_id=user.id, team_id=user.team_id, name=user.name)


def acts_for(user: User, employer: Employer) -> Actor:
    """An employer's user as the one who does something."""
    return Actor(Role.EMPLOYER, user_id=user.id, employer_id=employer.id, name=user.name)


def writes_in(coach: User) -> Language:
    """The language that a coach keeps notes in."""
    return Language.FI if coach.language is Language.FI else Language.SV
