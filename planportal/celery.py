"""The Celery application: a doorbell for work whose truth stands in the database."""

import os

from celery import Celery

from planportal.ops import envfile

envfile.load()
envfile.load(envfile.SERVED)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")

app = Celery("planportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
