// Passkeys: a form with data-passkey asks the server for a question, the browser's keys for an
// answer, and sends that back. Without JavaScript the form stays hidden; a code does the same.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const keyed = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  for (const hint of document.querySelectorAll("[data-passkey-without]")) hint.hidden = true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  say(form, "");
  try {
    const answer = form.dataset.passkey === "add" ? await created(form) : await signed(form);
    const sent = { answer, name: form.elements.name?.value, next: form.elements.next?.value };
    location.assign((await post(form, form.dataset.answer, sent)).next);
  } catch (error) {
    if (error.status === 428 && form.dataset.confirmAt) location.assign(form.dataset.confirmAt);
    else say(form, spoken(form, error));
  } finally {
    button.disabled = false;
  }
});

async function created(form) {
  const asked = await post(form, form.dataset.ask, {});
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: keyed(asked.excludeCredentials),
    },
  });
  return {
    ...named(made),
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function signed(form) {
  const asked = await post(form, form.dataset.ask, {});
  const made = await navigator.credentials.get({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      allowCredentials: keyed(asked.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  return {
    ...named(made),
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

const named = (made) => ({ id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {} });

async function post(form, address, sent) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify(sent),
  });
  const said = await answer.json().catch(() => ({ detail: form.dataset.away }));
  if (!answer.ok) throw Object.assign(new Error(said.detail), { status: answer.status, isOurs: true });
  return said;
}

function spoken(form, error) {
  if (error.isOurs) return error.message;
  if (error.name === "NotAllowedError") return form.dataset.notAllowed;
  if (error.name === "InvalidStateError") return form.dataset.invalidState;
  if (error.name === "SecurityError") return form.dataset.security;
  return form.dataset.unused;
}

function say(form, sentence) {
  const place = form.querySelector("[data-passkey-said]");
  place.textContent = sentence;
  place.hidden = !sentence;
}
