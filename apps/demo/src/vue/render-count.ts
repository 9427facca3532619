import { onMounted, onUpdated } from "vue";
import { type Part, rendered } from "../shared/render-count";

/** Counts the renders of the current component, for the tests. */
export function countRenders(part: Part): void {
  onMounted(() => rendered(part));
  onUpdated(() => rendered(part));
}
