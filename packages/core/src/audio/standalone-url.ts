// Set by tsup.standalone.config.ts to where the file is that a page without a bundler loads; in the other build to nothing.
declare const LAYERCODE_STANDALONE_URL: string | undefined;

/**
 * Where the audio worklet is to be had beside a blob URL, which a strict Content-Security-Policy forbids: the standalone
 * file is one, too. `undefined` in a bundled app, and where the page may not load it from there.
 */
export function standaloneUrl(): string | undefined {
  if (typeof LAYERCODE_STANDALONE_URL === "undefined" || !LAYERCODE_STANDALONE_URL) return undefined;
  // A worklet's script is fetched with CORS: from another host it may fail where a blob would not.
  return new URL(LAYERCODE_STANDALONE_URL).origin === globalThis.origin ? LAYERCODE_STANDALONE_URL : undefined;
}
