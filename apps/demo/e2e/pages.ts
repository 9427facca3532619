/** A page of the demo, as the tests run against it: one Playwright project each. */
export interface PageUnderTest {
  /** The project's name; in the switcher it begins with a capital. */
  name: string;
  path: string;
}

/** All that keep the contract. */
export const pages: readonly PageUnderTest[] = [
  { name: "vanilla", path: "/" },
  { name: "react", path: "/react" },
  { name: "vue", path: "/vue" },
  { name: "svelte", path: "/svelte" },
];
