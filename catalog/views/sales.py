"""How the shop sells, for those who run it: a page, and its lines as CSV."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.dashboard.figures import sold
from catalog.dashboard.page import sales_page
from catalog.dashboard.period import DAYS, Period, period_of
from genart.lib.spreadsheets import Table

MAY_SEE = ("catalog.view_order", "generation.add_job")
"""Either is enough: who looks after orders, or who decides what is made next."""
COLUMNS = (
    "paid_at", "order", "work", "style", "palette", "edition", "licence", "list_price", "price",
    "refunded", "currency", "country",
)  # fmt: skip
View = Callable[..., HttpResponseBase]


def sellers_only(view: View) -> View:
    """Send strangers to the login page, and answer 403 to those who may not see sales."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not any(user.has_perm(permission) for permission in MAY_SEE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(allowed)


@never_cache
@sellers_only
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """Show the sales of a period."""
    period = period_of(request.GET.get("days", ""))
    context = sales_page(period) | {"period": period, "periods": DAYS}
    return render(request, "catalog/sales/page.html", context)


@never_cache
@sellers_only
@require_safe
def sales_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Send each licence sold in a period as a line; no line names a buyer."""
    period = period_of(request.GET.get("days", ""))
    response = StreamingHttpResponse(_lines(period), content_type="text/csv; charset=utf-8")
    name = f"sales-{period.now:%Y-%m-%d}-{period.days}-days.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    """A file that gives back what is written."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _lines(period: Period) -> Iterator[str]:
    writer = Table(_Echo())
    yield writer.writerow(COLUMNS)
    lines = sold(period).select_related("order", "artwork", "licence").order_by("order__paid_at")
    for line in lines.iterator(chunk_size=500):
        yield writer.writerow(_row(line))


def _row(line: Any) -> list[str]:
    order, work = line.order, line.artwork
    cents = (line.list_cents, line.price_cents, line.refunded_cents)
    return [
        order.paid_at.isoformat(timespec="seconds"),
        str(order.pk),
        work.title,
        work.style_name,
        work.palette_name,
        work.tier,
        line.licence.name,
        *(f"{amount / 100:.2f}" for amount in cents),
        order.currency,
        order.country,
    ]
