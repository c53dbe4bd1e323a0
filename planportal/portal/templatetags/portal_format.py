"""How figures, changes, percentages and days are written in templates: planportal.web.writing as filters."""

from django import template

from planportal.plan.places import cited_reference
from planportal.web.writing import (
    chinese_within,
    translated,
    written_change,
    written_day,
    written_figure,
    written_moment,
    written_percent,
    written_points,
)

register = template.Library()

register.filter("figure", written_figure)
register.filter("signed", written_change)
register.filter("percent", written_percent)
register.filter("signed_pp", written_points)
register.filter("chinese_date", written_day)
register.filter("chinese_time", written_moment)
register.filter("translated", translated)
register.filter("chinese_within", chinese_within)
register.filter("cited", cited_reference)
