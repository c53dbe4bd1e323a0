"""Names of areas and bases for the pages of the yearly round."""

from django import template

from planportal.reporting import titles

register = template.Library()
register.filter("area_name", titles.area_name)
register.filter("basis_name", titles.basis_name)
