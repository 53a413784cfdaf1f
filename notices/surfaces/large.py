"""The large-type version (大字版), for older patients: what to do, where, and whom to ask."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences
from notices.surfaces.surface import Line


@surface("large", gettext_lazy("大字版"), gettext_lazy("给老年人看：字大、话短"))
def large(say: Sentences) -> Made:
    lines = say.lines("advice", "where", "emergency", "next_update")
    return say.heading, [*lines, Line("older", _("看不清、听不清，请找身边的工作人员。"))], {}
