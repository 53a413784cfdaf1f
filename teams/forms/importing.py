"""Forms of importing a roster: the file, and why its conflicts are accepted."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from teams.models import RosterImport

# More is not read at all; see `roster_sheets` for how much of a file is looked at.
LARGEST = 2 * 1024 * 1024
XLSX = ".xlsx"


class UploadForm(forms.Form):
    what = forms.ChoiceField(
        label=_("导入什么"),
        choices=RosterImport.What.choices,
        initial=RosterImport.What.CALENDAR,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择导入什么。")},
    )
    file = forms.FileField(
        label=_("XLSX 文件"),
        help_text=_("最大 2 MB、2000 行。上传之后先给您看会有什么变化，这时还什么都没有改。"),
        widget=forms.FileInput(attrs={"accept": XLSX}),
        error_messages={
            "required": _("请选择一个文件。"),
            "empty": _("这个文件是空的。"),
            "invalid": _("没有收到文件，请重新选择。"),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_now("文件超过 2 MB，请分成几个文件。"))
        return file


class AcceptForm(forms.Form):
    """What is seen on the preview; the reason only where there are conflicts."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    accept_conflicts = forms.CharField(
        label=_("有冲突也要导入，理由"),
        max_length=300,
        required=False,
        help_text=_("会写进事件日志。"),
        widget=forms.TextInput(attrs={"placeholder": _("例如：缺的两班已口头安排，本周内补上")}),
    )
