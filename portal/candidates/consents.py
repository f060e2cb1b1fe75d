"""Consent: what the candidate is told, the yes, and taking it back.

The texts are kept in ``consent_texts.json``, not in the catalogues: the version that was shown is the version that is
stored, so a text changes only together with its version (a test holds the two together).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.audit import service as audit
from portal.candidates import events
from portal.candidates.models import (
    Candidate,
    Consent,
    ConsentHow,
    ConsentKind,
    DisclosurePlan,
    FrozenProfile,
    PersonalField,
)
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Overtaken, Refused
from portal.core.i18n import Language, day, in_language

_TEXTS = json.loads((Path(__file__).parent / "consent_texts.json").read_text(encoding="utf-8"))
TEXT_VERSION: str = _TEXTS["version"]
LIVES_AT_MOST = timedelta(days=731)  # as long as a candidate's data is kept without activity (domain.md)


class ForOpening(Protocol):
    """What a consent needs to know of an opening; this room does not know openings themselves."""

    @property
    def id(self) -> int:
        """Its row."""

    @property
    def employer_id(self) -> int:
        """The employer's row."""

    @property
    def contacts(self) -> Sequence[User]:
        """The people at the employer whom the consent names."""


def text(kind: ConsentKind, language: Language, until: date) -> list[str]:
    """The paragraphs that the candidate reads before the yes, of version ``TEXT_VERSION``.

    :param until: the last day of the yes, as it is then stored.
    """
    return text_shown(TEXT_VERSION, kind, language, until)


def text_shown(version: str, kind: ConsentKind, language: Language, until: date) -> list[str]:
    """The paragraphs that were shown with a consent of a version; none for a version that this release has not.

    Earlier versions stand under ``earlier`` in the file, each with the same keys as the present one.
    """
    texts = _TEXTS if version == TEXT_VERSION else _TEXTS.get("earlier", {}).get(version)
    if texts is None:
        return []
    with in_language(language):
        last_day = day(until).removesuffix(".")  # the sentence brings its own full stop
    return [paragraph.replace("{until}", last_day) for paragraph in texts[kind.value][language.value]]


def named(opening: ForOpening) -> list[User]:
    """Whom a yes for an opening names, and the candidate's page shows: its contact persons who can sign in."""
    return [user for user in opening.contacts if user.is_active]


def give(
    *,
    kind: ConsentKind,
    candidate_id: int,
    opening: ForOpening,
    frozen: FrozenProfile,
    terms_digest: str,
    fields: Iterable[PersonalField],
    how: ConsentHow,
    language: Language,
    recorded_by: Actor,
    until: date,
    who_was_there: str = "",
) -> Consent:
    """Store a candidate's yes.

    :param opening: with its contact persons loaded; the yes is for those of them who are ``named``, and nobody else.
    :param frozen: exactly what the candidate saw.
    :param terms_digest: of the opening's workplace, hours, pay and contact persons as the candidate was told them.
    :param fields: for a disclosure, what may be known; a proposal's consent names none.
    :param recorded_by: the candidate for a link, else the member of staff who heard the yes or has the paper.
    :param until: the last day that it holds.
    :raises Invalid: at ``fields``, ``until`` or ``who_was_there``.
    :raises Refused: when the candidate's plan does not allow it.
    """
    chosen = set(fields) if kind is ConsentKind.DISCLOSURE else set()
    _refuse_unsound(candidate_id, opening, frozen, how, recorded_by)
    if kind is ConsentKind.DISCLOSURE and not chosen:
        raise Invalid("fields", _("Choose at least one thing that may be told."))
    if until < clock.today():
        raise Invalid("until", _("Choose a day that has not passed."))
    if until > clock.today() + LIVES_AT_MOST:
        raise Invalid("until", _("This day is too far away."))
    if how is ConsentHow.PAPER and not who_was_there:
        raise Invalid("who_was_there", _("Write who was there."))
    _refuse_against_plan(candidate_id, opening.employer_id, chosen)
    consent = Consent(
        kind=kind,
        candidate_id=candidate_id,
        employer_id=opening.employer_id,
        opening_id=opening.id,
        frozen_profile_id=frozen.id,
        opening_digest=terms_digest,
        fields=[field for field in PersonalField if field in chosen],
        text_version=TEXT_VERSION,
        language=language,
        how=how,
        who_was_there=who_was_there,
        recorded_by_role=recorded_by.role,
        recorded_by_id=recorded_by.user_id,
        until=until,
        contacts=named(opening),
    )
    db.session.add(consent)
    db.session.flush()
    audit.record(
        recorded_by,
        "consents.give",
        "consent",
        consent.id,
        kind=kind.value,
        how=how.value,
        fields=[field.value for field in consent.fields],
    )
    return consent


def _refuse_unsound(
    candidate_id: int, opening: ForOpening, frozen: FrozenProfile, how: ConsentHow, recorded_by: Actor
) -> None:
    """:raises ValueError: for what no page can ask for, so that a mistake of ours never becomes a consent."""
    if frozen.candidate_id != candidate_id:
        raise ValueError("the frozen profile is another candidate's")
    if not named(opening):
        raise ValueError("a consent names at least one contact person")
    by_candidate = recorded_by.role is Role.CANDIDATE and recorded_by.candidate_id == candidate_id
    if by_candidate is not (how is ConsentHow.LINK) or not (by_candidate or recorded_by.is_staff):
        raise ValueError("a link is answered by the candidate, anything else is recorded by staff")


def _refuse_against_plan(candidate_id: int, employer_id: int, fields: set[PersonalField]) -> None:
    plan = db.session.get(DisclosurePlan, candidate_id)
    if plan is None or not plan.proposals_allowed or employer_id in plan.never_employers:
        raise Refused(_("The candidate's plan for what is told does not allow this."))
    if not fields <= set(plan.fields):
        raise Invalid("fields", _("The candidate's plan for what is told does not allow all of this."))


def withdraw(consent: Consent, actor: Actor) -> None:
    """Take a yes back, from this moment on.

    :param actor: the candidate, staff who look after the candidate, or the system.
    :raises Missing: for anybody else.
    :raises Refused: when it was taken back already.
    """
    if not _may_withdraw(consent, actor):
        raise Missing
    changed = rows_changed(
        update(Consent)
        .where(Consent.id == consent.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if changed != 1:
        raise Overtaken(_("This consent was taken back already."))
    db.session.refresh(consent, ["withdrawn_at"])
    audit.record(actor, "consents.withdraw", "consent", consent.id, kind=consent.kind.value)
    events.CONSENT_WITHDRAWN.emit(actor, consent)


def _may_withdraw(consent: Consent, actor: Actor) -> bool:
    if actor.role is Role.SYSTEM:
        return True
    if actor.role is Role.CANDIDATE:
        return actor.candidate_id == consent.candidate_id
    if not actor.is_staff:
        return False
    row = db.session.execute(
        select(Candidate.coach_id, Candidate.team_id).where(Candidate.id == consent.candidate_id)
    ).one()
    return bool(row.coach_id in actor.caseloads if actor.role is Role.COACH else row.team_id == actor.team_id)
