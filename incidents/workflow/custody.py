"""Verbs of attacks and losses of data: hand evidence on, count exposed records (plan, row P3)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Custody, Evidence, Exposed, Incident
from incidents.workflow.gate import lock, require
from incidents.workflow.regulatory import LONGEST_KNOWN, arm_regulatory
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

# More records than there are people is a slip of the keyboard; the column holds an integer.
MOST = 10_000_000_000


@transaction.atomic
def hand_on(
    pk: int,
    *,
    by: Person,
    what: str,
    from_whom: str,
    to_whom: str,
    handed_at: datetime.datetime,
    kept_where: str,
    sha256: str = "",
    file: Evidence | None = None,
) -> Custody:
    """Record that a piece of evidence went from one hand into another, when, and where it is kept.

    With a `file` of the incident its sum is the server's. The fault group, while the incident is
    open. The same step sent twice is one.
    """
    incident = _locked(pk, by)
    at = now()
    if handed_at > at:
        sentence = _("交接时间不能晚于现在。")
        raise Incomplete(sentence, fields={"handed_at": sentence})
    if handed_at < incident.reported_at - LONGEST_KNOWN:
        sentence = _("交接时间最早在报告前 30 天。")
        raise Incomplete(sentence, fields={"handed_at": sentence})
    if file is not None and file.incident_id != incident.pk:
        sentence = _("这起事件没有这个文件。")
        raise Incomplete(sentence, fields={"file": sentence})
    facts = {
        "what": require(what, "what", _("请写明是什么证据。")),
        "from_whom": require(from_whom, "from_whom", _("请写明谁交出。")),
        "to_whom": require(to_whom, "to_whom", _("请写明谁接收。")),
        "kept_where": require(kept_where, "kept_where", _("请写明存放在哪里。")),
        "sha256": file.sha256 if file is not None else sha256.strip().lower(),
        "handed_at": handed_at,
    }
    same = Custody.objects.filter(incident=incident, file=file, by=by, **facts).first()
    if same is not None:
        return same
    step = Custody(incident=incident, file=file, by=by, at=at, **facts)
    try:
        step.clean_fields(exclude=["incident", "by", "file"])
    except ValidationError as error:
        fields = {field: messages[0] for field, messages in error.message_dict.items()}
        raise Incomplete(next(iter(fields.values())), fields=fields) from error
    step.save()
    told = facts | {"custody": step.pk, "file": file.pk if file is not None else None}
    record(incident.stream, "custody.hand_on", by=by, at=at, facts=told)
    return step


@transaction.atomic
def count_exposed(pk: int, *, by: Person, kind: str, count: int, note: str = "") -> Exposed:
    """Record how many records of a kind may be lost or exposed; a later count of the kind replaces
    it. The incident's total follows, and the law's clocks that it starts (PIPL, Art. 57).

    The fault group, while the incident is open and confirmed.
    """
    incident = _locked(pk, by)
    kind = require(kind, "kind", _("请写明是哪种记录。"))[:80]
    if not 0 <= count <= MOST:
        sentence = _("条数请填 0 到一百亿之间的整数。")
        raise Incomplete(sentence, fields={"count": sentence})
    known = Exposed.objects.filter(incident=incident)
    last = known.filter(kind=kind).order_by("-pk").first()
    if last is not None and (last.count, last.note) == (count, note.strip()):
        return last
    at = now()
    counted = Exposed.objects.create(
        incident=incident, kind=kind, count=count, note=note.strip()[:200], by=by, at=at
    )
    before = incident.records_exposed
    total = min(sum(each.count for each in known.newest()), 2_147_483_647)
    incident.records_exposed = total
    incident.save(update_fields=["records_exposed"])
    facts = {
        "kind": kind,
        "count": count,
        "note": counted.note,
        "total": total,
        "total_before": before,
    }
    record(incident.stream, "exposed.count", by=by, at=at, facts=facts)
    arm_regulatory(incident.pk)
    return counted


def _locked(pk: int, by: Person) -> Incident:
    incident = lock(pk)
    if not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「登记证据和外泄记录」的权限。"))
    if not incident.is_open or incident.confirmed_at is None:
        raise Conflict(
            _("现在是「%(state)s」，不能登记。") % {"state": incident.get_state_display()}
        )
    return incident
