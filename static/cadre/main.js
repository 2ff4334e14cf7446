/** The boot module, inlined in the page: the cover and the lock; everything else follows when it is wanted. */
import { createLock } from './lock.js';
import { begin } from './screens/boot.js';

/** @typedef {typeof import('./screens/app.js')} App */
/** @typedef {{app: () => Promise<App>, lock: import('./lock.js').Lock, isLinked: boolean, prompt: any}} Boot */

/** @type {Boot} */
const boot = {
  lock: createLock(),
  app() {
    // Side by side with the app: it would ask for this a way there and back later.
    if (typeof SIAGA_SHARED !== 'undefined') import(SIAGA_SHARED).catch(() => {});
    return import('./screens/app.js');
  },
  /** A start by an invite must not be lost to a new version. */
  isLinked: location.hash.length > 1,
  prompt: null,
};
// Chromium offers to install once, perhaps before the app has come.
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  boot.prompt = event;
});
begin(boot);
