"""The hotline's script: spoken to one caller, the next question answered before it is asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences, ended
from notices.surfaces.surface import Line


@surface("hotline", gettext_lazy("热线话术"), gettext_lazy("客服接电话时照着说"))
def hotline(say: Sentences) -> Made:
    mark = "." if say.language == "en" else "。"
    greeting = _("您好，这里是%(hospital)s。") % {"hospital": say.told.hospital}
    if say.is_closed:
        return greeting, [Line("outcome", ended(say.outcome, mark)), _close()], {}
    lines = [
        Line("affected", _("很抱歉，%(what)s") % {"what": ended(say.affected, mark)}),
        Line("advice", ended(say.advice, mark)),
        *(Line(kind, ended(getattr(say, kind), mark)) for kind in ("correction", "planned")),
        Line("where", ended(say.where, mark)),
        Line("emergency", ended(say.emergency, mark)),
        Line(
            "expected",
            _("问多久能好：%(answer)s") % {"answer": ended(say.expected, mark)}
            if say.expected
            else "",
        ),
        Line("next", ended(say.next_update, mark)),
        _close(),
    ]
    return greeting, lines, {}


def _close() -> Line:
    return Line("close", _("给您添麻烦了。您还有什么要问的吗？"))
