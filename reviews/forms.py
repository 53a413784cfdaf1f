"""Forms of the review: their shape. The rules are the verbs' own."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from journal.moments import within_memory, within_memory_day
from reviews import concerned
from reviews.models import ActionItem, Cause, Review
from teams.models import Department, Person

MOMENT = "%Y-%m-%dT%H:%M"


def _text(label: Any, *, rows: int = 3, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def moment_field(label: Any) -> forms.DateTimeField:
    """A moment of the meeting, by the hospital's clock."""
    return forms.DateTimeField(
        label=label,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        validators=[within_memory],
        error_messages={
            "required": _("请填写会议时间。"),
            "invalid": _("请写成日期和时间，例如 2026-11-23 15:00。"),
        },
    )


class CauseField(forms.ChoiceField):
    """Shown as needed, for the submission asks for it; a draft may be saved without."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class NeededText(forms.CharField):
    """Shown as needed, for the submission asks for it; a draft may be saved without."""

    widget = forms.Textarea(attrs={"rows": 3})

    def validate(self, value: Any) -> None:
        return


class VerbForm(forms.Form):
    """What every form of the review carries: the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        self.review = review
        super().__init__(*args, **options)
        self.initial.setdefault("version", review.version)


class MeetingForm(VerbForm):
    meeting_at = moment_field(_("会议时间"))
    place = forms.CharField(label=_("会议地点"), max_length=120, required=False)
    chair = forms.ModelChoiceField(
        Person.objects.none(), label=_("主持人"), required=False, empty_label=_("请选择")
    )
    attendees = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("参加人员"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("参与处置的人、各应急小组和受影响科室的人员。主持人自动计入。"),
    )
    other_attendees = forms.CharField(
        label=_("其他参加人员"),
        max_length=300,
        required=False,
        help_text=_("没有账号的人，用顿号隔开。"),
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        options["initial"] = {
            "meeting_at": review.meeting_at,
            "place": review.meeting_place,
            "chair": review.chair_id,
            "attendees": [person.pk for person in review.attendees.all()],
            "other_attendees": review.other_attendees,
        }
        super().__init__(*args, review=review, **options)
        people = concerned.people(review.incident)
        for field in ("chair", "attendees"):
            self.fields[field].queryset = people  # type: ignore[attr-defined]


class FindingsForm(VerbForm):
    """Root cause and evaluation. A draft may be unfinished; the submission is not."""

    use_required_attribute = False

    root_cause = CauseField(label=_("根本原因"), choices=Cause.choices, widget=forms.RadioSelect)
    root_cause_text = NeededText(
        label=_("原因说明"), help_text=_("为什么会发生，证据是什么。写事情，不写责怪人的话。")
    )
    contributing_factors = _text(_("促成因素"), rows=2)
    what_went_well = _text(_("做得好的"), rows=2)
    shortcomings = _text(_("不足"), rows=2)
    process_evaluation = NeededText(
        label=_("各科室配合与响应评价"),
        help_text=_("对照上面的实测用时，各科室配合得怎样、快慢如何。"),
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        options["initial"] = {
            name: getattr(review, name) for name in self.base_fields if name != "version"
        }
        super().__init__(*args, review=review, **options)


class ActionForm(forms.Form):
    """One more measure. It overwrites nothing, so it carries no version."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("类别"), choices=ActionItem.Kind.choices, widget=forms.RadioSelect
    )
    measure = _text(_("措施"), rows=2, required=True)
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True), label=_("责任科室"), empty_label=_("请选择")
    )
    person = forms.ModelChoiceField(
        Person.objects.filter(is_active=True, department__isnull=False).select_related(
            "department"
        ),
        label=_("责任人"),
        required=False,
        empty_label=_("由科室安排"),
    )
    due_on = forms.DateField(
        label=_("完成日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[within_memory_day],
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("client_uuid", uuid.uuid4())


class RemoveForm(forms.Form):
    action = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)


class DeclineForm(VerbForm):
    reason = _text(_("无需整改的理由"), rows=2, required=True)

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        options["initial"] = {"reason": review.no_action_reason}
        super().__init__(*args, review=review, **options)


class ReturnForm(VerbForm):
    remark = _text(_("退回的理由"), rows=2, required=True)


class ReceiveForm(VerbForm):
    remark = _text(_("领导小组意见"), rows=2)
