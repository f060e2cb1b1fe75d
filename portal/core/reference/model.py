"""What a piece of reference data looks like, and what is raised when there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("sv", "fi", "en")


class UnknownReference(KeyError):
    """A code or key that the reference data does not hold; says which, and of what kind."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(key)
        self.kind = kind
        self.key = key

    def __str__(self) -> str:
        return f"no {self.kind} {self.key!r} in the reference data"


@dataclass(frozen=True, slots=True)
class Labels:
    """One name in each of the portal's languages."""

    sv: str
    fi: str
    en: str

    def in_language(self, language: str) -> str:
        """The name in ``language`` ("sv", "fi", "en", or a locale like "sv_FI"); ValueError for any other."""
        code = language.replace("-", "_").partition("_")[0].lower()
        if code not in LANGUAGES:
            raise ValueError(f"not a language of the portal: {language!r}")
        name: str = getattr(self, code)
        return name


@dataclass(frozen=True, slots=True)
class Region:
    """One of Finland's 19 regions; ``code`` is Statistics Finland's, two digits."""

    code: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class SubRegion:
    """A sub-region: the step above a municipality; ``code`` is Statistics Finland's, three digits.

    ``labels`` are worded so that they cannot be read as the municipality ("Karlebyregionen"); ``official_sv``
    and ``official_fi`` are the classification's names.
    """

    code: str
    region: str
    labels: Labels
    official_sv: str
    official_fi: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality.

    ``code`` is Statistics Finland's, three digits; ``sub_region`` a code too; ``majority`` the official
    language ("sv" or "fi") of most of its people; ``bilingual`` whether the other one is official there too.
    """

    code: str
    labels: Labels
    sub_region: str
    majority: str
    bilingual: bool


@dataclass(frozen=True, slots=True)
class IscoGroup:
    """One of the 130 minor groups of ISCO-08 (three digits) or of its 10 major ones (one), under a label of our own."""

    code: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation of the portal's list, its ISCO-08 minor group, and the words people look it up by."""

    key: str
    isco: str
    labels: Labels
    synonyms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """A heading over skills."""

    key: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Skill:
    """Something a person can do at work, a way of working, or a card that gives the right to do something."""

    key: str
    group: str
    labels: Labels


Labelled = Region | SubRegion | Municipality | IscoGroup | Occupation | SkillGroup | Skill


def label(thing: Labelled, language: str) -> str:
    """What a reader of ``language`` sees for ``thing``; ValueError when the language is none of ours."""
    return thing.labels.in_language(language)
