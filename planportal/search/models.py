"""What a search looks through: one row for each thing that can be found, made by `index`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan
from planportal.search.found import KINDS
from planportal.search.miss import Miss, MissSender

__all__ = ["Entry", "IndexVersion", "Miss", "MissSender"]


class IndexVersion(models.Model):
    """Which index of a plan is in force; the number rises whenever an entry has changed."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="index_version", primary_key=True)
    version = models.PositiveIntegerField(_("版本"))
    built_at = models.DateTimeField(_("建成时间"))

    def __str__(self) -> str:
        return f"{self.plan} {self.version}"


class Entry(models.Model):
    """Something that a search finds: `planportal.search.engine.Document` as a row.

    Lists stand one item a line. `label` is a code, and names kept in Chinese are translated when they are read.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=250)
    identity = models.CharField(max_length=350, help_text="Names the entry once within its plan, as its key may not.")
    label = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    names = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    body = models.TextField(blank=True)
    readings = models.TextField(blank=True)
    field_codes = models.TextField(blank=True)
    link = models.TextField(help_text="Name of the address, its argument, its query and its fragment, one a line.")

    class Meta:
        ordering = ["plan", "kind", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "identity"], name="entry_identity_unique_in_plan"),
            models.CheckConstraint(name="entry_kind_is_known", condition=models.Q(kind__in=KINDS)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
