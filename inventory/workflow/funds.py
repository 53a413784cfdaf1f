"""Verbs of the emergency fund: deposit, expense, advance, receipts, settling (row P19).

The fund's row is locked first; the database adds each entry to its balance and refuses one below
nothing.
"""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.models import Fund, FundEntry, Payment, Receipt, ReceiptFile
from inventory.workflow.gate import insist_keeps, refuse, said
from inventory.workflow.lending import Purpose
from journal import keeping, moving
from journal.recording import now, record
from journal.refusals import Conflict

MOST_MONEY = Decimal(100_000_000)


@transaction.atomic
def open_fund(
    *, by: Any, name: str, two_person_above: Decimal = Decimal(1000), keeper: Any = None
) -> Fund:
    """A new account with nothing in it."""
    insist_keeps(by)
    name = said(name, "name", _("请填写名称。"))[:40]
    if Fund.objects.filter(name=name).exists():
        refuse("name", _("已经有「%(name)s」。") % {"name": name})
    fund = Fund.objects.create(name=name, two_person_above=two_person_above, keeper=keeper)
    facts = {"what": name, "limit": str(two_person_above)}
    record(fund.stream, "fund.open", by=by, facts=facts)
    return fund


@transaction.atomic
def deposit(
    pk: int, *, by: Any, amount: Decimal, reason: str, client_uuid: uuid.UUID | None = None
) -> Fund:
    """Money comes into the fund."""
    insist_keeps(by)
    amount = _some(amount)
    reason = said(reason, "reason", _("请写明来源。"))
    fund = _lock(pk)
    if client_uuid and FundEntry.objects.filter(client_uuid=client_uuid).exists():
        return fund
    at = now()
    _enter(fund, FundEntry.Kind.DEPOSIT, amount, reason, by=by, at=at, mark=client_uuid)
    facts = {"what": fund.name, "amount": str(amount), "reason": reason}
    record(fund.stream, "fund.deposit", by=by, at=at, facts=facts)
    return fund


