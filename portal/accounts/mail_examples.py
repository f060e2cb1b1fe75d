"""Examples of the mails about accounts."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples, with_link

examples("verify_address", Reader.EMPLOYER, with_link("verify_email"))
examples("address_has_account", Reader.ANYBODY, {})
examples("password_reset", Reader.ANYBODY, with_link("reset_password"))
examples("password_changed", Reader.ANYBODY, {})
_ON = f"?next=%2Fproposals%2F{TOKEN}"
examples("sign_in_link", Reader.EMPLOYER, *({**with_link("sign_in"), "query": query} for query in ("", _ON)))
examples("sign_in_with_password", (Reader.COACH, Reader.TEAM_LEADER), {})
examples(
    "new_browser",
    Reader.ANYBODY,
    *({"at": "2031-05-05T07:00:00+00:00", "browser": browser} for browser in ("Firefox, Windows", "")),
)
examples(
    "staff_invited",
    Reader.INVITED,
    *({**with_link("staff_invitation"), "role": role} for role in ("coach", "team_leader")),
)
