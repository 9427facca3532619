// Who may import whom: no circles, and no arrow upwards. `npm run lint` and `npm test` hold it, type imports included.
// How to read a rule: it forbids every import whose importing file fits `from` and whose imported file fits `to`.
// Paths are regular expressions, from the root of the repository. docs/architecture.md says why the layers are these.
// Not seen: imports inside of .vue and .svelte files. They are leaves here.

// ---- Files that are still to be mended. A file that is named here may break the rules about circles and layers; take
// ---- its line away as soon as `npm run lint` stays green without it.
const toBeMended = [];

const tests = "\\.(test|test-d|spec)\\.tsx?$";

// ---- packages/core/src: its rooms from the bottom to the top. A file imports its own room and what stands behind the
// ---- name of its room: rooms, or files of a room. A new room needs a line; the order of the lines means nothing.
const leaves = [
  "errors",
  "nearest-name",
  "page-url",
  "standard-schema",
  "transition",
  "undo",
  "protocol",
  "transport",
  "authorization",
  "audio",
];
const coreRooms = {
  errors: [],
  "nearest-name": [],
  "page-url": [],
  "standard-schema": [],
  transition: [],
  undo: [],
  "unknown-option": ["errors", "nearest-name"],
  protocol: ["errors", "standard-schema"],
  "tool-caller": ["errors", "unknown-option", "protocol", "standard-schema"],
  transport: ["errors", "page-url"],
  authorization: ["errors", "page-url", "unknown-option"],
  audio: ["errors", "transition", "undo"],
  conversation: ["errors", "standard-schema", "transition", "protocol", "audio/ports"],
  machine: ["errors", "standard-schema", "transition", "protocol", "conversation"],
  options: ["errors", "nearest-name", "standard-schema", "protocol", "conversation"],
  stats: ["conversation", "machine"],
  runtime: [...leaves, "conversation", "machine", "stats", "options"],
  diagnosis: [...leaves, "conversation", "machine", "options", "runtime"],
  recording: ["errors", "audio", "options", "runtime"],
  client: [...leaves, "conversation", "machine", "stats", "options", "runtime", "diagnosis", "recording"],
  dom: [...leaves, "conversation", "machine", "options", "runtime", "client"],
  bindings: [...leaves, "conversation", "machine", "stats", "options", "runtime", "client", "dom"],
};
/** Beside these, of which a room may import types only. */
const coreTypes = {
  // What a socket reports of its end, what authorization answers, what the gate judges by and the player reports.
  machine: ["transport/transport", "authorization/schema", "audio/gate", "audio/ports"],
  // The id of a turn, and what a player answers: what it shared with a session would be a file more for that to load.
  stats: ["protocol", "audio/ports"],
  // What an option takes.
  options: ["transport/websocket", "authorization/schema", "audio/ports", "machine"],
};

// ---- packages/audio/src, in the same way. What is not named here is the main thread's: it may import all of them.
const audioRooms = {
  dsp: [],
  playback: ["dsp"],
  "capture/(clock-offset|framer|silence)": ["dsp"],
  vad: ["dsp"],
  "recording/(interleaver|commands)": ["dsp", "typed-arrays"],
  worklets: ["dsp", "playback", "capture/framer", "vad", "recording/(interleaver|commands)"],
};

// ---- packages/mock-server/src, in the same way. What is not named here may import all of them.
const mockServerRooms = {
  protocol: ["known-names", "matching"],
  faults: ["known-names", "longest-timeout", "matching"],
  listening: ["pcm"],
  speech: ["pcm"],
  scenarios: ["duration-text", "longest-timeout", "matching", "pcm", "speech-length", "faults", "listening"],
  conversation: ["duration-text", "pcm", "speech-length", "listening", "speech", "scenarios"],
  rest: ["agents", "json-depth"],
  session: [
    ...["json-depth", "limits", "longest-timeout", "matching", "pcm", "protocol", "faults", "rest"],
    ...["speech", "scenarios", "conversation"],
  ],
  http: ["longest-timeout", "faults", "rest"],
};

/** The rules of a package with rooms: one a room. `remedy` is what the linter says to whoever breaks one. */
function layers(name, rooms, typesOnly, remedy) {
  const source = `^packages/${name}/src/`;
  const within = (room) => `${source}${room}(/|\\.ts$)`;
  return Object.entries(rooms).flatMap(([room, below]) => {
    const from = { path: within(room), pathNot: [tests, ...toBeMended] };
    const allowed = [room, ...below].map(within);
    const shapes = (typesOnly[room] ?? []).map(within);
    const list = below.length === 0 ? "nothing but itself" : `only itself and ${below.join(", ")}`;
    const comment = `${room} of packages/${name}/src imports ${list}. ${remedy}`;
    const ruleName = `${name}-${room.replace(/\/.*/, "")}`;
    return [
      { name: ruleName, comment, from, to: { path: source, pathNot: [...allowed, ...shapes] } },
      ...shapes.map((path) => ({
        name: `${ruleName}-types`,
        comment: `Of this room only types are imported: write \`import type\`. ${comment}`,
        from,
        to: { path, dependencyTypesNot: ["type-only"] },
      })),
    ];
  });
}

