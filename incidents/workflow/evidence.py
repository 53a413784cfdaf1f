"""The verb of evidence files."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Backup, Check, Evidence, Incident, Order
from incidents.workflow.gate import lock
from journal import keeping
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person


class _There(Exception):
    """The same content proves the same thing already."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence


def attach(
    pk: int,
    *,
    by: Person,
    file: UploadedFile | None,
    note: str = "",
    check: int | None = None,
    order: int | None = None,
    backup: int | None = None,
) -> Evidence:
    """Hand in a file as evidence of an incident, or of one check, order or backup of it, by key.

    Size, kind by content and SHA-256 are counted by the server and written to the journal. The same
    content for the same thing a second time is the file that is there already. Any employee, until
    the incident is closed; what is refused leaves no file behind.
    """
    try:
        with keeping.keep(file) as kept, transaction.atomic():
            return attach_kept(pk, kept, by=by, note=note, check=check, order=order, backup=backup)
    except _There as there:
        return there.evidence


def attach_kept(
    pk: int, kept: keeping.Kept, *, by: Person, note: str, **asked: int | None
) -> Evidence:
    """As `attach`, of a file that is kept already, inside the transaction of another verb."""
    incident = lock(pk)
    if not authority.is_employee(incident, by):
        raise NotAllowed(_("您没有「上传凭证」的权限。"))
    if not incident.is_open:
        raise Conflict(_("事件已经归档，不能再加凭证。"))
    about = _about(incident, **asked)
    same = Evidence.objects.filter(
        incident=incident,
        sha256=kept.sha256,
        **{f"{part}_id": about.get(f"{part}_id") for part in ("check_item", "order", "backup")},
    ).first()
    if same is not None:
        raise _There(same)
    evidence = Evidence(
        incident=incident, note=note.strip()[:200], by=by, at=now(), **kept.__dict__, **about
    )
    evidence.save()
    record(
        incident.stream,
        "file.attach",
        by=by,
        at=evidence.at,
        facts={
            "file": evidence.pk,
            "name": kept.name,
            "kind": kept.kind,
            "size_bytes": kept.size_bytes,
            "sha256": kept.sha256,
            "about": evidence.about,
            "note": evidence.note,
            **about,
        },
    )
    return evidence


def _about(incident: Incident, **asked: int | None) -> dict[str, Any]:
    """The columns of what the file proves; refuses what is not of this incident."""
    wanted = {name: key for name, key in asked.items() if key is not None}
    if len(wanted) > 1:
        raise Incomplete(_("一个文件只作一处的凭证。"), fields={"about": _("请选择一处。")})
    models: dict[str, Any] = {"check": Check, "order": Order, "backup": Backup}
    for name, key in wanted.items():
        if not models[name].objects.filter(pk=key, incident=incident).exists():
            sentence = _("这起事件没有这一项。")
            raise Incomplete(sentence, fields={"about": sentence})
        return {("check_item" if name == "check" else name) + "_id": key}
    return {}
