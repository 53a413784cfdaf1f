"""What the regulator's form asks in each of its stages, and what stands in each field now.

The questions are those of 《国家网络安全事件报告管理办法》; about personal data those of
《个人信息保护法》 Art. 57.
"""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.law.known import Known
from incidents.models import Incident, LawReport
from incidents.models.law import Stage
from plans.models import FaultType

FORMS_OF = (FaultType.ATTACK, FaultType.DATA_LOSS)
ALL = (Stage.FIRST, Stage.FURTHER, Stage.FINAL)
EARLY = (Stage.FIRST, Stage.FURTHER)
LATE = (Stage.FINAL,)
BASIC, EVENT, HANDLING, BEYOND = _("基本情况"), _("事件情况"), _("处置情况"), _("原因与后续")


@dataclass(frozen=True)
class Field:
    """One question. `known` is the property of `Known` that answers it, empty where only people
    can. What is not `needed` may stay empty."""

    key: str
    title: Promise
    part: Promise
    stages: tuple[Stage, ...] = ALL
    known: str = ""
    needed: bool = True
    # Of what faults it is asked; empty: of all.
    faults: tuple[FaultType, ...] = ()


FIELDS = (
    Field("unit", _("报告单位"), BASIC, known="unit"),
    Field("system", _("发生事件的系统"), BASIC, known="system"),
    Field("contact", _("联系人和电话"), BASIC),
    Field("phone", _("值班电话"), BASIC, known="phone"),
    Field("found", _("发现和知情时间"), EVENT, known="rule"),
    Field("place", _("地点"), EVENT, known="place"),
    Field("category", _("事件类型"), EVENT, known="category"),
    Field("grade", _("本院定级"), EVENT, known="grade"),
    Field("national", _("按国家标准的级别"), EVENT, known="national"),
    Field("course", _("简要经过"), EVENT, known="course"),
    Field("progress", _("上次报告之后的进展"), EVENT, (Stage.FURTHER,), known="progress"),
    Field("effect", _("已造成的影响和危害"), EVENT, known="effect"),
    Field("personal", _("涉及的个人信息种类和数量"), EVENT, known="personal"),
    Field("harm", _("对个人可能的危害"), EVENT),
    Field(
        "ransom",
        _("勒索：要求的金额、方式、日期"),
        EVENT,
        needed=False,
        faults=(FaultType.ATTACK,),
    ),
    Field("measures", _("已采取的措施和效果"), HANDLING, known="measures"),
    Field("advice", _("个人可以怎样减轻危害"), HANDLING),
    Field("scene", _("现场和证据的保护"), HANDLING, known="scene"),
    Field("trend", _("发展趋势和可能的进一步影响"), BEYOND, EARLY),
    Field("cause", _("原因分析"), BEYOND, known="cause"),
    Field(
        "clues",
        _("线索：可能的攻击者、路径、漏洞"),
        BEYOND,
        faults=(FaultType.ATTACK,),
    ),
    Field("next", _("下一步措施和请求的支援"), BEYOND, EARLY),
    Field("liability", _("责任认定"), BEYOND, LATE),
    Field("lessons", _("教训"), BEYOND, LATE, known="lessons"),
    Field("rectification", _("整改情况"), BEYOND, LATE, known="rectification"),
    Field("others", _("其他"), BEYOND, needed=False),
)


@dataclass(frozen=True)
class Filled:
    """One field: what the record says, and what a person wrote instead."""

    field: Field
    found: str
    written: str

    @property
    def value(self) -> str:
        return self.written or self.found

    @property
    def is_missing(self) -> bool:
        return self.field.needed and not self.value


def is_asked(incident: Incident) -> bool:
    """Attacks and losses of data are reported, and whatever has exposed records (PIPL Art. 57).

    Where a later count comes out as nothing, what was counted and written is still there to read.
    """
    return (
        incident.fault_type in FORMS_OF
        or bool(incident.records_exposed)
        or incident.exposed.exists()
        or incident.law_reports.exists()
    )


def fields_of(incident: Incident, stage: str) -> list[Field]:
    """The questions of a stage, in their order."""
    return [
        field
        for field in FIELDS
        if stage in field.stages and (not field.faults or incident.fault_type in field.faults)
    ]


def filled(incident: Incident, stage: str) -> tuple[list[Filled], LawReport | None]:
    """Every field of the stage with what stands in it, and the row of what people wrote."""
    row = incident.law_reports.filter(stage=stage).select_related("by").first()
    written = row.words if row else {}
    # The form is an official document: Chinese, whatever its reader's language.
    with translation.override("zh-hans"):
        known = Known(incident)
        found = [
            Filled(
                field,
                str(getattr(known, field.known)).strip() if field.known else "",
                str(written.get(field.key, "")),
            )
            for field in fields_of(incident, stage)
        ]
    return found, row
