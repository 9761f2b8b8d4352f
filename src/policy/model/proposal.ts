import type { Sample, SampleLogProb } from '../../inference/generation.ts';
import type { DropKind, TacticExtraction } from '../extract/extraction.ts';
import type { Candidate, DroppedCompletion, Proposal, TokenScore } from '../provider.ts';

export interface ProposalFacts {
  /** Provider profile. */
  readonly origin: string;
  readonly score: TokenScore['rule'];
  readonly weightVersion: string | null;
  /** What was left out of the prompt, in words; empty when nothing was. */
  readonly omitted: string;
  readonly extract: (sample: Sample) => TacticExtraction;
  /** Whether the tactics after the first belong to the candidate. @default false */
  readonly wholeProofs?: boolean;
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
    const forbidden = facts.wholeProofs === true && extraction.dropped.find(({ kind }) => kind === 'forbidden');
    if (forbidden) {
      dropped.push({ raw: text, reason: `the proof is dropped: it ${forbidden.message}`, origin: facts.origin });
      continue;
    }
    const candidate = candidateOf(sample, extraction, facts);
    if (candidate !== null) candidates.push(candidate);
    else dropped.push({ raw: text, reason: reasonOf(sample, extraction), origin: facts.origin });
  }
  // Whatever order the samples came in, the likeliest comes first; those without log-prob keep theirs behind.
  candidates.sort((a, b) => (b.logProb ?? Number.NEGATIVE_INFINITY) - (a.logProb ?? Number.NEGATIVE_INFINITY) || 0);
  return { candidates, ...(dropped.length > 0 && { dropped }) };
}

function candidateOf(
  { text, logProb, finish }: Sample,
  { tactic, further, dropped }: TacticExtraction,
  facts: ProposalFacts,
): Candidate | null {
  if (tactic === null) return null;
  const rest = facts.wholeProofs === true ? further : [];
  const isCut = facts.wholeProofs === true && dropped.some(({ kind }) => losesSteps.has(kind));
  const cut = isCut ? reasonOf({ finish }, { dropped: dropped.filter(({ kind }) => losesSteps.has(kind)) }) : '';
  const repairs = new Set([tactic, ...rest].flatMap((one) => one.repairs));
  const reason = [facts.omitted, ...repairs, cut].filter((part) => part !== '').join('; ');
  const score = logProb && scoreOf(logProb, facts.score);
  return {
    tactic: tactic.tactic,
    logProb: score === null ? null : logProbOf(score),
    origin: facts.origin,
    ...(rest.length > 0 && { continuation: rest.map((one) => one.tactic) }),
    ...(reason !== '' && { reason }),
    ...(text !== tactic.tactic && { raw: text }),
    ...(score !== null && { score }),
    ...(facts.weightVersion !== null && { weights: facts.weightVersion }),
  };
}

/** What makes a proof shorter than the model meant it. */
const losesSteps: ReadonlySet<DropKind> = new Set(['truncated', 'unbalanced', 'tooLong', 'repeated', 'fragment']);

function scoreOf({ sum, tokens, perToken, scaledBy, countsEnd }: SampleLogProb, rule: TokenScore['rule']): TokenScore {
  return { sum: rounded(sum), tokens, perToken: perToken.map(rounded), rule, scaledBy, countsEnd };
}

const logProbOf = ({ sum, tokens, rule }: TokenScore): number =>
  rule === 'sum' || tokens === 0 ? sum : rounded(sum / tokens);

/** Servers compute in 16 or 32 bits; more digits only make logs longer. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4 || 0;

function reasonOf({ finish }: Pick<Sample, 'finish'>, { dropped }: Pick<TacticExtraction, 'dropped'>): string {
  const reasons = dropped.map(({ message }) => message);
  if (finish.kind === 'length') reasons.push('the answer was cut off at the token limit');
  return [...new Set(reasons)].join('; ') || 'no tactic in it';
}
