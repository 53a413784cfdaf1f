"""The guide's script (导诊): said standing, to people in a queue, one short sentence at a time."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences, ended
from notices.surfaces.surface import Line


@surface("guide", gettext_lazy("导诊话术"), gettext_lazy("导诊人员在现场对患者说"))
def guide(say: Sentences) -> Made:
    mark = "." if say.language == "en" else "。"
    heading = _("各位，请听我说一下。")
    if say.is_closed:
        return heading, [Line("outcome", ended(say.outcome, mark))], {}
    first = [
        Line("emergency", _("先看有没有急症患者：%(how)s") % {"how": ended(say.emergency, mark)})
    ]
    said = [
        Line(kind, ended(getattr(say, kind), mark))
        for kind in ("affected", "correction", "planned", "advice", "where")
    ]
    asked = [
        Line(
            "expected",
            _("有人问多久：%(answer)s") % {"answer": ended(say.expected, mark)}
            if say.expected
            else "",
        ),
        Line("next", ended(say.next_update, mark)),
        Line("contact", ended(say.contact, mark)),
        Line("older", _("请优先带老人、孕妇和行动不便的患者去办。")),
    ]
    return heading, [*first, *said, *asked], {}
