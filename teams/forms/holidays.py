"""The form of one day of the holiday table."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REST, WORK, PLAIN = "rest", "work", "plain"


class DayForm(forms.Form):
    """What a day is. `seen` is its row's mark as it was; `looked` what was looked at before."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    looked = forms.CharField(widget=forms.HiddenInput, required=False)
    what = forms.ChoiceField(
        label=gettext_lazy("这一天"),
        choices=[
            (REST, gettext_lazy("休息（节假日）")),
            (WORK, gettext_lazy("上班（调休）")),
            (PLAIN, gettext_lazy("照平日：周一到周五上班，周末休息")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择这一天上不上班。")},
    )
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：国庆节、调休上班、院庆")}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("what") in (REST, WORK) and not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("请写这一天的名称，例如「国庆节」或「调休上班」。"))
        return said

    def carry(self, **hidden: str) -> None:
        """Send these hidden fields along when the form is shown again."""
        data: Any = self.data
        data = data.copy()
        for name, value in hidden.items():
            data[name] = value
        self.data = data

    @property
    def works(self) -> bool | None:
        """Does the hospital work; None for as the weekday says."""
        return {REST: False, WORK: True, PLAIN: None}[self.cleaned_data["what"]]

    @property
    def was_looked_at(self) -> bool:
        """Did the person see what exactly this choice would change?"""
        return bool(self.cleaned_data["looked"] == self.cleaned_data["what"])
