// Passkeys: asks the phone for the answer to what the page carries, and sends it with the form. Holds no words.

/** @param {string} text base64url @returns {Uint8Array<ArrayBuffer>} */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0)));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {any} credential */
function told(credential) {
  const { id, rawId, type, response } = credential;
  /** @type {Record<string, string>} */
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: said, clientExtensionResults: {} });
}

/** @param {any} options */
function shown(options) {
  return navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge) } });
}

/** @param {any} options */
function made(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const excludeCredentials = (options.excludeCredentials ?? []).map((/** @type {any} */ one) => ({ ...one, id: bytes(one.id) }));
  return navigator.credentials.create({ publicKey: { ...options, challenge: bytes(options.challenge), user, excludeCredentials } });
}

/** @param {HTMLFormElement} form */
function begin(form) {
  const { passkey, options = "{}", atOnce, lasts } = form.dataset;
  const opened = Date.now();
  const old = () => lasts !== undefined && Date.now() - opened > (Number(lasts) - 30) * 1000;
  /** @param {string} state `ready`, `failed` or `impossible` */
  const say = (state) => {
    for (const part of form.querySelectorAll("[data-for]")) {
      if (part instanceof HTMLElement) part.hidden = part.dataset.for !== state;
    }
  };
  let busy = false;
  const go = async () => {
    if (busy) return;
    if (old()) return window.location.reload();
    busy = true;
    try {
      const credential = await (passkey === "create" ? made : shown)(JSON.parse(options));
      const field = form.elements.namedItem("answer");
      if (field instanceof HTMLInputElement) field.value = told(credential);
      form.submit();
    } catch {
      say("failed");
    }
    busy = false;
  };
  if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) return say("impossible");
  for (const button of form.querySelectorAll("[data-go]")) button.addEventListener("click", go);
  say("ready");
  if (atOnce !== undefined) go();
  // What it carries has grown old while the phone lay in a pocket, or an alert has just come.
  const again = () => document.visibilityState === "visible" && old() && window.location.reload();
  document.addEventListener("visibilitychange", again);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (form instanceof HTMLFormElement) begin(form);
}
