// Takes the secret out of the address before anything else can see it, and puts it into the form.

const form = document.querySelector("[data-look]");
const secret = location.hash.slice(1);
if (secret) history.replaceState(null, "", location.pathname);
if (secret && form instanceof HTMLFormElement) {
  const field = form.elements.namedItem("secret");
  if (field instanceof HTMLInputElement) field.value = secret;
  form.hidden = false;
  document.querySelector("[data-none]")?.remove();
}
