"""Verbs of proof: backup evidence and signatures (plan, row P13)."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority, gates
from incidents.models import Backup, Incident, Signature
from incidents.models.state import State
from incidents.workflow.ending import finish_restoration
from incidents.workflow.evidence import attach_kept
from incidents.workflow.gate import lock, require
from journal import keeping
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

# A SHA-256 as lists of sums have it.
_SUM = re.compile(rb"\b[0-9a-f]{64}\b")


def add_backup(
    pk: int,
    *,
    by: Person,
    name: str,
    size_bytes: int = 0,
    sha256: str = "",
    remark: str = "",
    file: UploadedFile | None = None,
) -> Backup:
    """Record the backup made after the restoration: name, size, SHA-256 or how it was verified.

    With a `file` the server looks for itself: the backup's own bytes, whose size and sum it counts,
    or a manifest in which the stated sum must stand. Without one it is somebody's word, and is
    shown as such.
    """
    stated: dict[str, Any] = {
        "name": name,
        "size_bytes": size_bytes,
        "sha256": sha256.strip().lower(),
    }
    if file is None:
        with transaction.atomic():
            return _add_backup(pk, by=by, remark=remark, verified=Backup.Verified.NOT, **stated)
    with keeping.keep(file) as kept, transaction.atomic():
        verified = _verified(file, kept, stated)
        backup = _add_backup(pk, by=by, remark=remark, verified=verified, **stated)
        attach_kept(pk, kept, by=by, note="", backup=backup.pk)
        return backup


def _verified(file: UploadedFile, kept: keeping.Kept, stated: dict[str, Any]) -> str:
    """What the file proves of what was stated; fills in what it counts itself.

    A text with sums in it is a list of backups and none itself, unless its own sum was stated.
    """
    if not stated["sha256"] and kept.kind == "text/plain" and _SUM.search(_whole(file)):
        sentence = _("这个文件像是校验清单：请填写要核对的那份备份的 SHA-256。")
        raise Incomplete(sentence, fields={"sha256": sentence})
    if stated["sha256"] in ("", kept.sha256):
        # People round; a tenth is more than any rounding or any unit explains.
        if stated["size_bytes"] and abs(stated["size_bytes"] - kept.size_bytes) * 10 > (
            kept.size_bytes
        ):
            sentence = _("文件是 %(counted)s 字节，和填写的大小不一致。") % {
                "counted": kept.size_bytes
            }
            raise Incomplete(sentence, fields={"file": sentence})
        stated |= {"sha256": kept.sha256, "size_bytes": kept.size_bytes}
        stated["name"] = stated["name"].strip() or kept.name
        return Backup.Verified.FILE
    if kept.kind == "text/plain" and stated["sha256"].encode() in _whole(file):
        return Backup.Verified.MANIFEST
    sentence = _("文件不是这份备份，清单里也没有这个 SHA-256。")
    raise Incomplete(sentence, fields={"file": sentence})


def _whole(file: UploadedFile) -> bytes:
    file.seek(0)
    return file.read().lower()


def _add_backup(
    pk: int, *, by: Person, name: str, size_bytes: int, sha256: str, remark: str, verified: str
) -> Backup:
    incident = lock(pk)
    if not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「登记备份」的权限。"))
    _insist_restoring(incident)
    backup = Backup(
        incident=incident,
        round=incident.round,
        name=require(name, "name", _("请填写备份的名称或文件名。")),
        size_bytes=size_bytes,
        sha256=sha256,
        remark=remark.strip(),
        verified=verified,
        by=by,
        at=now(),
    )
    if size_bytes < 1:
        raise Incomplete(_("备份是空的。"), fields={"size_bytes": _("备份大小要大于 0。")})
    if not backup.sha256 and not backup.remark:
        sentence = _("请填写 SHA-256，或写明怎样核验了备份。")
        raise Incomplete(sentence, fields={"sha256": sentence})
    try:
        backup.clean_fields(exclude=["incident", "by"])
    except ValidationError as error:
        fields = {field: messages[0] for field, messages in error.message_dict.items()}
        raise Incomplete(next(iter(fields.values())), fields=fields) from error
    backup.save()
    record(
        incident.stream,
        "backup.add",
        by=by,
        at=backup.at,
        facts={
            "name": backup.name,
            "size_bytes": backup.size_bytes,
            "sha256": backup.sha256,
            "remark": backup.remark,
            "verified": backup.verified,
            "shown": Backup.Verified(backup.verified).label,
            "round": backup.round,
        },
    )
    return backup


@transaction.atomic
def sign(pk: int, *, by: Person, version: int | None = None) -> Signature:
    """Sign the restoration, for the fault group or for an affected department.

    Demands that all checks have passed and the backup is proved. Two different people sign; the
    second signature restores the service and moves the incident to `cleaning`.
    """
    incident = lock(pk)
    if not authority.may_sign_restoration(incident, by):
        raise NotAllowed(_("您没有「恢复签字」的权限。"))
    _insist_restoring(incident)
    if version is not None and version != incident.version:
        raise Conflict(_("您打开页面之后，别人已经更新了。请看最新情况再签字。"))
    _insist_ready_to_sign(incident)
    signed = list(incident.signatures.select_related("person").filter(round=incident.round))
    if any(signature.person_id == by.pk for signature in signed):
        raise Conflict(_("您已经签过字，还需要另一方签字。"))
    part = _part(incident, by, taken={signature.part for signature in signed})
    at = now()
    signature = Signature.objects.create(
        incident=incident,
        round=incident.round,
        part=part,
        person=by,
        department=by.department if part == Signature.Part.DEPARTMENT else None,
        at=at,
    )
    record(
        incident.stream,
        "restoration.sign",
        by=by,
        at=at,
        facts={
            "part": part,
            "for": Signature.Part(part).label,
            "by_department": str(signature.department or ""),
            "round": incident.round,
        },
    )
    finish_restoration(incident, by=by, at=at)
    return signature


def _part(incident: Incident, by: Person, taken: set[str]) -> str:
    """For whom the person signs. Somebody who belongs to both takes the part that is still open."""
    possible = []
    if authority.in_fault_group(incident, by):
        possible.append(Signature.Part.TECHNICAL)
    if authority.from_affected_department(incident, by):
        possible.append(Signature.Part.DEPARTMENT)
    for part in possible:
        if part not in taken:
            return part
    raise Conflict(_("这一方已经签过字，还需要另一方签字。"))


def _insist_ready_to_sign(incident: Incident) -> None:
    missing = [
        condition
        for condition in gates.conditions(gates.RESTORED, incident)
        if condition.open and not condition.key.startswith("signature_")
    ]
    if missing:
        raise Incomplete(
            _("还不能签字：%(missing)s") % {"missing": gates.in_one_line(missing)},
            fields={condition.key: condition.missing for condition in missing},
        )


def _insist_restoring(incident: Incident) -> None:
    if incident.state != State.RESTORING:
        raise Conflict(
            _("现在是「%(state)s」，不在恢复验证中。") % {"state": incident.get_state_display()}
        )
