/** The PIN's Worker: Argon2id v1.3, 64 bytes, p = 1; it knows nothing else and lives for one stretch. */
import { argon2id } from 'hash-wasm';

self.onmessage = async ({ data: { digits, salt, kdf } }) => {
  try {
    const out = await argon2id({
      password: digits,
      salt,
      parallelism: 1,
      iterations: kdf.passes,
      memorySize: kdf.memory_kib,
      hashLength: 64,
      outputType: 'binary',
    });
    self.postMessage({ out });
  } catch {
    self.postMessage({ out: null });
  }
};