@transaction.atomic
def pay(
    pk: int,
    *,
    by: Any,
    kind: str,
    amount: Decimal,
    payee: str,
    purpose: Purpose,
    receipt: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Payment:
    """Spend money, or advance it to somebody. Above the fund's limit it waits for a second person.

    Gives the payment, `paid` or `asked`. Raises Conflict where there is not so much money.
    """
    insist_keeps(by)
    amount = _some(amount)
    if kind not in Payment.Kind.values:
        refuse("kind", _("请选择直接支出还是预支。"))
    payee = said(payee, "payee", _("请填写收款人。"))[:60]
    words = said(purpose.words, "purpose", _("请写明用途。"))
    receipt = receipt.strip()[:40]
    fund = _lock(pk)
    known = Payment.objects.filter(client_uuid=client_uuid).first() if client_uuid else None
    if known is not None:
        return known
    _insist_enough(fund, amount)
    at, waits = now(), amount > fund.two_person_above
    payment = Payment.objects.create(
        fund=fund,
        kind=kind,
        state=Payment.State.ASKED if waits else Payment.State.PAID,
        amount=amount,
        payee=payee,
        purpose=words,
        stream=purpose.stream,
        about=purpose.about[:200],
        url=purpose.url,
        asked_by=by,
        asked_at=at,
        client_uuid=client_uuid or uuid.uuid4(),
    )
    if receipt and kind == Payment.Kind.EXPENSE:
        Receipt.objects.create(
            payment=payment, number=receipt, amount=amount, what=words[:120], by=by, at=at
        )
    if not waits:
        _take_out(payment, by=by, at=at)
    _tell(payment, "fund.ask" if waits else "fund.pay", by=by, at=at)
    return payment


@transaction.atomic
def approve(pk: int, *, by: Any, version: int | None = None) -> Payment:
    """The second person: the money leaves the fund. Never who asked for it."""
    payment = _lock_payment(pk)
    at = now()
    moving.move(payment, "approve", by=by, at=at, version=version)
    _insist_enough(payment.fund, payment.amount)
    _take_out(payment, by=by, at=at)
    _tell(payment, "fund.approve", by=by, at=at)
    return payment


@transaction.atomic
def refuse_payment(pk: int, *, by: Any, version: int | None = None, reason: str) -> Payment:
    """It is not paid, with the reason."""
    payment = _lock_payment(pk)
    reason = said(reason, "reason", _("请写明理由，申请人会看到。"))
    at = now()
    moving.move(payment, "refuse", by=by, at=at, version=version, reason=reason)
    _tell(payment, "fund.refuse", by=by, at=at, reason=reason)
    return payment


class _There(Exception):
    """The same content is a file of this receipt already."""

    def __init__(self, file: ReceiptFile) -> None:
        self.file = file


def add_receipt(
    pk: int,
    *,
    by: Any,
    number: str,
    amount: Decimal,
    what: str,
    file: UploadedFile | None = None,
) -> Receipt:
    """A receipt for what was paid, with its photo or file where there is one; all of them together
    never come to more than what was paid. What is refused leaves no file behind."""
    insist_keeps(by)
    facts = {"by": by, "number": number, "amount": amount, "what": what}
    if file is None:
        return _add_receipt(pk, None, **facts)
    try:
        with keeping.keep(file) as kept:
            return _add_receipt(pk, kept, **facts)
    except _There as there:
        return there.file.receipt


@transaction.atomic
def _add_receipt(
    pk: int, kept: keeping.Kept | None, *, by: Any, number: str, amount: Decimal, what: str
) -> Receipt:
    payment = _lock_payment(pk)
    amount = _some(amount)
    number = said(number, "number", _("请填写票据号。"))[:40]
    what = said(what, "what", _("请写明买了什么。"))[:120]
    if payment.state != Payment.State.PAID:
        raise Conflict(_("这笔支出现在不能再登记票据。"))
    at = now()
    made = payment.receipts.filter(number=number).first()
    if made is not None and made.amount != amount:
        refuse("number", _("这个票据号已经登记过，金额不同。"))
    if made is None:
        if _receipts(payment) + amount > payment.amount:
            refuse("amount", _("票据合计超过付出的金额；多出的请另记一笔支出。"))
        made = Receipt.objects.create(
            payment=payment, number=number, amount=amount, what=what, by=by, at=at
        )
        _tell(payment, "fund.receipt", by=by, at=at, number=number, sum=str(amount))
    if kept is not None:
        _attach(payment, made, kept, by=by, at=at)
    return made


def attach_receipt(pk: int, *, by: Any, receipt: int, file: UploadedFile | None) -> ReceiptFile:
    """A photo or file for a receipt (by key) of the payment `pk` that was entered before.

    Size, kind by content and SHA-256 are counted by the server and written to the journal. The same
    content a second time is the file that is there. Refused for a payment that was not approved,
    and where the content is the receipt of another payment: nothing is paid twice on one receipt.
    Raises Receipt.DoesNotExist.
    """
    insist_keeps(by)
    try:
        with keeping.keep(file) as kept, transaction.atomic():
            payment = _lock_payment(pk)
            if payment.state == Payment.State.REFUSED:
                raise Conflict(_("这笔支出没有批准，不能再加票据文件。"))
            of = Receipt.objects.select_related("payment").get(pk=receipt, payment=payment)
            return _attach(payment, of, kept, by=by, at=now())
    except _There as there:
        return there.file


def _attach(
    payment: Payment, receipt: Receipt, kept: keeping.Kept, *, by: Any, at: datetime.datetime
) -> ReceiptFile:
    known = ReceiptFile.objects.filter(sha256=kept.sha256).select_related("receipt__payment")
    for each in known:
        if each.receipt_id == receipt.pk:
            raise _There(each)
        if each.receipt.payment_id != payment.pk:
            refuse(
                "file",
                _("这个文件已经是「%(purpose)s」的票据 %(number)s，不能用两次。")
                % {"purpose": each.receipt.payment.purpose, "number": each.receipt.number},
            )
    made = ReceiptFile.objects.create(receipt=receipt, by=by, at=at, **kept.__dict__)
    told = {"number": receipt.number, "name": kept.name, "sha256": kept.sha256}
    told |= {"file": str(made.pk), "size_bytes": str(kept.size_bytes), "type": kept.kind}
    _tell(payment, "fund.receipt_file", by=by, at=at, **told)
    return made


@transaction.atomic
def settle(pk: int, *, by: Any, version: int | None = None) -> Payment:
    """The receipts are all there: what they came to is spent, the rest comes back to the fund."""
    # Who may not, learns nothing of its receipts.
    insist_keeps(by)
    payment = _lock_payment(pk)
    spent, at = _receipts(payment), now()
    if payment.kind == Payment.Kind.EXPENSE and spent != payment.amount:
        refuse(
            "",
            _("票据合计 %(spent)s 元，付了 %(amount)s 元，还对不上。")
            % {"spent": spent, "amount": payment.amount},
        )
    moving.move(payment, "settle", by=by, at=at, version=version, spent=spent)
    left = payment.amount - spent
    if left:
        _enter(payment.fund, FundEntry.Kind.BACK, left, payment.purpose, by=by, at=at, of=payment)
    _tell(payment, "fund.settle", by=by, at=at, spent=str(spent), back=str(left))
    return payment


def _some(amount: Decimal) -> Decimal:
    amount = Decimal(amount).quantize(Decimal("0.01"))
    if not 0 < amount <= MOST_MONEY:
        refuse("amount", _("请填写大于 0 的金额。"))
    return amount


def _lock(pk: int) -> Fund:
    return Fund.objects.select_for_update(no_key=True).get(pk=pk)


def _lock_payment(pk: int) -> Payment:
    fund = Payment.objects.values_list("fund", flat=True).get(pk=pk)
    locked = _lock(fund)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=pk)
    payment.fund = locked
    return payment


def _insist_enough(fund: Fund, amount: Decimal) -> None:
    if amount > fund.balance:
        raise Conflict(
            _("%(what)s只剩 %(left)s 元，不够 %(amount)s 元。")
            % {"what": fund.name, "left": fund.balance, "amount": amount}
        )


def _receipts(payment: Payment) -> Decimal:
    return payment.receipts.aggregate(n=Sum("amount"))["n"] or Decimal(0)


def _take_out(payment: Payment, *, by: Any, at: Any) -> None:
    kind = FundEntry.Kind(payment.kind)
    _enter(payment.fund, kind, -payment.amount, payment.purpose, by=by, at=at, of=payment)


def _enter(
    fund: Fund,
    kind: str,
    change: Decimal,
    reason: str,
    *,
    by: Any,
    at: Any,
    of: Payment | None = None,
    mark: uuid.UUID | None = None,
) -> None:
    FundEntry.objects.create(
        fund=fund,
        kind=kind,
        change=change,
        payment=of,
        reason=reason,
        by=by,
        at=at,
        client_uuid=mark or uuid.uuid4(),
    )


def _tell(payment: Payment, event: str, *, by: Any, at: Any, **more: str) -> None:
    facts = {
        "payment": payment.pk,
        "what": payment.fund.name,
        "kind": str(payment.get_kind_display()),
        "amount": str(payment.amount),
        "payee": payment.payee,
        "purpose": payment.purpose,
        "asked_by": payment.asked_by_id,
    }
    stream = payment.stream or payment.fund.stream
    record(stream, event, by=by, at=at, facts=facts | more)
