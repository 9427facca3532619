import { createApp } from "vue";
import type { Mount } from "../shared/page.js";
import AgentPanels from "./AgentPanels.vue";

/** The page in Vue: `@layercode/vue`. */
export const mount: Mount = (root, { panels }) => {
  const app = createApp(AgentPanels, { panels });
  app.mount(root);
  return () => app.unmount();
};
