"""The form of a channel, made from what its kind says that it needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.channels import Field, Kind
from notices.forms import VerbForm
from notices.models import Channel

# Windows that an administrator may limit: name, seconds, per address, label.
WINDOWS = (
    ("each_second", 1, False, _("每秒最多")),
    ("each_minute", 60, False, _("每分钟最多")),
    ("number_each_minute", 60, True, _("同一收件人每分钟最多")),
    ("number_each_hour", 3600, True, _("同一收件人每小时最多")),
    ("number_each_day", 86_400, True, _("同一收件人每天最多")),
)


class ChannelForm(VerbForm):
    """Fields of one kind. A secret is written only: what is stored is never in the page."""

    name = forms.CharField(
        label=_("名称"),
        max_length=40,
        help_text=_("同事看得懂的名字，例如：信息科企业微信群。"),
        error_messages={"required": _("请给渠道起个名字。")},
    )

    def __init__(
        self, *arguments: Any, made_of: Kind, channel: Channel | None = None, **options: Any
    ):
        super().__init__(*arguments, **options)
        self.made_of = made_of
        known = set(channel.sealed_names) if channel else set()
        for field in made_of.fields:
            self.fields[field.name] = _control(field, is_known=field.name in known)
        self.fields["position"] = forms.IntegerField(
            label=_("次序"),
            min_value=1,
            max_value=999,
            help_text=_("能送到同一个人的几个渠道里，小的先用。"),
        )
        for name, _seconds, _per_address, label in WINDOWS:
            self.fields[name] = forms.IntegerField(
                label=label, min_value=1, max_value=1000, required=False
            )

    def main_fields(self) -> list[forms.BoundField]:
        return [self["name"], *(self[field.name] for field in self.made_of.fields)]

    def more_fields(self) -> list[forms.BoundField]:
        return [self["position"], *(self[name] for name, *_rest in WINDOWS)]

    @property
    def more_is_wrong(self) -> bool:
        return any(field.errors for field in self.more_fields())

    def facts(self) -> dict[str, Any]:
        """What the verbs take, from a valid form."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "position": said["position"],
            "configuration": {
                field.name: said[field.name] for field in self.made_of.fields if not field.is_secret
            },
            "secrets": {name: said[name] for name in self.made_of.secret_names},
            "rates": [
                {"most": said[name], "seconds": seconds, "per_address": per_address}
                for name, seconds, per_address, _label in WINDOWS
                if said[name]
            ],
        }


def first_values(made_of: Kind) -> dict[str, Any]:
    """Initial values of a new channel: what its provider is known to want."""
    values: dict[str, Any] = {field.name: field.default for field in made_of.fields}
    return values | {"position": 100} | _windows([vars(rate) for rate in made_of.rates])


def values_of(channel: Channel) -> dict[str, Any]:
    """Initial values from a stored channel; none of its secrets."""
    facts = {"name": channel.name, "version": channel.version, "position": channel.position}
    return facts | channel.configuration | _windows(channel.rates)


def _windows(rates: list[dict[str, Any]]) -> dict[str, int]:
    kept = {(rate["seconds"], rate["per_address"]): rate["most"] for rate in rates}
    return {
        name: kept[seconds, per_address]
        for name, seconds, per_address, _label in WINDOWS
        if (seconds, per_address) in kept
    }


def _control(field: Field, *, is_known: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.is_required and not is_known,
        "error_messages": {"required": _("请填写这一项。")},
    }
    if field.choices:
        return forms.ChoiceField(choices=field.choices, **common)
    attributes = {"spellcheck": "false", "autocomplete": "off"}
    if field.is_long:
        widget: forms.Widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    elif field.is_secret:
        if is_known:
            attributes["placeholder"] = str(_("已设置；留空则不变"))
        attributes["autocomplete"] = "new-password"
        widget = forms.PasswordInput(render_value=False, attrs=attributes)
    else:
        widget = forms.TextInput(attrs=attributes)
    return forms.CharField(max_length=2000, widget=widget, **common)


class SwitchOffForm(VerbForm):
    reason = forms.CharField(
        label=_("停用理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明为什么停用。")},
    )
