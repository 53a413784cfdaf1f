"""What the engine's stations need in the database, made by the product's own verbs.

python -m bench.ways channels PORT_OF_THE_SINK
python -m bench.ways calls COUNT
"""

import sys

import django

django.setup()

from django.db import transaction  # noqa: E402  (models need the line above)

from journal.recording import record  # noqa: E402
from notices import workflow  # noqa: E402
from notices.models import Channel  # noqa: E402
from plans.models import Rung  # noqa: E402
from teams.models import ContactPoint, Person  # noqa: E402


def channels(port: int) -> None:
    """A robot that answers at once, a telephone that answers at once, an SMS that takes 50 ms.

    The lowest rung of the provisional grade calls by the robot; `by_phone` changes that.
    """
    admin = Person.objects.get(username="guanli")
    place = f"http://127.0.0.1:{port}"
    secret = {"secret": "a secret for the bench alone"}
    workflow.add_channel(
        "wecom",
        by=admin,
        name="robot",
        configuration={"base": f"{place}/0"},
        secrets={"key": "bench-robot"},
        rates=[],
    )
    for name, serves, wait in (("telephone", "phone", 0), ("message", "sms", 50)):
        workflow.add_channel(
            "webhook",
            by=admin,
            name=name,
            configuration={"url": f"{place}/{wait}/", "serves": serves},
            secrets=secret,
            rates=[],
        )
    for person in Person.objects.filter(roles__contains=["it"], is_active=True):
        for position, kind in enumerate(("wecom", "phone"), 50):
            ContactPoint.objects.get_or_create(
                person=person, kind=kind, address=f"bench-{person.pk}", position=position
            )
    by("wecom")


def by(kind: str) -> None:
    """Let the lowest rung of each grade call people by this kind of contact point."""
    Rung.objects.filter(position=1).update(channels=[kind])


@transaction.atomic
def calls(count: int) -> None:
    """Call `count` people by SMS, each about the same: one delivery for each of them."""
    people = Person.objects.bulk_create(
        [Person(username=f"bench{number}", name=f"员工{number}") for number in range(count)],
        batch_size=2000,
    )
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(person=person, kind="sms", address=f"139{person.pk:08}", position=1)
            for person in people
        ],
        batch_size=2000,
    )
    Channel.objects.exclude(name="message").update(is_active=False)
    entry = record("bench", "bench.call", by=None)
    workflow.alert(entry, people, incident=None, text="请到岗：全院停电", url="/", calls=True)


if __name__ == "__main__":
    verb, argument = sys.argv[1:]
    if verb == "channels":
        channels(int(argument))
    elif verb == "by":
        by(argument)
    else:
        calls(int(argument))
