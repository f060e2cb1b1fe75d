"""What the tests of employers share: a filled-in registration, and who acts."""

from __future__ import annotations

from portal.accounts.models import User
from portal.core.actors import Actor
from portal.employers.queries import actor_of
from tests.factories.employers import KOKKOLA

CHOSEN = "vanha kuusi seisoo mäellä"


def registration(**values: str) -> dict[str, str]:
    """The registration form as somebody fills it in."""
    return {
        "business_id": "2077474-0",
        "organisation": "Åsas Bageri Ab",
        "municipality": KOKKOLA,
        "name": "Anna Berg",
        "email": "anna@bageri.example",
        "phone": "040 123 4567",
        "password": CHOSEN,
        "terms": "y",
        **values,
    }


def acting(user: User) -> Actor:
    """The user as the services know one."""
    return actor_of(user)
