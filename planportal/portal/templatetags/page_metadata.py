"""The head of pages: what a block says, said again where it is needed; its own address; what programs read."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.portal.page_head import PageHead, read_page_head
from planportal.portal.structured_data import Publication, as_script, breadcrumbs, documents_of

register = template.Library()


class _Captured(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def captured(parser: Parser, token: Token) -> _Captured:
    """{% captured as name %}…{% endcaptured %}: renders what stands between, blocks too, and keeps it under a name."""
    parts = token.split_contents()
    if len(parts) != 3 or parts[1] != "as":
        raise template.TemplateSyntaxError("captured takes: as <name>")
    nodelist = parser.parse(("endcaptured",))
    parser.delete_first_token()
    return _Captured(nodelist, parts[2])


@register.simple_tag(takes_context=True)
def page_head(context: Context) -> PageHead:
    """The page's own address, its neighbours', and whether it is indexed."""
    return read_page_head(context)


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """The documents of schema.org that belong to this page; nothing on pages that are not indexed."""
    here = _publication(context)
    if here is None:
        return SafeString("")
    return _scripts(documents_of(context["page_head"].name, here, context.get("target")))


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: Context) -> SafeString:
    """The steps of parts/breadcrumbs.html as a BreadcrumbList, from the same values."""
    here = _publication(context)
    if here is None:
        return SafeString("")
    parents = [(str(context.get(name, "")), context.get(f"{name}_url", "")) for name in ("parent", "parent2")]
    above = [(name, here.absolute(address)) for name, address in parents if name and address]
    steps = [(_("首页"), here.address("home")), *above, (str(context.get("current", "")), "")]
    return _scripts([breadcrumbs(steps)])


def _publication(context: Context) -> Publication | None:
    """What an indexed page's documents share; None on any other page."""
    head, plan, request = context.get("page_head"), context.get("plan"), context.get("request")
    if not (isinstance(head, PageHead) and head.is_indexed and isinstance(plan, Plan) and request):
        return None
    return Publication(plan, context.get("data_as_of"), head.origin)


def _scripts(documents: list[dict[str, Any]]) -> SafeString:
    return format_html_join("\n  ", "{}", ((as_script(document),) for document in documents))
