import type { ClientState, LayercodeClient, Undo } from "@layercode/core";

/** Renders at once, and again whenever one of the selected values of the snapshot has changed. */
export function watch<S extends unknown[]>(
  client: LayercodeClient,
  select: (state: ClientState) => [...S],
  render: (...selected: NoInfer<S>) => void,
): Undo {
  let selected = select(client.getSnapshot());
  render(...selected);
  return client.subscribe(() => {
    const next = select(client.getSnapshot());
    if (next.every((value, i) => Object.is(value, selected[i]))) return;
    selected = next;
    render(...selected);
  });
}
