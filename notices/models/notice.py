"""The patient notice (患者通知) and its machine, from the draft to the explicit end."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents.models import AllClear, Incident
from incidents.models.state import UNRESTORED
from incidents.models.state import State as IncidentState
from journal.models import Entry
from journal.states import StateField
from notices import authority
from notices.models.words import Words


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("待批准")
    APPROVED = "approved", _("已批准，待发布")
    PUBLISHED = "published", _("已发布")
    UPDATED = "updated", _("已被新一版接替")
    ENDED = "ended", _("已结束")
    WITHDRAWN = "withdrawn", _("已撤回")


IN_PREPARATION = (NoticeState.DRAFT, NoticeState.APPROVED)
WAS_PUBLIC = (NoticeState.PUBLISHED, NoticeState.UPDATED, NoticeState.ENDED)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_the_public(self) -> "NoticeQuerySet":
        """Whose incidents may be spoken of outside at all: every public surface asks through here.
        A merged incident says nothing of its own, and a drill nothing at all."""
        return self.filter(incident__is_drill=False).exclude(incident__state=IncidentState.MERGED)

    def in_force(self) -> "NoticeQuerySet":
        """The notices that hold now, of drills as well: what their incidents' own verbs ask."""
        return self.filter(state=NoticeState.PUBLISHED)

    def published(self) -> "NoticeQuerySet":
        """What patients read now."""
        return self.for_the_public().filter(state=NoticeState.PUBLISHED)

    def ended_since(self, at: datetime.datetime) -> "NoticeQuerySet":
        """Ended explicitly after this moment: patients read that it is over."""
        return self.for_the_public().filter(state=NoticeState.ENDED, ended_at__gte=at)

    def withdrawn_since(self, at: datetime.datetime) -> "NoticeQuerySet":
        """Taken back after patients could read it: they are told not to act on it any more."""
        return self.for_the_public().taken_back().filter(ended_at__gte=at)

    def taken_back(self) -> "NoticeQuerySet":
        """Withdrawn after they were public, of drills as well."""
        return self.filter(state=NoticeState.WITHDRAWN, published_at__isnull=False)

    def first_promises(self) -> "NoticeQuerySet":
        """Of each incident the notice with the first expected recovery that patients read. Later
        ones are promised with the end in sight."""
        promised = self.filter(
            published_at__isnull=False, expected_from__isnull=False, expected_to__isnull=False
        )
        return promised.order_by("incident_id", "published_at").distinct("incident_id")

    def with_aftermath(self) -> "NoticeQuerySet":
        """With what came of the fault after the notice's end: `cleared_at`, when the all clear that
        stands was said, and `is_relapsed`, that the fault is back."""
        said = AllClear.objects.standing().filter(incident=models.OuterRef("incident"))
        relapses = Entry.objects.filter(
            stream=Concat(
                models.Value("incident:"), Cast(models.OuterRef("incident"), models.CharField())
            ),
            event="incident.relapse",
            at__gt=models.OuterRef("ended_at"),
        )
        return self.annotate(
            cleared_at=models.Subquery(said.values("at")[:1]),
            is_relapsed=models.Exists(relapses)
            & models.Q(incident__state__in=[str(state) for state in UNRESTORED]),
        )

    def unratified(self) -> "NoticeQuerySet":
        """Published in an emergency, and no second person has said yes or taken it back."""
        return self.filter(approved_by__isnull=True).exclude(
            models.Q(urgent_reason="")
            | models.Q(state=NoticeState.WITHDRAWN) & ~models.Q(ended_by=models.F("drafted_by"))
        )

    def in_preparation(self) -> "NoticeQuerySet":
        """Waiting for approval or for publication."""
        return self.filter(state__in=IN_PREPARATION)


