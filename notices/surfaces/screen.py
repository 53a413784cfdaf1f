"""The hall screen: read in passing from six metres, so only what a person must do."""

from django.utils.translation import gettext_lazy as _

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences


@surface("screen", _("大厅屏"), _("候诊大厅的大屏，六米外也看得清"))
def screen(say: Sentences) -> Made:
    kinds = ("correction", "planned", "advice", "where", "emergency", "expected", "next_update")
    return say.heading, say.lines(*kinds), {}
