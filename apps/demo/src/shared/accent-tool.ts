import type { StandardSchemaV1 } from "@layercode/core";

/** What the agent may paint the page in, on light and on dark. */
const colours = {
  blue: "light-dark(#1d55b4, #8ab8f5)",
  green: "light-dark(#2f6a1c, #97cf80)",
  red: "light-dark(#a3262b, #f59a94)",
  purple: "light-dark(#6b3aa8, #c7a4f0)",
};

type Colour = keyof typeof colours;

/** As zod's `z.object({ colour: z.enum([…]) })`, by hand: the demo needs no library for one field. */
const input: StandardSchemaV1<{ colour: Colour }> = {
  "~standard": {
    version: 1,
    vendor: "demo",
    validate(value) {
      const { colour } = Object(value) as { colour?: unknown };
      if (isColour(colour)) return { value: { colour } };
      return { issues: [{ message: `one of ${Object.keys(colours).join(", ")} is wanted`, path: ["colour"] }] };
    },
  },
};

function isColour(value: unknown): value is Colour {
  return typeof value === "string" && Object.hasOwn(colours, value);
}

/** A tool that every page gives its agent, as `setAccent`: the scenario `tools` of the mock server calls it. */
export const accentTool = {
  description: "Paints the page in another colour.",
  input,
  run({ colour }: { colour: Colour }) {
    document.documentElement.style.setProperty("--accent", colours[colour]);
    return { painted: colour };
  },
};
