"""Forms of the review meeting: called, cancelled, answered, attendance, minutes."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews import concerned
from reviews.forms import VerbForm, moment_field
from reviews.models import Review
from reviews.workflow.meeting import LONGEST, SHORTEST
from teams.models import Person

# When a meeting is proposed that nobody has called yet: tomorrow at this hour.
_HOUR = 15


class CallForm(VerbForm):
    """Invite, or change what was called."""

    meeting_at = moment_field(_("会议时间"))
    lasts = forms.IntegerField(
        label=_("预计分钟"), min_value=SHORTEST, max_value=LONGEST, initial=60
    )
    place = forms.CharField(
        label=_("会议地点"), max_length=120, error_messages={"required": _("请写明会议地点。")}
    )
    chair = forms.ModelChoiceField(
        Person.objects.none(), label=_("主持人"), empty_label=_("请选择")
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("邀请"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("参与处置的人、各应急小组和受影响科室的人员。主持人自动计入。"),
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        tomorrow = timezone.localtime() + datetime.timedelta(days=1)
        invited = review.participants.filter(invited_at__isnull=False)
        options["initial"] = {
            "meeting_at": review.meeting_at
            or tomorrow.replace(hour=_HOUR, minute=0, second=0, microsecond=0),
            "place": review.meeting_place,
            "lasts": review.meeting_lasts,
            "chair": review.chair_id,
            "people": list(invited.values_list("person", flat=True)),
        }
        super().__init__(*args, review=review, **options)
        people = concerned.people(review.incident)
        for field in ("chair", "people"):
            self.fields[field].queryset = people  # type: ignore[attr-defined]


class CancelForm(VerbForm):
    reason = forms.CharField(
        label=_("为什么取消"),
        max_length=400,
        error_messages={"required": _("请写明为什么取消。")},
    )


class AnswerForm(forms.Form):
    coming = forms.TypedChoiceField(
        label=_("能参加吗"),
        choices=[("yes", _("参加")), ("no", _("不能参加"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择参加或不能参加。")},
    )
    words = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)


class SignForm(forms.Form):
    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)


class NoteForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("谁到场了"), empty_label=_("请选择")
    )
    reason = forms.CharField(
        label=_("为什么代记"),
        max_length=200,
        help_text=_("例如没带手机、账号登不上。"),
        error_messages={"required": _("请写明为什么代记。")},
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        present = review.participants.exclude(signed_at=None, noted_at=None)
        people = concerned.people(review.incident).exclude(pk__in=present.values("person"))
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class MinutesForm(VerbForm):
    minutes = forms.CharField(
        label=_("会议纪要"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("说了什么，定了什么，谁有不同意见。"),
        error_messages={"required": _("请写会议纪要。")},
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        options["initial"] = {"minutes": review.minutes}
        super().__init__(*args, review=review, **options)
