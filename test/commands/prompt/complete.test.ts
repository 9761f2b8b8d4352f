import { expect, test } from 'vitest';
import type { CommandContext } from '../../../commands/context.ts';
import { createProgram } from '../../../commands/program.ts';
import { completeLine } from '../../../commands/prompt/complete.ts';
import type { LiveWorkbench } from '../../../sessions/live/live-workbench.ts';

const program = createProgram({ environment: {} } as CommandContext);
const completions = (line: string) => completeLine(line, {} as LiveWorkbench, program);
const complete = (line: string) => completions(line).map((one) => one.line);

test('commands, those below them and their options are completed at any depth', () => {
  expect(complete('ll')).toEqual(['llm ']);
  expect(complete('llm s')).toEqual(['llm serve']);
  expect(complete('llm serve st')).toEqual(['llm serve start', 'llm serve stop', 'llm serve status']);
  expect(complete('llm serve start --em')).toEqual(['llm serve start --embedding']);
  expect(complete('llm serve start /models/x --ins')).toEqual(['llm serve start /models/x --instead']);
  expect(complete('temperature 1')).toEqual([]);
});

test('commands and options are told with what they do', () => {
  expect(completions('rank')).toEqual([{ line: 'ranker ', note: expect.stringContaining('small policy') }]);
  expect(completions('temp')).toEqual([{ line: 'temperature ', note: expect.stringContaining('sampling') }]);
  expect(completions('corpus v')).toEqual([
    { line: 'corpus validate', note: expect.stringContaining('Lean can start') },
  ]);
  expect(completions('replay last --ver')).toEqual([
    { line: 'replay last --verify', note: expect.stringContaining('compare every event') },
  ]);
});
