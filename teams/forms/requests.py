"""Forms with which somebody asks for leave, a stand-in or a swap, and answers what is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.forms.asking import SeenForm
from teams.forms.moments import MomentField, PersonField, ShiftField


class ReasonedForm(SeenForm):
    """Why: the other side reads it."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        widget=forms.TextInput(),
        help_text=gettext_lazy("对方会看到。"),
        error_messages={"required": gettext_lazy("请写明理由，对方会看到。")},
    )


class WeighedForm(SeenForm):
    """A change that may break something: `weigh` asks why it is made all the same."""

    accept_conflicts = forms.CharField(
        label=gettext_lazy("为什么仍要这样排"),
        max_length=200,
        required=False,
        widget=forms.HiddenInput(),
    )

    def weigh(self) -> None:
        """Ask for the reason, last of all: conflicts were found, and the page lists them above."""
        asked = self.fields.pop("accept_conflicts")
        asked.widget = forms.TextInput(attrs={"placeholder": _("例如：已和科室说好，当天另派人")})
        asked.help_text = _("理由和您的姓名写入日志。")
        # Only how it is shown: whether it is wanted is for the verb to say.
        asked.required = True
        self.fields["accept_conflicts"] = asked
        if "accept_conflicts" in self.errors:
            self.errors["accept_conflicts"] = self.error_class(
                [_("请写明理由，或者改掉冲突。")], renderer=self.renderer
            )


def _reason(label: Any, example: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": example}),
        error_messages={"required": gettext_lazy("请写一句事由，例如「年休假」。")},
    )


class LeaveForm(forms.Form):
    """When somebody is away. `offered`: for whom the person may ask, themselves first."""

    person = PersonField(gettext_lazy("请假人"))
    starts_at = MomentField(gettext_lazy("从"))
    ends_at = MomentField(gettext_lazy("到"))
    reason = _reason(gettext_lazy("事由"), gettext_lazy("例如：年休假、外出培训"))

    def __init__(self, *args: Any, offered: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(offered) > 1:
            self.fields["person"].offer(("", offered), empty=False)  # type: ignore[attr-defined]
        else:
            del self.fields["person"]

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class HowForm(WeighedForm):
    """Something that whoever arranges the roster may settle at once, without asking."""

    HOW = [
        ("arrange", gettext_lazy("马上排好，通知双方")),
        ("ask", gettext_lazy("先问对方同不同意")),
    ]
    how = forms.ChoiceField(
        label=gettext_lazy("怎么办"), choices=HOW, initial="arrange", widget=forms.RadioSelect
    )
    version = None  # type: ignore[assignment]  # nothing there yet that others could change


class StandInForm(HowForm):
    """Who serves in whose place, and when."""

    person = PersonField(gettext_lazy("替谁"))
    stand_in = PersonField(gettext_lazy("请谁代班"))
    starts_at = MomentField(gettext_lazy("从"))
    ends_at = MomentField(gettext_lazy("到"), help_text=gettext_lazy("可以只代一部分。"))
    reason = _reason(gettext_lazy("事由"), gettext_lazy("例如：家里有事"))
    field_order = ["person", "starts_at", "ends_at", "stand_in", "reason", "how"]


class SwapForm(HowForm):
    """Which two duties change hands."""

    mine = ShiftField(gettext_lazy("哪个班"))
    theirs = ShiftField(gettext_lazy("和哪个班对换"))
    reason = _reason(gettext_lazy("事由"), gettext_lazy("例如：家里有事"))
    field_order = ["mine", "theirs", "reason", "how"]
