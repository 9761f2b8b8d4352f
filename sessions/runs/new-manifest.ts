import type { ProviderProfile } from '../../src/config/models.ts';
import { type ResolvedConfig, recordOf, usedVariables } from '../../src/config/resolve.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { addressOf } from '../../src/policy/provider-address.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { RunTheorems } from './theorems-of-run.ts';
import { ownCommit, thisMachine } from './this-machine.ts';

/** What a person wants a run to be, before there is one. */
export interface RunWish {
  readonly command: 'search' | 'eval';
  readonly argv: readonly string[];
  readonly theorems: RunTheorems;
  readonly resolved: ResolvedConfig;
  readonly profile: ProviderProfile;
  /** The value model that `value.model` names, as it is on disk now. */
  readonly value: Manifest['value'];
  /** Why it is not there, in a sentence with the remedy: such a run cannot begin. */
  readonly valueProblem: string | null;
  /** Ascending. */
  readonly budgets: readonly number[];
  readonly attempts: number;
  readonly noisy: number | null;
  readonly canaries: boolean;
  readonly out: string | null;
  readonly resumedFrom: Manifest['resumedFrom'];
}

/** The parts of a manifest that decide about results: two runs that agree in them come out the same. */
export type RunIdentity = Pick<
  Manifest,
  'command' | 'search' | 'budgets' | 'attempts' | 'noisy' | 'canaries' | 'provider' | 'value' | 'out'
> & {
  readonly corpus: Pick<Manifest['corpus'], 'reference' | 'theorems' | 'sha256'>;
  readonly lean: Omit<Manifest['lean'], 'toolchain'>;
  readonly resumedFrom: string | null;
};

/** What a new run would be, to be compared with that of a run on disk. */
export function identityOfWish(wish: RunWish): RunIdentity {
  const { command, budgets, attempts, noisy, canaries, out, profile, theorems, resolved } = wish;
  const { search, lean, policy } = resolved.config;
  const { url, model } = addressOf(profile, resolved.config);
  const { reference, sha256 } = theorems;
  return {
    command,
    search: { ...search, max_nodes: Math.max(...budgets) },
    budgets: [...budgets],
    attempts,
    noisy,
    canaries,
    provider: { name: policy.provider, kind: profile.kind, url, model },
    value: wish.value,
    out,
    corpus: { reference, sha256, theorems: theorems.theorems.length },
    lean: { kind: lean.kind, imports: [...lean.imports] },
    resumedFrom: wish.resumedFrom?.file ?? null,
  };
}

export interface StartFacts {
  readonly id: string;
  readonly program: string;
  readonly now: Date;
  readonly toolchain: string;
  readonly workers: number;
  readonly concurrency: number;
  readonly provider: TacticProvider;
}

const identitiesOf = ({ identities = [] }: TacticProvider) =>
  identities.length === 0 ? {} : { identities: [...identities] };

/** The manifest of a new run. */
export async function newManifest(wish: RunWish, facts: StartFacts): Promise<Manifest> {
  const { config } = wish.resolved;
  const { corpus, lean, resumedFrom: _, ...identity } = identityOfWish(wish);
  return {
    schema: 'proofdeck.manifest/1',
    id: facts.id,
    ...identity,
    provider: { ...identity.provider, ...identitiesOf(facts.provider) },
    argv: [...wish.argv],
    createdAt: facts.now.toISOString(),
    program: facts.program,
    gitCommit: await ownCommit(),
    corpus: {
      ...corpus,
      revision: wish.theorems.revision,
      list: wish.theorems.listHash,
      preamble: [...wish.theorems.preamble],
    },
    lean: { ...lean, toolchain: facts.toolchain },
    resumedFrom: wish.resumedFrom,
    concurrency: facts.concurrency,
    workers: facts.workers,
    cost: { perHour: config.cost.per_hour, gpus: config.cost.gpus },
    notify: config.run.notify === '' ? null : config.run.notify,
    configuration: { ...recordOf(wish.resolved) },
    environment: [...usedVariables(wish.resolved)],
    host: thisMachine(),
  };
}
