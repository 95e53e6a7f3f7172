/** Where static files come from: fetch in a browser, the file system in Node. Paths are relative to `public/`. */
export interface Assets {
  read(path: string): Promise<Uint8Array>;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export const readText = async (assets: Assets, path: string): Promise<string> =>
  decoder.decode(await assets.read(path));
