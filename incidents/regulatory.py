"""What must be reported by law, as text to copy. A reminder and a draft, no legal advice."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident
from plans.models import RegulatoryClock


@dataclass(frozen=True)
class Duty:
    """A law's clock with its rule."""

    clock: Deadline
    rule: RegulatoryClock | None

    @property
    def title(self) -> str:
        return self.rule.rule if self.rule is not None else str(_("法定报告"))

    @property
    def is_settled(self) -> bool:
        return self.clock.met_at is not None or self.clock.cancelled_at is not None


def duties(incident: Incident) -> list[Duty]:
    """The law's clocks of an incident, those that run out first, first. Two queries."""
    clocks = list(
        Deadline.objects.filter(incident=incident, kind=Deadline.Kind.REGULATORY).order_by(
            "due_at", "pk"
        )
    )
    rules = RegulatoryClock.objects.in_bulk([clock.step for clock in clocks])
    return [Duty(clock, rules.get(clock.step)) for clock in clocks]


def draft(duty: Duty) -> str:
    """The report's draft from what the incident's record says; gaps are marked with 【待填】.

    Its headings are those that the rules ask for: who, what, since when, the reach, what was done
    (《国家网络安全事件报告管理办法》; of personal data 《个人信息保护法》 Art. 57).
    """
    incident = duty.clock.incident
    blank = _("【待填】")
    exposed = incident.records_exposed
    lines = [
        _("关于%(title)s的报告") % {"title": incident.title},
        "",
        _("一、报告单位：%(name)s") % {"name": settings.HOSPITAL_NAME},
        _("二、依据：%(rule)s（%(source)s）")
        % {"rule": duty.title, "source": duty.rule.source if duty.rule else blank},
        _("三、发现时间：%(reported)s；知情时间：%(known)s")
        % {"reported": _at(incident.began_at), "known": _at(duty.clock.armed_at)},
        _("四、事件类型：%(type)s；级别：%(grade)s级")
        % {
            "type": incident.get_fault_type_display() or blank,
            "grade": incident.grade.numeral if incident.grade else blank,
        },
        _("五、经过：%(seen)s") % {"seen": incident.seen},
        _("六、影响的业务：%(services)s；受影响科室：%(places)s")
        % {
            "services": "、".join(row.name for row in incident.services.all()) or blank,
            "places": "、".join(row.name for row in incident.affected.all()) or blank,
        },
        _("七、涉及个人信息：%(count)s")
        % {"count": blank if exposed is None else _("约 %(count)s 条") % {"count": exposed}},
        _("八、原因初判：%(blank)s") % {"blank": blank},
        _("九、可能的危害：%(blank)s") % {"blank": blank},
        _("十、已采取的措施：%(done)s") % {"done": _done(incident) or blank},
        _("十一、下一步措施，需要的支援：%(blank)s") % {"blank": blank},
        _("十二、联系人和电话：%(blank)s；值班电话 %(phone)s")
        % {"blank": blank, "phone": settings.DUTY_PHONE},
        "",
        _("报告时间：%(now)s") % {"now": _at(timezone.now())},
    ]
    text = "\n".join(lines)
    if not incident.is_drill:
        return text
    # Nobody may send it as if it were real: each line says that it is none.
    return "\n".join(incident.marked(line) for line in [_("练习稿，不得上报"), *lines])


def _done(incident: Incident) -> str:
    done = []
    if incident.commanded_at is not None:
        done.append(_("%(time)s 下达指令") % {"time": _at(incident.commanded_at)})
    if incident.repair_started_at is not None:
        done.append(_("%(time)s 开始修复") % {"time": _at(incident.repair_started_at)})
    if incident.notified_at is not None:
        done.append(_("%(time)s 通知患者") % {"time": _at(incident.notified_at)})
    if incident.restored_at is not None:
        done.append(_("%(time)s 服务恢复") % {"time": _at(incident.restored_at)})
    return "；".join(done)


def _at(moment: object) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"  # type: ignore[arg-type]
