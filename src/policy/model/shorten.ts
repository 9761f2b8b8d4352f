import type { GenerationPrompt } from '../../inference/generation.ts';
import type { ServerFailed } from '../../inference/server-failure.ts';

/** What is left free when the server's figures are used, because tokens are not of one length. */
const margin = 0.9;

/**
 * The length in bytes to which a prompt that does not fit is to be shortened: in proportion where the server told how many
 * tokens it has and may have, else half.
 */
export function shorterLength(
  prompt: GenerationPrompt,
  context: ServerFailed['context'] | null,
  maxTokens: number,
): number {
  const length = promptLength(prompt);
  const { tokens, limit } = context ?? { tokens: null, limit: null };
  if (tokens === null || limit === null || limit <= maxTokens || tokens <= 0) return Math.floor(length / 2);
  // Some servers count the tokens that they are to write as well.
  const fraction = Math.min(0.9, ((limit - maxTokens) / tokens) * margin);
  return Math.floor(length * fraction);
}

/** Bytes of everything that the model reads. */
function promptLength(prompt: GenerationPrompt): number {
  if (prompt.kind === 'text') return Buffer.byteLength(prompt.text);
  const messages = prompt.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return messages + Buffer.byteLength(prompt.prefill ?? '');
}
