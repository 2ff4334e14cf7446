// The desk's hands: keyboard, live lists, forms that follow their answers. Holds no words and no data.

import { keyboard } from "./keys.js";
import { watch } from "./live.js";
import { followAnswers } from "./answers.js";
import { fillNumbers } from "./fills.js";
import { copying } from "./copy.js";
import { protect } from "./kept.js";
import { alerts } from "./push.js";
import { leave } from "./away.js";

document.documentElement.classList.add("js");

for (const button of document.querySelectorAll("[data-menu]")) {
  const places = document.getElementById(button.getAttribute("aria-controls") ?? "");
  button.addEventListener("click", () => {
    const open = places?.classList.toggle("open") ?? false;
    button.setAttribute("aria-expanded", String(open));
  });
}

// Where one is stays in sight on a low screen, whose rail scrolls.
const places = document.getElementById("places");
const here = places?.querySelector("[aria-current]");
if (places && here instanceof HTMLElement) {
  places.scrollTop = here.offsetTop - places.clientHeight / 2;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// A page that came back with faults begins at its faults.
const fault = document.querySelector("[data-focus]");
if (fault instanceof HTMLElement) fault.focus();

// Over the rail, and leaving no mark in the address: what follows a form would carry it on.
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main")?.focus();
});

keyboard(document);
watch(document);
followAnswers(document);
fillNumbers(document);
protect(document);
copying(document);
alerts(document);
leave(document);
