import { z } from 'zod';
import type { LeanClient } from './client.ts';
import { probeTactics } from './probe-tactics.ts';
import { errorTag } from './protocol/errors.ts';
import { textOf } from './protocol/goals.ts';
import { envCatalogAnswerSchema, envInspectAnswerSchema, wireExpressionSchema } from './protocol/wire.ts';
import type { EnvironmentFailure, TacticsAnswer } from './replies.ts';

/** A declaration of the environment. Null: the worker cannot tell. */
export interface Declaration {
  readonly name: string;
  /** `theorem`, `definition`, `axiom`, `inductive`, `constructor`, `recursor`, `opaque`, `quotient`. */
  readonly kind: string;
  readonly module: string | null;
  readonly statement: string;
  /** Name, binders and type as they would be declared. */
  readonly signature: string | null;
  readonly value: string | null;
  /** Axioms that can be seen from here. */
  readonly axioms: readonly string[] | null;
  /** `assumed`: library proofs are not visible, so axioms behind them are not among `axioms`; `listed`: they are. */
  readonly axiomsBehindLibrary: 'assumed' | 'listed' | 'unknown';
  /** Constants used by type and value. */
  readonly constants: readonly string[];
  readonly isUnsafe: boolean;
  readonly doc: string | null;
}

export type InspectAnswer =
  | { readonly kind: 'found'; readonly declaration: Declaration }
  | { readonly kind: 'absent' }
  | EnvironmentFailure;

export interface ListedTheorem {
  readonly name: string;
  readonly module: string | null;
  /** Null when it cannot be printed, or when the worker lists names only. */
  readonly statement: string | null;
}
export type TheoremsAnswer =
  | {
      readonly kind: 'listed';
      readonly theorems: readonly ListedTheorem[] /** Offset of the next page; null at the end. */;
      readonly next: number | null;
    }
  | EnvironmentFailure;

export type NamesAnswer =
  | {
      readonly kind: 'names';
      readonly total: number;
      readonly results: readonly {
        readonly name: string;
        readonly kind: string;
        readonly statement: string;
        readonly module: string | null;
      }[];
    }
  | EnvironmentFailure;

const inspectedSchema = z.object({
  name: z.string(),
  kind: z.string(),
  signature: z.string(),
  type: wireExpressionSchema,
  typeUses: z.array(z.string()),
  isUnsafe: z.boolean(),
  axioms: z.array(z.string()),
  module: z.string().nullish(),
  value: wireExpressionSchema.nullish(),
  valueUses: z.array(z.string()).nullish(),
  doc: z.string().nullish(),
});
const theoremsSchema = z.object({
  theorems: z.array(z.object({ name: z.string(), module: z.string(), statement: z.string().nullish() })),
  next: z.int().nullish(),
});
const searchSchema = z.object({
  total: z.int(),
  results: z.array(z.object({ name: z.string(), kind: z.string(), type: z.string(), module: z.string().nullish() })),
});
const infoSchema = z.object({ lean: z.string(), tactics: z.record(z.string(), z.boolean()).nullish() });

/** Pages of a large environment print for seconds. */
const LONG_TIMEOUT_MS = 300_000;

/** A declaration by name. `absent`: the environment has none of that name. */
export async function inspect(client: LeanClient, name: string): Promise<InspectAnswer> {
  if (!client.dialect.extensions) return inspectPlain(client, name);
  const answer = await client.request('proofdeck.inspect', { name }, inspectedSchema);
  if (answer.kind === 'error')
    return errorTag(answer.error) === 'index' ? { kind: 'absent' } : { kind: 'failed', message: answer.error.desc };
  if (answer.kind !== 'ok') return answer;
  const { value } = answer;
  return {
    kind: 'found',
    declaration: {
      name: value.name,
      kind: value.kind,
      module: value.module ?? null,
      statement: textOf(value.type),
      signature: value.signature,
      value: value.value ? textOf(value.value) : null,
      axioms: value.axioms,
      axiomsBehindLibrary: client.transport.kind === 'embedded' ? 'assumed' : 'listed',
      constants: [...new Set([...value.typeUses, ...(value.valueUses ?? [])])],
      isUnsafe: value.isUnsafe,
      doc: value.doc ?? null,
    },
  };
}

