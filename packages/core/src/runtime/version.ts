import { version } from "../../package.json";

/** This package's version, as it was built. */
export { version };
