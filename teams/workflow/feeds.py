"""Verbs of the calendar subscription: a secret address of one's own, made anew or closed."""

import hashlib
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import NotAllowed
from teams import duty_authority as authority
from teams.models import DutyFeed, Person


@transaction.atomic
def open_feed(*, by: Person) -> str:
    """A new secret for the address of one's own duty calendar; the one before opens nothing more.

    Gives the secret, which is shown once and kept nowhere.
    """
    if not authority.is_employee(None, by):
        raise NotAllowed(_("审计员只能查看，不能更改。"))
    secret = secrets.token_urlsafe(32)
    DutyFeed.objects.update_or_create(
        person=by, defaults={"digest": digest_of(secret), "made_at": now()}
    )
    record(f"person:{by.pk}", "feed.open", by=by)
    return secret


@transaction.atomic
def close_feed(*, by: Person) -> None:
    """The address opens nothing more."""
    if DutyFeed.objects.filter(person=by).delete()[0]:
        record(f"person:{by.pk}", "feed.close", by=by)


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
