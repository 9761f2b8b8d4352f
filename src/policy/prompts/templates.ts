import type { ChatMessage } from '../../inference/generation.ts';
import type { ChatTemplate } from './format.ts';

/** `<|im_start|>role … <|im_end|>`, of Qwen and InternLM. */
export const CHATML: ChatTemplate = {
  name: 'chatml',
  end: '<|im_end|>\n',
  render: (messages) =>
    `${messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join('')}<|im_start|>assistant\n`,
};

/** DeepSeek's, with the fullwidth bar U+FF5C and the block U+2581 in its special words. */
export const DEEPSEEK: ChatTemplate = {
  name: 'deepseek',
  end: '<｜end▁of▁sentence｜>',
  render: (messages) => `${messages.map(deepseekTurn).join('')}<｜Assistant｜>`,
};

function deepseekTurn({ role, content }: ChatMessage): string {
  if (role === 'user') return `<｜User｜>${content}`;
  return role === 'assistant' ? `<｜Assistant｜>${content}<｜end▁of▁sentence｜>` : content;
}

export const CHAT_TEMPLATES: readonly ChatTemplate[] = [CHATML, DEEPSEEK];
