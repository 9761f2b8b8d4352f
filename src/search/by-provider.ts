import type { SearchState } from './state.ts';

/** What became of the candidates of one provider. */
export interface ProviderFigures {
  /** Profile, or `probe`, `fallback`, `typed` for tactics that no provider proposed. */
  readonly provider: string;
  readonly proposed: number;
  /** Completions that no tactic came out of. */
  readonly unusable: number;
  /** Left after dedup, in which the more likely one of two equal candidates stays, and after blocking. */
  readonly unique: number;
  readonly tried: number;
  readonly applied: number;
  /** Steps of the accepted proof. */
  readonly onProof: number;
}

type Counts = { -readonly [K in keyof Omit<ProviderFigures, 'provider'>]: number };

/** The success of each provider in a search, in the order in which they first proposed something. */
export function figuresByProvider(state: SearchState): readonly ProviderFigures[] {
  const found = new Map<string, Counts>();
  const of = (origin: string): Counts => {
    const provider = origin.split(':', 1)[0] as string;
    const known = found.get(provider);
    if (known !== undefined) return known;
    const counts = { proposed: 0, unusable: 0, unique: 0, tried: 0, applied: 0, onProof: 0 };
    found.set(provider, counts);
    return counts;
  };
  const proof = proofSteps(state);
  for (const node of state.nodes) {
    for (const { origin } of node.unusable ?? []) of(origin).unusable += 1;
    for (const { origin, status, index, step = 0 } of node.candidates) {
      const counts = of(origin);
      // Of a whole proof its first tactic stands for the proposal.
      if (step === 0) counts.proposed += 1;
      if (step === 0 && status.kind !== 'dropped') counts.unique += 1;
      if (status.kind === 'answered') {
        counts.tried += 1;
        if (status.outcome.kind === 'goals') counts.applied += 1;
      }
      if (proof.get(node.id) === index) counts.onProof += 1;
    }
  }
  return [...found].map(([provider, counts]) => ({ provider, ...counts }));
}

/** The sum of several such tables. */
export function addProviderFigures(
  one: readonly ProviderFigures[],
  other: readonly ProviderFigures[],
): readonly ProviderFigures[] {
  const sums = new Map(one.map((figures) => [figures.provider, figures]));
  for (const figures of other) {
    const { provider } = figures;
    const before = sums.get(provider);
    sums.set(
      provider,
      before === undefined
        ? figures
        : {
            provider,
            proposed: before.proposed + figures.proposed,
            unusable: before.unusable + figures.unusable,
            unique: before.unique + figures.unique,
            tried: before.tried + figures.tried,
            applied: before.applied + figures.applied,
            onProof: before.onProof + figures.onProof,
          },
    );
  }
  return [...sums.values()];
}

/** Node to the candidate that the accepted proof takes there. */
function proofSteps({ verdict, proof, nodes }: SearchState): ReadonlyMap<number, number> {
  const steps = new Map<number, number>();
  if (verdict?.accepted !== true || proof === null) return steps;
  for (let node = nodes[proof.node]; node?.parent != null; node = nodes[node.parent])
    if (node.candidate !== null) steps.set(node.parent, node.candidate);
  return steps;
}
