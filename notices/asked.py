"""What the API asks for where patients are told something: the words of all of it."""

from typing import Any, ClassVar

from rest_framework import serializers

from journal.api import RowsField
from notices.workflow.words import Words
from teams.models import Service


def line(longest: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, **options)


class WordsAsked(serializers.Serializer):
    """Words for patients. Whatever of them is given goes into `facts`, a value of `made_of`."""

    affected = line(120, help_text="What does not work, in words that patients use.")
    advice = line(200, help_text="What patients do.")
    where_to_go = line(120, required=False, allow_blank=True)
    emergency = line(60, required=False)
    contact = line(40, required=False, allow_blank=True)
    affected_en = line(200, required=False, allow_blank=True)
    advice_en = line(300, required=False, allow_blank=True)
    where_en = line(200, required=False, allow_blank=True)
    emergency_en = line(100, required=False, allow_blank=True)
    services = RowsField(Service.objects.all(), required=False)

    made_of: ClassVar[type[Words]]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().to_internal_value(data)
        own = {*self.made_of.columns(), "services"}
        facts = self.made_of(**{name: given.pop(name) for name in list(given) if name in own})
        return {**given, "facts": facts}
