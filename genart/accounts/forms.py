"""Forms of sign-in, sign-up and the account page."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.core.cache import cache
from django.utils.translation import ngettext

from genart.accounts.models import User

ATTEMPTS, WINDOW_SECONDS = 10, 300


class SignInForm(AuthenticationForm):
    """Name and password; after ten wrong tries for a name, it waits five minutes."""

    error_messages = {
        "invalid_login": "That name and password do not belong together. Mind upper case.",
        "inactive": "This account is closed.",
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, and how often it was wrong."""
        name = str(self.cleaned_data.get("username", "")).lower()[:150]
        key = f"sign-in:{name.encode().hex()}"
        tries = cache.get(key, 0)
        if tries >= ATTEMPTS:
            minutes = WINDOW_SECONDS // 60
            raise forms.ValidationError(
                ngettext(
                    "Too many tries. Wait %(n)d minute and try again.",
                    "Too many tries. Wait %(n)d minutes and try again.",
                    minutes,
                )
                % {"n": minutes},
                code="too_many",
            )
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            cache.set(key, tries + 1, WINDOW_SECONDS)
            raise
        cache.delete(key)
        return cleaned


class SignUpForm(BaseUserCreationForm):
    """A new buyer."""

    class Meta:
        model = User
        fields = ["username", "email"]
        help_texts = {"username": "Letters, digits and @ . + - _", "email": "For receipts."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["password1"].help_text = "Eight characters or more, and not a common password."
        self.fields["password2"].help_text = ""
        self.fields["password2"].label = "Password once more"

    def clean_username(self) -> str:
        """Refuse a name that differs from another one by case only."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("Somebody has this name already. Choose another one.")
        return name


class AccountForm(forms.ModelForm):
    """What a person may change about himself."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]
        help_texts = {"email": "For receipts.", "first_name": "Shown on receipts."}
