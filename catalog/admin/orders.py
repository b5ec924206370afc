"""Orders, grants, refunds and payment events: records, with one thing to do: give money back."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.papers import allow_more_downloads
from catalog.models import CreditEntry, Grant, Order, OrderLine, PaymentEvent, Refund
from catalog.services.credits import give_credits
from catalog.services.refunds import refund_order
from genart.lib.errors import GenartError
from genart.lib.records import ReadOnly, ReadOnlyAdmin
from genart.templatetags.ui import money

MAY_REFUND = "catalog.add_refund"


class OrderLineInline(ReadOnly, admin.TabularInline):
    model = OrderLine
    extra = 0
    fields = ["artwork", "licence", "credit_pack", "list_cents", "price_cents", "refunded_cents"]


class RefundInline(ReadOnly, admin.TabularInline):
    model = Refund
    extra = 0
    fields = ["amount_cents", "credit_cents", "state", "reason", "problem", "asked_by", "done_at"]


class PaymentEventInline(ReadOnly, admin.TabularInline):
    model = PaymentEvent
    extra = 0
    fields = ["received_at", "kind", "gateway", "event_id", "outcome"]
    readonly_fields = ["received_at"]


class NeedsALook(admin.SimpleListFilter):
    """Orders of which a person must take care."""

    title = "needs a look"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Something is wrong with it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.exclude(problem="") if self.value() else queryset


class RefundForm(forms.Form):
    """Which lines are paid back, and why."""

    lines = forms.ModelMultipleChoiceField(
        OrderLine.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label="What is paid back",
        help_text="The rights to these works end when the money is on its way.",
        error_messages={"required": "Choose at least one line."},
    )
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The buyer reads it, in the mail and on the certificate's page.",
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = order.lines.exclude(refunds__state__in=[Refund.State.PENDING, Refund.State.DONE])
        field: Any = self.fields["lines"]
        field.queryset = left.select_related("artwork", "licence", "credit_pack").order_by("pk")
        field.label_from_instance = lambda line: f"{line}, {money(line.price_cents)}"
        field.initial = list(field.queryset)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = [
        "short", "who", "state", "total", "country", "gateway", "created_at", "paid_at", "problem",
    ]  # fmt: skip
    list_filter = [NeedsALook, "state", "gateway", "vat_scheme", "country"]
    list_select_related = ["buyer"]
    search_fields = ["id", "email", "buyer__username", "gateway_reference", "payment_reference"]
    date_hierarchy = "created_at"
    inlines = [OrderLineInline, RefundInline, PaymentEventInline]
    exclude = ["secret"]
    readonly_fields = ["refund"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.refund_view)
        address = path("<uuid:order_id>/refund/", view, name="catalog_order_refund")
        return [address, *super().get_urls()]

    def refund_view(self, request: HttpRequest, order_id: UUID) -> HttpResponse:
        """Ask which lines are paid back and why, and have it done."""
        if not request.user.has_perm(MAY_REFUND):  # type: ignore[union-attr]
            raise PermissionDenied
        order = get_object_or_404(Order, pk=order_id)
        form = RefundForm(request.POST or None, order=order)
        if request.method == "POST" and form.is_valid():
            answer = self._pay_back(request, order, form)
            if answer is not None:
                return answer
        context = self.admin_site.each_context(request) | {
            "title": f"Pay back of {order}",
            "opts": self.model._meta,
            "order": order,
            "form": form,
        }
        return TemplateResponse(request, "admin/catalog/order/refund.html", context)

    def _pay_back(self, request: HttpRequest, order: Order, form: Any) -> HttpResponse | None:
        try:
            refund = refund_order(
                order=order,
                lines=list(form.cleaned_data["lines"]),
                reason=form.cleaned_data["reason"],
                by=request.user,  # type: ignore[arg-type]
            )
        except GenartError as error:
            form.add_error(None, error.message)
            return None
        said = f"{money(refund.amount_cents)}: {refund.get_state_display().lower()}."
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:catalog_order_change", args=[order.pk]))

    @admin.display(description="order")
    def short(self, order: Order) -> str:
        return str(order.pk)[:8]

    @admin.display(description="buyer")
    def who(self, order: Order) -> str:
        return str(order.buyer or order.email)

    @admin.display(description="total", ordering="total_cents")
    def total(self, order: Order) -> str:
        return money(order.total_cents)

    @admin.display(description="Give money back")
    def refund(self, order: Order) -> SafeString | str:
        if order.paid_at is None:
            return "It was never paid."
        address = reverse("admin:catalog_order_refund", args=[order.pk])
        return format_html('<a class="button" href="{}">Choose what is paid back</a>', address)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["order", "amount", "state", "reason", "asked_by", "created_at", "done_at"]
    list_filter = ["state"]
    list_select_related = ["order", "asked_by"]
    search_fields = ["order__id", "order__email", "reason", "gateway_reference"]
    date_hierarchy = "created_at"

    @admin.display(description="amount", ordering="amount_cents")
    def amount(self, refund: Refund) -> str:
        return money(refund.amount_cents)


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    actions = [allow_more_downloads]
    list_display = [
        "serial", "artwork", "buyer", "licence", "granted_at", "revoked_at", "downloads",
    ]  # fmt: skip
    list_select_related = ["artwork", "buyer", "licence"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "licence"]
    search_fields = ["serial", "buyer__username", "artwork__title"]


class GiftForm(forms.ModelForm):
    """Credits for an account, and why; sent twice, it gives once."""

    amount = forms.DecimalField(
        label="Credits", min_value=Decimal("0.01"), max_value=10_000, decimal_places=2,
        help_text="One credit pays one unit of the shop's currency.",
    )  # fmt: skip
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    class Meta:
        model = CreditEntry
        fields = ["user", "reason"]
        help_texts = {"reason": "Its holder reads it."}


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnlyAdmin):
    form = GiftForm
    autocomplete_fields = ["user"]
    list_display = ["user", "sum", "reason", "order", "created_at"]
    list_select_related = ["user", "order"]
    search_fields = ["user__username", "reason"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those give credits who may."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: CreditEntry | None = None) -> list[Any]:
        given = ["user", "amount", "reason", "once"]
        return ["user", "sum", "reason", "order", "created_at"] if obj else given

    def save_model(self, request: HttpRequest, obj: CreditEntry, form: Any, change: bool) -> None:
        said = form.cleaned_data
        give_credits(
            user=said["user"], cents=int(said["amount"] * 100), reason=said["reason"],
            key=str(said["once"]),
        )  # fmt: skip
        obj.pk = CreditEntry.objects.get(key=f"gift:{said['once']}").pk
        obj.refresh_from_db()

    @admin.display(description="credits", ordering="cents")
    def sum(self, entry: CreditEntry) -> str:
        return f"{entry.cents / 100:+.2f}"


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "kind", "gateway", "outcome", "received_at"]
    list_filter = ["kind", "gateway"]
    search_fields = ["event_id", "order__id"]
