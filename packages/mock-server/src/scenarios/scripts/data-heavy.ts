import type { Script, ScriptTurn } from "../script.js";

const rows = Array.from({ length: 400 }, (_, i) => ({
  id: i,
  name: `Item ${i}`,
  price: (i * 7919) % 10_000,
  tags: ["one", "two", "three"].slice(0, i % 4),
}));

// What JSON can be, and what it is easy to stumble over.
const kinds: readonly unknown[] = [
  null,
  0,
  "",
  [],
  {},
  false,
  -0.5,
  "żółw 🐢 \u2028 </script>",
  { content: "content", type: "response.end", turn_id: "not a turn" },
  { ["__proto__"]: { polluted: true } },
  { deep: Array.from({ length: 30 }).reduce<unknown>((inner) => [inner], "the bottom") },
];

function progress(from: number, to: number): ScriptTurn[] {
  return Array.from({ length: to - from }, (_, i) => ({ data: { progress: from + i, of: 100 } }));
}

/** Floods the app with data, small, large and odd, before, while and after it speaks, and answers data with data. */
export const dataHeavy: Script = {
  turns: [
    ...progress(0, 50),
    { data: { rows }, say: "I am sending you a lot of data. Some of it comes while you hear this." },
    ...progress(50, 100),
    ...kinds.map((data) => ({ data })),
    { data: { progress: 100, of: 100 }, say: "That was all. Send me data, and I send you more." },
    { waitFor: "client.response.data", data: { rows: rows.slice(0, 50) }, say: "Here are fifty rows." },
  ],
  repeatFrom: 50 + 1 + 50 + kinds.length + 1,
};
