"""Whose site it is, what registers it, and how it is reached: what the footer and 关于本站 say, from the settings."""

import re

from django.conf import settings

MINISTRY_REGISTRY = "https://beian.miit.gov.cn/"
# The registry of the public security organs looks a record up by the digits of its number.
POLICE_REGISTRY = "https://beian.mps.gov.cn/#/query/webSearch?code="


def site_facts() -> dict[str, str]:
    """The facts by name; "" for what the operator has not set."""
    return {
        "owner": settings.SITE_OWNER,
        "contact": settings.SITE_CONTACT,
        "email": settings.SITE_EMAIL,
        "phone": settings.SITE_PHONE,
        "icp": settings.SITE_ICP,
        "icp_registry": MINISTRY_REGISTRY,
        "police": settings.SITE_POLICE,
        "police_registry": POLICE_REGISTRY + "".join(re.findall(r"[0-9]", settings.SITE_POLICE)),
        "code": settings.SITE_CODE,
        "licence": settings.SITE_LICENCE,
        "licence_url": settings.SITE_LICENCE_URL,
    }
