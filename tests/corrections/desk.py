"""How tests send a report of something wrong: as a person does, some seconds after the form was shown."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from planportal.corrections.traps import LEAST_TIME, stamp

ADDRESS = "/correction/"
TEXT = "2017 年的数与统计公报不一致，公报为 929 家。"
REPORT = {"page": "/targets/incubators/", "kind": "figure", "text": TEXT, "source": "公报", "contact": ""}


def send(client: Client, *, sender: str = "192.0.2.1", **changes: str) -> Any:
    """The answer to a report; `changes` are other contents of the form."""
    shown = stamp(timezone.now() - LEAST_TIME - timedelta(seconds=1))
    return client.post(ADDRESS, REPORT | {"shown": shown} | changes, REMOTE_ADDR=sender)
