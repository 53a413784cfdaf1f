"""Forms of the chain of custody and of exposed records."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import Evidence, Incident
from incidents.workflow.custody import MOST
from journal.moments import within_memory

_NOW = "%Y-%m-%dT%H:%M"


class CustodyForm(forms.Form):
    what = forms.CharField(
        label=_("证据"), max_length=200, error_messages={"required": _("请写明是什么证据。")}
    )
    from_whom = forms.CharField(
        label=_("谁交出"), max_length=80, error_messages={"required": _("请写明谁交出。")}
    )
    to_whom = forms.CharField(
        label=_("谁接收"), max_length=80, error_messages={"required": _("请写明谁接收。")}
    )
    handed_at = forms.DateTimeField(
        label=_("交接时间"),
        input_formats=[_NOW],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_NOW),
        validators=[within_memory],
        error_messages={"required": _("请填交接时间。"), "invalid": _("时间写成 日期和时分。")},
    )
    kept_where = forms.CharField(
        label=_("存放在哪里"),
        max_length=120,
        error_messages={"required": _("请写明存放在哪里。")},
    )
    file = forms.ModelChoiceField(
        Evidence.objects.none(),
        label=_("是这里的哪个文件"),
        required=False,
        empty_label=_("不是文件，或没有上传"),
        help_text=_("选了文件，SHA-256 用服务器算的。"),
    )
    sha256 = forms.CharField(
        label=_("SHA-256"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].queryset = incident.files.all()  # type: ignore[attr-defined]
        self.initial.setdefault("handed_at", timezone.localtime())


class ExposedForm(forms.Form):
    kind = forms.CharField(
        label=_("记录种类"),
        max_length=80,
        help_text=_("例如：预约登记、缴费流水。只记种类和条数，不记患者内容。"),
        error_messages={"required": _("请写明是哪种记录。")},
    )
    count = forms.IntegerField(
        label=_("条数"),
        min_value=0,
        max_value=MOST,
        error_messages={"required": _("请填条数。"), "invalid": _("条数请填整数。")},
    )
    note = forms.CharField(label=_("怎样数的"), max_length=200, required=False)
