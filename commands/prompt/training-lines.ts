import { basename } from 'node:path';
import type { TrainedKind } from '../../sessions/live/training-view.ts';
import { splitWords } from '../../src/text/words.ts';
import { type PromptLine, type PromptPlace, type PromptResult, refused } from './prompt-line.ts';
import { startDetached } from './runs.ts';

/** Prompt lines about trainings: one that is begun or gone on with belongs to a process of its own. */
export const TRAINING_LINES: readonly PromptLine[] = [
  {
    name: 'ebm',
    usage: 'train … | encode … | probe … | …',
    description: 'the value model; "ebm train" works in a process of its own, and is watched',
    run: async (rest, place) => {
      const words = splitWords(rest);
      return isTraining(words) ? train('ebm', words, place) : place.runAsIs(`ebm${rest}`);
    },
  },
  {
    name: 'ranker',
    usage: 'train …',
    description: 'the small policy; "ranker train" works in a process of its own, and is watched',
    run: async (rest, place) => {
      const words = splitWords(rest);
      return isTraining(words) ? train('ranker', words, place) : place.runAsIs(`ranker${rest}`);
    },
  },
];

const isTraining = (words: readonly string[]): boolean =>
  words[0] === 'train' && !words.some((word) => word === '--help' || word === '-h');

async function train(kind: TrainedKind, words: readonly string[], place: PromptPlace): Promise<PromptResult> {
  const { workbench, context, runCommand } = place;
  const plain = words.filter((word) => word !== '--json' && word !== '--jsonl');
  const started = await startDetached([kind, ...plain], workbench.home, context, runCommand);
  if (started.kind === 'failed') return refused(started.message);
  const opened = await workbench.act({ kind: 'openTraining', training: `${kind}/${basename(started.run)}` });
  return opened.kind === 'refused'
    ? refused(opened.notice.text)
    : { output: [], notice: opened.notice ?? null, screen: 'training' };
}
