declare module "*.ts?worklet" {
  /** The module and all it imports as one minified script. */
  const source: string;
  export default source;
}
