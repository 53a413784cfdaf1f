"""The change of shift with what is open in it; the handover itself is `teams`' (交接班)."""

from django.db import transaction

import teams.workflow
from incidents.handover import as_plain, gather
from teams.models import Handover, Person


@transaction.atomic
def hand_over(pk: int, *, by: Person, version: int | None = None, remarks: str) -> Handover:
    """The leaving shift hands over what is open now, with its remarks. See `teams.workflow`."""
    items = as_plain(gather(_handover(pk)))
    return teams.workflow.hand_over(pk, by=by, version=version, remarks=remarks, items=items)


@transaction.atomic
def confirm_handover(pk: int, *, by: Person, version: int | None = None) -> Handover:
    """The coming shift takes over. See `teams.workflow`."""
    items = as_plain(gather(_handover(pk)))
    return teams.workflow.confirm_handover(pk, by=by, version=version, items=items)


def _handover(pk: int) -> Handover:
    return Handover.objects.select_related("roster").get(pk=pk)
