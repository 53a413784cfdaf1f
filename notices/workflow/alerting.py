"""Alerts to staff: made by the relay's subscriptions, seen by the person."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from incidents.models import Incident
from journal import live
from journal.models import Entry
from journal.recording import now
from notices.models import Alert
from teams.models import ContactPoint, Person
from teams.workflow import note_contact_worked

TEST_EVENT = "contact.test"


def alert(
    entry: Entry, people: Iterable[Person], *, incident: Incident | None, text: str, url: str
) -> list[Alert]:
    """Tell these people of an entry, each once, in the relay's transaction. Gives what was new.

    Who made the entry is not told of it. After the commit the people's open pages are nudged.
    """
    told = {person.pk: person for person in people if entry.actor != f"person:{person.pk}"}
    known = set(
        Alert.objects.filter(entry=entry, person__in=told).values_list("person_id", flat=True)
    )
    at = now()
    made = Alert.objects.bulk_create(
        [
            Alert(
                person=person,
                entry=entry,
                incident=incident,
                text=text[:300],
                url=url,
                created_at=at,
            )
            for pk, person in told.items()
            if pk not in known
        ],
        ignore_conflicts=True,
    )
    for pk in told:
        tell(pk)
    return made


def tell(person_pk: int) -> None:
    """Nudge the person's open pages once the transaction is through.

    The event has no dot in its name, so it does not wake the relay again.
    """
    nudge = partial(live.announce, f"person:{person_pk}", "alerts")
    transaction.on_commit(nudge, robust=True)


@transaction.atomic
def open_alert(pk: int, *, by: Person) -> Alert:
    """The person opens one of their own alerts: it is seen.

    Raises Alert.DoesNotExist where it is nobody's or somebody else's.
    """
    opened = Alert.objects.select_related("entry").get(pk=pk, person=by)
    if Alert.objects.unseen().filter(pk=pk).update(seen_at=Now()):
        tell(by.pk)
        if opened.entry.event == TEST_EVENT:
            _note_product_works(by)
    return opened


def _note_product_works(person: Person) -> None:
    """A test message was opened: alerts in the product come through to this person."""
    for point in ContactPoint.objects.filter(person=person, kind=ContactPoint.Kind.IN_APP):
        note_contact_worked(point.pk, how=ContactPoint.Proof.TEST)


@transaction.atomic
def see_all(*, by: Person, up_to: int) -> int:
    """Mark the person's alerts up to the newest that they had before their eyes; give how many."""
    seen = Alert.objects.unseen().filter(person=by, pk__lte=up_to).update(seen_at=Now())
    if seen:
        tell(by.pk)
    return seen
