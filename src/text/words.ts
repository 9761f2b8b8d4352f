/** The words of a line, as a shell takes them, without variables: separated by blanks, kept together by quotes, a backslash taking the next sign as it is. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] as string;
    if (quote === "'" ? sign === "'" : sign === quote) quote = null;
    else if (quote === null && (sign === '"' || sign === "'") && !inWord) {
      quote = sign;
      inWord = true;
    } else if (sign === '\\' && quote !== "'" && (line[i + 1] === '"' || line[i + 1] === '\\')) {
      word += line[++i];
      inWord = true;
    } else if (quote === null && /\s/.test(sign)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += sign;
      inWord = true;
    }
  }
  if (inWord) words.push(word);
  return words;
}
