import { expect, test } from 'vitest';
import { PROMPT_LINES } from '../../../commands/prompt/lines.ts';
import type { PromptPlace } from '../../../commands/prompt/prompt-line.ts';

test.each(['prove', 'step'])('an option that %s does not know is refused, and no search begins', async (name) => {
  const line = PROMPT_LINES.find((one) => one.name === name)!;
  const place = { workbench: { newSearch: () => expect.fail('no search was to begin') } } as unknown as PromptPlace;
  for (const rest of ['--num-candidates 4 ∀ n : Nat, n = n', '--theorem Nat.add_comm --num-candidates 4'])
    expect((await line.run(rest, place)).notice).toEqual({
      level: 'error',
      text: '--num-candidates is not taken here: a statement, --theorem, --corpus, --file say what to prove, and ":set" changes how',
    });
});
