"""The form of planned maintenance: its shape. The rules are the verbs' own."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.forms import VerbForm, WordsForm, moment_field, sentence_field
from notices.models import Maintenance
from notices.workflow import Planned


class MaintenanceForm(WordsForm):
    title = forms.CharField(
        label=_("做什么"),
        max_length=60,
        help_text=_("给同事看，例如：挂号系统升级。"),
        error_messages={"required": _("请写明做什么，例如「挂号系统升级」。")},
    )
    starts_at = moment_field(_("从什么时候开始"), _("请写明从什么时候开始。"))
    ends_at = moment_field(
        _("到什么时候结束"),
        _("请写明到什么时候结束。"),
        help_text=_("到时自动结束；没有人确认完成，会叫值班的信息科同事。"),
    )

    MAIN = ("title", "affected", "services", "starts_at", "ends_at", "advice", "where_to_go")
    MORE = ("emergency", "contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advice"].help_text = _("例如：请在 22:00 之前办好，或第二天再来。")
        services = cast(forms.ModelMultipleChoiceField, self.fields["services"])
        services.required = True
        services.error_messages["required"] = _("请选择受影响的业务。")

    def planned(self) -> Planned:
        """The facts of the form, as far as they hold."""
        return Planned(**{"title": "", "starts_at": None, "ends_at": None, **self.said()})


class CancelForm(VerbForm):
    reason = sentence_field(
        _("为什么取消"),
        _("请写明为什么取消。"),
        help_text=_("已经公布的，患者会读到这句话。"),
    )


def words_of(row: Maintenance) -> dict[str, Any]:
    """Initial values from a stored row, for its correction or its change."""
    facts = Planned.of(row)
    values: dict[str, Any] = {name: getattr(facts, name) for name in Planned.columns()}
    return values | {
        "services": [service.pk for service in facts.services],
        "version": row.version,
        "client_uuid": MaintenanceForm.new_mark(),
    }
