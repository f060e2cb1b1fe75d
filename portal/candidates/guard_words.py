"""The words that the administrator adds to the privacy guard's lists, and takes away again."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit import service as audit
from portal.candidates.textguard.models import GuardWord, WordKind
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Invalid, Missing
from portal.core.i18n import Language

SHORTEST = 3  # letters: a shorter word with stars around it would find nearly every text


def words(actor: Actor) -> list[GuardWord]:
    """The added words, by language and alphabet. :raises Missing: for all but an administrator."""
    _refuse_all_but_administrators(actor)
    return list(db.session.scalars(select(GuardWord).order_by(GuardWord.language, GuardWord.word, GuardWord.id)))


def add(actor: Actor, *, word: str, language: Language, kind: WordKind) -> GuardWord:
    """Let the guard look for a word from now on, in every text that is written or sent.

    :param word: a word or a few as they stand in a dictionary; all their forms are found. A * at either end stands for
        any letters.
    :raises Invalid: at ``word``, when it is too short, holds other signs than a word does, or is there already.
    """
    _refuse_all_but_administrators(actor)
    plain = " ".join(word.casefold().split())
    if any(len(piece.strip("*")) < SHORTEST for piece in plain.split()) or not plain:
        raise Invalid("word", _("Write at least three letters."))
    bare = plain.strip("*") if " " not in plain else "".join(piece.strip("*") for piece in plain.split())
    if not all(sign.isalpha() or sign in "-'’ " for sign in bare):
        raise Invalid("word", _("Write letters and hyphens alone, and a * only at the beginning or the end of a word."))
    added = GuardWord(word=plain, language=language, kind=kind, added_by_id=actor.user_id)
    try:
        with db.session.begin_nested():
            db.session.add(added)
    except IntegrityError as error:
        raise Invalid("word", _("This word is in the list already.")) from error
    audit.record(actor, "guard_words.add", "guard_word", added.id, kind=kind.value)
    return added


def remove(actor: Actor, public_id: str) -> None:
    """Let the guard look for a word no longer. :raises Missing: when there is no such word."""
    _refuse_all_but_administrators(actor)
    word = db.session.scalar(select(GuardWord).where(GuardWord.public_id == public_id).with_for_update())
    if word is None:
        raise Missing
    audit.record(actor, "guard_words.remove", "guard_word", word.id, kind=word.kind.value)
    db.session.delete(word)
    db.session.flush()


def _refuse_all_but_administrators(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Missing
