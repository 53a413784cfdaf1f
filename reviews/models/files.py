"""The files of a submitted report, as they were drawn at the submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Submission


class ReportFile(models.Model):
    """One of the two files of a submission: written once, never changed (a trigger refuses it).

    Size and SHA-256 are the server's own; the journal's entry of the submission keeps the sum too.
    Reports that were submitted before files were kept have none.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    kind = models.CharField(_("类型"), max_length=4, choices=Kind.choices)
    name = models.CharField(_("文件名"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("报告文件")
        ordering = ["submission", "-kind"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "kind"], name="report_file_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "docx"]), name="report_file_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
