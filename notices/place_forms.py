"""The form of a place."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import Place
from teams.forms.asking import SeenForm
from teams.models import Department, Service

_NAMES = (
    *("version", "name", "slug", "building", "floor", "department", "has_screen", "has_sign"),
    *("languages", "position"),
)


class PlaceForm(SeenForm):
    name = forms.CharField(
        label=_("名称"),
        max_length=40,
        help_text=_("同事都这样叫的名字，例如：门诊一层大厅。"),
        error_messages={"required": _("请填写地点的名称。")},
    )
    has_screen = forms.BooleanField(label=_("有大屏"), required=False)
    has_sign = forms.BooleanField(label=_("要贴告示"), required=False)
    building = forms.CharField(label=_("楼"), max_length=40, required=False)
    floor = forms.CharField(label=_("楼层"), max_length=20, required=False)
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label=_("负责科室"),
        required=False,
        empty_label=_("没有固定科室"),
        help_text=_("谁去贴告示、看大屏。"),
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.all(),
        label=_("这里办的业务"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只显示与这些业务有关的通知；一个都不选，就显示全院的。"),
    )
    languages = forms.MultipleChoiceField(
        label=_("语言"),
        choices=Place.Language.choices,
        initial=[Place.Language.CHINESE.value],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("两种都选，大屏轮流显示。"),
        error_messages={"required": _("请至少选一种语言。")},
    )
    slug = forms.CharField(
        label=_("网址中的名字"),
        max_length=40,
        required=False,
        help_text=_("大屏的网址以它结尾，例如 hall-1；留空则自动编号。改了要到大屏上重新打开。"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    position = forms.IntegerField(
        label=_("排列"),
        min_value=1,
        max_value=30_000,
        initial=100,
        help_text=_("数字小的排在前面。"),
    )

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        return {**said, "services": list(said["services"])}


def change_form(place: Place, data: Any = None) -> PlaceForm:
    """The form that changes this place, filled with what it is."""
    initial = {name: getattr(place, name) for name in _NAMES}
    form = PlaceForm(data, initial=initial | {"services": list(place.services.all())})
    form.fields["slug"].required = True
    form.fields["slug"].error_messages["required"] = _("请填写网址中的名字。")
    return form
