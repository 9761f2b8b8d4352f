import { splitWords } from '../../src/text/words.ts';
import { type PromptLine, type PromptPlace, type PromptResult, refused } from './prompt-line.ts';
import { startDetached } from './runs.ts';

/** Prompt lines about runs: those that start one leave it to a process of its own. */
export const RUN_LINES: readonly PromptLine[] = [
  starting('search', 'search over many theorems, in a process of its own, and watch'),
  starting('eval', 'evaluate over a theorem list, in a process of its own, and watch'),
  starting('resume', 'go on with a run, in a process of its own, and watch'),
  {
    name: 'watch',
    usage: '<run> | last',
    description: 'show a run on the Run screen',
    run: (rest, place) => openRun(rest.trim() || 'last', place),
  },
  {
    name: 'runs',
    usage: '| list | show | …',
    description: 'the runs on disk',
    run: async (rest, { workbench, runAsIs }) => {
      if (rest.trim() !== '') return runAsIs(`runs${rest}`);
      await workbench.act({ kind: 'listRuns' });
      return { output: [], notice: null, screen: 'home' };
    },
  },
  {
    name: 'compare',
    usage: '<run or result file> <another> …',
    description: 'results side by side, on the Compare screen',
    run: async (rest, { workbench, runAsIs }) => {
      const names = splitWords(rest);
      if (names.length < 2 || names.some((name) => name.startsWith('--'))) return runAsIs(`compare${rest}`);
      return after(await workbench.act({ kind: 'compareRuns', names }), 'compare');
    },
  },
];

function starting(name: 'search' | 'eval' | 'resume', description: string): PromptLine {
  return { name, usage: `the options of "${name}"`, description, run: (rest, place) => start(name, rest, place) };
}

async function start(name: string, rest: string, place: PromptPlace): Promise<PromptResult> {
  const args = [name, ...splitWords(rest)];
  if (args.some((arg) => arg === '--help' || arg === '-h' || arg === '--dry-run'))
    return place.runAsIs(`${name}${rest}`);
  const { workbench, context, runCommand } = place;
  const started = await startDetached(args, workbench.home, context, runCommand);
  return started.kind === 'failed' ? refused(started.message) : openRun(started.run, place);
}

async function openRun(run: string, { workbench }: PromptPlace): Promise<PromptResult> {
  return after(await workbench.act({ kind: 'openRun', run }), 'run');
}

function after(result: Awaited<ReturnType<PromptPlace['workbench']['act']>>, screen: 'run' | 'compare'): PromptResult {
  return result.kind === 'refused'
    ? refused(result.notice.text)
    : { output: [], notice: result.notice ?? null, screen };
}
