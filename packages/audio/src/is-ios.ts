// Only WebKit has navigator.audioSession, and only its iOS devices have a touch screen. The user agent does not tell:
// an iPad's says Mac.
export function isIos(): boolean {
  const { navigator } = globalThis;
  return navigator !== undefined && "audioSession" in navigator && navigator.maxTouchPoints > 1;
}
