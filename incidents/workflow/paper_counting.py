"""Verbs on the numbers of an opened batch: what became of each, and that all are told.

Whoever is of the department may; the numbers themselves decide who was first.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Batch, Incident, Slip
from incidents.numbers import BadNumbers, conflicts, parse, spoken, written
from incidents.tally import Tally
from incidents.workflow.gate import lock
from incidents.workflow.paper import about
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

Fate = Slip.Fate


def lock_batch(pk: int) -> tuple[Incident, Batch]:
    """The incident's row and then the batch's, in the order of all verbs.

    Raises Conflict for a batch that was not opened for any incident.
    """
    batch = Batch.objects.get(pk=pk)
    if batch.incident_id is None:
        raise Conflict(_("这批表单还没有启用。"))
    incident = lock(batch.incident_id)
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("department", "incident")
        .get(pk=pk)
    )
    return incident, batch


def insist_open(batch: Batch, by: Person, verb: str) -> None:
    """Somebody of the department, and a batch that is in use."""
    if not authority.works_in_department(batch, by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": verb})
    if batch.state != Batch.State.OPEN:
        raise Conflict(
            _("这批表单现在是「%(state)s」，不能再「%(verb)s」。")
            % {"state": batch.get_state_display(), "verb": verb}
        )


def numbers_in(batch: Batch, text: str, field: str) -> set[int]:
    """The numbers that the text names, all of them of the batch.

    Raises Incomplete at `field`, naming the part that is not understood or not of the batch.
    """
    try:
        found = parse(text or "", prefix=batch.prefix)
    except BadNumbers as error:
        raise Incomplete(str(error), fields={field: str(error)}) from error
    if strange := found - set(batch.numbers):
        sentence = _("%(numbers)s不在这一批里（%(first)s 到 %(last)s）。") % {
            "numbers": spoken(strange),
            "first": batch.first,
            "last": batch.last,
        }
        raise Incomplete(sentence, fields={field: sentence})
    return found


@transaction.atomic
def mark(pk: int, *, by: Person, numbers: str, fate: str) -> Batch:
    """Note at the window what became of some numbers: used, void, lost; or take that back.

    Raises Conflict, naming them, for numbers that have another fate already or were entered;
    Incomplete for a text that names none.
    """
    incident, batch = lock_batch(pk)
    insist_open(batch, by, _("登记号码"))
    if fate not in Fate.values:
        sentence = _("请选择使用、作废、遗失或未用。")
        raise Incomplete(sentence, fields={"fate": sentence})
    named = numbers_in(batch, numbers, "numbers")
    if not named:
        sentence = _("请写明号码，例如 1-40, 43。")
        raise Incomplete(sentence, fields={"numbers": sentence})
    if batch.accounted_at is not None:
        raise Conflict(_("这批表单已经点清。要改，请重新点清。"))
    tally = Tally.of(batch)
    _insist_not_entered(tally, named, fate)
    for other in (Fate.USED, Fate.VOID, Fate.LOST):
        if fate not in (other, Fate.UNUSED) and (taken := named & tally.numbers[other]):
            raise Conflict(
                _("%(numbers)s已在%(fate)s里。") % {"numbers": spoken(taken), "fate": other.label}
            )
    new = named - tally.numbers[fate]
    Slip.objects.filter(batch=batch, number__in=new).update(fate=fate)
    if new:
        facts = {"numbers": written(new), "count": len(new), "fate": Fate(fate).label}
        record(incident.stream, "paper.mark", by=by, at=now(), facts=about(batch) | facts)
    return batch


@transaction.atomic
def account(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    used: str = "",
    void: str = "",
    lost: str = "",
    unused: str = "",
    rest_unused: bool = False,
    lost_reason: str = "",
) -> Batch:
    """Tell of each number what became of it, as «1-40, 43»; may be done again while it is open.

    `rest_unused`: whatever is named nowhere was counted and is unused. Lost forms are explained, in
    the person's name.

    Raises Incomplete at each field with the exact numbers: not of the batch, named twice, in two
    places, missing, or entered already and not among the used.
    """
    incident, batch = lock_batch(pk)
    texts = {"used": used, "void": void, "lost": lost, "unused": unused}
    claimed, wrong = numbers_told(batch, Tally.of(batch), texts, rest_unused=rest_unused)
    lost_reason = (lost_reason or "").strip()
    if claimed.get("lost") and not lost_reason:
        wrong["lost_reason"] = _("请写明怎么遗失的，和您的姓名一起记录。")
    at = now()
    moving.move(batch, "account", by=by, at=at, version=version, lost_reason=lost_reason)
    if wrong:
        raise Incomplete(" ".join(dict.fromkeys(wrong.values())), fields=wrong)
    for fate, numbers in claimed.items():
        Slip.objects.filter(batch=batch, number__in=numbers).exclude(fate=fate).update(fate=fate)
    facts: dict[str, object] = {fate: len(numbers) for fate, numbers in claimed.items()}
    facts |= {f"{fate}_numbers": written(numbers) for fate, numbers in claimed.items()}
    record(
        incident.stream,
        "paper.account",
        by=by,
        at=at,
        facts=about(batch) | facts | {"lost_reason": lost_reason},
    )
    return batch


def numbers_told(
    batch: Batch, tally: Tally, texts: dict[str, str], *, rest_unused: bool
) -> tuple[dict[str, set[int]], dict[str, str]]:
    """What the texts of an account tell of each number, and what is wrong, a sentence a field.

    `texts` are `used`, `void`, `lost`, `unused`; a text that is not understood tells nothing.
    """
    claimed, wrong = _claims(batch, texts)
    if wrong:
        return claimed, wrong
    if rest_unused:
        told = set[int]().union(*claimed.values())
        claimed["unused"] |= set(batch.numbers) - told
    return claimed, _faults(batch, tally, claimed)


def _claims(batch: Batch, texts: dict[str, str]) -> tuple[dict[str, set[int]], dict[str, str]]:
    claimed: dict[str, set[int]] = {}
    wrong: dict[str, str] = {}
    for name, text in texts.items():
        try:
            claimed[name] = numbers_in(batch, text, name)
        except Incomplete as refusal:
            wrong |= refusal.fields
    return claimed, wrong


def _faults(batch: Batch, tally: Tally, claimed: dict[str, set[int]]) -> dict[str, str]:
    """What makes the claims no account of the batch, a sentence at each field."""
    wrong: dict[str, str] = {}
    _outside, shared, missing = conflicts(batch.numbers, claimed)
    for (one, other), numbers in shared.items():
        wrong[other] = _("%(numbers)s已在%(fate)s里。") % {
            "numbers": spoken(numbers),
            "fate": Fate(one).label,
        }
    if missing:
        wrong.setdefault("unused", _("缺 %(numbers)s。") % {"numbers": spoken(missing)})
    if gone := tally.entered - claimed["used"]:
        wrong.setdefault(
            "used",
            _("%(numbers)s已经补录，只能算使用；补错了请先退回补录。") % {"numbers": spoken(gone)},
        )
    return wrong


def _insist_not_entered(tally: Tally, named: set[int], fate: str) -> None:
    if fate != Fate.USED and (entered := named & tally.entered):
        raise Conflict(
            _("%(numbers)s已经补录，只能算使用；补错了请先退回补录。")
            % {"numbers": spoken(entered)}
        )
