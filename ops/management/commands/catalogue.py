"""`manage.py catalogue`: bring the English catalogue in step with the code, or check that it is."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ops.catalogue import bring_in_step, faults


class Command(BaseCommand):
    help = "更新英文文案目录;--check 只检查，不一致或缺译文时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            found = faults()
            for fault in found:
                self.stderr.write(fault)
            sys.exit(1 if found else 0)
        added, gone = bring_in_step()
        self.stdout.write(f"新增 {added} 条，删除 {gone} 条。")
