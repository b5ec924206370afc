"""Price rules, codes and credit packs, each with what it would change."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.models import CreditPack, PriceRule, Promotion
from catalog.price_preview import code_effect_of, effect_of
from catalog.services.pricing import refresh_prices
from genart.templatetags.ui import money

FIRST = "Save it switched off first, and look here what it would change."


@admin.register(PriceRule)
class PriceRuleAdmin(admin.ModelAdmin):
    list_display = ["name", "factor", "licence_slug", "tier", "style_slug", "least_sales",
                    "position", "is_active", "starts_at", "ends_at"]  # fmt: skip
    list_filter = ["is_active", "tier"]
    search_fields = ["name", "style_slug", "licence_slug"]
    readonly_fields = ["would_change"]

    def save_model(self, request: HttpRequest, obj: PriceRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._refresh(request)

    def delete_model(self, request: HttpRequest, obj: PriceRule) -> None:
        super().delete_model(request, obj)
        self._refresh(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        self._refresh(request)

    def _refresh(self, request: HttpRequest) -> None:
        messages.info(request, f"{refresh_prices()} work(s) cost something else now.")

    @admin.display(description="price", ordering="factor_percent")
    def factor(self, rule: PriceRule) -> str:
        return f"{rule.factor_percent} %"

    @admin.display(description="What it would change")
    def would_change(self, rule: PriceRule) -> SafeString | str:
        if rule.pk is None:
            return FIRST
        effect = effect_of(rule)
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (one.title, one.licence, money(one.before_cents), money(one.after_cents))
                for one in effect.changes
            ),
        )
        if not rows:
            return (
                f"It fits {effect.works} work(s) on sale and changes no price beside what counts."
            )
        return format_html(
            "<p>It fits {} work(s) on sale. Some of them:</p><table><thead><tr>"
            '<th scope="col">work</th><th scope="col">licence</th><th scope="col">now</th>'
            '<th scope="col">then</th></tr></thead><tbody>{}</tbody></table>',
            effect.works,
            rows,
        )


@admin.register(Promotion)
class PromotionAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "takes_off", "used", "most_uses", "is_active", "starts_at",
                    "ends_at"]  # fmt: skip
    list_filter = ["is_active"]
    search_fields = ["code", "name"]
    readonly_fields = ["would_take", "used"]

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:
        obj.code = obj.code.strip().upper()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or not obj.order_set.exists()  # orders name it: switch it off instead
        )

    @admin.display(description="takes off")
    def takes_off(self, code: Promotion) -> str:
        return f"{code.percent_off} %" if code.percent_off else money(code.cents_off)

    @admin.display(description="used")
    def used(self, code: Promotion) -> int:
        return 0 if code.pk is None else code.order_set.filter(paid_at__isnull=False).count()

    @admin.display(description="What it would have taken off")
    def would_take(self, code: Promotion) -> str:
        if code.pk is None:
            return FIRST
        found = code_effect_of(code)
        return (
            f"Of the last {found.orders} paid order(s), {found.fitting} would have been "
            f"{money(found.taken_cents)} cheaper in all."
        )


@admin.register(CreditPack)
class CreditPackAdmin(admin.ModelAdmin):
    list_display = ["name", "price", "buys", "saves", "position", "is_active"]
    list_filter = ["is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or not obj.orderline_set.exists()  # orders name it: switch it off instead
        )

    @admin.display(description="price", ordering="price_cents")
    def price(self, pack: CreditPack) -> str:
        return money(pack.price_cents)

    @admin.display(description="buys", ordering="credit_cents")
    def buys(self, pack: CreditPack) -> str:
        return money(pack.credit_cents)

    @admin.display(description="saves")
    def saves(self, pack: CreditPack) -> str:
        share = 1 - pack.price_cents / pack.credit_cents if pack.credit_cents else 0
        return f"{100 * share:.0f} %"
