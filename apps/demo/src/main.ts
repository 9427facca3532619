import { readPageOptions } from "./shared/page-options.js";
import { createPanel } from "./shared/panel.js";
import { ignoreStraySecondClicks } from "./shared/second-click.js";
import { showSwitcher } from "./shell/switcher.js";

ignoreStraySecondClicks(document);

const options = readPageOptions(location.search);
const panels = options.agentIds.map((agentId, i) => createPanel(`panel-${i + 1}`, agentId, options));

// For the console: `panels[0].start.change({ volume: 0.5 })`.
Object.assign(globalThis, { panels });

showSwitcher(panels);
