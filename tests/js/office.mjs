/** The other end of the wire for the phone's tests: a district that holds its keys, answers as sync.md says, and can be cut off. */
import { createHash, createHmac, randomBytes, randomUUID, webcrypto } from 'node:crypto';
import { b64, hex, joined, unb64, utf8 } from '../../static/cadre/bytes.js';
import { ITEM_SIZES, envelopeInfo, itemInfo, newKeyPair, openSealed, seal, usablePair } from '../../static/cadre/seal.js';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };

/** @returns {Promise<any>} */
export async function keyList(signer, content) {
  const signed = joined(utf8('siaga/keys/1|'), utf8(JSON.stringify(content)));
  const signature = await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signer.privateKey, signed);
  const point = new Uint8Array(await webcrypto.subtle.exportKey('raw', signer.publicKey));
  return { signed: b64(signed), signature: b64(new Uint8Array(signature)), signer: b64(point) };
}

export const newSigner = () => webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);

/** An office with one invite, or one that knows a phone already; `cut` says which answers get lost on the way back. */
export async function office(known = {}) {
  const intake = known.intake ?? (await newKeyPair());
  const pair = await usablePair(intake);
  const signer = await newSigner();
  const keys = await keyList(signer, {
    district: '33.02', serial: 4, issued_at: '2026-11-01T00:00:00Z', next_signer: null,
    keys: [{ kid: 'intake.33.02.1', public_key: b64(intake.public_key), not_before: '2026-01-01T00:00:00Z' }],
  });
  const it = {
    code: 'Q04XZQ04XZ12', fingerprint: createHash('sha256').update(unb64(keys.signer)).digest('hex').slice(0, 32),
    intake, signer, keys, device: known.device ?? null, verifier: known.verifier ?? null, share: known.share ?? null, wrong: 0, tried: [], epoch: 1, inbox: [], cut: new Set(), refuse: new Map(), calls: [], told: [], items: [], counter: 0,
    /** What arrived, opened, in the order of `seq`. */
    opened: async () =>
      Promise.all([...it.inbox].sort((a, b) => a.seq - b.seq).map(async (e) => ({ id: e.id, seq: e.seq, ...(await openSealed(pair, envelopeInfo(e.kid, e.id, e.schema), unb64(e.sealed))) }))),
    /** One envelope as it came over the wire, opened. */
    read: (e) => openSealed(pair, envelopeInfo(e.kid, e.id, e.schema), unb64(e.sealed)),
    tell: async (kind, id, content) => {
      const sealed = await seal(unb64(it.device.public_key), itemInfo(kind, it.device.id, id, 1), content, ITEM_SIZES);
      it.items.push({ id, kind, schema: 1, sealed: b64(sealed) });
    },
    post: (kind, id, open) => it.items.push({ id, kind, schema: 1, open }),
    gone: (kind, id) => it.items.push({ id, kind, schema: 1, gone: true }),
  };
  const now = () => new Date().toISOString();
  const proven = (proof) => {
    if (it.share === null) return 410;
    it.wrong = proof === it.verifier ? Math.max(0, it.wrong - 5) : it.wrong + 1;
    if (proof !== it.verifier) it.tried.push(new Date(Date.now() + it.tried.length).toISOString());
    if (it.wrong >= 10) it.share = null;
    return it.share === null ? 410 : proof === it.verifier ? 200 : 403;
  };
  const routes = {
    'POST enrolments': ({ code, device, verifier }) => {
      if (code !== it.code) return [403, { code: 'enrol.refused' }];
      if (it.device && it.device.public_key !== device.public_key) return [403, { code: 'enrol.refused' }];
      it.device ??= { id: randomUUID(), public_key: device.public_key };
      it.verifier = verifier;
      it.share ??= b64(randomBytes(32));
      return [201, { device_id: it.device.id, share: it.share, match: '4071', keys: it.keys, lease_hours: 24, server_time: now(),
        profile: { district: '33.02', villages: [{ code: '33.02.01.2001', name: 'Contoh' }], language: 'id' } }];
    },
    'POST unlocks': ({ proof }) => {
      const status = proven(proof);
      return [status, status === 200 ? { share: it.share, lease_hours: 24, wrong_tries: it.tried, server_time: now() } : { code: 'unlock.wrong' }];
    },
    'PUT verifier': ({ proof, verifier }) => {
      const status = proven(proof);
      if (status === 200) it.verifier = verifier;
      return [status === 200 ? 204 : status, null];
    },
    'POST envelopes': ({ envelopes }) => {
      if (envelopes.length > (it.most ?? 50)) return [413, { code: 'batch.too_many' }];
      const results = envelopes.map((e) => {
        const refused = it.refuse.get(e.id);
        if (refused) return { id: e.id, sha256: e.sha256, ...refused };
        const twin = it.inbox.find((one) => one.id === e.id);
        const same = twin && twin.sha256 === e.sha256;
        if (!same) it.inbox.push({ ...e, receipt: `${it.epoch}.${(it.counter += 1)}.${createHmac('sha256', 'k').update(e.id).digest('base64url')}` });
        const row = it.inbox.find((one) => one.id === e.id && one.sha256 === e.sha256);
        return { id: e.id, sha256: createHash('sha256').update(unb64(e.sealed)).digest('hex'), status: twin ? (same ? 'duplicate' : 'conflict') : 'stored', receipt: row.receipt };
      });
      return [200, { epoch: it.epoch, server_time: now(), results, ...(it.ended ? { ended: true } : {}) }];
    },
    'GET changes': () => {
      if (it.ended) return [401, { code: 'session.ended' }];
      const items = it.items.splice(0);
      if (!items.length) return [204, null];
      const reset = it.reset === true;
      it.reset = false;
      return [200, { epoch: it.epoch, cursor: `1.${(it.counter += 1)}.0.m`, more: false, items, ...(reset ? { reset } : {}) }];
    },
    'PUT phone': (state) => [204, void it.told.push(state) ?? null],
    'PUT push-subscription': () => [204, null],
    'DELETE push-subscription': () => [204, null],
    'DELETE session': () => [204, null],
  };
  globalThis.fetch = async (url, { method, headers, body }) => {
    const route = `${method} ${url.replace('/sync/v1/', '').split('?')[0]}`;
    it.calls.push(route);
    it.before?.(route);
    if (it.cut.has('all')) throw new TypeError('network');
    if (it.portal) return new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } });
    if (it.noSession && !headers['X-Device'] && route === 'POST envelopes') return new Response('{"code":"session.none"}', { status: 401, headers: { 'content-type': 'application/problem+json' } });
    const [status, answer] = routes[route](body ? JSON.parse(body) : null);
    if (it.cut.has(route)) throw new TypeError('the answer was lost');
    return new Response(answer === null ? null : JSON.stringify(answer), { status, headers: answer === null ? {} : { 'content-type': 'application/json' } });
  };
  return it;
}

export { hex };
