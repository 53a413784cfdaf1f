"""Fields that both SMS providers need for their approved templates."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.channels import sms
from notices.channels.kind import Field

# What a template may be filled with: parts of the message, and facts of the incident.
PARTS = ("level", "title", "text", "number", "place", "time", "link", "hospital")


def _wrong_variables(value: str) -> Any:
    try:
        pairs = sms.parsed(value)
    except ValueError as error:
        return _("看不懂「%(part)s」，请写成 grade=level, what=title。") % {"part": error}
    strange = [source for _name, source in pairs if source not in PARTS]
    if strange:
        return _("没有「%(part)s」，可以用：%(parts)s。") % {
            "part": strange[0],
            "parts": ", ".join(PARTS),
        }
    return ""


TEMPLATE_FIELDS = (
    Field("template", gettext_lazy("模板编号")),
    Field(
        "drill_template",
        gettext_lazy("演练用模板编号"),
        gettext_lazy("正文以【演练】开头的模板；不填时第一个变量以【演练】开头。"),
        is_required=False,
    ),
    Field(
        "variables",
        gettext_lazy("模板变量"),
        gettext_lazy(
            "按模板里的次序写「变量=内容」，用逗号分开，例如 grade=level, what=title。"
            "内容可以是 level、title、text、number、place、time、link、hospital。"
        ),
        default="level, title",
        check=_wrong_variables,
    ),
    Field(
        "wording",
        gettext_lazy("模板正文"),
        gettext_lazy("照抄已审核的正文，用来预览和计算条数，例如 ${level}级故障：${title}"),
        is_required=False,
        is_long=True,
    ),
)
