import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes of a record in a `.keys` file: key, room, checksum of the vector, checksum of all before it. */
export const KEY_RECORD_BYTES = 32;
const KEY_BYTES = 16;
const VECTOR_SUM_AT = 24;
const OWN_SUM_AT = 28;

/** Half of the SHA-256 of a state's text, as a string of 16 characters below 256: what a vector is found by. */
export function stateKey(text: string): string {
  return hash('sha256', text, 'buffer').toString('latin1', 0, KEY_BYTES);
}

/** Checksum of a vector's numbers. */
export function vectorSum(vector: Float32Array): number {
  return crc32(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
}

/** Writes the record of a key, with its own checksum and that of its vector. */
export function writeKeyRecord(target: Buffer, at: number, key: string, sum: number): void {
  target.write(key, at, 'latin1');
  target.fill(0, at + KEY_BYTES, at + VECTOR_SUM_AT);
  target.writeUInt32LE(sum, at + VECTOR_SUM_AT);
  target.writeUInt32LE(crc32(target.subarray(at, at + OWN_SUM_AT)), at + OWN_SUM_AT);
}

export interface KeyRecord {
  readonly key: string;
  readonly sum: number;
}

/** The record at a place; null when it was damaged: its vector counts as not there. */
export function readKeyRecord(source: Buffer, at: number): KeyRecord | null {
  if (source.readUInt32LE(at + OWN_SUM_AT) !== crc32(source.subarray(at, at + OWN_SUM_AT))) return null;
  return { key: source.toString('latin1', at, at + KEY_BYTES), sum: source.readUInt32LE(at + VECTOR_SUM_AT) };
}
