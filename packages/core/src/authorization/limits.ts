/** Most bytes that either side reads of a body. */
export const maxBodyBytes = 64 * 1024;