/** A package of ours as an import finds it: its built files, or only its name where it is not built. */
function ours(names, subpaths) {
  return subpaths === undefined
    ? `^(packages/(${names})/|@layercode/(${names})(/|$))`
    : `^(packages/(${names})/dist/(${subpaths})\\.|@layercode/(${names})/(${subpaths})$)`;
}

const moveDown =
  "Move what both sides need into a file further down (it is often a type), or hand it over as an argument.";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment: `These files import each other in a circle. ${moveDown}`,
      from: { pathNot: toBeMended },
      to: { circular: true },
    },
    {
      name: "no-package-imports-an-app",
      comment: "Apps use packages, never the other way round. Move what is needed into a package.",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "no-source-imports-a-test",
      comment: "What is published imports no test and no test helper. Move what both need into src/.",
      from: { path: "^packages/[^/]+/src/", pathNot: [tests] },
      to: { path: [tests, "^packages/[^/]+/(test|browser|e2e|long)/"] },
    },
    {
      name: "no-source-imports-browser-testing",
      comment:
        "@layercode/browser-testing is private and for tests. Only the mock server has of it what tsup bundles: the WAV codec, and in testing/ the microphones.",
      from: {
        path: "^packages/[^/]+/src/",
        pathNot: [tests, "^packages/browser-testing/", "^packages/mock-server/src/testing/"],
      },
      to: { path: ours("browser-testing"), pathNot: ours("browser-testing", "wav") },
    },
    {
      name: "audio-stands-alone",
      comment: "@layercode/audio is useful without anything else of ours. Hand over what it needs as an argument.",
      from: { path: "^packages/audio/src/", pathNot: [tests] },
      to: { path: [ours("core|react|vue|svelte|mock-server")] },
    },
    {
      name: "core-loads-audio-in-one-place",
      comment:
        "Only audio/audio-package.ts imports @layercode/audio, by import(), so that a text-only app never downloads it. " +
        "Types may be imported in packages/core/src/audio/; elsewhere use audio/ports.ts.",
      from: { path: "^packages/core/src/", pathNot: [tests, "^packages/core/src/audio/"] },
      to: { path: ours("audio") },
    },
    {
      name: "core-loads-audio-in-one-place-types",
      comment: "Here only types of @layercode/audio: write `import type`, and load the rest by audio/audio-package.ts.",
      from: { path: "^packages/core/src/audio/", pathNot: [tests, "/audio-package\\.ts$"] },
      // Only where audio is built: of an import that leads nowhere, the tool does not tell whether it is of types.
      to: { path: "^packages/audio/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-is-below",
      comment: "Core knows neither its bindings nor the mock server. Tests may.",
      from: { path: "^packages/core/src/", pathNot: [tests] },
      to: { path: ours("react|vue|svelte|mock-server") },
    },
    {
      name: "bindings-use-core-alone",
      comment: "React, Vue and Svelte bind core, and nothing else of ours. Core passes on what they need.",
      from: { path: "^packages/(react|vue|svelte)/src/", pathNot: [tests] },
      to: {
        path: [ours("audio|mock-server|react|vue|svelte")],
        // Its own files are its own.
        pathNot: "^packages/$1/src/",
      },
    },
    {
      name: "mock-server-uses-the-protocol-alone",
      comment:
        "The mock server stands in for Layercode: it shares the protocol and the backend handler with core, no more.",
      from: { path: "^packages/mock-server/src/", pathNot: [tests] },
      to: { path: ours("core|audio|react|vue|svelte"), pathNot: ours("core", "protocol|server") },
    },
    {
      name: "browser-testing-stands-alone",
      comment: "Every browser suite uses it, so it uses no package of ours.",
      from: { path: "^packages/browser-testing/src/", pathNot: [tests] },
      to: { path: ours("core|audio|react|vue|svelte|mock-server") },
    },

    ...layers("core", coreRooms, coreTypes, moveDown),
    ...layers(
      "audio",
      audioRooms,
      {},
      `The audio thread and its pure parts load nothing of the main thread. ${moveDown}`,
    ),
    ...layers("mock-server", mockServerRooms, {}, moveDown),
    {
      name: "audio-thread-is-apart",
      comment: "The main thread knows of the worklets their messages, and load-worklet.ts their bundled source.",
      from: { path: "^packages/audio/src/", pathNot: [tests, "^packages/audio/src/worklets/"] },
      to: {
        path: "^packages/audio/src/worklets/",
        pathNot: ["/worklets/messages\\.ts$", "/worklets/(worklet|detector|tap)\\.ts"],
      },
    },
  ].map((rule) => ({ severity: "error", ...rule })),

  options: {
    // Type imports count.
    tsPreCompilationDeps: true,
    exclude: {
      path: ["/(\\.next|\\.nuxt|\\.output|\\.svelte-kit|\\.turbo|\\.reports|test-results)/", "^apps/[^/]+/build/"],
    },
    doNotFollow: { path: ["(^|/)node_modules/", "^(packages|apps)/[^/]+/dist/"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "default"] },
  },
};
