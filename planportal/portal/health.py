"""Alive and ready: asked by supervisors and load balancers."""

from celery import current_app
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from targets import canary


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 without the database. The states of the broker and of the canary that goes through its queue are told with
    200: without them pages still serve, and the sweep still builds, so a web node must stay in rotation."""
    database = _database()
    body = {
        "status": "ok" if database == "ok" else "unavailable",
        "database": database,
        "broker": _broker() if settings.REDIS_URL else "in-process",
        "canary": _canary() if database == "ok" else "degraded",
    }
    return JsonResponse(body, status=200 if database == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unavailable"
    return "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=1)
    except (OSError, KombuError, RedisError):
        return "degraded"
    return "ok"


def _canary() -> str:
    """Whether a worker hears: one can be alive and deaf."""
    try:
        return canary.state()
    except Error:
        return "degraded"


healthz.needs_no_plan = True  # type: ignore[attr-defined]
readyz.needs_no_plan = True  # type: ignore[attr-defined]
