"""Verbs before the approval: draft, edit, and draft the successor of a published notice."""

import uuid

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from notices import authority
from notices.models import Notice
from notices.workflow.facts import Facts, checked
from teams.models import Person


@transaction.atomic
def draft(pk: int, *, by: Person, facts: Facts, client_uuid: uuid.UUID | None = None) -> Notice:
    """Draft the first notice of an incident; it waits for a second person's approval.

    `pk` is the incident's. The same `client_uuid` sent twice gives the notice of the first time.

    Raises NotAllowed; Conflict where the service works again, or somebody has published or is
    preparing a notice already; Incomplete with a sentence at each wrong field.
    """
    incident = lock(pk)
    known = _known(incident, by, client_uuid)
    if known is not None:
        return known
    published = Notice.objects.in_force().filter(incident=incident).first()
    if published is not None:
        raise Conflict(
            _("第 %(number)s 版通知已经发布，请改用「更新通知」。") % {"number": published.number}
        )
    return _begin(incident, by=by, facts=facts, client_uuid=client_uuid, replaces=None)


@transaction.atomic
def update(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    facts: Facts,
    client_uuid: uuid.UUID | None = None,
) -> Notice:
    """Draft the successor of a published notice, which stays public until this one is published.

    Raises as `draft`; Conflict also when the notice is no longer the published one.
    """
    incident = lock(_incident_of(pk))
    known = _known(incident, by, client_uuid)
    if known is not None:
        return known
    replaced = Notice.objects.select_for_update(of=("self",)).get(pk=pk)
    moving.check_version(replaced, version)
    if "update" not in moving.available(replaced, by):
        raise Conflict(
            _("第 %(number)s 版通知%(state)s，请从最新的一版更新。")
            % {"number": replaced.number, "state": replaced.get_state_display()}
        )
    return _begin(incident, by=by, facts=facts, client_uuid=client_uuid, replaces=replaced)


@transaction.atomic
def edit(pk: int, *, by: Person, version: int | None = None, facts: Facts) -> Notice:
    """Change the words of a notice in preparation. An approval given to other words is void."""
    incident, notice = locked(pk)
    if not authority.is_customer_service(notice, by):
        raise NotAllowed(_("您没有「修改通知」的权限。"))
    moving.check_version(notice, version)
    was_approved = notice.approved_at is not None
    at = now()
    if "edit" in moving.available(notice, by):
        facts = checked(facts, incident, at)
        facts.stamp(notice)
    moving.move(notice, "edit", by=by, at=at)
    notice.services.set(facts.services)
    record(
        incident.stream,
        "notice.edit",
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            "was_approved": was_approved,
            **facts.told(),
        },
    )
    return notice


def locked(pk: int) -> tuple[Incident, Notice]:
    """A notice and its incident, locked in the order that every verb keeps: incident first."""
    incident = lock(_incident_of(pk))
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("drafted_by", "approved_by")
        .get(pk=pk)
    )
    notice.incident = incident
    return incident, notice


def _incident_of(pk: int) -> int:
    return Notice.objects.values_list("incident_id", flat=True).get(pk=pk)


def _known(incident: Incident, by: Person, client_uuid: uuid.UUID | None) -> Notice | None:
    """What this form has made already, when it is sent a second time."""
    if not authority.is_customer_service(incident, by):
        raise NotAllowed(_("您没有「起草通知」的权限。"))
    if client_uuid is None:
        return None
    known = Notice.objects.filter(client_uuid=client_uuid).first()
    if known is not None and known.incident_id != incident.pk:
        raise Conflict(_("这个提交标识已被使用，请刷新页面后重新提交。"))
    return known


def _begin(
    incident: Incident,
    *,
    by: Person,
    facts: Facts,
    client_uuid: uuid.UUID | None,
    replaces: Notice | None,
) -> Notice:
    if incident.state not in UNRESTORED:
        raise Conflict(
            _("现在是「%(state)s」，不再发布新的通知。") % {"state": incident.get_state_display()}
        )
    waiting = (
        Notice.objects.in_preparation()
        .select_related("drafted_by")
        .filter(incident=incident)
        .first()
    )
    if waiting is not None:
        raise Conflict(
            _("%(who)s已经写好第 %(number)s 版（%(state)s），请在那一版上修改。")
            % {
                "who": waiting.drafted_by,
                "number": waiting.number,
                "state": waiting.get_state_display(),
            }
        )
    at = now()
    facts = checked(facts, incident, at)
    newest = Notice.objects.filter(incident=incident).aggregate(Max("number"))["number__max"]
    notice = Notice(
        incident=incident,
        number=(newest or 0) + 1,
        client_uuid=client_uuid or uuid.uuid4(),
        replaces=replaces,
        drafted_by=by,
        drafted_at=at,
    )
    facts.stamp(notice)
    notice.save(force_insert=True)
    notice.services.set(facts.services)
    record(
        incident.stream,
        "notice.draft",
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            "replaces": notice.replaces_id,
            **facts.told(),
        },
    )
    return notice
