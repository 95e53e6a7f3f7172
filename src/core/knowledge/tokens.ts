/** A run of letters, marks and digits. `key`: composed (NFC) and in lower case. */
export interface Token {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const OTHER = /[\p{L}\p{M}\p{N}]/u;

/** Length in UTF-16 units of the word character at `i`; 0 where there is none. ASCII is told without a pattern. */
function wordUnit(text: string, i: number): number {
  const code = text.charCodeAt(i);
  if (code < 128) {
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) ? 1 : 0;
  }
  const point = text.codePointAt(i) as number;
  return OTHER.test(String.fromCodePoint(point)) ? (point > 0xffff ? 2 : 1) : 0;
}

const ASCII = /^[ -~]*$/u;

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let i = 0; i < text.length; ) {
    const start = i;
    for (let unit = wordUnit(text, i); unit > 0; unit = i < text.length ? wordUnit(text, i) : 0) i += unit;
    if (i === start) {
      i += (text.codePointAt(i) as number) > 0xffff ? 2 : 1;
      continue;
    }
    const word = text.slice(start, i);
    found.push({ key: (ASCII.test(word) ? word : word.normalize('NFC')).toLowerCase(), start, end: i });
  }
  return found;
}
