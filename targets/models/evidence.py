"""What proves a figure: a file kept outside the web root, or a link; nothing of it is ever deleted."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import User
from targets.models.figure import Figure


def evidence_storage() -> Storage:
    """Where the files lie: a folder of its own that no address leads to."""
    return storages["evidence"]


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def attached(self) -> "EvidenceQuerySet":
        """What proves the figure as it stands now; what was taken away stays on the versions that had it."""
        return self.filter(removed_at__isnull=True)

    def visible_to(self, user: User) -> "EvidenceQuerySet":
        """What a person may see, of approved figures too: it may hold what a department keeps to itself."""
        return self.filter(figure__in=Figure.objects.entrusted_to(user))


class Evidence(models.Model):
    """A file or a link that somebody attached to a figure. `name` is the file's own name, or the link's title."""

    class Kind(models.TextChoices):
        FILE = "file", _("文件")
        LINK = "link", _("链接")

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=200)
    file = models.FileField(storage=evidence_storage, max_length=100, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    address = models.CharField(_("网址"), max_length=500, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["figure", "id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link",
                condition=(Q(kind="file", address="") & ~Q(file="") & Q(size__isnull=False) & ~Q(sha256=""))
                | (Q(kind="link", file="", sha256="", size__isnull=True) & ~Q(address="")),
            ),
            models.UniqueConstraint(fields=["file"], condition=~Q(file=""), name="evidence_file_unique"),
        ]

    def __str__(self) -> str:
        return self.name
