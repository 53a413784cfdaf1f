"""Verbs of people: who works here, in which roles, and who may come in."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.moving import check_version
from journal.recording import now
from journal.refusals import Conflict, Incomplete
from teams import tokens
from teams.inputs import rosters_of
from teams.models import ContactPoint, Department, Person, Role
from teams.wording import in_words
from teams.workflow.calendar import lock_duty, recompile
from teams.workflow.told import apply, insist_administers, needed, tell

_DESCRIBING = {"name", "duty", "department", "phone", "roles", "skills"}
# No sign that is taken for another when it is read aloud or off paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def add_person(
    *,
    by: Any,
    username: str,
    name: str,
    duty: str = "",
    department: Department | None = None,
    phone: str = "",
    roles: Iterable[str] = (),
    skills: Iterable[str] = (),
    password: str = "",
) -> tuple[Person, str]:
    """Somebody begins to work here. Gives the person and the first password, to be handed over.

    The password (made up where none is given) opens the door once: the person then chooses one.
    Raises Incomplete where the user name is taken or no user name.
    """
    insist_administers(by)
    username = _free_username(username)
    password = password or new_password()
    person = Person(username=username, must_change_password=True)
    _describe(person, name=name, duty=duty, department=department, phone=phone)
    apply(person, {"roles": _known(roles), "skills": _cleaned(skills)})
    _settle(person)
    person.set_password(password)
    person.save()
    # Everybody reads alerts in the product itself.
    ContactPoint.objects.create(person=person, kind=ContactPoint.Kind.IN_APP)
    tell(person, "person.add", by=by, username=username, roles=in_words(person, "roles"))
    return person, password


@transaction.atomic
def change_person(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Person:
    """Change name, duty, department, extension, roles or skills; what is left out stays.

    Raises Incomplete where nobody would be left to administer.
    """
    insist_administers(by)
    if unknown := set(facts) - _DESCRIBING:
        raise TypeError(f"change_person takes no {', '.join(sorted(unknown))}")
    administrators = _administrators() if "roles" in facts else []
    person = _lock(pk, version)
    if "roles" in facts:
        facts["roles"] = _known(facts["roles"])
        if not _would_administer(facts["roles"]):
            _insist_somebody_administers(administrators, but=person)
    if "skills" in facts:
        facts["skills"] = _cleaned(facts["skills"])
    changes = _describe(person, **facts)
    if not changes:
        return person
    _save(person)
    tell(person, "person.change", by=by, changes=changes)
    return person


@transaction.atomic
def switch_off_person(pk: int, *, by: Any, version: int | None = None, reason: str) -> Person:
    """Somebody has left: signed out everywhere, reached by nobody; their acts stay theirs.

    Sessions die with the password, tokens are removed, duties from now on stay empty.
    """
    insist_administers(by)
    # Before the person: who compiles a calendar names people behind this lock.
    lock_duty()
    administrators = _administrators()
    person = _lock(pk, version)
    reason = needed(reason, "reason", _("请写明为什么停用，例如「调离」。"))
    if by is not None and by.pk == person.pk:
        raise Incomplete(_("不能停用自己的账号，请另一位管理员来办。"))
    if not person.is_active:
        raise Conflict(_("这个账号已经停用了。"))
    _insist_somebody_administers(administrators, but=person)
    person.is_active = False
    person.set_unusable_password()
    _save(person)
    tokens.end_all(person)
    _recompile(person, by)
    tell(person, "person.switch_off", by=by, reason=reason[:300])
    return person


@transaction.atomic
def switch_on_person(pk: int, *, by: Any, version: int | None = None) -> tuple[Person, str]:
    """Somebody is back, on their rosters as well. Gives the person and a new first password."""
    insist_administers(by)
    lock_duty()
    person = _lock(pk, version)
    if person.is_active:
        raise Conflict(_("这个账号已经在用。"))
    person.is_active = True
    password = _hand_over_password(person)
    _recompile(person, by)
    tell(person, "person.switch_on", by=by)
    return person, password


@transaction.atomic
def give_new_password(pk: int, *, by: Any, version: int | None = None) -> tuple[Person, str]:
    """A forgotten password: gives a new first one, and signs the person out everywhere."""
    insist_administers(by)
    person = _lock(pk, version)
    if not person.is_active:
        raise Conflict(_("这个账号停用了，请先启用。"))
    password = _hand_over_password(person)
    tokens.end_all(person)
    tell(person, "person.give_password", by=by)
    return person, password


@transaction.atomic
def choose_password(person: Person, password: str) -> None:
    """The person chooses their own password; other sessions and all tokens end."""
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    tokens.end_all(person)
    tell(person, "person.choose_password", by=person)


def new_password() -> str:
    """A password that can be read aloud: three groups of four signs."""
    signs = [secrets.choice(_ALPHABET) for _sign in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def _hand_over_password(person: Person) -> str:
    password = new_password()
    person.set_password(password)
    person.must_change_password = True
    _save(person)
    return password


def _recompile(person: Person, by: Any) -> None:
    """Who comes or goes does so in the calendars of duty as well."""
    at = now()
    recompile(rosters_of(person, at), by=by, at=at)


def _lock(pk: int, version: int | None) -> Person:
    person = (
        Person.objects.select_for_update(of=("self",), no_key=True)
        .select_related("department")
        .get(pk=pk)
    )
    check_version(person, version)
    return person


def _describe(person: Person, **facts: Any) -> list[str]:
    """Set what describes the person; give what became different, in words."""
    if "name" in facts:
        facts["name"] = needed(facts["name"], "name", _("请填写姓名。"))
    changes = apply(person, facts)
    _settle(person)
    return changes


def _settle(person: Person) -> None:
    """Who administers or audits must be let into the administration; nobody else is."""
    person.is_staff = bool({Role.ADMIN, Role.AUDITOR} & set(person.roles))


def _save(person: Person) -> None:
    person.version += 1
    person.save()


def _known(roles: Iterable[str]) -> list[str]:
    """The roles, each once, in the order in which the product names them."""
    wanted = set(roles)
    if unknown := wanted - set(Role.values):
        sentence = _("没有「%(role)s」这个角色。") % {"role": "、".join(sorted(unknown))}
        raise Incomplete(sentence, fields={"roles": sentence})
    return [role for role in Role.values if role in wanted]


def _cleaned(skills: Iterable[str]) -> list[str]:
    """Skills without blanks and repeats, in the order in which they were written."""
    return list(dict.fromkeys(skill.strip()[:30] for skill in skills if skill.strip()))[:20]


def _free_username(username: str) -> str:
    username = needed(username, "username", _("请填写用户名。"))
    try:
        AbstractUser.username_validator(username)
    except ValidationError:
        sentence = _("用户名只用字母、数字和 @ . + - _，中间没有空格。")
        raise Incomplete(sentence, fields={"username": sentence}) from None
    # Two names that differ by a capital only are one name to whoever reads them off paper.
    if Person.objects.filter(username__iexact=username).exists():
        sentence = _("用户名「%(name)s」已经有人用了，请换一个。") % {"name": username}
        raise Incomplete(sentence, fields={"username": sentence})
    return username


def _would_administer(roles: Iterable[str]) -> bool:
    return Role.ADMIN in roles and Role.AUDITOR not in roles


def _administrators() -> list[Person]:
    """Everybody who administers, locked in one order: two of them who switch each other off at
    the same moment wait for each other, and the second is refused."""
    found = Person.objects.select_for_update(no_key=True).filter(
        is_active=True, roles__contains=[Role.ADMIN]
    )
    return [person for person in found.order_by("pk") if _would_administer(person.roles)]


def _insist_somebody_administers(administrators: list[Person], *, but: Person) -> None:
    """Raises Incomplete where the hospital would be left without an administrator."""
    if administrators == [but]:
        sentence = _("至少要留一位管理员，请先给另一个人这个角色。")
        raise Incomplete(sentence, fields={"roles": sentence})
