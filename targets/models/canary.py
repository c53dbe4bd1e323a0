"""The canary of a queue: a message whose only use is that somebody hears it."""

from django.db import models


class Canary(models.Model):
    """When a canary was last put into a queue, or tried to be, and when a worker last took one out of it."""

    queue = models.CharField(max_length=100, primary_key=True)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.queue} {self.sent_at} {self.seen_at}"
