import type { Hash, Hmac } from 'node:crypto';

/** A frame that is larger goes to the hash by itself. */
const CHUNK_BYTES = 16 * 1024;
const LENGTH_BYTES = 8;

/** Takes the parts of a canonical form, in order. */
export interface Frames {
  addText(text: string): void;
  addBytes(bytes: Buffer): void;
  /** Gives the hash what it has not got yet. */
  end(): void;
}

/**
 * Puts the parts of the canonical form into a hash. In front of each stands its length in bytes, as 8 bytes, big
 * endian. Small parts go together, because each update of a hash takes half a microsecond. A ConfigMap of 1 MiB
 * can hold 150,000 values.
 */
export function framesTo(hash: Hash | Hmac): Frames {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  function flush(): void {
    // The hash has read the bytes when this returns, so the chunk is free again.
    hash.update(chunk.subarray(0, filled));
    filled = 0;
  }
  function addLength(length: number): void {
    if (filled + LENGTH_BYTES + length > CHUNK_BYTES) flush();
    // No part has 4 GiB.
    filled = chunk.writeUInt32BE(0, filled);
    filled = chunk.writeUInt32BE(length, filled);
  }
  return {
    addText(text) {
      const length = Buffer.byteLength(text);
      addLength(length);
      if (length <= CHUNK_BYTES - LENGTH_BYTES) {
        filled += chunk.write(text, filled);
        return;
      }
      flush();
      hash.update(text, 'utf8');
    },
    addBytes(bytes) {
      addLength(bytes.length);
      if (bytes.length <= CHUNK_BYTES - LENGTH_BYTES) {
        filled += bytes.copy(chunk, filled);
        return;
      }
      flush();
      hash.update(bytes);
    },
    end: flush,
  };
}
