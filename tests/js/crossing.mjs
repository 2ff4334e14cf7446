/** The phone's side of the two-sided tests, as node runs it; `tests/browser/test_sealing.py` asks a real browser. */
import { b64, hex, sha256, unb64 } from '../../static/cadre/bytes.js';
import { ACT_SIZES, envelopeInfo, itemInfo, newKeyPair, openSealed, seal, usablePair } from '../../static/cadre/seal.js';

/** @param {any} job @returns {Promise<any>} */
export async function sealed({ public_key, kid, id, content }) {
  const bytes = await seal(unb64(public_key), envelopeInfo(kid, id, 1), content, ACT_SIZES);
  return { sealed: b64(bytes), sha256: hex(await sha256(bytes)) };
}

/** @returns {Promise<any>} */
export async function device() {
  const { public_key, pkcs8 } = await newKeyPair();
  return { public_key: b64(public_key), pkcs8: b64(pkcs8) };
}

const pairOf = ({ public_key, pkcs8 }) => usablePair({ public_key: unb64(public_key), pkcs8: unb64(pkcs8) });

/** @param {any} job @returns {Promise<any>} */
export async function opened({ pair, kind, device_id, id, item }) {
  return openSealed(await pairOf(pair), itemInfo(kind, device_id, id, 1), unb64(item)).catch(() => null);
}

/** How many of these bytes may change by one bit and still open; none may. @param {any} job @returns {Promise<number>} */
export async function survivors({ pair, kind, device_id, id, item }) {
  const [keys, info, bytes] = [await pairOf(pair), itemInfo(kind, device_id, id, 1), unb64(item)];
  let open = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = bytes.slice();
    changed[at] ^= 1 << at % 8;
    open += await openSealed(keys, info, changed).then(() => 1, () => 0);
  }
  return open;
}

if (globalThis.process?.argv[2] === 'answer') {
  const { process } = globalThis;
  process.stdin.setEncoding('utf8');
  let asked = '';
  process.stdin.on('data', (part) => (asked += part));
  process.stdin.on('end', async () => {
    const jobs = { sealed, device, opened, survivors };
    const [name, job] = JSON.parse(asked);
    process.stdout.write(JSON.stringify(await jobs[name](job)));
  });
}
