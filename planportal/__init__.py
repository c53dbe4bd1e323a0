"""The plan-tracking portal; the Celery application is loaded with it so that rings find their broker."""

from planportal.celery import app as celery_app

__all__ = ["celery_app"]
