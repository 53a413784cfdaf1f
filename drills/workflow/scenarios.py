"""Verbs of the library of scenarios: brought in, taken out of use."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from drills import authority, library, reading
from drills.models import ScenarioFile
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person


class Unreadable(Incomplete):
    """The file is no scenario; `problems` say why, line by line."""

    def __init__(self, problems: list[reading.Problem]) -> None:
        sentence = _("剧本里有 %(count)s 处不对，还没有保存。") % {"count": len(problems)}
        super().__init__(sentence, fields={"text": sentence})
        self.problems = problems


def upload_scenario(*, by: Person, text: str, name: str) -> ScenarioFile:
    """Keep a scenario under a name of its own. Gives its row.

    Raises NotAllowed; Unreadable where something is wrong with it; Conflict where the library has
    the same scenario, or another one of this name.
    """
    if not authority.plans_drills(None, by):
        raise NotAllowed(_("剧本由各小组组长、副组长和管理员上传。"))
    found = reading.read(text)
    if found.scenario is None:
        raise Unreadable(found.problems)
    same = library.same_as(text)
    if same is not None:
        sentence = _("已经有一样的剧本：%(title)s。") % {"title": same.title}
        raise Conflict(sentence, fields={"text": sentence})
    slug = slugify(name.removesuffix(".yaml").removesuffix(".yml"))[:60]
    if not slug:
        sentence = _("请用字母、数字和连字符给文件起名，例如 pay-outage。")
        raise Incomplete(sentence, fields={"name": sentence})
    if library.find(slug) is not None:
        sentence = _("已经有叫「%(name)s」的剧本，请换一个名字。") % {"name": slug}
        raise Conflict(sentence, fields={"name": sentence})
    try:
        with transaction.atomic():
            at = now()
            row = ScenarioFile.objects.create(
                slug=slug,
                title=found.scenario.title,
                text=text.replace("\r\n", "\n"),
                digest=reading.digest(text),
                uploaded_by=by,
                uploaded_at=at,
            )
            told = {"what": row.title, "name": slug, "digest": row.digest}
            record(row.stream, "scenario.upload", by=by, at=at, facts=told)
            return row
    except IntegrityError:
        raise Conflict(_("别人刚刚上传了同名或一样的剧本。")) from None


@transaction.atomic
def retire_scenario(pk: int, *, by: Any) -> ScenarioFile:
    """No longer offered for new drills; drills of it keep their copy."""
    if not authority.plans_drills(None, by):
        raise NotAllowed(_("剧本由各小组组长、副组长和管理员停用。"))
    row = ScenarioFile.objects.select_for_update().get(pk=pk)
    if row.retired_at is not None:
        raise Conflict(_("这个剧本已经停用。"))
    row.retired_at = now()
    row.save(update_fields=["retired_at"])
    record(row.stream, "scenario.retire", by=by, at=row.retired_at, facts={"what": row.title})
    return row
