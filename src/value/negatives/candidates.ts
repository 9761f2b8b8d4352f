import { normalForm } from '../../policy/normal-form.ts';
import type { PolicyState, TacticProvider } from '../../policy/provider.ts';
import type { Problem } from '../../search/events.ts';
import type { NegativesSettings } from './settings.ts';

/** A tactic to be tried at a state. */
export interface Try {
  readonly tactic: string;
  readonly logProb: number;
  readonly origin: string;
  readonly heartbeats: number;
}

/** Of a tactic whose provider gives none, and of probes, as in the settings of searches. */
export const UNKNOWN_LOG_PROB = -3;
const PROBE_LOG_PROB = -10;

/** The provider's candidates at a state, best first, then the probes that are not among them; each form of a tactic once. */
export async function candidatesAt(
  state: PolicyState,
  { name, statement, imports }: Problem,
  provider: TacticProvider,
  { candidates: count, probes, temperature, seed, heartbeats }: NegativesSettings,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'tries'; readonly tries: readonly Try[] }
  | { readonly kind: 'providerFailed'; readonly message: string }
> {
  const states = [{ ...state, theorem: { name, statement, imports } }];
  const result =
    count === 0
      ? ({ kind: 'proposed', proposals: [] } as const)
      : await provider.propose({ states, count, temperature, round: 0, seed, lane: name, signal });
  if (result.kind === 'providerFailed') return result;
  const proposed = (result.proposals[0]?.candidates ?? []).map((one) => ({
    tactic: one.tactic,
    logProb: one.logProb ?? UNKNOWN_LOG_PROB,
    origin: one.origin,
    heartbeats: Math.min(one.heartbeats ?? heartbeats, heartbeats),
  }));
  const probing = probes.map((tactic) => ({ tactic, logProb: PROBE_LOG_PROB, origin: 'probe', heartbeats }));
  const seen = new Set<string>();
  const tries = [...proposed, ...probing].filter(({ tactic }) => {
    const form = normalForm(tactic);
    return form !== '' && !seen.has(form) && seen.add(form);
  });
  return { kind: 'tries', tries };
}
