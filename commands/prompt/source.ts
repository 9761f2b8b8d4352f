import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { whyFailed } from '../../src/storage/failure.ts';
import { type PromptPlace, type PromptResult, refused, said } from './prompt-line.ts';

const SOURCE_DEPTH = 8;
let sourcing = 0;

/** Runs the prompt lines of a file; the first that is refused ends it. */
export async function source(rest: string, { context, runLine }: PromptPlace): Promise<PromptResult> {
  let text: string;
  try {
    text = await readFile(resolve(context.folder, rest.trim()), 'utf8');
  } catch (error) {
    return refused(`${rest.trim()} cannot be read: ${whyFailed(error)}`);
  }
  if (sourcing >= SOURCE_DEPTH)
    return refused(`${rest.trim()} is sourced ${SOURCE_DEPTH} deep; does it source itself?`);
  sourcing += 1;
  try {
    let last: PromptResult = said('nothing to run');
    const output: string[] = [];
    for (const [i, line] of text.split('\n').entries()) {
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      last = await runLine(line.trim());
      output.push(...last.output);
      if (last.notice?.level === 'error')
        return { ...last, output, notice: { level: 'error', text: `${rest.trim()}:${i + 1}: ${last.notice.text}` } };
    }
    return { ...last, output };
  } finally {
    sourcing -= 1;
  }
}
