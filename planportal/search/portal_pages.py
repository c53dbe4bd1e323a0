"""The pages of the portal that a search leads to, and the words that people use for what is there."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class PortalPage:
    """A page: the name of its address, its title, what it holds, and other words for that (title and text: msgids).

    `annex` is the one whose entries it lists.
    """

    address: str
    title: str
    text: str
    words: tuple[str, ...]
    annex: str = ""


PAGES = (
    PortalPage(
        "home",
        _("首页"),
        _("规划承诺了什么，现在进展如何，由谁报送，出处在哪里。"),
        ("主页", "总体进展", "进展", "概况", "总览", "home", "overview"),
    ),
    PortalPage(
        "target-list",
        _("目标指标"),
        _("各项指标的目标值、最新值和进展状态。"),
        ("全部指标", "指标", "目标", "进度", "完成率", "完成情况", "targets", "indicators"),
    ),
    PortalPage(
        "dashboard",
        _("仪表板"),
        _("按目标群看各项指标的进展。"),
        ("图表", "看板", "状态", "达标", "未完成", "未完成的指标", "落后", "dashboard"),
    ),
    PortalPage(
        "field-list",
        _("优先领域"),
        _("规划的优先领域：每个领域的研发方向、对接的国家项目和规划点名的单位。"),
        ("领域", "八大领域", "重点领域", "fields"),
    ),
    PortalPage(
        "direction-list",
        _("研发方向"),
        _("规划附件1 列出的全部研发方向，可按领域和文字筛选，可下载。"),
        ("方向", "重点研发方向", "课题", "directions"),
        annex="附件1",
    ),
    PortalPage(
        "alliance-list",
        _("产业技术创新联盟"),
        _("规划附件3 列出的产业技术创新战略联盟，国家级在前，可按级别和文字筛选。"),
        ("联盟", "产业联盟", "alliances"),
        annex="附件3",
    ),
    PortalPage(
        "platform-list",
        _("“互联网＋”平台"),
        _("规划附件2 列出的“互联网＋”科技创新平台，以及为什么从零计数。"),
        ("平台", "科技平台", "platforms"),
        annex="附件2",
    ),
    PortalPage(
        "city-list",
        _("市（地）"),
        _("各市（地）报送的数据和排名。"),
        ("城市", "地市", "市地", "各市", "地区", "排名", "地图", "cities", "prefectures"),
    ),
    PortalPage(
        "city-compare",
        _("比较市（地）"),
        _("把几个市（地）的数据放在一起看。"),
        ("城市对比", "对比", "比较", "compare"),
    ),
    PortalPage(
        "method",
        _("计算方法"),
        _("本站怎样计算各项指标的进展、怎样判定状态，以及这样做的局限。"),
        ("方法", "怎么算", "怎样计算", "如何计算", "算法", "公式", "口径", "method", "methodology"),
    ),
    PortalPage(
        "data",
        _("数据下载"),
        _("本站公开的全部数据：规划目录、各项指标的数据和进展评估，CSV 或 JSON。"),
        ("下载", "开放数据", "数据", "表格", "CSV", "Excel", "JSON", "data", "download", "open data"),
    ),
    PortalPage(
        "change-list",
        _("更正记录"),
        _("已审核数据的每一次更正：原值、新值、日期和理由；以及目标的调整。"),
        ("更新", "更正", "修订", "历史", "变更", "调整", "订阅", "RSS", "changes", "corrections"),
    ),
    PortalPage(
        "api-docs",
        _("数据接口"),
        _("怎样用程序读取和报送本站的数据：地址、参数、登录、出错时的回答，可以当场试用。"),
        ("接口", "程序接口", "开发者", "API", "OpenAPI", "developers"),
    ),
    PortalPage(
        "institution-list",
        _("点名单位"),
        _("规划点名的高校、研究所、企业和实验室：写进哪些领域，规划在哪些地方提到它们。"),
        ("机构", "单位", "高校", "大学", "研究所", "企业", "实验室", "institutions"),
    ),
    PortalPage(
        "project-list",
        _("国家项目"),
        _("规划写明要对接的国家项目，按领域列出，各附原文条款。"),
        ("对接国家项目", "重大项目", "national projects"),
    ),
    PortalPage(
        "plan-text",
        _("规划原文"),
        _("规划的目录，各项指标、领域、方向、联盟和平台在规划中的位置。"),
        ("原文", "全文", "规划全文", "目录", "规划文本", "章节", "出处", "plan text"),
    ),
    PortalPage(
        "plan-coverage",
        _("规划对照"),
        _("规划所列的 13、8、362、51、7 各项与本站逐一核对的结果。"),
        ("对照", "核对", "是否齐全", "13 8 362 51 7", "coverage"),
    ),
    PortalPage(
        "about",
        _("关于本站"),
        _("谁主办本站，数据从哪里来，可以怎样使用和引用，无障碍、隐私和联系方式。"),
        (
            "关于",
            "联系",
            "联系我们",
            "电话",
            "帮助",
            "版权",
            "许可",
            "许可证",
            "引用",
            "隐私",
            "无障碍",
            "about",
            "contact",
            "licence",
            "license",
        ),
    ),
    PortalPage(
        "correction",
        _("纠错"),
        _("本站的数字、原文或网页有误，请在这里告诉我们；不需要登录，凭受理编号可以查看处理情况。"),
        ("报错", "反馈", "意见", "投诉", "举报", "有误", "feedback", "report an error"),
    ),
    PortalPage(
        "login",
        _("登录"),
        _("填报和审核人员从这里登录；查阅规划和数据不需要登录。"),
        ("登陆", "登录页", "账号", "密码", "sign in", "log in", "login"),
    ),
)
