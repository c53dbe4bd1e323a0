"""The queries that a search is measured with."""

# What people look for, and what costs most: the commonest words, one letter, no hit, in pieces, all at once.
QUERIES = (
    *("石墨", "机器人", "水稻", "专利", "秸秆", "新材料", "研发投入", "孵化器", "高企", "哈工大", "703所"),
    *("技术", "黑龙江省", "产业技术创新战略联盟", "研究", "材料", "的", "关键技术研究", "农业"),
    *("石墨 电极", "黑龙江省 技术 研究", "附件1 33", "33", "生物 技术", "石墨 技术 材料 3D打印"),
    *("shimo", "jishu", "heilongjiang", "s", "j", "sm", "jsyj", "shim", "zhongguoheilongjiangsheng", "xian" * 15),
    *("incubators", "LED", "AI", "OLED发光", "3D打印", "508-Ⅳ钢", "高性能材料制备技术", "创新战略联盟产业技术"),
    *("量子计算机", "qqqq", "长" * 100, "a" * 100),
    # Many words at once, in every way to part them, and a long phrase that stands only in pieces.
    " ".join("石墨电极材料机器人水稻专利秸秆新能源生物农业装备信息环保民生技术产业创新研究应用联盟平台方向目标"),
    " ".join(map(str, range(1, 37))),
    " ".join(a + b for a in "sjhdxz" for b in "smjxhd")[:100],
    " ".join("abcdefghijklmnopqrstuvwxyz"),
    "技术产业创新的研究与应用",
    "技术产业创新的研究与应用" * 8,
    *("专利数量", "土豆淀粉", "奶业联盟", "da shu ju", "ji shu yan jiu", "tudou", "孵化器 目标", "第三章", "附件 3"),
)
# As long as what stands under a heading of the plan, of the words that it uses most.
PARAGRAPH = (
    "加强科技创新体系建设，推动产业技术研究与成果应用，支持企业、高校和科研院所协同开展关键技术攻关，"
    "完善科技服务平台和创新创业环境，促进高新技术产业发展，培育新材料、新能源、生物和高端装备等优先领域，"
    "深化科技体制改革，建立以企业为主体、市场为导向的技术创新机制，提升全省科技创新能力和水平。"
) * 6
