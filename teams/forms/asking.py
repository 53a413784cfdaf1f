"""What forms of this room have in common: the version that was seen, and a refusal at its field."""

from typing import Any

from django import forms
from django.db import models

from journal.refusals import Refusal
from teams.wording import in_words


class SeenForm(forms.Form):
    """A form on a row that others may change as well: it carries the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return dict(self.cleaned_data)


def put_errors(form: forms.Form, refusal: Refusal) -> None:
    """Each sentence at its field; what belongs to no field stands at the top."""
    for field, sentence in refusal.fields.items():
        if field in form.fields:
            form.add_error(field, str(sentence))
    if not form.errors:
        form.add_error(None, str(refusal))


def kept(form: Any) -> list[dict[str, str]]:
    """What was typed, in words, for parts/conflict.html."""
    return [
        {"label": str(field.label), "text": str(field.value())}
        for field in form.visible_fields()
        if field.widget_type in ("text", "textarea", "number", "time") and field.value()
    ]


def reopened(form: Any, version: int) -> Any:
    """The form as it was typed, but on the row's new version, so that it can be sent again."""
    data = form.data.copy()
    data["version"] = str(version)
    form.data = data
    return form


def as_it_is(form: Any, row: models.Model) -> list[dict[str, str]]:
    """What fields of the row hold now that the person wanted otherwise, for parts/conflict.html."""
    return [
        {"label": str(field.label), "new": in_words(row, field.name) or "–"}
        for field in form.visible_fields()
        if hasattr(row, field.name)
        and form.cleaned_data.get(field.name) != getattr(row, field.name)
    ]
