/** Lower-cased runs of letters and digits, apostrophes kept inside: the words that retrieval counts. */
export const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu) ?? [];
