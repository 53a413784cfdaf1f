"""The regulator's form on paper: official manner, what is missing marked 【待填】."""

import datetime
from itertools import groupby

from django.conf import settings
from django.utils import timezone, translation

from incidents.law.fields import Filled
from incidents.models import Incident
from incidents.models.law import Stage
from plans.documents import DRAFT, Document, Section, Signature, Table
from plans.marks import DRILL

BLANK = "【待填】"


def document_of(
    incident: Incident, stage: str, fields: list[Filled], *, at: datetime.datetime
) -> Document:
    """The form as it stands at the moment `at`."""
    with translation.override("zh-hans"):
        parts = [
            (str(part), list(group))
            for part, group in groupby(fields, key=lambda one: one.field.part)
        ]
        mark = DRILL if incident.is_drill else ""
        if any(one.is_missing for one in fields):
            mark += DRAFT
        return Document(
            title="网络安全事件报告表",
            subtitle=f"（{Stage(stage).label}）",
            organisation=settings.HOSPITAL_NAME,
            dated=timezone.localtime(at).date(),
            sections=tuple(
                Section(
                    title,
                    tables=(
                        Table(
                            ("项目", "内容"),
                            tuple(
                                (str(one.field.title), one.value or _nothing(one)) for one in group
                            ),
                            widths=(3, 9),
                        ),
                    ),
                )
                for title, group in parts
            ),
            closing="特此报告。",
            signatures=(Signature("填报人"), Signature("单位负责人")),
            fine_print=(
                f"事件编号 {incident.number}。由应急系统按事件记录填写，须核对后由本单位报送；"
                "系统不会自行报送，本表不是法律意见。",
            ),
            header=f"{settings.HOSPITAL_NAME}　{incident.number}",
            mark=mark,
            has_cover=False,
            has_contents=False,
        )


def file_name(incident: Incident, stage: str, kind: str) -> str:
    """What the file is called; `kind` is pdf or docx."""
    with translation.override("zh-hans"):
        return incident.marked(f"网络安全事件{Stage(stage).label}-{incident.number}.{kind}")


def _nothing(one: Filled) -> str:
    return BLANK if one.is_missing else "—"
