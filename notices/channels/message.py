"""What is sent: one message, worded for every channel from the same parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plans.marks import DRILL

REPEAT = "【重发】"


@dataclass(frozen=True)
class Attached:
    """A file that goes along, where the channel can carry files."""

    name: str
    content: bytes
    kind: str


@dataclass(frozen=True)
class Message:
    """A message to one address.

    `key` is the same in every repeat, so that a receiver can tell a repeat from news; where several
    alerts go as one message, `keys` are those of each. `is_repeat`
    says that an earlier try may have arrived. `level` is the grade's number (1 is the gravest).
    `variables` fill the templates that SMS providers insist on.
    """

    title: str
    text: str = ""
    url: str = ""
    key: str = ""
    keys: tuple[str, ...] = ()
    is_repeat: bool = False
    level: int | None = None
    is_drill: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    # Where a subscriber ends it with one press (RFC 8058).
    leave_url: str = ""
    # Mail alone carries them; elsewhere the link leads to the page that has them.
    files: tuple[Attached, ...] = ()

    @property
    def marks(self) -> str:
        """What stands before the title: first of all that it is a drill."""
        return (DRILL if self.is_drill else "") + (REPEAT if self.is_repeat else "")

    @property
    def head(self) -> str:
        return self.marks + self.title

    @property
    def spoken(self) -> str:
        """For a voice that reads it out: no link, no brackets."""
        sentences = [mark for mark, said in (("演练。", self.is_drill),) if said]
        sentences += [part.rstrip("。") + "。" for part in (self.title, self.text) if part]
        return "".join(sentences)

    def variable(self, name: str) -> str:
        """One of `variables`, or of the message's own parts; empty where there is none."""
        own = {"title": self.title, "text": self.text, "link": self.url, "key": self.key}
        return str(self.variables.get(name, own.get(name, "")))
