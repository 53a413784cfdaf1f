"""Numbered paper forms: one line is one form with a number of its own, entered again later.

Which forms a department gets follows from the services it runs; how many sheets, from its choice.
They hold what is needed to enter the matter again, and stay on paper: the product counts numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ops.kits.hospital import Hospital
from teams.models import Department, Service

# Lines on a sheet (A4 across): each is high enough for a pen.
LINES = 12
_NUMBER = ("编号", 2.0)
_TIME = ("实际时间\n月/日 时:分", 1.9)
_ENTERED = (("经办", 1.2), ("补录时间\n补录人", 1.6), ("核对人", 1.2))


@dataclass(frozen=True)
class Form:
    """A form: its key, title, columns (name and width) between time and who entered it."""

    kind: str
    title: str
    columns: tuple[tuple[str, float], ...]
    about: str = ""
    has_cash: bool = False
    sheets: int = 1

    @property
    def all_columns(self) -> tuple[tuple[str, float], ...]:
        return (_NUMBER, _TIME, *self.columns, *_ENTERED)

    @property
    def count(self) -> int:
        """How many numbers it takes."""
        return self.sheets * LINES


_WHO = (("姓名", 1.8), ("就诊卡号或证件号", 3.0))
_REGISTRATION = Form(
    "registration",
    "挂号登记",
    (*_WHO, ("联系电话", 2.2), ("科室、医生", 2.2), ("号别", 1.1), ("费用(元)", 1.3)),
)
_CASH = Form(
    "cash",
    "收费登记",
    (
        *_WHO,
        ("项目", 3.2),
        ("应收(元)", 1.4),
        ("现金(元)", 1.4),
        ("其他方式", 1.5),
        ("收据号", 1.4),
    ),
    has_cash=True,
)
_INQUIRY = Form(
    "inquiry",
    "查询登记",
    (*_WHO, ("查什么", 2.8), ("结果由谁报出", 1.8), ("已复述", 1.0), ("告知时间", 1.4)),
)
_GUIDE = Form(
    "guide",
    "导诊登记",
    (
        ("患者情况（危重、行动不便、老人）", 4.0),
        ("从哪里", 1.8),
        ("送到哪里", 2.0),
        ("交给谁", 1.6),
    ),
)
_ADMISSION = Form(
    "admission",
    "住院登记",
    (*_WHO, ("联系电话", 2.2), ("病区、床位", 2.0), ("押金现金(元)", 1.6), ("腕带两人核对", 1.8)),
    has_cash=True,
)
_HOTLINE = Form(
    "hotline",
    "热线登记",
    (("来电号码", 2.4), ("称呼", 1.4), ("问什么", 3.4), ("怎么答复", 2.8), ("回电时间", 1.4)),
)
_APPOINTMENT = Form(
    "appointment",
    "预约登记",
    (("姓名", 1.6), ("联系电话", 2.4), ("科室、医生", 2.4), ("约在哪天几点", 2.2), ("已回电", 1.1)),
)
_REPORTS = Form(
    "reports",
    "报障电话登记",
    (("谁报的、电话", 2.4), ("科室、位置", 2.4), ("什么用不了、看到什么", 4.0), ("谁去处理", 1.6)),
)
_OTHER = Form(
    "other",
    "事项登记",
    (("什么事", 4.0), ("涉及的人或物", 2.6), ("怎么处理", 3.0)),
)
# The first words that the service's name holds decide.
_BY_WORDS: tuple[tuple[tuple[str, ...], Form], ...] = (
    (("住院", "入院"), _ADMISSION),
    (("预约",), _APPOINTMENT),
    (("挂号",), _REGISTRATION),
    (("缴费", "收费", "结算", "押金"), _CASH),
    (("导诊", "分诊"), _GUIDE),
    (("热线", "电话", "客服"), _HOTLINE),
    (("查询", "结果", "报告"), _INQUIRY),
)
# Services that hold no forms of their own: their patients go to a window.
_NONE_FOR = ("自助",)


def forms(hospital: Hospital, department: Department, sheets: int) -> list[Form]:
    """The department's forms in the order of its services; core services get `sheets` sheets each,
    others half of it. A department without services gets a general one."""
    found: dict[str, Form] = {}
    for service in hospital.services:
        if service.department_id != department.pk:
            continue
        for form in _of(service):
            wanted = sheets if service.is_core else max(1, sheets // 2)
            known = found.get(form.kind)
            services = f"{known.about}、{service.name}" if known else service.name
            wanted = max(wanted, known.sheets) if known else wanted
            found[form.kind] = replace(form, about=services, sheets=wanted)
    if department.kind == Department.Kind.INFORMATION:
        found.setdefault(_REPORTS.kind, replace(_REPORTS, sheets=max(1, sheets // 2)))
    return list(found.values()) or [replace(_OTHER, sheets=max(1, sheets // 4))]


def _of(service: Service) -> Iterator[Form]:
    if any(word in service.name for word in _NONE_FOR):
        return
    for words, form in _BY_WORDS:
        if any(word in service.name for word in words):
            yield form
            return
    yield replace(_OTHER, kind=f"service-{service.pk}", title=f"{service.name}登记")
