"""The evidence of the backup made after the restoration."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

UNITS = {"MB": 1024**2, "GB": 1024**3, "KB": 1024, "B": 1}


class BackupForm(forms.Form):
    """Name, size, SHA-256 or how the backup was verified (plan, row P13)."""

    name = forms.CharField(
        label=_("备份名称或文件名"),
        max_length=200,
        error_messages={"required": _("请填写备份的名称或文件名。")},
    )
    file = forms.FileField(
        label=_("备份文件或校验清单"),
        required=False,
        help_text=_(
            "上传备份本身，大小和 SHA-256 由服务器计算；上传清单（如 sha256sum 的输出），"
            "服务器核对里面有没有下面填的 SHA-256。不上传就记为「自报，未核验」。"
        ),
        error_messages={"empty": _("这个文件是空的。")},
    )
    size = forms.DecimalField(
        label=_("大小"),
        required=False,
        min_value=0,
        max_value=10**9,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        error_messages={"invalid": _("大小请填数字。")},
    )
    unit = forms.ChoiceField(label=_("单位"), choices=[(unit, unit) for unit in UNITS])
    sha256 = forms.CharField(
        label=_("SHA-256"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    remark = forms.CharField(
        label=_("怎样核验的"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """Without a file somebody has to say how large it is."""
        said: dict[str, Any] = self.cleaned_data
        if not said.get("file") and said.get("size") is None and "size" not in self.errors:
            self.add_error("size", _now("请填写备份的大小。"))
        return said

    def facts(self) -> dict[str, Any]:
        """What `workflow.add_backup` wants to know."""
        said = dict(self.cleaned_data)
        said["size_bytes"] = int((said.pop("size") or 0) * UNITS[said.pop("unit")])
        return said
