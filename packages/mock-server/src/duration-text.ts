/** `2345` ms as "2.3 seconds". */
export function seconds(durationMs: number): string {
  const rounded = (durationMs / 1000).toFixed(1);
  return `${rounded} ${rounded === "1.0" ? "second" : "seconds"}`;
}
