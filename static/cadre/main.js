/** The boot module, inlined in the page: the cover, the lock and the shell; everything else follows when it is wanted. */
import { createLock } from './lock.js';
import { begin } from './screens/boot.js';
import * as shell from './shell.js';

/** @typedef {{app: () => Promise<typeof import('./screens/app.js')>, lock: import('./lock.js').Lock, shell: typeof shell}} Boot */

const lock = createLock();
/** A start by an invite must not be lost to a new version. */
const isLinked = location.hash.length > 1;
lock.start();
begin({ lock, shell, app: () => import('./screens/app.js') });
void shell.start();
void import('./wake.js').then((wake) => wake.start(() => !isLinked && lock.where() === 'cover'));
