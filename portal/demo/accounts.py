"""The accounts of the demonstration that a visitor is told about, one a role."""

from __future__ import annotations

from typing import NamedTuple

# Public on purpose: these accounts exist only where the demonstration's data was loaded.
PASSWORD = "Rekrysilta-demo-2026"


class DemoAccount(NamedTuple):
    """What a visitor needs to sign in as this role."""

    role: str
    email: str
    password: str


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("Employer", "anna@bryggan-bageri.example", PASSWORD),
    DemoAccount("Job coach", "coach@rekrybron.example", PASSWORD),
    DemoAccount("Team leader", "leader@rekrybron.example", PASSWORD),
    DemoAccount("Administrator", "admin@rekrybron.example", PASSWORD),
)
