"""Which kind of browser somebody uses, coarsely: enough for its owner to say "that was me"."""

from __future__ import annotations

# What a browser's own line holds, and the name that people know. The first that is found counts: most name others too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def described(user_agent: str) -> str:
    """Such as "Firefox, Windows"; only names from our own lists, nothing for what is none of them."""
    found = [next((name for sign, name in names if sign in user_agent), None) for names in (_BROWSERS, _MACHINES)]
    return ", ".join(name for name in found if name)
