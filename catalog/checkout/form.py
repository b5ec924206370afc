"""What is asked at the checkout: little, in plain words, the same for guests and accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.checkout.countries import country_choices
from catalog.services.buyer import Buyer
from catalog.tax.evidence import country_of_request
from genart.accounts.models import User

WAIVER = _(
    "Deliver at once. I accept the licence terms, and know that I lose my right of withdrawal "
    "when the delivery begins."
)
PACK_WAIVER = _("I buy these credits now. What I have not spent can be paid back within 14 days.")
RENEWED = {
    "hx-post": "",
    "hx-vals": '{"do": "update"}',
    "hx-select": "#sum",
    "hx-target": "#sum",
    "hx-swap": "outerHTML",
}
"""What changes the sum has it worked out again at once; a button does it without JavaScript."""


class CheckoutForm(forms.Form):
    """Where the files go, which VAT applies, and the buyer's yes.

    `seen` is the sum that the page showed, in cents: an order for another one is refused.
    """

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Your files and the receipt go there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your address of e-mail: files and receipt go there."),
            "invalid": _("This is no address of e-mail. It looks like ada@example.com."),
        },
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"} | RENEWED),
        error_messages={"required": _("Choose your country: VAT follows from it.")},
    )
    name = forms.CharField(
        label=_("Name or firm"),
        max_length=120,
        required=False,
        help_text=_("On the invoice and the certificate of the licence."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    vat_id = forms.CharField(
        label=_("VAT number"),
        max_length=20,
        required=False,
        help_text=_("Of a firm in the EU, with the letters of the country, as in DE123456789."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=_("Promotion code"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    use_credits = forms.BooleanField(
        label=_("Pay with my credits"), required=False, widget=forms.CheckboxInput(attrs=RENEWED)
    )
    agree = forms.BooleanField(
        label=WAIVER,
        # A tick made while the sum is being worked out stays when the sum arrives.
        widget=forms.CheckboxInput(attrs={"hx-preserve": "true"}),
        error_messages={"required": _("Tick this box: without it we may not deliver at once.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User | None, pack: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user is not None and user.email:
            self.fields["email"].required = False
        if pack:
            self.fields["country"].widget.attrs.pop("hx-post")
            self.fields["agree"].label = PACK_WAIVER

    def buyer(self, request: Any, *, agreed: bool = True) -> Buyer:
        """Return who buys, from what was typed; nothing is demanded of it here."""
        typed = self.cleaned_data
        told = country_of_request(request)
        name, address = typed.get("name", "").strip(), typed.get("address", "").strip()
        return Buyer(
            user=self.user,
            email=typed.get("email", ""),
            country=typed.get("country", ""),
            vat_id=typed.get("vat_id", "").strip(),
            bill_to="\n".join(part for part in (name, address) if part),
            waiver=str(self.fields["agree"].label) if agreed else "",
            evidence={"ip": told} if told else {},
        )
