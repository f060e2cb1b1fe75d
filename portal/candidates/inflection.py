"""Whether a word is a name in one of its Finnish or Swedish forms: "Matille", "Virtasen", "Lindströms", "Kinnariselta".

The forms are made from the name by the rules of the grammar (Iso suomen kielioppi: consonant gradation §41–64, nominal
inflection §70–75), not looked up: a lemma dictionary of Finnish takes 0.4 GB and knows few surnames.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_VOWELS = "aeiouyåäö"

# Strong grade → weak grade of the consonants before the last vowel, longest first.
_GRADES = (
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("nk", "ng"),
    ("mp", "mm"),
    ("nt", "nn"),
    ("lt", "ll"),
    ("rt", "rr"),
    ("ht", "hd"),
    ("lk", "l"),
    ("lk", "lj"),
    ("rk", "r"),
    ("rk", "rj"),
    ("hk", "h"),
    ("t", "d"),
    ("p", "v"),
    ("k", ""),
    ("k", "v"),
)

_FINNISH = (
    "n|t|a|ä|ta|tä|tta|ttä|na|nä|ksi|kse|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|tta|ttä|ne|ineen|"
    "an|en|in|on|un|yn|än|ön|ån|han|hen|hin|hon|hun|hyn|hän|hön|hån|seen|siin|isiin|"
    "ja|jä|ia|iä|ita|itä|ien|iden|itten|jen|ihin|issa|issä|ista|istä|illa|illä|ilta|iltä|ille|iksi|ina|inä"
)
_OWNER = "ni|si|nsa|nsä|mme|nne|an|än"
_CLITIC = "kin|kaan|kään|ko|kö|han|hän|pa|pä"
_BEFORE_OWNER = "ide|itte|ie|je|te|kse|se|ine"  # an ending that only the owner's follows: oireidensa, nimeksensä
_ENDING = f"(?:(?:{_FINNISH})?(?:{_OWNER})?|(?:{_BEFORE_OWNER})(?:{_OWNER}))(?:{_CLITIC})?(?:{_CLITIC})?"
_SWEDISH = "s|es|ar|arna|arnas|are|skan|skans"
_ENDINGS = re.compile(f"{_ENDING}|{_SWEDISH}")
_FOLDED_FROM = 5  # letters; shorter names are too many other words once their accents are gone


def fold(word: str) -> str:
    """A word without case and accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _weakened(stem: str) -> list[str]:
    """Stems with the consonants before the last vowel in their other grade."""
    if len(stem) < 4 or stem[-1] not in _VOWELS:
        return []
    body, vowel = stem[:-1], stem[-1]
    found = []
    for strong, weak in _GRADES:
        for old, new in ((strong, weak), (weak, strong)):
            if old and body.endswith(old) and body[: -len(old)][-1:] not in ("s", ""):
                other = body[: -len(old)] + new + vowel
                if len(other) > 2:
                    found.append(other)
    return found


def _stems_on_i(name: str) -> set[str]:
    stems = {*_weakened(name)}
    if len(name) > 3:  # Lahti: Lahden; but "the" is no form of Thi
        stems.add(name[:-1] + "e")
    if name[-2:-1] != name[-3:-2]:  # Lahti: Lahden; but Matti: Matin, Heikki: Heikin
        stems |= set(_weakened(name[:-1] + "e"))
    if name.endswith("si") and len(name) > 4:  # Susi: Suden; Kuusi: Kuusen, Kuuden
        stems |= {name[:-2] + "de", name[:-2] + "te", name[:-2] + "t"}
    if len(name) > 4:  # Meri: merta; Saari: saarta
        stems.add(name[:-1] + "t")
        stems |= {one + "i" for one in _weakened(name[:-1] + "e")}  # Matti: Mateilla; Heikki: Heikeille
    return stems


