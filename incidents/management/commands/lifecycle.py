"""`manage.py lifecycle`: write `docs/lifecycle.md` from the machine, or check it against it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from incidents.lifecycle import DOCUMENT, document


class Command(BaseCommand):
    help = "由代码生成 docs/lifecycle.md;--check 只检查是否一致，不一致时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            text = document()
        if not options["check"]:
            DOCUMENT.write_text(text, encoding="utf-8")
            return
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
            self.stderr.write("docs/lifecycle.md 与代码不一致，请运行 manage.py lifecycle。")
            sys.exit(1)
