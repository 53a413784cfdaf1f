"""`manage.py verify_journal`: is the journal what was written?"""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from journal.models import Entry
from journal.verify import breaks


class Command(BaseCommand):
    help = "检验事件日志：每条链、每个封存。发现改动时逐条列出（日志流、序号），退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("stream", nargs="*", help="只检验这些日志流，例如 incident:12")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        found = 0
        for broken in breaks(options["stream"] or None):
            found += 1
            self.stdout.write(str(broken))
        if found:
            self.stderr.write(f"事件日志有 {found} 处不符。")
            sys.exit(1)
        count = Entry.objects.count()
        self.stdout.write(f"事件日志完好：{count} 条，用时 {time.monotonic() - started:.1f} 秒。")
