import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { IMAGE_FILE } from './image.ts';
import { PREPARED_FILES } from './prepare.ts';

export const MANIFEST_FILE = 'manifest.json';
const ENTRY_FILES: readonly string[] = [...Object.values(PREPARED_FILES), IMAGE_FILE];
const SAMPLES = 32;
const SAMPLE_BYTES = 4096;
const HASH_READ_BYTES = 8 << 20;

const fileSchema = z.object({
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  sampled: z.string(),
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
    return { name, bytes: statSync(path).size, sha256: hashFile(path), sampled: sampleFile(path) };
  });
  const manifest: Manifest = { key, createdAt: new Date().toISOString(), buildMs, files };
  // No fsync: what a power failure tears is found by the checks and built again.
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(manifest, undefined, 1));
}

/**
 * What is wrong with the cache entry, or undefined. The quick check compares lengths and hashes of sampled pages (a few
 * ms); the full one hashes everything (about 0.4 s). `absent` means that there is no entry at all.
 */
export function checkEntry(
  folder: string,
  key: string,
  full: boolean,
): { readonly absent: boolean; readonly fault: string } | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    return { absent: (error as NodeJS.ErrnoException).code === 'ENOENT', fault: `no manifest: ${error}` };
  }
  const manifest = parseManifest(text);
  if (!manifest) return { absent: false, fault: 'the manifest is damaged' };
  if (manifest.key !== key) return { absent: false, fault: `the manifest is of ${manifest.key}` };
  for (const name of ENTRY_FILES) {
    const file = manifest.files.find((one) => one.name === name);
    if (!file) return { absent: false, fault: `the manifest lacks ${name}` };
    const fault = checkFile(join(folder, name), file, full);
    if (fault) return { absent: false, fault: `${name} ${fault}` };
  }
  return undefined;
}

function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function checkFile(path: string, file: Manifest['files'][number], full: boolean): string | undefined {
  try {
    const { size } = statSync(path);
    if (size !== file.bytes) return `has ${size} bytes instead of ${file.bytes}`;
    if (sampleFile(path) !== file.sampled) return 'has changed';
    if (full && hashFile(path) !== file.sha256) return 'has changed';
    return undefined;
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(HASH_READ_BYTES);
  withFile(path, (fd) => {
    for (;;) {
      const read = readSync(fd, buffer, 0, buffer.length, null);
      if (read === 0) return;
      hash.update(buffer.subarray(0, read));
    }
  });
  return hash.digest('hex');
}

/** Hashes equally spaced pages, the first and the last among them. */
function sampleFile(path: string): string {
  const { size } = statSync(path);
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(SAMPLE_BYTES);
  withFile(path, (fd) => {
    for (let i = 0; i < SAMPLES; i++) {
      const at = Math.floor((Math.max(0, size - SAMPLE_BYTES) * i) / (SAMPLES - 1));
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
