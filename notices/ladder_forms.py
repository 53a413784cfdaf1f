"""Forms of the ladder's verbs: the shape of their input. What is allowed, the verb decides."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from notices.models import Climb
from notices.workflow.climbing import rungs_of
from notices.workflow.steering import LONGEST_PAUSE
from teams.models import ContactPoint, Person, Role


class LadderForm(forms.Form):
    """A verb that asks nothing but what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, incident: Incident, climb: Climb | None, by: Person, **kwargs: Any
    ) -> None:
        initial = {"version": climb.version if climb else None}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.incident, self.climb, self.by = incident, climb, by
        self.furnish()

    def furnish(self) -> None:
        """Fill choices that depend on the incident."""

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return dict(self.cleaned_data)


class PlainForm(LadderForm):
    """The verb compares no version: to say twice that one has it does no harm."""

    def facts(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class JumpForm(LadderForm):
    position = forms.TypedChoiceField(
        label=_("呼叫哪一步"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一步。"), "invalid_choice": _("请选择一步。")},
    )
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)

    def furnish(self) -> None:
        rungs = rungs_of(self.climb) if self.climb is not None else []
        choices = [
            (
                rung.position,
                gettext("第 %(position)s 步 %(target)s")
                % {"position": rung.position, "target": rung.target},
            )
            for rung in rungs
        ]
        self.fields["position"].choices = choices  # type: ignore[attr-defined]


class PauseForm(LadderForm):
    minutes = forms.IntegerField(
        label=_("暂停几分钟"), min_value=1, error_messages={"required": _("请填写分钟数。")}
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        error_messages={"required": _("请写明为什么暂停，别人会看到。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def furnish(self) -> None:
        most = LONGEST_PAUSE[self.climb.level if self.climb else 4]
        field = self.fields["minutes"]
        field.max_value = most  # type: ignore[attr-defined]
        field.help_text = gettext("这个级别最多 %(most)s 分钟，到时自动继续。") % {"most": most}
        self.initial.setdefault("minutes", min(5, most))


class _Anybody(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        place = obj.department.name if obj.department else ""
        return f"{obj.name}（{place}）" if place else obj.name


def _person(label: Any) -> forms.ModelChoiceField:
    return _Anybody(
        Person.objects.none(),
        label=label,
        error_messages={"required": _("请选择一个人。"), "invalid_choice": _("请选择在岗的人员。")},
    )


class _PersonForm(PlainForm):
    def furnish(self) -> None:
        people = Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])
        people = people.exclude(pk=self.by.pk).select_related("department")
        self.fields["person"].queryset = people.order_by(  # type: ignore[attr-defined]
            "department__name", "name"
        )


class CallInForm(_PersonForm):
    person = _person(_("叫谁"))
    kind = forms.ChoiceField(
        label=_("用什么渠道"),
        required=False,
        choices=[
            ("", _("按本人的次序")),
            *((kind, kind.label) for kind in ContactPoint.Kind if kind != "in_app"),
        ],
    )
    words = forms.CharField(
        label=_("说什么"), max_length=200, required=False, help_text=_("空着就说「请来处理」。")
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def furnish(self) -> None:
        super().furnish()
        self.initial.setdefault("client_uuid", uuid.uuid4())


class ReachedForm(_PersonForm):
    person = _person(_("打通了谁"))
    words = forms.CharField(label=_("对方怎么说"), max_length=200, required=False)
