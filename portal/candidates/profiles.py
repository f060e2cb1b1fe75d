"""The profile without a name: what an employer would see, and its freezing.

``content`` is the only way from the coach's working copy to what leaves the team. It is plain JSON of the keys in
``CONTENT_KEYS`` and nothing else: no id, no name, no wish, no day finer than that of the earliest start.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from portal.candidates.models import Candidate, FrozenProfile
from portal.core.db import db

CONTENT_KEYS = frozenset(
    {
        "occupations",
        "skills",
        "languages",
        "driving_licence",
        "hours_min",
        "hours_max",
        "shifts",
        "areas",
        "earliest_start",
        "works_well",
        "pitch",
        "pitch_language",
    }
)


def lines(text: str) -> list[str]:
    """The lines of a text that hold anything, without white space and list signs around them."""
    return [line for line in (raw.strip().lstrip("-•*–").strip() for raw in text.splitlines()) if line]


def content(candidate: Candidate) -> dict[str, Any]:
    """What an employer would see of a candidate.

    :param candidate: with its profile loaded.
    :returns: plain JSON: keys of ``core.reference`` for occupations (with a band of experience), skills and areas
        (municipality codes), levels of the Common European Framework by language code, hours a week, the earliest
        start as an ISO day or None, what makes work go well line by line, the pitch and its language.
    """
    profile = candidate.profile
    return {
        "occupations": dict(sorted(profile.occupations.items())),
        "skills": sorted(profile.skills),
        "languages": dict(sorted(profile.languages.items())),
        "driving_licence": profile.driving_licence,
        "hours_min": profile.hours_min,
        "hours_max": profile.hours_max,
        "shifts": [shift.value for shift in profile.shifts],
        "areas": sorted(profile.areas),
        "earliest_start": profile.earliest_start.isoformat() if profile.earliest_start else None,
        "works_well": lines(profile.works_well),
        "pitch": profile.pitch,
        "pitch_language": profile.pitch_language.value,
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a content, in hexadecimal; equal contents have equal digests whatever the order of their keys."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def freeze(candidate: Candidate) -> FrozenProfile:
    """Keep what an employer would see exactly as it is now; a new row each time, never changed.

    :param candidate: with its profile loaded.
    """
    now = content(candidate)
    frozen = FrozenProfile(candidate_id=candidate.id, content=now, digest=digest(now))
    db.session.add(frozen)
    db.session.flush()
    return frozen
