import type { HealthKind, Measures } from './events.ts';

/** What to be warned about at the end of some steps. */
export interface HealthFacts extends Measures {
  /** Whether the margin decides which pairs count; InfoNCE learns from all. */
  readonly usesMargin: boolean;
  readonly gradNorm: number;
  /** Share of all steps so far that could not be done. */
  readonly skippedShare: number;
  readonly skippedLimit: number;
}

const rule = (
  health: HealthKind,
  holds: (facts: HealthFacts) => boolean,
  message: (facts: HealthFacts) => string,
): { readonly health: HealthKind; readonly holds: typeof holds; readonly message: typeof message } => ({
  health,
  holds,
  message,
});
const short = (value: number): string => value.toPrecision(3);

/** What the reference warned of, and how each is worded. */
const RULES = [
  rule(
    'modeCollapse',
    ({ std }) => std < 0.1,
    ({ std }) => `all states have nearly the same energy (spread ${short(std)}): lower the learning rate or the margin`,
  ),
  rule(
    'inverted',
    ({ gap }) => gap < 0,
    ({ gap }) => `states on proofs have the higher energy (gap ${short(gap)})`,
  ),
  rule(
    'negativesTooEasy',
    ({ rank, contrastive }) => rank > 0.95 && contrastive > 0.5,
    ({ rank, contrastive }) =>
      `nearly all samples are ranked right (${short(rank)}) and the loss is still ${short(contrastive)}: draw harder negatives (--hard-ratio)`,
  ),
  rule(
    'polarity',
    ({ posEnergy, negEnergy }) => posEnergy > 0 && negEnergy < 0,
    ({ posEnergy, negEnergy }) =>
      `states on proofs have energies above 0 (${short(posEnergy)}) and others below (${short(negEnergy)})`,
  ),
  rule(
    'diverged',
    ({ loss, gradNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradNorm),
    () => 'the loss is no number any more: lower the learning rate',
  ),
  rule(
    'deadGradient',
    ({ active, usesMargin }) => usesMargin && active < 0.01,
    ({ active }) => `only ${short(100 * active)} % of pairs lie within the margin: nothing is learned from the others`,
  ),
  rule(
    'skipped',
    ({ skippedShare, skippedLimit }) => skippedShare > skippedLimit,
    ({ skippedShare }) =>
      `${short(100 * skippedShare)} % of the steps could not be done, because loss or gradient was no number: lower the learning rate`,
  ),
] as const;

/** The warnings that hold, in a fixed order. */
export function healthWarnings(
  facts: HealthFacts,
): readonly { readonly health: HealthKind; readonly message: string }[] {
  return RULES.filter(({ holds }) => holds(facts)).map(({ health, message }) => ({ health, message: message(facts) }));
}
