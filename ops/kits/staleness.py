"""What has changed between two kits of a department, in words for people."""

import hashlib
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ops.kits.composing import Parts

# Names that are told one by one; of more the number.
_NAMED = 3


@dataclass(frozen=True)
class Change:
    """What is new, gone and different in one part."""

    part: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def words(self) -> str:
        if self.part == "plan":
            return _("预案已换成%(version)s") % {"version": "、".join(self.new)}
        if self.part == "layout":
            return _("应急包的版式更新了")
        told = [
            _sentence(names) % {"names": _listed(each)}
            for names, each in (("new", self.new), ("gone", self.gone), ("other", self.other))
            if each
        ]
        return _("%(part)s：%(told)s") % {"part": _title(self.part), "told": "，".join(told)}


def changes(before: Parts, after: Parts) -> list[Change]:
    """Part by part; layout is told only where nothing else has changed."""
    found = []
    for part in after:
        old, new = before.get(part, {}), after[part]
        change = Change(
            part,
            new=tuple(name for name in new if name not in old),
            gone=tuple(name for name in old if name not in new),
            other=tuple(name for name in new if name in old and new[name] != old[name]),
        )
        if change.new or change.gone or change.other:
            found.append(change)
    return [each for each in found if each.part != "layout"] or found


def key_of(found: list[Change]) -> str:
    """The same for the same changes: of one of them people are reminded once."""
    told = [[each.part, each.new, each.gone, each.other] for each in found]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _title(part: str) -> str:
    return {
        "people": _("人员和电话"),
        "rosters": _("值班表"),
        "groups": _("应急小组"),
        "departments": _("科室内线和负责人"),
        "services": _("本科室的业务"),
        "text": _("预案内容"),
        "hospital": _("医院信息"),
        "forms": _("纸质表单"),
    }[part]


def _sentence(how: str) -> str:
    return {
        "new": _("新增%(names)s"),
        "gone": _("去掉%(names)s"),
        "other": _("%(names)s有变动"),
    }[how]


def _listed(names: tuple[str, ...]) -> str:
    """Names without the key before them."""
    told = [name.partition(":")[2] or name for name in names]
    if len(told) <= _NAMED:
        return "、".join(told)
    return _("%(names)s等 %(count)s 处") % {"names": "、".join(told[:_NAMED]), "count": len(told)}
