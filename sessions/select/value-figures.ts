import type { SearchState } from '../../src/search/state.ts';
import { type Figure, figure, formatMs } from './figure.ts';

/** What was asked of the value model, and how policy and value are weighed against each other. */
export function valueFigures({ searchedWith, statistics: s, scales, settings }: SearchState): readonly Figure[] {
  const { calls, scored, cached, skippedByDepth, refused, failed } = s.value;
  return [
    ...(searchedWith === null ? [figure('model', 'off', 'warn')] : []),
    figure('calls', calls),
    ...(calls > 0 ? [figure('per call', formatMs(s.timeMs.value / calls))] : []),
    figure('states', scored),
    figure('cached', cached),
    ...(skippedByDepth > 0 ? [figure('too shallow', skippedByDepth)] : []),
    ...(refused > 0 ? [figure('not taken', refused, 'warn')] : []),
    ...(failed > 0 ? [figure('failed', failed, 'fail')] : []),
    ...(scales === null ? [] : [figure('value weighs', valueShare(settings, scales))]),
    ...(scales === null
      ? []
      : [
          figure('spread', `log-prob ${scales.logProb.std.toPrecision(2)}, energy ${scales.energy.std.toPrecision(2)}`),
        ]),
  ];
}

/** The value's part of what makes scores differ, of nodes deep enough for its full weight. */
function valueShare(
  { normalise, alpha, beta, llm_temperature, ebm_temperature }: SearchState['settings'],
  { logProb, energy }: NonNullable<SearchState['scales']>,
): string {
  const divisor = (temperature: number): number => (Math.abs(temperature) < 1e-12 ? 1 : temperature);
  const policy = Math.abs((alpha * logProb.std) / divisor(llm_temperature));
  const spread = normalise === 'auto' ? logProb.std : energy.std;
  const value = Math.abs((beta * spread) / divisor(ebm_temperature));
  return policy + value === 0 ? '-' : `${Math.round((100 * value) / (policy + value))} %`;
}
