"""How many reports are taken: of one network in an hour and a day, of everybody in an hour.

The database counts. Of everybody is a safety net: where many networks send at once, each is held to one an hour
before all are refused.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from planportal.corrections.models import Correction
from planportal.web.refusals import Fault, Refusal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Whoever shares an address (an office, a school) can still report; one sender cannot fill the administrators' list.
MOST_OF_ONE = ((5, HOUR), (20, DAY))
# So many of all are an attack by many networks: whoever has sent nothing within the hour still can, once.
ALARM_OF_ALL = ((200, HOUR),)
MOST_OF_ONE_IN_ALARM = ((1, HOUR),)
# What the database is kept from, whoever sends.
MOST_OF_ALL = ((2000, HOUR),)
# What a provider gives to a site at most; of a longer prefix one customer would have thousands.
PREFIX_OF_ONE_SITE = 48


class TooMany(Refusal):
    """No more reports are taken for now; `wait` is after how many seconds one is, rounded up."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.wait = math.ceil(wait.total_seconds())
        message = _("收到的纠错太多，暂时不能再提交，没有保存。请保留填写的内容，%(minutes)s 分钟后再试。")
        super().__init__(Fault("", "too_many", message % {"minutes": math.ceil(self.wait / 60)}))


def client_digest(address: str, moment: datetime, *, purpose: str = "corrections.client") -> str:
    """What is stored of an address on a day in Asia/Shanghai: 64 hexadecimal digits, keyed by SECRET_KEY.

    Without the key nobody finds the address, and tomorrow's digest of the same address is another one, as is the one
    for another purpose.
    """
    day = timezone.localdate(moment).isoformat()
    return salted_hmac(purpose, f"{_network(address)} {day}", algorithm="sha256").hexdigest()


def refuse_too_many(address: str, now: datetime) -> None:
    """Raises TooMany where the address, or everybody together, has sent as much as is taken."""
    own = Correction.objects.filter(client__in={client_digest(address, now), client_digest(address, now - DAY)})
    everybody = Correction.objects.all()
    of_one = (*MOST_OF_ONE, *MOST_OF_ONE_IN_ALARM) if _waits(everybody, ALARM_OF_ALL, now) else MOST_OF_ONE
    waits = [*_waits(own, of_one, now), *_waits(everybody, MOST_OF_ALL, now)]
    if waits:
        raise TooMany(max(waits))


def _waits(sent: "QuerySet[Correction]", limits: Iterable[tuple[int, timedelta]], now: datetime) -> list[timedelta]:
    """How long each limit that is reached stays so."""
    found = []
    for most, span in limits:
        times = sent.filter(created_at__gt=now - span).order_by("-created_at").values_list("created_at", flat=True)
        found += [oldest + span - now for oldest in times[most - 1 : most]]
    return found


def _network(address: str) -> str:
    """An address as one sender has it: of IPv6 the network of a site, for each of them has billions of addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed), PREFIX_OF_ONE_SITE), strict=False))
    return str(parsed)
