/** PCM16 samples a second from the microphone on the wire. */
export const wireRate = 8000;
