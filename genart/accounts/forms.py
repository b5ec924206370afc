"""Forms of sign-in, sign-up, the account page, and what proves a person."""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    BaseUserCreationForm,
    SetPasswordForm,
    UsernameField,
)
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from genart.accounts.models import SignInTry, User
from genart.accounts.password_rules import help_text
from genart.accounts.services.devices import known_device
from genart.accounts.services.factors import use_code
from genart.accounts.services.sessions import address_of
from genart.accounts.services.tries import begin_try, end_try, refusal

LONGEST = 1_000
"""Letters of a password that are looked at: hashing a book would be work for nothing."""
REFUSED = SignInTry.Outcome.REFUSED


class SignInForm(AuthenticationForm):
    """Name and password; each try is counted before the password is looked at."""

    username = UsernameField(
        max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username webauthn"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("That name and password do not belong together. Mind upper case."),
        "inactive": _("This account is closed."),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, unless it was wrong too often."""
        assert self.request is not None  # noqa: S101  (the view gives it)
        name = str(self.cleaned_data.get("username") or "")
        if not name or "password" not in self.cleaned_data:
            return self.cleaned_data
        attempt = begin_try(
            kind=SignInTry.Kind.PASSWORD,
            name=name,
            address=address_of(self.request),
            device=known_device(request=self.request, name=name),
        )
        if attempt.outcome == REFUSED:
            raise forms.ValidationError(refusal(attempt).message, code="too_many")
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            end_try(attempt=attempt, passed=False)
            raise
        end_try(attempt=attempt, passed=True, user=self.get_user())
        return cleaned


class _OwnForm(forms.Form):
    """A form about a person whose tries are counted by his key."""

    def __init__(self, *args: Any, user: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.request = user, request

    @property
    def status(self) -> int:
        """Return the status of a page that shows this form."""
        if self.has_error("__all__", "too_many"):
            return 429
        return 422 if self.is_bound else 200

    def begin(self) -> SignInTry:
        """Count a try.

        Raises:
            ValidationError: it is one too many.
        """
        attempt = begin_try(
            kind=SignInTry.Kind.FACTOR,
            name=f"person {self.user.pk}",
            address=address_of(self.request),
            device=known_device(request=self.request, name=self.user.get_username()),
        )
        if attempt.outcome == REFUSED:
            raise forms.ValidationError(refusal(attempt).message, code="too_many")
        return attempt


class CodeForm(_OwnForm):
    """A code of the authenticator app, or one from paper."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
        help_text=_("Six digits of your app, or one of your recovery codes."),
    )
    factor = ""
    """Which of the two it was."""

    def clean(self) -> dict[str, Any]:
        """Use the code up, unless it was wrong too often."""
        cleaned = super().clean() or {}
        if "code" not in cleaned:
            return cleaned
        attempt = self.begin()
        self.factor = use_code(user=self.user, code=cleaned["code"])
        end_try(attempt=attempt, passed=bool(self.factor), user=self.user)
        if not self.factor:
            self.add_error("code", gettext("That code is wrong, or was used. Take the next one."))
        return cleaned


class ConfirmForm(_OwnForm):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the password, unless it was wrong too often."""
        cleaned = super().clean() or {}
        if "password" not in cleaned:
            return cleaned
        attempt = self.begin()
        is_right = check_password(cleaned["password"], self.user.password)
        end_try(attempt=attempt, passed=is_right, user=self.user)
        if not is_right:
            self.add_error("password", gettext("That is not your password."))
        return cleaned


class NewAppForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        max_length=12,
        label=_("The code that it shows"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ForgottenForm(forms.Form):
    """Where to send a link for a new password."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NewPasswordForm(SetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = help_text()
        self.fields["new_password2"].help_text = ""
        self.fields["new_password2"].label = gettext("New password once more")


class SignUpForm(BaseUserCreationForm):
    """A new buyer."""

    class Meta:
        model = User
        fields = ["username", "email"]
        labels = {"email": _("E-mail address")}
        help_texts = {"username": _("Letters, digits and @ . + - _"), "email": _("For receipts.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["password1"].help_text = help_text()
        self.fields["password2"].help_text = ""
        self.fields["password2"].label = gettext("Password once more")

    def clean_username(self) -> str:
        """Refuse a name that differs from another one by case only."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(
                gettext("Somebody has this name already. Choose another one.")
            )
        return name


class AccountForm(forms.ModelForm):
    """What a person may change about himself."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]
        labels = {"email": _("E-mail address")}
        help_texts = {
            "email": _("For receipts, and for a new password."),
            "first_name": _("Shown on receipts."),
        }
