"""Verb of the regulator's form: what the record does not know, people write."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.law.fields import fields_of, is_asked
from incidents.models import LawReport
from incidents.models.law import Stage
from incidents.workflow.gate import lock
from incidents.workflow.regulatory import may_note
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

LONGEST = 4000


@transaction.atomic
def write_law_report(
    pk: int, *, by: Person, version: int | None = None, stage: str, words: Mapping[str, str]
) -> LawReport:
    """Write fields of one stage of the incident's form (`words` by their keys); nothing is sent.

    A field without words says again what the record knows. The journal keeps what was changed.
    Who notes legal reports may: IT, the fault group, heads of the plan's groups. Raises
    NotAllowed; Conflict where no such report is asked or somebody wrote meanwhile; Incomplete for a
    text beyond `LONGEST`.
    """
    incident = lock(pk)
    if not may_note(incident, by):
        raise NotAllowed(_("您没有「填写法定报告表」的权限。"))
    if stage not in Stage.values or not is_asked(incident):
        raise Conflict(_("这起事件不用填法定报告表。"))
    fields = {field.key: field for field in fields_of(incident, stage)}
    kept = {key: str(words.get(key) or "").strip() for key in fields}
    too_long = {
        key: _("最多 %(most)s 字。") % {"most": LONGEST}
        for key, text in kept.items()
        if len(text) > LONGEST
    }
    if too_long:
        raise Incomplete(_("有的内容太长。"), fields=too_long)
    kept = {key: text for key, text in kept.items() if text}
    row = LawReport.objects.filter(incident=incident, stage=stage).first()
    # A form that was opened before anybody wrote carries 0.
    if version is not None and version != (row.version if row else 0):
        raise Conflict(_("%(who)s刚刚改过这张表。") % {"who": row.by if row else by})
    before = row.words if row else {}
    changed = {key for key in fields if kept.get(key) != before.get(key)}
    if row is not None and not changed:
        return row
    at = now()
    row = row or LawReport(incident=incident, stage=stage, version=0)
    row.words, row.by, row.at = kept, by, at
    row.version += 1
    row.save()
    with translation.override("zh-hans"):
        facts = {
            "stage": str(Stage(stage).label),
            "fields": [str(fields[key].title) for key in fields if key in changed],
            "words": {str(fields[key].title): kept.get(key, "") for key in changed},
            "version": row.version,
        }
    record(incident.stream, "law_report.write", by=by, at=at, facts=facts)
    return row
