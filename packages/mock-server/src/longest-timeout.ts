/** The longest that a timer can wait, in ms: a longer one fires at once. */
export const longestTimeoutMs = 2 ** 31 - 1;
