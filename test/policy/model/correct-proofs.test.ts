import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeOpenAi } from '../../fakes/openai/server.ts';
import { runCli } from '../../helpers/cli.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const SWAP = '∀ p q : Prop, p ∧ q → q ∧ p';

/** An answer as Goedel-Prover gives it: a plan, then the theorem with its proof. */
const answer = (last: string): string =>
  `### Plan\n\nSplit the conjunction.\n\n\`\`\`lean4\ntheorem foo : ${SWAP} := by\n  intro p q h\n  obtain ⟨hp, hq⟩ := h\n  ${last}\n\`\`\``;

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

let server: FakeOpenAi | null = null;
afterAll(() => server?.close());

test('Goedel-Prover is shown its failed proof over a chat route, and its correction is verified', async () => {
  const home = temporaryFolder();
  const fake = await FakeOpenAi.start({
    persona: 'vllm',
    model: 'Goedel-LM/Goedel-Prover-V2-8B',
    contextLength: 40_960,
    say: (prompt) => answer(prompt.includes('is not correct') ? 'exact ⟨hq, hp⟩' : 'exact ⟨hp, hq⟩'),
  });
  server = fake;
  const options = ['--workers', '1', '--provider', 'openai', '--set', `openai.url=${fake.url}`];
  const result = await runCli(home, [
    ...['prove', SWAP, ...options, '--strategy', 'whole-proof', '--set', 'hybrid_num_proofs=2', '--json'],
  ]);
  expect(result, result.err).toMatchObject({ code: 0 });
  const document = JSON.parse(result.out);
  expect(document).toMatchObject({
    status: 'proved',
    verdict: { level: 'V3' },
    proof: ['intro p q h', 'obtain ⟨hp, hq⟩ := h', 'exact ⟨hq, hp⟩'],
    stats: { hybrid: { hybrid_rounds: 2, tactic_failed: 2 } },
  });
  const asked = fake.seen.map(({ body }) => JSON.stringify(body)).filter((body) => body.includes('Complete the'));
  const corrections = asked.filter((body) => body.includes('is not correct'));
  expect(asked.length - corrections.length).toBe(2);
  expect(corrections).not.toHaveLength(0);
  for (const one of corrections) expect(one).toContain('<error>exact ⟨hp, hq⟩</error>');
  const log = readFileSync(join(home, 'sessions', document.session, 'events.jsonl'), 'utf8');
  expect(log).toContain('"corrects":true');
  expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
  // A step search takes the first tactic of each, and says that there is a better way.
  const stepwise = await runCli(home, ['prove', SWAP, ...options, '--max-nodes', '2']);
  expect(stepwise.err).toContain('openai writes whole proofs, of which best-first uses the first tactic only');
});
