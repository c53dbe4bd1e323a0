"""The queries that a search is measured with."""

# What people look for, and what costs most: the commonest words, one letter, no hit, in pieces, all at once.
QUERIES = (
    *("石墨", "机器人", "水稻", "专利", "秸秆", "新材料", "研发投入", "孵化器", "高企", "哈工大", "703所"),
    *("技术", "黑龙江省", "产业技术创新战略联盟", "研究", "材料", "的", "关键技术研究", "农业"),
    *("石墨 电极", "黑龙江省 技术 研究", "附件1 33", "33", "生物 技术", "石墨 技术 材料 3D打印"),
    *("shimo", "jishu", "heilongjiang", "s", "j", "sm", "jsyj", "shim", "zhongguoheilongjiangsheng", "xian" * 15),
    *("incubators", "LED", "AI", "OLED发光", "3D打印", "508-Ⅳ钢", "高性能材料制备技术", "创新战略联盟产业技术"),
    *("量子计算机", "qqqq", "长" * 100, "a" * 100),
)
