"""Mails as text and as a plain page: one template each, such as `catalog/mail/receipt.txt`.

Mail programs read no style sheets of ours, so the page carries its own few rules.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

STYLE = mark_safe(
    "<style>"
    "body{margin:0;padding:24px;background:#f4f6f3;color:#1b2230;"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}"
    "main{max-width:560px;margin:0 auto;padding:32px;background:#fff}"
    "h1{font-size:26px;line-height:1.2;margin:0 0 16px;letter-spacing:-.02em}"
    "p{margin:0 0 16px}a{color:#a3240f}"
    ".brand{font-weight:700;margin-bottom:28px}.brand span{color:#c8321f}"
    ".go{display:inline-block;padding:12px 20px;background:#1b2230;color:#fff;"
    "text-decoration:none;font-weight:600}"
    "table{width:100%;border-collapse:collapse;margin:0 0 20px}"
    "td,th{padding:10px 0;border-top:1px solid #d9dedb;text-align:left;vertical-align:top}"
    ".n{text-align:right;white-space:nowrap}.s{color:#566070;font-size:14px}"
    "</style>"
)


def write_mail(
    template: str,
    *,
    to: str,
    subject: str,
    context: dict[str, Any],
    files: list[tuple[str, bytes, str]] | None = None,
) -> EmailMultiAlternatives:
    """Return a mail that can be sent.

    Args:
        template: `catalog/mail/receipt`: its place in `templates/`, without its ending.
        to: its receiver.
        subject: one line.
        context: of both templates.
        files: name, content and type of what is attached.
    """
    values = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "shop_email": settings.SHOP_EMAIL,
        "style": STYLE,
        "subject": subject,
    } | context
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:200],
        body=render_to_string(f"{template}.txt", values).strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"{template}.html", values), "text/html")
    for file in files or []:
        mail.attach(*file)
    return mail
