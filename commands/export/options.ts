import type { TrajectoryInputs } from '../../sessions/trajectories/inputs.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { TrajectoryLabel } from '../../src/trajectory/row.ts';
import type { CommandContext } from '../context.ts';
import { storageExit } from '../open-recorded.ts';
import type { InputOptions } from '../trajectory-options.ts';

export const TABLES = ['trajectories', 'proof-paths', 'proofs', 'theorems', 'errors'] as const;
export type Table = (typeof TABLES)[number];
/** `list`: a theorem list that `search` and `eval` take. */
export const FORMATS = ['parquet', 'arrow', 'csv', 'jsonl', 'json', 'lean', 'list'] as const;
export type Format = (typeof FORMATS)[number];
export const LABELS: readonly TrajectoryLabel[] = ['positive', 'negative', 'unknown'];

export interface ExportOptions extends InputOptions {
  readonly table: Table;
  readonly format?: Format;
  readonly out?: string;
  readonly force?: boolean;
  readonly theorem?: readonly string[];
  readonly source?: readonly string[];
  readonly proved?: boolean;
  readonly unproved?: boolean;
  readonly label?: readonly TrajectoryLabel[];
  readonly minSteps?: number;
  readonly maxDepth?: number;
}

/** One export: what it is of, and where it goes. */
export interface Target {
  readonly context: CommandContext;
  readonly options: ExportOptions;
  readonly inputs: TrajectoryInputs;
  readonly format: Format;
  /** A whole path, or null for standard output. */
  readonly out: string | null;
}

/** Which theorems the options name; undefined when all. A source needs a run that knows where its theorems come from. */
export function wantedTheorems({ options, inputs }: Target): ReadonlySet<string> | undefined {
  const { theorem, source } = options;
  if (source === undefined) return theorem && new Set(theorem);
  const names = inputs.runs
    .flatMap(({ theorems }) => theorems)
    .filter((one) => one.source !== undefined && source.includes(one.source))
    .map(({ name }) => name);
  return new Set(theorem === undefined ? names : names.filter((name) => theorem.includes(name)));
}

/** `--proved`, `--unproved`, or neither. */
export function wantedProved({ options }: Target): boolean | undefined {
  if (options.proved) return true;
  return options.unproved ? false : undefined;
}

/** Writes a text that fits in memory where it should go. */
export async function writeText({ context, out }: Target, text: string): Promise<void> {
  if (out === null) return text === '' ? undefined : context.out(text.replace(/\n$/, ''));
  const written = await replaceFile(out, text === '' || text.endsWith('\n') ? text : `${text}\n`);
  if (written.kind === 'storageFailed') throw storageExit(written);
}

/** Says on standard error what has been written. */
export function report({ context, options, out }: Target, what: string): void {
  if (!options.quiet) context.note(out === null ? what : `${what} written to ${options.out}`);
}
