"""What `static/js/passkeys.js` asks: questions for the browser's keys, and their answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from genart.accounts.models import SignInTry, User
from genart.accounts.services import factors, passkeys
from genart.accounts.services.notices import tell
from genart.accounts.services.sessions import address_of
from genart.accounts.services.signing_in import complete_sign_in, mark_confirmed, mark_proven
from genart.accounts.services.tries import begin_try, end_try, refusal
from genart.accounts.views.access import answers_json, fresh, missing_proof, safe_next
from genart.accounts.views.proving import awaited_person
from genart.lib.errors import GenartError, InvalidInput, NotAllowed

CHALLENGE = "passkey_challenge"


class NotFresh(GenartError):
    """Who asks must show again who he is: answered 428."""

    code = "not_fresh"
    status = 428


def fresh_person(request: HttpRequest) -> User:
    """Return who is signed in and has shown so a short while ago.

    Raises:
        NotAllowed: nobody.
        NotFresh: not lately.
    """
    if not isinstance(request.user, User):
        raise NotAllowed("Sign in first.")
    if missing_proof(request):
        raise NotFresh("Show again who you are, then add the passkey.")
    return request.user


@answers_json()
def ask(request: HttpRequest, sent: dict[str, Any]) -> dict[str, Any]:
    """Return what the browser's keys have to sign: those of the awaited person, or any."""
    awaited = awaited_person(request)
    question = passkeys.question_for_signing_in(awaited[0] if awaited else None)
    request.session[CHALLENGE] = question.challenge
    return question.options


@answers_json()
def answer(request: HttpRequest, sent: dict[str, Any]) -> dict[str, Any]:
    """Let in whose key signed; say where to go on to."""
    awaited = awaited_person(request)
    attempt = begin_try(kind=SignInTry.Kind.PASSKEY, address=address_of(request))
    if attempt.outcome == SignInTry.Outcome.REFUSED and not awaited:
        raise refusal(attempt)
    try:
        passkey = passkeys.use_passkey(
            answer=sent.get("answer"),
            challenge=_challenge(request),
            user=awaited[0] if awaited else None,
        )
    except InvalidInput:
        end_try(attempt=attempt, passed=False)
        raise
    end_try(attempt=attempt, passed=True, user=passkey.user)
    if request.user.is_authenticated:
        mark_proven(request)
        mark_confirmed(request)
    else:
        complete_sign_in(request=request, user=passkey.user, factor="passkey")
    return {"next": awaited[1] if awaited else safe_next(request, str(sent.get("next", "")))}


@answers_json(fresh_person)
def new(request: HttpRequest, sent: dict[str, Any]) -> dict[str, Any]:
    """Return what makes the browser create a key."""
    question = passkeys.question_for_adding(fresh_person(request))
    request.session[CHALLENGE] = question.challenge
    return question.options


@answers_json(fresh_person)
def add(request: HttpRequest, sent: dict[str, Any]) -> dict[str, Any]:
    """Keep the key that the browser has created."""
    user = fresh_person(request)
    passkeys.add_passkey(
        user=user,
        answer=sent.get("answer"),
        challenge=_challenge(request),
        name=str(sent.get("name", "")),
    )
    mark_proven(request)
    tell(user=user, notice="passkey_added")
    messages.success(request, gettext("The passkey is added."))
    return {"next": reverse("accounts:security")}


@require_POST
@fresh
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a passkey."""
    assert isinstance(request.user, User)  # noqa: S101  (fresh)
    try:
        factors.remove_passkey(user=request.user, pk=pk)
    except GenartError as error:
        messages.error(request, error.message)
    else:
        tell(user=request.user, notice="passkey_removed")
        messages.success(request, gettext("The passkey is removed."))
    return redirect("accounts:security")


def _challenge(request: HttpRequest) -> str:
    """Return the challenge of the last question, which is good for one answer."""
    challenge = request.session.pop(CHALLENGE, "")
    if not challenge:
        raise InvalidInput("That took too long. Try again.")
    return str(challenge)
