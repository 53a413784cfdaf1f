"""Forms of an item, a place, and what is said of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Place
from teams.forms.asking import SeenForm
from teams.models import Person


def person_field(label: Any, **options: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Person.objects.filter(is_active=True).order_by("name", "pk"),
        label=label,
        required=False,
        empty_label=_("未指定"),
        **options,
    )


def place_field(label: Any, **options: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Place.objects.in_use(),
        label=label,
        error_messages={"required": _("请选择地点。")},
        **options,
    )


class ItemForm(SeenForm):
    name = forms.CharField(
        label=_("名称"),
        max_length=80,
        help_text=_("和预案「所需物资」里的名称一致，故障时才对得上。"),
        error_messages={"required": _("请填写名称。")},
    )
    specification = forms.CharField(label=_("规格型号"), max_length=120, required=False)
    unit = forms.CharField(
        label=_("单位"),
        max_length=10,
        error_messages={"required": _("请填写单位，例如「部」。")},
    )
    category = forms.ChoiceField(
        label=_("类别"),
        choices=Item.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择类别。")},
    )
    is_consumable = forms.BooleanField(label=_("用掉不归还，例如饮用水"), required=False)
    minimum = forms.IntegerField(
        label=_("最低库存"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("低于这个数时提醒后勤补充；0 表示不提醒。"),
    )
    place = place_field(_("平时放在"), required=False, empty_label=_("未指定"))
    keeper = person_field(_("保管人"))
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    per_window_hour = forms.DecimalField(
        label=_("每窗口每小时用量"),
        required=False,
        min_value=0.001,
        max_value=999_999,
        max_digits=9,
        decimal_places=3,
        help_text=_("手工办理时一个窗口一小时用掉多少，用来估算能支撑多久。"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("请填数字，例如 12 或 0.5。")},
    )
    inspection_days = forms.IntegerField(
        label=_("几天检查一次"), required=False, min_value=1, max_value=3660
    )
    last_inspected_on = forms.DateField(
        label=_("上次检查"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成日期，例如 2026-11-23。")},
    )
    checklist = forms.CharField(
        label=_("检查项目"),
        required=False,
        max_length=2000,
        help_text=_("一行一项，例如「能开机」「电量在八成以上」。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)


def item_form(item: Item | None, data: Any = None) -> ItemForm:
    """The form of this item, filled with what it is; empty for a new one."""
    if item is None:
        return ItemForm(data)
    return ItemForm(data, initial={name: getattr(item, name) for name in ItemForm.base_fields})


class PlaceForm(SeenForm):
    name = forms.CharField(
        label=_("名称"), max_length=40, error_messages={"required": _("请填写地点名称。")}
    )
    where = forms.CharField(
        label=_("在哪里"),
        max_length=120,
        required=False,
        help_text=_("让没来过的人也找得到，例如「门诊楼负一层，电梯出来左转」。"),
    )
    keeper = person_field(_("保管人"))
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)


def place_form(place: Place | None, data: Any = None) -> PlaceForm:
    if place is None:
        return PlaceForm(data)
    return PlaceForm(data, initial={name: getattr(place, name) for name in PlaceForm.base_fields})
