import { attachVisualizer } from "@layercode/core";
import { defineComponent, h, type PropType, shallowRef, watchEffect } from "vue";
import { useAgentOf } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

/** A `<canvas>` that shows how loud one side is. It draws without rendering, in its CSS `color` and at its CSS size. */
export const AudioVisualizer = /* @__PURE__ */ defineComponent({
  name: "AudioVisualizer",
  props: {
    /** Default: the injected one. */
    agent: Object as PropType<AnyLayercodeAgent>,
    /** Whose sound is drawn. */
    source: { type: String as PropType<"agent" | "user">, default: "agent" },
  },
  setup(props) {
    const agentOf = useAgentOf(props, "AudioVisualizer");
    const canvas = shallowRef<HTMLCanvasElement | null>(null);
    whileShown(() =>
      watchEffect((onCleanup) => {
        if (canvas.value) onCleanup(attachVisualizer(canvas.value, agentOf().client, { source: props.source }));
      }),
    );
    return () => h("canvas", { ref: canvas, role: "img", "aria-label": levelOf[props.source] });
  },
});

const levelOf = { agent: "Loudness of the agent", user: "Loudness of your microphone" } as const;
