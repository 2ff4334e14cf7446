/** An IndexedDB for node, as far as the ledger asks of it: transactions that are all or nothing, a disk that fills up or is lost. */
import { register } from 'node:module';

register(`data:text/javascript,${encodeURIComponent(`
export const resolve = (name, context, next) =>
  name === 'idb' ? { url: ${JSON.stringify(import.meta.url)}, shortCircuit: true } : next(name, context);`)}`);

/** What lies on it; `full` takes nothing more. */
export const disk = { acts: new Map(), counters: new Map(), full: false };

export const lose = () => [disk.acts, disk.counters].forEach((store) => store.clear());

export const openDB = async () => ({
  transaction(names) {
    const draft = Object.fromEntries(names.map((name) => [name, structuredClone(disk[name])]));
    let [touches, ended] = [0, ''];
    const touch = (work) => async (...asked) => {
      if (ended) throw new DOMException(ended, 'InvalidStateError');
      touches += 1;
      return work(...asked);
    };
    const objectStore = (name) => ({
      get: touch((key) => structuredClone(draft[name].get(key))),
      getAll: touch(() => structuredClone([...draft[name].values()])),
      getAllKeys: touch(() => [...draft[name].keys()]),
      delete: touch((key) => draft[name].delete(key)),
      put: touch((value, key = value.id) => {
        if (disk.full) throw new DOMException('full', 'QuotaExceededError');
        draft[name].set(key, structuredClone(value));
      }),
    });
    // It ends when nothing was asked of it for a turn, as a browser's does.
    const done = (async () => {
      for (let seen = -1; seen !== touches; await new Promise((next) => setImmediate(next))) seen = touches;
      if (ended) throw new DOMException(ended, 'AbortError');
      ended = 'committed';
      Object.assign(disk, draft);
    })();
    return { objectStore, done, abort: () => void (ended = 'aborted') };
  },
});
