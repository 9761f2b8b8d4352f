import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { IMAGE_FILE } from './image.ts';
import { PREPARED_FILES } from './prepare.ts';

const MANIFEST_FILE = 'manifest.json';
const ENTRY_FILES: readonly string[] = [...Object.values(PREPARED_FILES), IMAGE_FILE];
const SAMPLES = 32;
const SAMPLE_BYTES = 4096;
const HASH_READ_BYTES = 8 << 20;
/** Files up to this size are read whole by the quick check. */
const SMALL_BYTES = 4 << 20;

const fileSchema = z.object({
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  sampled: z.string(),
  /** Checked over the whole file by whoever loads it. */
  crc32: z.number().int(),
});
const manifestSchema = z.object({
  key: z.string(),
  createdAt: z.string(),
  buildMs: z.number(),
  files: z.array(fileSchema),
});

/** What a complete cache entry holds; written last, so that its presence means that all the rest is there. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Describes the files in `folder`, all hashed (about 0.4 s), and writes the manifest. Throws the file system's error. */
export function writeManifest(folder: string, key: string, buildMs: number): void {
  const files = ENTRY_FILES.map((name) => {
    const path = join(folder, name);
    return { name, bytes: statSync(path).size, ...hashFile(path), sampled: sampleFile(path) };
  });
  const manifest: Manifest = { key, createdAt: new Date().toISOString(), buildMs, files };
  // No fsync: what a power failure tears is found by the checks and built again.
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(manifest, undefined, 1));
}

export type EntryCheck =
  | { readonly kind: 'good'; readonly manifest: Manifest }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly fault: string };

/**
 * Compares a cache entry with its manifest: lengths, small files, and sampled pages of the large ones (a few ms), or with
 * `full` every byte (about 0.4 s).
 */
export function checkEntry(folder: string, key: string, full: boolean): EntryCheck {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    if (!existsSync(folder)) return { kind: 'absent' };
    return damaged(`the manifest cannot be read: ${(error as Error).message}`);
  }
  const manifest = parseManifest(text);
  if (!manifest) return damaged('the manifest is not valid');
  if (manifest.key !== key) return damaged(`the manifest is of ${manifest.key}`);
  for (const name of ENTRY_FILES) {
    const file = manifest.files.find((one) => one.name === name);
    const fault = file ? findFault(join(folder, name), file, full) : 'is not in the manifest';
    if (fault) return damaged(`${name} ${fault}`);
  }
  return { kind: 'good', manifest };
}

function damaged(fault: string): EntryCheck {
  return { kind: 'damaged', fault };
}

function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function findFault(path: string, file: Manifest['files'][number], full: boolean): string | undefined {
  try {
    const { size } = statSync(path);
    if (size !== file.bytes) return `has ${size} bytes instead of ${file.bytes}`;
    if (sampleFile(path) !== file.sampled) return 'has changed';
    if (full && hashFile(path).sha256 !== file.sha256) return 'has changed';
    return undefined;
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function hashFile(path: string): { sha256: string; crc32: number } {
  const hash = createHash('sha256');
  let crc = 0;
  const buffer = Buffer.alloc(HASH_READ_BYTES);
  withFile(path, (fd) => {
    for (;;) {
      const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, null));
      if (bytes.length === 0) return;
      hash.update(bytes);
      crc = crc32(bytes, crc);
    }
  });
  return { sha256: hash.digest('hex'), crc32: crc };
}

/** Hashes equally spaced pages, the first and the last among them, or all of a small file. */
function sampleFile(path: string): string {
  const { size } = statSync(path);
  const hash = createHash('sha256');
  if (size <= SMALL_BYTES) return hash.update(readFileSync(path)).digest('hex');
  const buffer = Buffer.alloc(SAMPLE_BYTES);
  withFile(path, (fd) => {
    for (let i = 0; i < SAMPLES; i++) {
      const at = Math.floor(((size - SAMPLE_BYTES) * i) / (SAMPLES - 1));
      hash.update(buffer.subarray(0, readSync(fd, buffer, 0, SAMPLE_BYTES, at)));
    }
  });
  return hash.digest('hex');
}

function withFile(path: string, use: (fd: number) => void): void {
  const fd = openSync(path, 'r');
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}
