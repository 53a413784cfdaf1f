"""Verbs of importing a roster: upload and see, then accept; nothing holds before that."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import duty_authority as authority
from teams import roster_sheets
from teams.models import Person, Roster, RosterImport
from teams.models.importing import LIFE
from teams.roster_sheets import Taken
from teams.rules import RosterRules, rules_of
from teams.workflow.calendar import lock_duty
from teams.workflow.rosters import lock_roster, rewrite

# Bad cells that are kept to be shown; whoever has more has another file to mend.
_SHOWN = 200


def upload_roster(
    pk: int, *, by: Person, content: bytes, what: str, file_name: str = ""
) -> RosterImport:
    """Read a sheet and keep it for its preview; the roster stays as it is. Administrators only.

    What was not accepted in time is thrown away. Raises Incomplete (field `file`) where the file
    cannot be read or holds no row.
    """
    roster = Roster.objects.get(pk=pk)
    _insist_edits(roster, by)
    if what not in RosterImport.What.values:
        sentence = _("请选择导入什么。")
        raise Incomplete(sentence, fields={"what": sentence})
    taken = roster_sheets.take(content, what)
    if not taken.rows and not taken.bad:
        sentence = _("表里一行也没有，请在表头下面填写。")
        raise Incomplete(sentence, fields={"file": sentence})
    return _keep(roster, taken, by=by, what=what, file_name=file_name)


@transaction.atomic
def _keep(roster: Roster, taken: Taken, *, by: Person, what: str, file_name: str) -> RosterImport:
    at = now()
    RosterImport.objects.filter(at__lt=at - LIFE).delete()
    # One person looks at one sheet of a roster at a time.
    RosterImport.objects.filter(roster=roster, by=by, accepted_at__isnull=True).delete()
    return RosterImport.objects.create(
        roster=roster,
        by=by,
        at=at,
        what=what,
        file_name=file_name.replace("\0", "")[-120:],
        rows=taken.rows,
        bad=[asdict(cell) for cell in taken.bad[:_SHOWN]],
        bad_rows=taken.bad_rows,
        seen=roster.version,
    )


@transaction.atomic
def accept_import(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    only_good: bool = False,
    accept_conflicts: str = "",
) -> Roster:
    """The rows of an uploaded sheet hold from now on: one change of the roster, which `undo_roster`
    takes back. With bad rows only where `only_good` says to leave them out.

    Raises Conflict where the roster is no longer what the person saw, where the sheet was accepted
    already or is too old, ConflictsFound where it brings conflicts and no reason is given.
    """
    lock_duty()
    kept = RosterImport.objects.select_for_update().filter(pk=pk, by=by).first()
    if kept is None:
        raise Conflict(_("这次上传已经不在了，请重新上传文件。"))
    if kept.accepted_at is not None:
        raise Conflict(_("这个文件已经导入过了。"))
    if kept.expires_at <= now():
        raise Conflict(
            _("上传已经超过 %(hours)s 小时，请重新上传文件。") % {"hours": LIFE.seconds // 3600}
        )
    roster = lock_roster(kept.roster_id, by, version)
    if not kept.rows:
        raise Incomplete(_("没有可以导入的行，请改好文件重新上传。"))
    if kept.bad_rows and not only_good:
        raise Incomplete(_("有的行有问题。请改好文件重新上传，或选择只导入好的行。"))
    rules = rules_after(kept, rules_of(roster))
    done = rewrite(
        roster,
        rules,
        by=by,
        event="roster.import",
        accept_conflicts=accept_conflicts,
        file=kept.file_name,
        what=str(kept.get_what_display()),
        rows=len(kept.rows),
        left_out=kept.bad_rows,
    )
    if not done:
        raise Conflict(_("文件里的内容和值班表一样，没有要改的。"))
    kept.accepted_at = now()
    kept.save(update_fields=["accepted_at"])
    return roster


@transaction.atomic
def drop_import(pk: int, *, by: Person) -> None:
    """Throw an uploaded sheet away; nothing of it ever held."""
    RosterImport.objects.filter(pk=pk, by=by, accepted_at__isnull=True).delete()


def rules_after(kept: RosterImport, rules: RosterRules) -> RosterRules:
    """What these rules of the roster would be with the sheet's good rows."""
    return roster_sheets.rules_with(
        rules, kept.what, kept.rows, today=timezone.localdate(), partly=bool(kept.bad_rows)
    )


def _insist_edits(roster: Roster, by: Person) -> None:
    if not authority.may_edit_rosters(roster, by):
        raise NotAllowed(_("值班表由管理员修改。"))
