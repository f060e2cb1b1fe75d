"""Passwords: which are good enough, and how they are kept (Argon2id; OWASP Password Storage Cheat Sheet's figures).

The rules follow NIST SP 800-63B: length instead of signs of every sort, any language, nothing that everybody tries
first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

MIN_CHARACTERS = 15
MAX_CHARACTERS = 128
MAX_BYTES = 1024  # more is refused before any work is spent on it

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# What is compared with when there is no account, so that the answer takes the same work. Made of nothing guessable.
_NOBODY = _hasher.hash("nobody has this password: it is compared with, never matched")

# What people type when a long password is asked for: our own short list of stems, in the three languages. A password
# that is nothing but stems, figures, signs and repetition is refused.
_COMMON_WORDS = """
password passwort passord pass word salasana lösenord losenord kodord letmein welcome tervetuloa välkommen
valkommen admin administrator administratör login kirjaudu logga qwerty qwertyuiop qwertyuiopå asdfgh asdfghjkl
asdfghjklöä zxcvbn zxcvbnm iloveyou rakastan minä sinua kesä sommar summer talvi vinter winter syksy höst autumn
kevät vår spring suomi finland sverige svenska kokkola karleby hello hej moi terve changeme secret hemlig salainen
test testi testing user username käyttäjä användare monkey dragon football jalkapallo fotboll master superman batman
princess sunshine abc abcd abcde abcdef abcdefg default guest temp temporary väliaikainen vaihda byt nyt now my min
mitt minun the is and och ja january tammikuu januari monday maanantai måndag correct horse battery staple
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_CONTEXT_WORDS = (
    "rekrybron rekrysilta hirebridge rekry bron silta bridge recruitment recruit rekrytointi rekrytering portal "
    "portaali coach valmentaja arbetscoach employer työnantaja arbetsgivare"
)
_CONTEXT = frozenset(_CONTEXT_WORDS.split())
_SEQUENCES = ("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzåäö", "qwertyuiopåasdfghjklöäzxcvbnm")


def normalised(password: str) -> str:
    """The same password however a keyboard composes its signs (NFC would keep look-alikes apart; NFKC joins them)."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, about: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as a sentence, or None.

    :param about: words that others would try for this person: name, address, organisation.
    """
    if len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return str(_("This is too long: %(max)d characters at most.", max=MAX_CHARACTERS))
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in password):
        return str(_("This holds a character that cannot be saved. Write it again without it."))
    text = normalised(password)
    if len(text) < MIN_CHARACTERS:
        return str(_("Use at least %(min)d characters. Three or four words with spaces are fine.", min=MIN_CHARACTERS))
    if len(text) > MAX_CHARACTERS:
        return str(_("This is too long: %(max)d characters at most.", max=MAX_CHARACTERS))
    if _is_easy(text, about):
        return str(_("This is easy to guess. Use three or four words that have nothing to do with you or with us."))
    return None


def hash_password(password: str) -> str:
    """The password as it is kept."""
    return _hasher.hash(normalised(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password. Costs the same when there is none to compare with (``kept`` is None)."""
    if len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return False
    try:
        text = normalised(password).encode("utf-8", "replace")
        return _hasher.verify(kept or _NOBODY, text) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with older figures and ought to be hashed anew at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


def _is_easy(text: str, about: Iterable[str]) -> bool:
    """Nothing but common or personal words, sequences and repetition: fewer than eight signs remain without them."""
    rest = text.casefold()
    personal = {part.casefold() for word in about for part in re.split(r"[\W_]+", word) if len(part) >= 3}
    for word in sorted(_COMMON | _CONTEXT | personal, key=lambda each: (-len(each), each)):
        rest = rest.replace(word, " ")
    rest = re.sub(r"[\d\W_]+", "", rest)
    for sequence in _SEQUENCES:
        for size in range(min(len(rest), len(sequence)), 2, -1):
            for start in range(len(sequence) - size + 1):
                rest = rest.replace(sequence[start : start + size], "")
    return len(set(rest)) < 5 or len(re.sub(r"(.+?)\1+", r"\1", rest)) < 6
