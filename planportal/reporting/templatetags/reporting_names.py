"""Names of areas, bases and kinds of files for the pages of the yearly round."""

from django import template

from planportal.reporting import titles
from targets.evidence_files import kind_name

register = template.Library()
register.filter("area_name", titles.area_name)
register.filter("basis_name", titles.basis_name)
register.filter("file_kind", kind_name)
