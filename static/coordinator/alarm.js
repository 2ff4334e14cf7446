// A short tone for an emergency, and the number on the app's icon; the tab's title never says what it is.

/** @type {AudioContext | null} */
let ear = null;
/** @type {Set<string>} */
let known = new Set();

/** The emergencies that a page knows of: those of its list, or all of them where it says so. @param {Document} page */
function alarms(page) {
  const told = page.querySelector("[data-alarms]");
  if (told instanceof HTMLElement) return (told.dataset.alarms ?? "").split(" ").filter(Boolean);
  return [...page.querySelectorAll("[data-row][data-sos]")].map((line) => /** @type {HTMLElement} */ (line).dataset.row ?? "");
}

function sound() {
  if (ear?.state !== "running") return;
  const tone = ear.createOscillator();
  tone.frequency.value = 740;
  tone.connect(ear.destination);
  tone.start();
  tone.stop(ear.currentTime + 0.4);
}

/** Remember these, and say on the app's icon how many they are. @param {Set<string>} told */
function note(told) {
  known = told;
  const bearer = /** @type {any} */ (navigator);
  (told.size ? bearer.setAppBadge?.(told.size) : bearer.clearAppBadge?.())?.catch(() => undefined);
}

/** Ring if the fresh page knows of an emergency that was not known before. @param {Document} fresh */
export function ring(fresh) {
  const told = new Set(alarms(fresh));
  if ([...told].some((id) => !known.has(id))) sound();
  note(told);
}

/** Browsers are silent until somebody has touched the page: until then it says so. @param {Document} page */
export function listen(page) {
  note(new Set(alarms(page)));
  try {
    ear = new AudioContext();
  } catch {
    return; // No sound on this machine: the list still shows it.
  }
  const mute = () => {
    for (const said of page.querySelectorAll("[data-mute]")) if (said instanceof HTMLElement) said.hidden = ear?.state === "running";
  };
  ear.onstatechange = mute;
  for (const touch of ["pointerdown", "keydown"]) page.addEventListener(touch, () => void ear?.resume(), { passive: true });
  mute();
}
