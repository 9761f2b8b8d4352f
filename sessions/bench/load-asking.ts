import { configFrom } from '../../src/config/schema.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { openProvider } from '../../src/policy/registry.ts';
import { hash } from './load-server.ts';
import type { BenchContext } from './measurement.ts';

/** Candidates of each expansion. */
export const candidates = 8;

/** What the server says, so that a candidate that is missing is noticed. */
export const say = (prompt: string, sample: number): string => `exact h${hash(`${prompt}#${sample}`) % 1_000_000}`;

/** The provider as searches have it, without a memory for answers. */
export async function openSglangProvider(
  context: BenchContext,
  url: string,
  together: boolean,
): Promise<TacticProvider> {
  const settings = configFrom(
    new Map<string, unknown>([
      ['sglang.url', url],
      ['sglang.together', together],
      ['policy.cache_states', 0],
    ]),
  );
  const opened = await openProvider('sglang', {
    profiles: new Map([['sglang', { kind: 'sglang' }]]),
    settings,
    environment: {},
    home: context.folder,
    note: () => {},
    signal: context.signal,
    availableTactics: async () => new Set(),
  });
  if (opened.kind !== 'provider') throw new Error(opened.message);
  return opened.provider;
}

/** Asks for states of one search together; returns the candidates that are missing of the answer. */
export async function ask(provider: TacticProvider, search: number, targets: readonly string[], signal: AbortSignal) {
  const result = await provider.propose({
    states: targets.map((target) => ({ goals: [{ hypotheses: [], target }], path: [], depth: 0 })),
    count: candidates,
    temperature: 1,
    round: 0,
    seed: 0,
    lane: `search ${search}`,
    signal,
  });
  if (result.kind === 'providerFailed') throw new Error(result.message);
  return targets.reduce((lost, target, i) => {
    const got = new Set(result.proposals[i]?.candidates.map(({ tactic }) => tactic));
    const wanted = Array.from({ length: candidates }, (_, sample) => say(`⊢ ${target}:::`, sample));
    return lost + wanted.filter((tactic) => !got.has(tactic)).length;
  }, 0);
}
