import { duration } from '../../../text/quantity.ts';
import { isProved } from '../../counted.ts';
import type { Block } from '../document.ts';
import { endedAttempts } from '../series.ts';
import type { ReportSource } from '../source.ts';

/** Errors by kind with examples, every theorem that could not be started, and warnings. */
export function failuresSection({ tally, state }: ReportSource): readonly Block[] {
  const blocks: Block[] = [{ kind: 'heading', text: 'Errors and warnings' }];
  if (tally.errors.length === 0) blocks.push({ kind: 'paragraph', text: 'No search ended with an error.' });
  else
    blocks.push({
      kind: 'table',
      caption: 'Errors by kind',
      columns: [
        { title: 'stage' },
        { title: 'kind' },
        { title: 'searches', align: 'right' },
        { title: 'theorems', align: 'right' },
        { title: 'for example' },
      ],
      rows: tally.errors.map(({ stage, category, searches, theorems, examples }) => [
        stage,
        category,
        String(searches),
        String(theorems),
        examples.map(({ theorem, message }) => `${theorem}: ${message}`).join('\n'),
      ]),
    });
  const starts = endedAttempts(state).flatMap(({ job, outcome: { error } }) =>
    error?.stage === 'start' && job.attempt === 1 ? [[job.theorem, error.category, error.message]] : [],
  );
  if (starts.length > 0)
    blocks.push({
      kind: 'table',
      caption: 'Theorems that could not be started',
      columns: [{ title: 'theorem' }, { title: 'kind' }, { title: 'what was said' }],
      rows: starts,
      folded: true,
    });
  if (tally.warnings.length > 0)
    blocks.push({
      kind: 'table',
      caption: 'Warnings',
      columns: [{ title: 'after', align: 'right' }, { title: 'about' }, { title: 'what' }],
      rows: tally.warnings.map(({ t, about, message }) => [duration(t), about, message]),
    });
  return blocks;
}

/** The searched theorems without a proof, and how far their searches came. */
export function unprovedSection({ tally }: ReportSource): readonly Block[] {
  const open = tally.perTheorem.filter(({ proved, status }) => !proved && status !== 'waiting' && status !== 'running');
  if (open.length === 0) return [];
  return [
    { kind: 'heading', text: 'Unproved theorems' },
    {
      kind: 'table',
      caption: 'Unproved theorems',
      folded: true,
      columns: [
        { title: 'theorem' },
        { title: 'source' },
        { title: 'ended' },
        ...['expansions', 'states', 'depth', 'time'].map((title) => ({ title, align: 'right' as const })),
        { title: 'why' },
      ],
      rows: open.map(({ name, source, status, expansions, nodes, depth, ms, error, refused, reason }) => [
        name,
        source ?? '',
        refused === null ? status : 'closed, not verified',
        String(expansions),
        String(nodes),
        String(depth),
        duration(ms),
        refused ?? error?.message ?? reason,
      ]),
    },
  ];
}

/** Every accepted proof: the first of each theorem. */
export function proofsSection({ state, theorems }: ReportSource): readonly Block[] {
  const shown = new Set<number>();
  const proofs = endedAttempts(state)
    .toSorted((a, b) => a.job.index - b.job.index || a.job.attempt - b.job.attempt)
    .flatMap(({ job, outcome }): Block[] => {
      if (!isProved(outcome) || outcome.proof === null || shown.has(job.index)) return [];
      shown.add(job.index);
      const axioms = outcome.axioms.length === 0 ? 'no axioms' : `axioms ${outcome.axioms.join(', ')}`;
      const steps = outcome.proof.map((tactic) => tactic.replaceAll('\n', '\n  '));
      return [
        {
          kind: 'code',
          caption: `${job.theorem}: ${outcome.level}, ${axioms}, ${outcome.expansions} expansions, attempt ${job.attempt}`,
          text: `${theorems[job.index]?.statement ?? job.statement} := by\n  ${steps.join('\n  ')}`,
        },
      ];
    });
  if (proofs.length === 0) return [];
  return [
    { kind: 'heading', text: 'Proofs' },
    {
      kind: 'paragraph',
      text: 'Axioms behind library lemmas are taken for granted where the toolchain is the embedded one, which ships no library proofs.',
    },
    ...proofs,
  ];
}
