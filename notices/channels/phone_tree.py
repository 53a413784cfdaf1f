"""人工电话: nothing is sent. A person is told whom to ring, dials, and notes what came of it.

The last of all ways, and one that needs no provider: it works with the telephone network alone.
Who rings is one of the hospital's roles; the list of whom is at /to-ring/ (`notices.ringing`).
"""

from django.utils.translation import gettext_lazy as _

from notices.channels.kind import Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Outcome, sent


def send(_line: Line, _message: Message, _address: str) -> Outcome:
    """It stands on the list once this is settled (`notices.workflow.ringing`)."""
    return sent()


KIND = Kind(
    "phone_tree",
    _("人工电话"),
    send,
    (
        Field(
            "who",
            _("谁来打"),
            _(
                "先找这些人里正在值班的；没有人值班就找全部。他们在「要打的电话」里看到打给谁，并记下结果。"
            ),
            default="cs",
            choices=(
                ("cs", _("客服人员")),
                ("it", _("信息技术人员")),
                ("logistics", _("后勤人员")),
                ("admin", _("管理员")),
            ),
        ),
    ),
    reaches=frozenset({"phone"}),
    needs_address=False,
    is_by_hand=True,
)
