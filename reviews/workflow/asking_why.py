"""Verbs of the cause tree: the five whys, or as many branches as there were (plan, row P16)."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal import moving
from journal.recording import now
from journal.refusals import Conflict, Incomplete
from reviews.models import DEEPEST, MOST_WHYS, Cause, Review, Why
from reviews.workflow.gate import lock, move
from teams.models import Person

VERB = "ask_why"


@transaction.atomic
def add_why(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    text: str,
    parent: int | None = None,
    evidence: str = "",
    is_root: bool = False,
    kind: str = "",
) -> Why:
    """Answer once more why it happened: the fault itself, or the answer with the key `parent`.

    The same answer under the same one a second time is the one that is there. Raises `Incomplete`
    where a root cause has no kind, and where the tree has become too deep or too large to read.
    """
    review = lock(incident_pk)
    text = require(text, "text", _("请写明原因。"))
    above = _find(review, parent) if parent is not None else None
    same = review.whys.filter(parent=above, text=text).first()
    if same is not None and moving.may(review, VERB, by):
        return same
    answer = Why(review=review, parent=above, text=text)
    _fill(answer, evidence, is_root, kind)
    move(review, VERB, by=by, at=now(), version=version, told=_told(answer, "add"))
    if _depth(above) >= DEEPEST:
        sentence = _("最多追问%(most)s层；再往下请写进说明。") % {"most": DEEPEST}
        raise Incomplete(sentence, fields={"parent": sentence})
    if review.whys.count() >= MOST_WHYS:
        raise Incomplete(_("原因最多写%(most)s条。") % {"most": MOST_WHYS})
    answer.save()
    return answer


@transaction.atomic
def change_why(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    why: int,
    text: str,
    evidence: str = "",
    is_root: bool = False,
    kind: str = "",
) -> Why:
    """Word an answer otherwise, give its evidence, mark it as the root. It keeps its place."""
    review = lock(incident_pk)
    answer = _find(review, why)
    before = answer.text
    answer.text = require(text, "text", _("请写明原因。"))
    _fill(answer, evidence, is_root, kind)
    told = _told(answer, "change") | {"before": before}
    move(review, VERB, by=by, at=now(), version=version, told=told)
    answer.save()
    return answer


@transaction.atomic
def remove_why(incident_pk: int, *, by: Person, version: int | None = None, why: int) -> Review:
    """Take an answer out, from the end: one that was asked further stays until those are gone."""
    review = lock(incident_pk)
    answer = _find(review, why)
    move(review, VERB, by=by, at=now(), version=version, told=_told(answer, "remove"))
    if answer.answers.exists():
        raise Conflict(_("这一条下面还有原因，请先删除下面的。"))
    answer.delete()
    return review


def _find(review: Review, pk: int) -> Why:
    found = review.whys.select_related("parent").filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这一条原因已经删除。"))
    return found


def _fill(answer: Why, evidence: str, is_root: bool, kind: str) -> None:
    if (kind and kind not in Cause.values) or (is_root and not kind):
        sentence = _("根本原因要选择类别：设计、操作或外部。")
        raise Incomplete(sentence, fields={"kind": sentence})
    answer.evidence, answer.is_root = evidence.strip(), is_root
    # Of what is no root, the kind says nothing.
    answer.kind = kind if is_root else ""


def _depth(answer: Why | None) -> int:
    depth = 0
    while answer is not None:
        depth, answer = depth + 1, answer.parent
    return depth


def _told(answer: Why, done: str) -> dict[str, str]:
    # Kept in the language of the house, whoever writes.
    with translation.override(settings.LANGUAGE_CODE):
        marked = _("（根本原因，%(kind)s）") % {"kind": answer.get_kind_display()}
    return {
        "done": done,
        "text": answer.text,
        "why_of": answer.parent.text if answer.parent else "",
        "evidence": answer.evidence,
        "root": str(marked) if answer.is_root else "",
    }
