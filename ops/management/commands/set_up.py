"""`manage.py set_up`: a real hospital's first administrator, departments, groups and plan draft."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.refusals import Refusal
from ops import beginning
from ops.first_steps import first_steps


class Command(BaseCommand):
    help = (
        "为真实的医院做好第一步：第一位管理员、科室和业务、预案的三个小组、示例预案的草稿。"
        "已有的一概不动，可以重复运行。不带选项时逐项询问。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="", help="第一位管理员的用户名")
        parser.add_argument("--name", default="", help="第一位管理员的姓名")
        parser.add_argument(
            "--organisation",
            type=Path,
            help=f"科室、业务、小组的 YAML 文件；默认用随附的 {beginning.SHIPPED.name}",
        )
        parser.add_argument("--no-plan", action="store_true", help="不建立示例预案的草稿")
        parser.add_argument("--no-input", action="store_true", help="不询问，缺的用默认")

    def handle(self, *args: Any, **options: Any) -> None:
        asks = sys.stdin.isatty() and not options["no_input"]
        try:
            told = beginning.organisation(options["organisation"] or beginning.SHIPPED)
            username, name = options["username"], options["name"]
            if beginning.administrator() is None:
                username = username or (self._ask("管理员的用户名", "admin") if asks else "admin")
                name = name or (self._ask("管理员的姓名", "管理员") if asks else "管理员")
            if asks and not options["organisation"]:
                self.stdout.write(f"将建立科室：{'、'.join(told['departments'])}")
                self.stdout.write(f"将建立业务：{'、'.join(told['services'])}")
                if self._ask("照此建立吗？不合适可以写一个文件用 --organisation 给出", "y") != "y":
                    told |= {"departments": {}, "services": {}}
            begun = beginning.begin(
                told, username=username, name=name, with_plan=not options["no_plan"]
            )
        except (Refusal, beginning.Unusable) as error:
            raise CommandError(f"{error} 什么也没有建立。") from error
        self._tell(begun)

    def _ask(self, what: str, default: str) -> str:
        self.stdout.write(f"{what} [{default}]：", ending="")
        self.stdout.flush()
        return input().strip() or default

    def _tell(self, begun: beginning.Begun) -> None:
        for what, made in (
            ("科室", begun.departments),
            ("业务", begun.services),
            ("小组", begun.groups),
        ):
            self.stdout.write(f"{what}：{'新建 ' + '、'.join(made) if made else '已有，未改动'}")
        if begun.plan is not None:
            self.stdout.write(f"预案：示例已作为第 {begun.plan.number} 版草稿，要审批发布后才生效")
            for sentence in begun.fitting:
                self.stdout.write(f"  {sentence}")
        else:
            self.stdout.write("预案：已有，未改动")
        if begun.password:
            self.stdout.write(f"管理员：{begun.administrator.username}，初始密码 {begun.password}")
            self.stdout.write("  只显示这一次，登录后要换成自己的。")
        else:
            self.stdout.write(f"管理员：已有 {begun.administrator.username}，未改动")
        self.stdout.write("")
        self.stdout.write("接下来（登录后在大盘上也看得到）：")
        for place, step in enumerate(first_steps(), start=1):
            mark = "✓" if step.done else " "
            self.stdout.write(f" {mark} {place}. {step.title}：{step.hint}")
        self.stdout.write(f"登录：{settings.SITE_URL or 'http://本机地址/'}")
