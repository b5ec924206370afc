"""Mails of the shop: templates in `templates/catalog/mail/`."""

from typing import Any

from django.core.mail import EmailMultiAlternatives

from genart.lib import mail_page


def write_mail(
    template: str,
    *,
    to: str,
    subject: str,
    context: dict[str, Any],
    files: list[tuple[str, bytes, str]] | None = None,
) -> EmailMultiAlternatives:
    """Return a mail that can be sent; `template` without folder and ending."""
    return mail_page.write_mail(
        f"catalog/mail/{template}", to=to, subject=subject, context=context, files=files
    )
