import type { LeanClient } from './client.ts';
import { type EmbeddedHost, openEmbeddedHost } from './embedded/embedded-host.ts';
import { defaultWorkers, type MemoryNeed, memoryRefusal } from './pool/resources.ts';
import { PROOFDECK_DIALECT } from './protocol/dialect.ts';
import { envDescribeAnswerSchema } from './protocol/wire.ts';
import type { StartFailed } from './transport.ts';
import { type OpenSource, tooMany, type WorkerKind, type WorkerKindOptions } from './workers.ts';

/** Measured with 3,000 live states not counted in: a host process with one prover, and each further prover. */
export const EMBEDDED_MEMORY: MemoryNeed = { firstBytes: 0.6e9, furtherBytes: 0.45e9 };
/** The default leaves room for the two provers that judge proofs. */
const WITH_JUDGE: MemoryNeed = {
  ...EMBEDDED_MEMORY,
  firstBytes: EMBEDDED_MEMORY.firstBytes + 2 * EMBEDDED_MEMORY.furtherBytes,
};
/** The image holds all of these, whatever is asked for. */
const PACKAGES = ['Init', 'Std', 'Lean'];

/** Lean from npm, in threads of a process of our own. */
export const embeddedKind: WorkerKind = {
  name: 'embedded',
  summary: 'Lean 4.28 from npm, nothing to install; Init, Std and Lean',
  defaultWorkers: () => defaultWorkers(WITH_JUDGE),
  open,
  objection: ({ imports }, workers) =>
    foreignModule(imports) ?? tooMany(memoryRefusal(workers, 0, EMBEDDED_MEMORY, 'embedded')),
};

async function open(options: WorkerKindOptions): Promise<OpenSource> {
  // Known without starting Lean, which may take half a minute the first time.
  const foreign = foreignModule(options.imports);
  if (foreign) return foreign;
  const { cacheRoot, onProgress, signal } = options;
  // The pool restarts workers that have grown too large, and counts it.
  const host = await openEmbeddedHost({
    cacheRoot,
    recycleBytes: 0,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  if (host.kind === 'startFailed') return host;
  return { kind: 'source', source: sourceOf(host, options.imports) };
}

function sourceOf(host: EmbeddedHost, imports: readonly string[]) {
  return {
    kind: 'embedded',
    dialect: PROOFDECK_DIALECT,
    toolchain: null,
    transport: () => host.transport(),
    refusal: (count: number, running: number) => memoryRefusal(count, running, EMBEDDED_MEMORY, 'embedded'),
    check: (client: LeanClient) => checkImports(client, imports),
    close: () => host.close(),
  } as const;
}

function foreignModule(imports: readonly string[]): StartFailed | null {
  const foreign = imports.find((module) => !PACKAGES.includes(module.split('.')[0]!));
  return foreign === undefined ? null : unknownModule(foreign);
}

/** Whether the embedded Lean has these modules; null when it does. */
export async function checkImports(client: LeanClient, imports: readonly string[]): Promise<StartFailed | null> {
  const foreign = foreignModule(imports);
  if (foreign) return foreign;
  // A submodule is part of the image or does not exist.
  const submodules = imports.filter((module) => module.includes('.'));
  if (submodules.length === 0) return null;
  const answer = await client.request('env.describe', {}, envDescribeAnswerSchema);
  if (answer.kind !== 'ok') return null;
  const modules = new Set(answer.value.modules);
  const absent = submodules.find((module) => !modules.has(module));
  return absent === undefined ? null : unknownModule(absent);
}

function unknownModule(module: string): StartFailed {
  return {
    kind: 'startFailed',
    category: 'unknownModule',
    message: `the embedded Lean has no module ${module}, only ${PACKAGES.join(', ')} and what they import: use --lean lean or --lean pantograph with a project that has it`,
    detail: '',
  };
}
