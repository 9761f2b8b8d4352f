const marks = ['<｜begin▁of▁sentence｜>', '<|begin_of_text|>', '<|startoftext|>', '<bos>', '<s>'];

/**
 * The text without a literal mark of the beginning. Servers encode text with special tokens, so a prompt that has the mark
 * already would get two, which makes answers worse without any error.
 */
export function withoutBeginningMark(text: string): string {
  const mark = marks.find((one) => text.startsWith(one));
  return mark === undefined ? text : text.slice(mark.length);
}
