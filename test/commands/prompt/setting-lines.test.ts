import { expect, test } from 'vitest';
import type { PromptPlace } from '../../../commands/prompt/prompt-line.ts';
import { SETTING_LINES } from '../../../commands/prompt/setting-lines.ts';

const set = SETTING_LINES.find(({ name }) => name === 'set')!;

test('what can only be set at the start is refused with how it is set there', async () => {
  const place = { workbench: { set: () => expect.fail('nothing was to be set') } } as unknown as PromptPlace;
  const { notice } = await set.run('sglang.url=http://gpu:30000', place);
  expect(notice?.text).toContain('start it with --set sglang.url=http://gpu:30000');
  expect((await set.run('num_candidates=many', place)).notice?.text).toContain('num_candidates');
});
