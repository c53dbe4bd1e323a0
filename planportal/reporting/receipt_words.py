"""What is said after a step, with its receipt."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planportal.plan.mount import plan_reverse
from targets.models import Figure
from targets.receipts import receipt_of_step


def with_receipt(said: str, figure: Figure) -> SafeString:
    """A message, and a link to the receipt of the step that made the figure's version."""
    receipt = receipt_of_step(figure=figure.pk, version=figure.version)
    address = plan_reverse(figure.target.plan, "receipt", receipt.event.pk)
    return format_html('{} <a class="nowrap" href="{}">{} {}</a>', said, address, _("回执"), receipt.code)
