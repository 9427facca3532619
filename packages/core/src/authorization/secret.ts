/** Takes the API key out of whatever is answered or reported. */
export interface Secret {
  /** The text with `[API key]` in place of the key. */
  hide(text: string): string;
  isIn(text: string): boolean;
}

// No real key is that short, and a short one could stand in every word.
const shortestKey = 6;

/** Nothing to hide. */
export const noSecret: Secret = { hide: (text) => text, isIn: () => false };

/** Hides a key as it is written, in a URL and inside of JSON text. A key of less than 6 characters is not hidden. */
export function secretOf(apiKey: string): Secret {
  if (apiKey.length < shortestKey) return noSecret;
  const spellings = [...new Set([apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1)])];
  return {
    hide: (text) => spellings.reduce((shown, spelling) => shown.replaceAll(spelling, "[API key]"), text),
    isIn: (text) => spellings.some((spelling) => text.includes(spelling)),
  };
}
