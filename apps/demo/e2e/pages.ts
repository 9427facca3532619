/** A page of the demo, as the tests run against it: one Playwright project each. */
export interface PageUnderTest {
  name: string;
  path: string;
}

/** All that keep the contract. */
export const pages: readonly PageUnderTest[] = [{ name: "vanilla", path: "/" }];
