"""The form of planned maintenance: its shape. The rules are the verbs' own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.forms import NoticeForm, VerbForm, moment_field, sentence_field
from notices.models import Maintenance
from notices.workflow import Planned
from teams.models import Service


class MaintenanceForm(VerbForm):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=_("做什么"),
        max_length=60,
        help_text=_("给同事看，例如：挂号系统升级。"),
        error_messages={"required": _("请写明做什么，例如「挂号系统升级」。")},
    )
    affected = sentence_field(
        _("什么用不了"),
        _("请写明什么用不了。"),
        help_text=_("用患者的话，例如：窗口和自助机暂时不能挂号、缴费。"),
    )
    services = forms.ModelMultipleChoiceField(
        label=_("受影响的业务"),
        queryset=Service.objects.filter(is_public=True),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择受影响的业务。")},
    )
    starts_at = moment_field(_("从什么时候开始"), _("请写明从什么时候开始。"))
    ends_at = moment_field(
        _("到什么时候结束"),
        _("请写明到什么时候结束。"),
        help_text=_("到时自动结束；没有人确认完成，会叫信息科。"),
    )
    advice = sentence_field(
        _("患者怎么办"),
        _("请写明患者怎么办。"),
        help_text=_("例如：请在 22:00 之前办好，或第二天再来。"),
    )
    where_to_go = sentence_field(_("去哪里办"))
    emergency = forms.CharField(
        label=_("急诊情况"),
        initial=_("急诊照常接诊"),
        error_messages={"required": _("请写明急诊的情况。")},
    )
    contact = forms.CharField(label=_("咨询电话或地点"), required=False)
    affected_en = sentence_field(_("什么用不了（英文）"), help_text=_("空着就用一句通用的英文。"))
    advice_en = sentence_field(_("患者怎么办（英文）"))
    where_en = sentence_field(_("去哪里办（英文）"))
    emergency_en = forms.CharField(label=_("急诊情况（英文）"), required=False)

    ENGLISH = ("affected_en", "advice_en", "where_en", "emergency_en")

    def main_fields(self) -> list[forms.BoundField]:
        hidden = ("version", "client_uuid", *self.ENGLISH)
        return [self[name] for name in self.fields if name not in hidden]

    def english_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ENGLISH]

    @property
    def english_is_wrong(self) -> bool:
        return any(name in self.errors for name in self.ENGLISH)

    def planned(self) -> Planned:
        """The facts of a valid form."""
        said = {name: self.cleaned_data[name] for name in Planned.columns()}
        return Planned(**said, services=list(self.cleaned_data["services"]))


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
        "client_uuid": NoticeForm.new_mark(),
    }
