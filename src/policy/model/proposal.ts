import type { Sample, SampleLogProb } from '../../inference/generation.ts';
import type { TacticExtraction } from '../extract/extraction.ts';
import type { Candidate, DroppedCompletion, Proposal, TokenScore } from '../provider.ts';

export interface ProposalFacts {
  /** Provider profile. */
  readonly origin: string;
  readonly score: TokenScore['rule'];
  readonly weightVersion: string | null;
  /** What was left out of the prompt, in words; empty when nothing was. */
  readonly omitted: string;
  readonly extract: (sample: Sample) => TacticExtraction;
}

/** The candidates that samples hold, best first, and what was thrown away of them. */
export function proposalOf(samples: readonly Sample[], facts: ProposalFacts): Omit<Proposal, 'exhausted'> {
  const candidates: Candidate[] = [];
  const dropped: DroppedCompletion[] = [];
  for (const sample of samples) {
    const { finish, text } = sample;
    if (finish.kind === 'aborted') {
      dropped.push({ raw: text, reason: `the server gave it up: ${finish.message}`, origin: facts.origin });
      continue;
    }
    const extraction = facts.extract(sample);
    const candidate = candidateOf(sample, extraction, facts);
    if (candidate !== null) candidates.push(candidate);
    else dropped.push({ raw: text, reason: reasonOf(sample, extraction), origin: facts.origin });
  }
  // Whatever order the samples came in, the likeliest comes first; those without log-prob keep theirs behind.
  candidates.sort((a, b) => (b.logProb ?? Number.NEGATIVE_INFINITY) - (a.logProb ?? Number.NEGATIVE_INFINITY) || 0);
  return { candidates, ...(dropped.length > 0 && { dropped }) };
}

function candidateOf({ text, logProb }: Sample, { tactic }: TacticExtraction, facts: ProposalFacts): Candidate | null {
  if (tactic === null) return null;
  const reason = [facts.omitted, ...tactic.repairs].filter((part) => part !== '').join('; ');
  const score = logProb && scoreOf(logProb, facts.score);
  return {
    tactic: tactic.tactic,
    logProb: score === null ? null : logProbOf(score),
    origin: facts.origin,
    ...(reason !== '' && { reason }),
    ...(text !== tactic.tactic && { raw: text }),
    ...(score !== null && { score }),
    ...(facts.weightVersion !== null && { weights: facts.weightVersion }),
  };
}

function scoreOf({ sum, tokens, perToken, scaledBy, countsEnd }: SampleLogProb, rule: TokenScore['rule']): TokenScore {
  return { sum: rounded(sum), tokens, perToken: perToken.map(rounded), rule, scaledBy, countsEnd };
}

const logProbOf = ({ sum, tokens, rule }: TokenScore): number =>
  rule === 'sum' || tokens === 0 ? sum : rounded(sum / tokens);

/** Servers compute in 16 or 32 bits; more digits only make logs longer. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4 || 0;

function reasonOf({ finish }: Sample, { dropped }: TacticExtraction): string {
  const reasons = dropped.map(({ message }) => message);
  if (finish.kind === 'length') reasons.push('the answer was cut off at the token limit');
  return [...new Set(reasons)].join('; ') || 'no tactic in it';
}
