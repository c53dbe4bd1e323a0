"""The job that the beat asks for: gather what is to be told, then send what no e-mail has told yet."""

from celery import shared_task
from django.utils import timezone

from planportal.reporting.digests import send_digests
from planportal.reporting.notices import gather


# Many e-mails may be sent in one run; it ends before the broker delivers the message again.
@shared_task(name="reporting.notices", soft_time_limit=240, time_limit=270)
def tell_everybody() -> None:
    """Gathers notices and sends digests; repeating it is harmless."""
    now = timezone.now()
    gather(now)
    send_digests(now)
