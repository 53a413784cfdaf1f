"""Verbs on channels: administrators set up the ways out. No secret is ever told to the journal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority, sealing
from notices.channels import KINDS, Kind, wire
from notices.models import Channel
from teams.models import Person

# (most, seconds) that no provider needs to be protected from.
MOST, LONGEST = 1000, 86_400


@transaction.atomic
def add_channel(
    kind: str,
    *,
    by: Person,
    name: str,
    configuration: Mapping[str, str],
    secrets: Mapping[str, str],
    rates: list[dict[str, Any]] | None = None,
    position: int = 100,
) -> Channel:
    """Set up a new way out, in use at once.

    Raises NotAllowed; Incomplete where a field is missing or wrong, a host is not on the list, or
    there is no key to seal the secrets with.
    """
    _check_may(by, _("添加渠道"))
    if kind not in KINDS:
        raise Incomplete(_("没有这种渠道。"))
    made_of = KINDS[kind]
    channel = Channel(kind=kind, name=_name(name, None), position=position)
    channel.configuration = _configured(made_of, configuration)
    channel.rates = _rates(made_of, rates)
    given = _given(secrets)
    _check(made_of, channel.configuration, given, known=set())
    _seal(channel, given)
    channel.save()
    facts = {"name": channel.name, "kind": made_of.label, "secrets": _labels(made_of, given)}
    record(channel.stream, "channel.add", by=by, facts=facts)
    return channel


@transaction.atomic
def change_channel(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    name: str,
    configuration: Mapping[str, str],
    secrets: Mapping[str, str],
    rates: list[dict[str, Any]] | None = None,
    position: int = 100,
) -> Channel:
    """Change a channel. A secret that is left empty stays as it is.

    Where the channel is led to another host every secret must be typed anew: else who may change
    an address could have the stored secrets sent to themselves.

    Raises NotAllowed, Conflict, Incomplete.
    """
    _check_may(by, _("修改渠道"))
    channel = _locked(pk)
    moving.check_version(channel, version)
    made_of = channel.made_of
    before = _shown(channel)
    moved = made_of.place(configuration) != channel.host
    given = _given(secrets)
    channel.name = _name(name, channel)
    channel.configuration = _configured(made_of, configuration)
    channel.rates = _rates(made_of, rates)
    channel.position = position
    known = set() if moved else set(channel.sealed_names)
    _check(
        made_of, channel.configuration, given, known=known, moved_from=channel if moved else None
    )
    if given or moved:
        kept = {} if moved else _opened(channel)
        _seal(channel, kept | given)
    # What went wrong went wrong with the old settings.
    channel.failures, channel.openings, channel.opened_until = 0, 0, None
    channel.is_probed, channel.paused_until = False, None
    channel.version += 1
    channel.save()
    after = _shown(channel)
    changed = [label for label in after if after[label] != before.get(label)]
    facts = {"name": channel.name, "changed": changed, "secrets": _labels(made_of, given)}
    record(channel.stream, "channel.change", by=by, facts=facts)
    return channel


@transaction.atomic
def switch_on_channel(pk: int, *, by: Person, version: int | None = None) -> Channel:
    """Use the channel again. Raises NotAllowed, Conflict."""
    _check_may(by, _("启用渠道"))
    channel = _locked(pk)
    moving.check_version(channel, version)
    if channel.is_active:
        raise Conflict(_("「%(name)s」已经在用。") % {"name": channel.name})
    channel.is_active = True
    channel.version += 1
    channel.save(update_fields=["is_active", "version"])
    record(channel.stream, "channel.switch_on", by=by, facts={"name": channel.name})
    return channel


@transaction.atomic
def switch_off_channel(
    pk: int, *, by: Person, version: int | None = None, reason: str = ""
) -> Channel:
    """Take the channel out of use; what waits for it goes other ways.

    Raises NotAllowed, Conflict, Incomplete without a reason.
    """
    _check_may(by, _("停用渠道"))
    channel = _locked(pk)
    moving.check_version(channel, version)
    if not channel.is_active:
        raise Conflict(_("「%(name)s」已经停用。") % {"name": channel.name})
    reason = require(reason, "reason", _("请写明为什么停用。"))[:200]
    channel.is_active = False
    channel.version += 1
    channel.save(update_fields=["is_active", "version"])
    facts = {"name": channel.name, "reason": reason}
    record(channel.stream, "channel.switch_off", by=by, facts=facts)
    return channel


@transaction.atomic
def seal_channels_anew() -> tuple[int, list[str]]:
    """Seal every channel's secrets with the newest key: after `CHANNEL_KEY` was changed.

    Gives how many were sealed, and the names of those that none of the keys opens.
    """
    done, closed = 0, []
    for channel in Channel.objects.select_for_update().exclude(sealed="").order_by("pk"):
        try:
            channel.sealed = sealing.sealed_anew(channel.sealed)
        except sealing.CannotOpen:
            closed.append(channel.name)
            continue
        channel.save(update_fields=["sealed"])
        done += 1
    if done:
        record("channels", "channel.seal", by=None, at=now(), facts={"channels": done})
    return done, closed


def _check_may(by: Person, verb: str) -> None:
    if not authority.may_configure(by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": verb})


def _locked(pk: int) -> Channel:
    channel = Channel.objects.select_for_update().filter(pk=pk).first()
    if channel is None:
        raise Conflict(_("这个渠道已经不在了。"))
    return channel


def _name(name: str, channel: Channel | None) -> str:
    name = require(name, "name", _("请给渠道起个名字，例如「信息科企业微信群」。"))[:40]
    others = Channel.objects.exclude(pk=channel.pk) if channel else Channel.objects.all()
    if others.filter(name=name).exists():
        sentence = _("已经有叫「%(name)s」的渠道。") % {"name": name}
        raise Incomplete(sentence, fields={"name": sentence})
    return name


def _configured(made_of: Kind, configuration: Mapping[str, str]) -> dict[str, str]:
    return {
        field.name: str(configuration.get(field.name) or "").strip()
        for field in made_of.fields
        if not field.is_secret
    }


def _rates(made_of: Kind, rates: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    if rates is None:
        return [vars(rate).copy() for rate in made_of.rates]
    for rate in rates:
        if not (0 < rate["most"] <= MOST and 0 < rate["seconds"] <= LONGEST):
            raise Incomplete(_("频率上限要在 1 到 1000 之间。"))
    return rates


def _given(secrets: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in secrets.items() if value and value.strip()}


def _check(
    made_of: Kind,
    configuration: Mapping[str, str],
    given: Mapping[str, str],
    *,
    known: set[str],
    moved_from: Channel | None = None,
) -> None:
    """Raise Incomplete with a sentence at each field that is missing or wrong."""
    wrong: dict[str, Any] = {}
    for field in made_of.fields:
        value = given.get(field.name, "") if field.is_secret else configuration[field.name]
        if not value:
            was_there = moved_from is not None and field.name in moved_from.sealed_names
            if field.is_secret and was_there:
                wrong[field.name] = _("换了地址，密钥要重新填写。")
            elif field.is_required and field.name not in known:
                wrong[field.name] = _("请填写「%(what)s」。") % {"what": field.label}
            continue
        if field.choices and value not in dict(field.choices):
            wrong[field.name] = _("请从列出的几种里选。")
            continue
        sentence = field.check(value) if field.check is not None else ""
        if field.is_place:
            sentence = sentence or _wrong_place(made_of, configuration, value)
        if sentence:
            wrong[field.name] = sentence
    if given and not sealing.has_key():
        name = next(iter(given))
        wrong[name] = _("还没有设置 CHANNEL_KEY，密钥无法安全保存。请先在环境变量里设置。")
    if wrong:
        raise Incomplete(" ".join(dict.fromkeys(map(str, wrong.values()))), fields=wrong)


def _wrong_place(made_of: Kind, configuration: Mapping[str, str], value: str) -> str:
    place = made_of.place(configuration)
    try:
        host, port = wire.host_and_port(value if "://" in value else f"tcp://{place}")
    except ValueError:
        return _("请填写完整的地址，例如 https://gateway.example.org/send 。")
    if not wire.is_allowed_host(host, port):
        return _("「%(host)s」不在允许的主机名单里。请先把它加进环境变量 CHANNEL_HOSTS。") % {
            "host": host
        }
    return ""


def _seal(channel: Channel, secrets: Mapping[str, str]) -> None:
    channel.sealed_names = sorted(secrets)
    channel.sealed = sealing.seal(secrets, kind=channel.kind, host=channel.host) if secrets else ""


def _opened(channel: Channel) -> dict[str, str]:
    """The secrets as they are. Where no key opens them they are lost and must be typed anew."""
    try:
        return dict(channel.line.secrets)
    except sealing.CannotOpen as error:
        raise Incomplete(
            _("现在的 CHANNEL_KEY 打不开已保存的密钥。请换回原来的，或先停用再新建渠道。")
        ) from error


def _shown(channel: Channel) -> dict[str, Any]:
    """What can be seen of a channel: label of each field, and its value."""
    shown: dict[str, Any] = {_("名称"): channel.name, _("次序"): channel.position}
    for field in channel.made_of.fields:
        if not field.is_secret:
            shown[str(field.label)] = channel.configuration.get(field.name, "")
    return shown | {_("频率上限"): channel.rates}


def _labels(made_of: Kind, secrets: Mapping[str, str]) -> list[str]:
    return [str(field.label) for field in made_of.fields if field.name in secrets]
