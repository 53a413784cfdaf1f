"""The text message: providers demand an approved template with named variables.

Up to 70 characters are one message, longer ones are cut in segments of 67; the signature counts
(domain, section 4).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.channels import sms as counting
from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences
from notices.surfaces.surface import Line
from plans.marks import DRILL


@surface("sms", gettext_lazy("短信"), gettext_lazy("发给预约了的患者；模板要先由运营商审核"))
def sms(say: Sentences) -> Made:
    """The text under the hospital's signature, with the template and its variables beside it."""
    told = say.told
    if say.is_closed:
        template = "${what}：${now}"
        values = {"what": say.heading, "now": say.outcome}
    else:
        template = _("${what}。${todo} ${emergency}。${next}。")
        values = {
            "what": say.affected,
            "todo": say.advice,
            "emergency": say.emergency,
            "next": say.next_update,
        }
        if say.where:
            template = _("${what}。${todo} ${place}。${emergency}。${next}。")
            values["place"] = say.where
    values = {name: value.rstrip("。. ") for name, value in values.items()}
    if "todo" in values:
        values["todo"] += "." if say.language == "en" else "。"
    signature = f"【{told.hospital}】"
    text = counting.rendered(template, values).replace("。 ", "。")
    body = (DRILL if told.is_drill else "") + text
    return (
        "",
        [Line("body", signature + body)],
        {
            "segments": counting.segments(told.hospital, body),
            "characters": counting.units(signature + body),
            "template": signature + template,
            "variables": values,
            "too_long": [
                name for name, value in values.items() if len(value) > counting.LONGEST_VALUE
            ],
        },
    )
