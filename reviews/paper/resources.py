"""What was used and kept: forms, supplies and cost, the law's demands, custody, files."""

from typing import Any

from plans.documents import Section, Table
from reviews.paper.words import NONE, Clock, cell, size


def on_paper(content: dict[str, Any], clock: Clock) -> Section | None:
    """手工模式与纸质表单"""
    modes, forms = content.get("manual", []), content.get("forms", [])
    if not modes and not forms:
        return None
    stretches = tuple(
        (
            mode["department"],
            f"{clock.short(mode['on_at'])}\n{clock.short(mode['off_at'])}",
            f"{clock.short(mode['on_confirmed_at'])}\n{clock.short(mode['off_confirmed_at'])}",
            mode["reason"],
        )
        for mode in modes
    )
    counted = tuple(
        (
            f"{form['department']}\n{form['kind']}",
            form["range"],
            str(form["used"]),
            str(form["void"]),
            str(form["lost"]),
            str(form["unused"]),
            str(form["entered"]),
            _cash(form),
        )
        for form in forms
    )
    tables = []
    if stretches:
        tables.append(
            Table(
                ("科室", "启用/停用", "科室确认", "理由"),
                stretches,
                caption="手工模式",
                widths=(2.4, 2.4, 2.4, 5),
                align="lccl",
            )
        )
    if counted:
        tables.append(
            Table(
                ("科室与表单", "号码", "使用", "作废", "遗失", "未用", "补录", "收款核对"),
                counted,
                caption="纸质表单与补录",
                widths=(3, 2.2, 1, 1, 1, 1, 1, 2.6),
                align="lccccccl",
            )
        )
    words = "" if stretches else "没有科室转手工模式。"
    return Section("手工模式与纸质表单", words, tables=tuple(tables))


def _cash(form: dict[str, Any]) -> str:
    if form["paper_total"] is None:
        return NONE
    words = [f"纸面{form['paper_total']}元"]
    if form["entered_total"] is not None:
        words.append(f"补录{form['entered_total']}元")
    if form["difference"]:
        words.append(f"相差{form['difference']}元：{form['explanation']}")
    return "\n".join(words)


def supplies(content: dict[str, Any], clock: Clock) -> Section | None:
    """物资与花费"""
    found = content.get("supplies", {"loans": [], "payments": [], "total": "0"})
    if not found["loans"] and not found["payments"]:
        return None
    given = tuple(
        (
            loan["item"],
            f"{loan['quantity']}{loan['unit']}",
            loan["to"],
            clock.short(loan["issued_at"]),
            _became(loan),
        )
        for loan in found["loans"]
    )
    paid = tuple(
        (payment["purpose"], payment["payee"], payment["state"], str(payment["amount"]))
        for payment in found["payments"]
    )
    tables = []
    if given:
        tables.append(
            Table(
                ("物资", "数量", "领用", "时间", "去向"),
                given,
                caption="领用的物资",
                widths=(3, 1.4, 2.6, 2.3, 3),
                align="lclcl",
            )
        )
    if paid:
        tables.append(
            Table(
                ("用途", "收款人", "状态", "金额（元）"),
                paid,
                caption="应急备用金支出",
                widths=(5, 2.6, 1.8, 2),
                align="llcc",
            )
        )
    words = f"应急备用金共支出{found['total']}元。" if paid else "没有动用应急备用金。"
    return Section("物资与花费", words, tables=tuple(tables))


def _became(loan: dict[str, Any]) -> str:
    kinds = (
        *(("归还", "returned"), ("用掉", "consumed"), ("损坏", "damaged")),
        *(("丢失", "lost"), ("未还", "out")),
    )
    return "，".join(f"{word}{loan[key]}" for word, key in kinds if loan[key]) or NONE


def law(content: dict[str, Any], clock: Clock) -> Section | None:
    """法定报告"""
    rows = tuple(
        (
            "\n".join(filter(None, (row["rule"], row["source"]))),
            clock.short(row["due_at"]),
            "不适用" if row["is_waived"] else clock.short(row["met_at"]),
            cell(row["words"]),
        )
        for row in content.get("law", [])
    )
    if not rows:
        return None
    table = Table(
        ("要求与依据", "期限", "办理", "说明"),
        rows,
        caption="法定报告",
        widths=(5, 2.3, 2.3, 3.4),
        align="lccl",
    )
    return Section("法定报告", "本表只列有关规定和办理情况，不是法律意见。", tables=(table,))


def custody(content: dict[str, Any], clock: Clock) -> Section | None:
    """The annex with the chain of custody."""
    rows = tuple(
        (
            clock.short(step["handed_at"]),
            step["what"],
            f"{step['from']}\n{step['to']}",
            step["kept_where"],
            cell(step["sha256"]),
        )
        for step in content.get("custody", [])
    )
    if not rows:
        return None
    head = ("时间", "证据", "交出/接收", "存放处", "SHA-256")
    widths = (2.3, 3, 2.2, 2.2, 4)
    return Section("证据交接", tables=(Table(head, rows, widths=widths, align="cllll"),))


def files(content: dict[str, Any], clock: Clock) -> Section | None:
    """The annex with the files of evidence and their sums."""
    rows = tuple(
        (
            str(place),
            "\n".join(filter(None, (file["name"], file["about"], file["note"]))),
            size(file["size_bytes"]),
            f"{file['by']}\n{clock.short(file['at'])}",
            file["sha256"],
        )
        for place, file in enumerate(content.get("files", []), start=1)
    )
    if not rows:
        return None
    head = ("序号", "文件", "大小", "登记", "SHA-256")
    return Section(
        "凭证文件",
        "文件原件存放在应急系统，校验值由系统核算。",
        tables=(Table(head, rows, widths=(1, 4.2, 1.7, 2.3, 4), align="clccl"),),
    )