async function inspectPlain(client: LeanClient, name: string): Promise<InspectAnswer> {
  // Without `value`, definitions show theirs and theorems do not; that tells them apart.
  const shown = await client.request('env.inspect', { name, dependency: true }, envInspectAnswerSchema);
  if (shown.kind === 'error')
    return errorTag(shown.error) === 'index' ? { kind: 'absent' } : { kind: 'failed', message: shown.error.desc };
  if (shown.kind !== 'ok') return shown;
  const { value } = shown;
  const forced = value.value
    ? shown
    : await client.request('env.inspect', { name, dependency: true, value: true }, envInspectAnswerSchema);
  const full = forced.kind === 'ok' ? forced.value : value;
  return {
    kind: 'found',
    declaration: {
      name,
      kind: value.inductInfo
        ? 'inductive'
        : value.constructorInfo
          ? 'constructor'
          : value.recursorInfo
            ? 'recursor'
            : value.value
              ? 'definition'
              : full.value
                ? 'theorem'
                : 'axiom',
      module: value.module ?? null,
      statement: textOf(value.type),
      signature: null,
      value: full.value ? textOf(full.value) : null,
      axioms: null,
      axiomsBehindLibrary: 'unknown',
      constants: [...new Set([...(full.typeDependency ?? []), ...(full.valueDependency ?? [])])],
      isUnsafe: value.isUnsafe,
      doc: null,
    },
  };
}

/** Theorems of the modules whose name starts with `module`, page by page. */
export async function theorems(
  client: LeanClient,
  page: { readonly module?: string; readonly offset: number; readonly limit: number },
): Promise<TheoremsAnswer> {
  if (!client.dialect.extensions) return theoremNames(client, page);
  const answer = await client.request('proofdeck.theorems', page, theoremsSchema, LONG_TIMEOUT_MS);
  if (answer.kind === 'error') return { kind: 'failed', message: answer.error.desc };
  if (answer.kind !== 'ok') return answer;
  const listed = answer.value.theorems.map((t) => ({ name: t.name, module: t.module, statement: t.statement ?? null }));
  return { kind: 'listed', theorems: listed, next: answer.value.next ?? null };
}

async function theoremNames(
  client: LeanClient,
  page: { readonly offset: number; readonly limit: number },
): Promise<TheoremsAnswer> {
  const answer = await client.request('env.catalog', {}, envCatalogAnswerSchema, LONG_TIMEOUT_MS);
  if (answer.kind === 'error')
    return { kind: 'failed', message: `${client.dialect.name} does not list its theorems: ${answer.error.desc}` };
  if (answer.kind !== 'ok') return answer;
  const names = answer.value.symbols.filter((symbol) => symbol.startsWith('t')).map((symbol) => symbol.slice(1));
  const end = page.offset + page.limit;
  const listed = names.slice(page.offset, end).map((name) => ({ name, module: null, statement: null }));
  return { kind: 'listed', theorems: listed, next: end < names.length ? end : null };
}

/** Constants whose name contains `text`, shortest first. */
export async function searchNames(client: LeanClient, text: string, limit = 50): Promise<NamesAnswer> {
  if (!client.dialect.extensions) return { kind: 'failed', message: `${client.dialect.name} cannot search names` };
  const answer = await client.request('proofdeck.search', { text, limit }, searchSchema);
  if (answer.kind === 'error') return { kind: 'failed', message: answer.error.desc };
  if (answer.kind !== 'ok') return answer;
  const results = answer.value.results.map((r) => ({
    name: r.name,
    kind: r.kind,
    statement: r.type,
    module: r.module ?? null,
  }));
  return { kind: 'names', total: answer.value.total, results };
}

export type ToolchainAnswer = { readonly kind: 'toolchain'; readonly toolchain: string } | EnvironmentFailure;

/** The version of Lean that a worker with our commands runs: `Lean 4.28.0`. */
export async function toolchain(client: LeanClient): Promise<ToolchainAnswer> {
  const answer = await client.request('proofdeck.info', {}, infoSchema);
  if (answer.kind === 'error') return { kind: 'failed', message: answer.error.desc };
  if (answer.kind !== 'ok') return answer;
  // A commit hash may follow.
  return { kind: 'toolchain', toolchain: `Lean ${answer.value.lean.split(',')[0]}` };
}

/** Which of these words can begin a tactic in the environment. */
export async function availableTactics(client: LeanClient, words: readonly string[]): Promise<TacticsAnswer> {
  if (words.length === 0) return { kind: 'tactics', available: new Set() };
  if (!client.dialect.extensions) return probeTactics(client, words);
  const answer = await client.request('proofdeck.info', { tactics: words }, infoSchema);
  if (answer.kind === 'error') return { kind: 'failed', message: answer.error.desc };
  if (answer.kind !== 'ok') return answer;
  const known = answer.value.tactics ?? {};
  return { kind: 'tactics', available: new Set(words.filter((word) => known[word])) };
}
