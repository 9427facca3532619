// A Content-Security-Policy without `blob:` and without inline scripts, and what else a page's answer says.
// Host `worklet.js` and `detector.js` of `node_modules/@layercode/audio/dist` with your page, and give their addresses as
// the options `workletUrl` and `vadWorkletUrl`; where you record, also `recording.js`, as `recordingWorkletUrl`.

/** `connections`: the endpoint where it is of another origin, and the WebSocket where it is not Layercode's. */
export function securityHeaders(connections: readonly string[] = ["wss://api.layercode.com"]): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'", // the audio worklet is a script
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ${connections.join(" ")}`,
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    // In a frame the microphone needs `allow="microphone"`, too.
    "permissions-policy": "microphone=(self)",
  };
}
