"""The regulator's form as a form: a text for each question, beside what the record says."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from incidents.law.fields import Filled
from incidents.models import LawReport
from incidents.workflow.law_report import LONGEST


class LawReportForm(forms.Form):
    """What is left empty says what the record knows."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, fields: Sequence[Filled], row: LawReport | None, *args: Any, **options: Any
    ) -> None:
        options["initial"] = {
            "version": row.version if row else 0,
            **{one.field.key: one.written for one in fields},
        }
        super().__init__(*args, **options)
        # What only people can say comes first.
        for one in sorted(fields, key=lambda one: bool(one.found)):
            hint = format_html("{}：{}", _("留空就填"), one.found) if one.found else ""
            self.fields[one.field.key] = forms.CharField(
                label=str(one.field.title),
                required=False,
                max_length=LONGEST,
                help_text=hint,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