def _stems_on_vowel(name: str) -> set[str]:
    last = name[-1]
    stems = set(_weakened(name))
    if last == "e":
        return {name + "e", *stems, *(one + "e" for one in stems)}
    if last in "aä" and len(name) > 3:  # Virtoja, Annoille, Koskeloita
        round_ = name[:-1] + ("ö" if last == "ä" else "o")
        stems |= {name[:-1] + "o", round_, name[:-1], *_weakened(round_)}  # Ranta: Rannoille; Tikka: Tikoista
        stems |= {one[:-1] for one in _weakened(name)}  # Hukka: Hukilla
    return stems


def _stems_on_s(name: str) -> set[str]:
    body = name[:-1]
    stems = {body + "kse", body + "kses", body + "ks", body + body[-1]}
    stems.add(body + "ste")  # Markus: Markusten; Kangas: Kangasten
    for one in _weakened(body):  # Kangas: Kankaan, Kankaita, Kankaisiin
        stems |= {one, one + one[-1]}
    if body[-1] in "uy" and body[-2:-1] in tuple(_VOWELS):  # terveys: terveyden, terveyttä
        stems |= {body + "de", body + "te", body + "t"}
    return stems


def _stems_on_consonant(name: str) -> set[str]:
    stems = {name + "i"}
    if name[-1] == "s" and name[-2:-1] in tuple(_VOWELS):
        stems |= _stems_on_s(name)
    if name.endswith(("nut", "nyt")):  # masentunut: masentuneena
        stems |= {name[:-2] + "ee", name[:-2] + "e"}
    if name[-1] in "sš" and len(name) > 5:  # Mihails: Mihailille, as names of Latvia lose their ending
        stems |= {name[:-1], name[:-1] + "i"}
    if name[-1] in "nrl" and len(name) > 3:  # Manner: Mantereen, Sisar: Sisaren
        stems.add(name + "e")
    return stems


def _finnish_stems(name: str) -> set[str]:
    """The stems that endings follow, the name itself among them."""
    if name.endswith("nen"):
        # Virtanen: Virtasen, Virtasille, Virtasiin, Virtasten
        return {name, name + "i", name + "e", *(name[:-3] + end for end in ("se", "s", "si", "ste"))}
    if name[-1] == "i":
        return {name, *_stems_on_i(name)}
    return {name, *(_stems_on_vowel(name) if name[-1] in _VOWELS else _stems_on_consonant(name))}


def stems_of(name: str) -> set[str]:
    """What endings follow in the forms of a name, itself among them: "virtanen" and "virtase"."""
    return _finnish_stems(name.casefold())


def is_ending(letters: str) -> bool:
    """Whether these letters, and nothing or "", may follow a stem: "lle", "llekin", "s", "skan"."""
    return _ENDINGS.fullmatch(letters.casefold()) is not None


def finnish_forms(word: str) -> str:
    """A regular expression that a Finnish word matches in all its forms, with the owner's ending and clitics."""
    stems = "|".join(sorted(map(re.escape, _finnish_stems(word)), key=len, reverse=True))
    return f"(?:{stems}){_ENDING}"


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    swedish = f"{re.escape(name)}(?:{_SWEDISH})?"
    if name.endswith("son"):  # Eriksson: Erikssöner
        swedish += f"|{re.escape(name[:-2])}öner(?:s|na|nas)?"
    if name[-1] in "sxz":
        swedish += f"|{re.escape(name)}['’]"
    apart = f"{re.escape(name)}[:'’](?:s|{_FINNISH})"  # Bo:s, Mac'in
    return re.compile(f"(?:{swedish}|{apart}|{finnish_forms(name)})")


def is_form_of(word: str, name: str) -> bool:
    """Whether ``word`` is ``name`` as it stands or inflected. Case does not matter, nor accents in longer names."""
    word, name = word.casefold(), name.casefold()
    if len(name) < 2 or fold(word)[:1] != fold(name)[:1]:
        return False
    if _pattern(name).fullmatch(word):
        return True
    return len(name) >= _FOLDED_FROM and _pattern(fold(name)).fullmatch(fold(word)) is not None
