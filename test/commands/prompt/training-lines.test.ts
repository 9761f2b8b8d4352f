import { expect, test } from 'vitest';
import { type CommandContext, EXIT } from '../../../commands/context.ts';
import { PROMPT_LINES } from '../../../commands/prompt/lines.ts';
import type { PromptPlace } from '../../../commands/prompt/prompt-line.ts';

const ebm = PROMPT_LINES.find(({ name }) => name === 'ebm');

/** A prompt whose commands print a folder, and which records what was asked for. */
function recordingPlace() {
  const asked: unknown[] = [];
  const workbench = {
    home: '/home/of/tests',
    act: async (action: unknown) => {
      asked.push(action);
      return { kind: 'done' };
    },
  };
  const place = {
    workbench,
    context: {} as CommandContext,
    runLine: async () => ({ output: [], notice: null }),
    runAsIs: async (line: string) => {
      asked.push(line);
      return { output: [], notice: null };
    },
    runCommand: async (args: readonly string[], context: CommandContext) => {
      asked.push(args);
      context.out('/home/of/tests/models/ebm/night');
      return EXIT.ok;
    },
  };
  return { asked, place: place as unknown as PromptPlace };
}

test('a training that is asked for in the workbench works in a process of its own, and is shown', async () => {
  const { asked, place } = recordingPlace();
  const result = await ebm?.run(' train --trajectories last --json', place);
  expect(asked).toEqual([
    ['ebm', 'train', '--trajectories', 'last', '--detach'],
    { kind: 'openTraining', training: 'ebm/night' },
  ]);
  expect(result).toMatchObject({ screen: 'training' });
});

test('so does that of a ranker', async () => {
  const ranker = PROMPT_LINES.find(({ name }) => name === 'ranker');
  const { asked, place } = recordingPlace();
  await ranker?.run(' train last --name night', place);
  expect(asked).toEqual([
    ['ranker', 'train', 'last', '--name', 'night', '--detach'],
    { kind: 'openTraining', training: 'ranker/night' },
  ]);
  const { asked: help, place: other } = recordingPlace();
  await ranker?.run(' train --help', other);
  expect(help).toEqual(['ranker train --help']);
});

test('its other commands run as they are', async () => {
  for (const line of [' probe --model m', ' train --help']) {
    const { asked, place } = recordingPlace();
    await ebm?.run(line, place);
    expect(asked).toEqual([`ebm${line}`]);
  }
});
