"""Answers that are given again to a request that comes again."""

from django.conf import settings
from django.db import models


class Replay(models.Model):
    """The answer to a change that somebody named with an Idempotency-Key, stored in the change's own transaction.

    `fingerprint` tells a repeated request from another one under the same key; `body` is the answer's JSON.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    etag = models.CharField(max_length=20)
    body = models.TextField()
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="replay_one_a_user_and_key")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key} {self.status}"
