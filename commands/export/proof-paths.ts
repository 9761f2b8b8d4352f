import { eachProofPath, type ProofStep } from '../../src/trajectory/proof-paths.ts';
import { csvCell } from '../../src/trajectory/text-rows.ts';
import { usage } from '../common-options.ts';
import { storageExit } from '../open-recorded.ts';
import { report, type Target, wantedTheorems, writeText } from './options.ts';

/** Pairs of a state and the tactic that was applied to it, for each proved theorem. */
export async function exportProofPaths(target: Target): Promise<void> {
  const { inputs, options, format, context } = target;
  if (options.unproved || options.label !== undefined || options.maxDepth !== undefined)
    throw usage('proof paths are whole proofs: --unproved, --label and --max-depth do not go with them');
  const steps: ProofStep[] = [];
  const filter = { theorems: wantedTheorems(target), minSteps: options.minSteps };
  const written = await eachProofPath(inputs.paths, filter, (path) => {
    steps.push(...path);
  });
  if (written.kind === 'storageFailed') throw storageExit(written);
  await writeText(target, textOf(steps, format));
  const [example] = written.unclear;
  if (example !== undefined)
    context.note(
      `${written.unclear.length} proved theorems were left out (${example}, …): their rows do not say which state a tactic was applied to`,
    );
  const [{ steps: n, theorems }, files] = [written, inputs.paths.length];
  report(target, `${n} steps of ${theorems} proofs from ${files === 1 ? 'one file' : `${files} files`}`);
}

function textOf(steps: readonly ProofStep[], format: string): string {
  if (format === 'json') return `${JSON.stringify({ schema: 'proofdeck.proof-paths/1', steps }, null, 1)}\n`;
  if (format === 'jsonl') return steps.map((step) => `${JSON.stringify(step)}\n`).join('');
  const lines = steps.map(({ state, tactic, theorem, depth }) => [state, tactic, theorem, String(depth)]);
  return [['state', 'tactic', 'theorem', 'depth'], ...lines]
    .map((cells) => `${cells.map(csvCell).join(',')}\n`)
    .join('');
}