class Notice(FSMModelMixin, Words):
    """One version of what patients are told about an incident: facts, from which every surface
    (page, screen, script …) is worded.

    An update is a new notice that `replaces` the published one. `version` grows with every verb: a
    form that was opened on an older version is refused. Times are the database's, in UTC.
    """

    State = NoticeState

    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("故障事件"), related_name="notices"
    )
    number = models.PositiveIntegerField(_("第几版"))
    state = StateField(
        _("状态"), choices=NoticeState.choices, default=NoticeState.DRAFT, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("接替"),
        related_name="replaced_by",
        null=True,
        blank=True,
    )

    since = models.DateTimeField(_("从什么时候开始"))
    next_update_at = models.DateTimeField(_("下次通报时间"))
    # Empty: the recovery cannot be estimated yet, and patients are told so.
    expected_from = models.DateTimeField(_("预计最早恢复"), null=True, blank=True)
    expected_to = models.DateTimeField(_("预计最晚恢复"), null=True, blank=True)
    # What was wrong in the notice before this one: patients are told.
    correction = models.CharField(_("更正了什么"), max_length=200, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    # Published in an emergency, to be approved afterwards: why, and until when.
    urgent_reason = models.CharField(_("为什么先发布"), max_length=200, blank=True)
    ratify_by = models.DateTimeField(_("补批期限"), null=True, blank=True)
    # When the notice left the public page: replaced, ended, withdrawn; or was withdrawn before.
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_text = models.CharField(_("现在的情况"), max_length=200, blank=True)
    ended_text_en = models.CharField(_("现在的情况（英文）"), max_length=300, blank=True)
    withdrawal_reason = models.CharField(_("撤回理由"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("患者通知")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_update_at"],
                condition=models.Q(state="published"),
                name="notice_public",
            ),
            models.Index(
                fields=["ended_at"],
                condition=models.Q(state__in=["ended", "withdrawn"]),
                name="notice_ended",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in NoticeState]),
                name="notice_state_known",
            ),
            models.UniqueConstraint(fields=["incident", "number"], name="notice_number_once"),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(state="published"),
                name="notice_one_published",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(state__in=[str(state) for state in IN_PREPARATION]),
                name="notice_one_in_preparation",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False)
                | ~models.Q(urgent_reason="")
                & models.Q(ratify_by__isnull=False, published_at__isnull=False),
                name="notice_approved_or_urgent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[str(state) for state in WAS_PUBLIC])
                | models.Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    next_update_at__gt=models.F("published_at"),
                ),
                name="notice_published_promises_update",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="notice_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_from__isnull=True, expected_to__isnull=True)
                | models.Q(
                    expected_from__isnull=False,
                    expected_to__isnull=False,
                    expected_to__gt=models.F("expected_from"),
                ),
                name="notice_expected_is_a_range",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended")
                | models.Q(ended_at__isnull=False, ended_by__isnull=False)
                & ~models.Q(ended_text=""),
                name="notice_ended_says_what_holds",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | ~models.Q(withdrawal_reason=""),
                name="notice_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident.number} 患者通知第 {self.number} 版"

    def get_absolute_url(self) -> str:
        return reverse("notices:incident", args=[self.incident_id])

    @property
    def is_unratified(self) -> bool:
        """Published in an emergency, and no second person has said yes or taken it back."""
        if not self.urgent_reason or self.approved_by_id is not None:
            return False
        return self.state != NoticeState.WITHDRAWN or self.ended_by_id == self.drafted_by_id

    @property
    def was_public(self) -> bool:
        return self.published_at is not None

    @property
    def told(self) -> str:
        """What to do and where to go, in the running text of a card."""
        return "\n".join(part for part in (self.advice, self.where_to_go, self.emergency) if part)

    @property
    def expected_words(self) -> str:
        """The range of the expected recovery, or that there is no estimate."""
        if self.expected_from is None or self.expected_to is None:
            return gettext("暂时无法估计")
        ends = (timezone.localtime(self.expected_from), timezone.localtime(self.expected_to))
        return gettext("%(from)s 到 %(to)s 之间") % {
            "from": f"{ends[0]:%H:%M}",
            "to": f"{ends[1]:%H:%M}",
        }

    # The verbs. Their bodies only stamp facts; `notices.workflow` is the one caller.

    @transition(
        state,
        source=IN_PREPARATION,
        target=NoticeState.DRAFT,
        permission=authority.is_customer_service,
        custom={"label": _("修改通知")},
    )
    def edit(self, *, at: Any, by: Any) -> None:
        """Other words: whoever approved the old ones has not approved these."""
        self.drafted_at, self.drafted_by = at, by
        self.approved_at = self.approved_by = None

    @transition(
        state,
        source=IN_PREPARATION,
        target=NoticeState.APPROVED,
        # A grade that rose since may ask for another approval.
        conditions=[authority.approval_is_wanted],
        permission=authority.may_approve,
        custom={"label": _("批准通知")},
    )
    def approve(self, *, at: Any, by: Any) -> None:
        """A second person has read what patients will read."""
        self.approved_at, self.approved_by = at, by

    @transition(
        state,
        source=NoticeState.APPROVED,
        target=NoticeState.PUBLISHED,
        permission=authority.is_customer_service,
        custom={"label": _("发布通知")},
    )
    def publish(self, *, at: Any, by: Any, next_update_at: Any) -> None:
        """Patients read it from now on; the time of the next update is promised to them."""
        self.published_at, self.published_by = at, by
        self.next_update_at = next_update_at

    @transition(
        state,
        source=NoticeState.DRAFT,
        target=NoticeState.PUBLISHED,
        conditions=[authority.has_emergency_path],
        permission=authority.is_customer_service,
        custom={"label": _("紧急发布，事后补批")},
    )
    def publish_urgently(
        self, *, at: Any, by: Any, next_update_at: Any, reason: str, ratify_by: Any
    ) -> None:
        """Patients cannot wait for the approval: it is owed afterwards, until `ratify_by`."""
        self.published_at, self.published_by = at, by
        self.next_update_at = next_update_at
        self.urgent_reason, self.ratify_by = reason, ratify_by

    @transition(
        state,
        source=(*WAS_PUBLIC, NoticeState.WITHDRAWN),
        target=None,
        conditions=[authority.is_unratified],
        permission=authority.may_approve,
        custom={"label": _("补批通知")},
    )
    def ratify(self, *, at: Any, by: Any) -> None:
        """A second person has read what was published in an emergency, and stands by it."""
        self.approved_at, self.approved_by = at, by

    @transition(
        state,
        source=NoticeState.PUBLISHED,
        target=NoticeState.UPDATED,
        permission=authority.is_customer_service,
        custom={"label": _("更新通知")},
    )
    def update(self, *, at: Any, by: Any) -> None:
        """A newer notice takes this one's place, in the transaction that publishes the newer."""
        self.ended_at, self.ended_by = at, by

    @transition(
        state,
        source=NoticeState.PUBLISHED,
        target=NoticeState.ENDED,
        permission=authority.is_customer_service,
        custom={"label": _("结束通知")},
    )
    def end(self, *, at: Any, by: Any, text: str, text_en: str) -> None:
        """Patients are told explicitly that it is over, and what holds now."""
        self.ended_at, self.ended_by = at, by
        self.ended_text, self.ended_text_en = text, text_en

    @transition(
        state,
        source=(*IN_PREPARATION, NoticeState.PUBLISHED),
        target=NoticeState.WITHDRAWN,
        permission=authority.may_withdraw,
        custom={"label": _("撤回通知")},
    )
    def withdraw(self, *, at: Any, by: Any, reason: str) -> None:
        """Not said, or said wrongly: the reason is kept, and told to patients who read it."""
        self.ended_at, self.ended_by, self.withdrawal_reason = at, by, reason
