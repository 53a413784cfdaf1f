"""`manage.py build_kits`: make the downtime kits and put them on a folder or share."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.refusals import Refusal
from ops.kits import folder, workflow
from teams.models import Department


class Command(BaseCommand):
    help = (
        "制作停机应急包：内容有变化的做新的一版，没有变化的保持原样（同样的内容，同样的文件）。"
        "给出 --to（或设置 KITS_DIR）时放到文件夹或共享，整份替换，失败时保留旧的。"
        "有一份没有做成或文件夹不在时，退出状态为 1。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="文件夹或共享，必须已经存在；默认 KITS_DIR")
        parser.add_argument(
            "--department", action="append", default=[], help="只做这个科室（名称），可以重复"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        departments = self._departments(options["department"])
        failed = []
        for department in departments:
            try:
                built = workflow.build(department.pk, by=None)
            except Refusal as refusal:
                failed.append(f"{department}：{refusal}")
                continue
            done = "新做" if built.is_new else "没有变化"
            self.stdout.write(
                f"{department}：第 {built.edition.number} 版，{built.edition.pages} 页，{done}"
            )
        to = options["to"] or settings.KITS_DIR
        if to is not None:
            report = folder.put(to, [department.pk for department in departments])
            if report.is_good:
                self.stdout.write(f"{to}：{report.words}")
            else:
                failed.append(report.words)
        if failed:
            raise CommandError("\n".join(failed))

    def _departments(self, names: list[str]) -> list[Department]:
        departments = Department.objects.filter(is_active=True)
        if not names:
            return list(departments)
        found = list(departments.filter(name__in=names))
        missing = sorted(set(names) - {department.name for department in found})
        if missing:
            raise CommandError(f"没有这些科室：{'、'.join(missing)}。什么也没有做。")
        return found
