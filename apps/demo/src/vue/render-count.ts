import { onMounted, onUpdated } from "vue";
import { type Part, rendered } from "../shared/render-count.js";

/** Counts the renders of the current component, for the tests. */
export function countRenders(part: Part): void {
  onMounted(() => rendered(part));
  onUpdated(() => rendered(part));
}
