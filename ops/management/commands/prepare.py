"""Bring the database to where the code expects it; in an empty demo also a hospital."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ops.prepared import fingerprint


class Command(BaseCommand):
    help = "Apply migrations, make the cache's table and, with DEMO=1 and nobody in it, the demo."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--welcome",
            action="store_true",
            help="also print the demo's accounts and what to do first, each line after '> '",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mark = fingerprint()  # Before the work: a file changed meanwhile is found next time.
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            self.stdout.write(f"更新数据表：{len(waiting)} 步 (migrations)……")
            self.stdout.flush()
            # What ends a hanging page would end a step that a slow machine thinks about for long.
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"
                )
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if settings.DEMO and not get_user_model()._default_manager.exists():
            self.stdout.write("建立示范医院…… (Making the demo hospital.)")
            self.stdout.flush()
            call_command("seed_demo", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("COMMENT ON TABLE django_migrations IS %s", [mark])
        if options["welcome"]:
            self._welcome()

    def _welcome(self) -> None:
        if not settings.DEMO:
            return
        from ops.demo import ACCOUNTS, PASSWORD

        people = get_user_model()._default_manager
        there = set(
            people.filter(username__in=[name for name, *_ in ACCOUNTS]).values_list(
                "username", flat=True
            )
        )
        shown = [account for account in ACCOUNTS if account[0] in there]
        if not shown:
            return
        self.stdout.write(f"> 示范账号，密码都是 Demo accounts, one password for all: {PASSWORD}")
        for username, role, first in shown:
            self.stdout.write(f">   {username:<12} {role}：{first}")
        username, role, first = shown[0]
        self.stdout.write(f"> 先试试：用 {username}（{role}）登录，{first}")
