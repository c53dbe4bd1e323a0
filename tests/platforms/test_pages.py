"""The page of the platforms: the list of annex 2 and what its counting rests on."""

import re

from django.test import Client

from planportal.plan.models import Plan


def test_seven_platforms_as_printed(client: Client, seeded: Plan) -> None:
    page = client.get("/platforms/").content.decode()
    assert re.findall(r'numbered__number">(\d+)<', page) == ["1", "2", "3", "4", "5", "6", "7"]
    assert "黑龙江省科技资源共享服务平台" in page


def test_counting_from_zero_is_said_to_be_our_definition(client: Client, seeded: Plan) -> None:
    page = client.get("/platforms/").content.decode()
    assert "附件2 的标题则称“科技创新平台”" in page
    assert "八大科技平台" in page
    assert "是本站的定义，不是规划的原话" in page
