declare module "*.ts?worklet" {
  /** The module and everything that it imports, as one minified script. */
  const source: string;
  export default source;
}
