"""Alerts to staff: made by the relay's subscriptions, seen by the person."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from incidents.models import Incident
from journal import live, rows
from journal.models import Entry
from journal.recording import now
from notices.models import Alert
from notices.workflow.reaching import BATCH, LIFE, level_of, take_first_ways
from teams.models import ContactPoint, Person
from teams.workflow import note_contact_worked

TEST_EVENT = "contact.test"
DELIVER = "notices.tasks.deliver"


def alert(
    entry: Entry,
    people: Iterable[Person],
    *,
    incident: Incident | None,
    text: str,
    url: str,
    calls: bool = False,
    kinds: Sequence[str] = (),
    patience: int | None = None,
    is_new: bool = False,
) -> list[Alert]:
    """Tell these people of an entry, each once, in the relay's transaction. Gives what was new.

    `calls`: they must be reached, also when they are not at a computer; the engine takes one way
    after another, those of `kinds` in that order, else each person's own, `patience` seconds after
    one another, else as the grade can wait. Who made the entry is
    not told of it. `is_new`: the entry was made in this very transaction, so nobody has been told
    of it. After the commit the people's open pages are nudged.
    """
    told = {person.pk: person for person in people if entry.actor != f"person:{person.pk}"}
    known = set() if is_new else _told_already(entry, [*told])
    new = [pk for pk in told if pk not in known]
    at, level = entry.at if is_new else now(), level_of(incident)
    if incident is not None:
        text = incident.marked(text)
    wanted = [
        Alert(
            person=told[pk],
            entry=entry,
            incident=incident,
            text=text[:300],
            url=url,
            created_at=at,
            calls=calls,
            level=level,
            kinds=list(kinds),
            patience_seconds=patience,
            expires_at=at + LIFE if calls else None,
            next_at=at if calls else None,
        )
        for pk in new
    ]
    for pk in told:
        tell(pk)
    if not new:
        return []
    if is_new and len(wanted) <= BATCH:
        rows.add(*wanted)
        made = wanted
    else:
        Alert.objects.bulk_create(wanted, ignore_conflicts=True)
        # Read again: rows that were passed over give no keys.
        made = list(Alert.objects.filter(entry=entry, person__in=new).order_by("pk"))
        for one in made:
            one.entry, one.incident, one.person = entry, incident, told[one.person_id]
    if calls and take_first_ways(made, at):
        transaction.on_commit(partial(live.hurry, DELIVER), robust=True)
    return made


def _told_already(entry: Entry, people: list[int]) -> set[int]:
    alerts = Alert.objects.filter(entry=entry, person__in=people)
    return set(alerts.values_list("person_id", flat=True))


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
