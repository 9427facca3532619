// Which of the browsers' APIs a script uses, and which of these the oldest browsers lack.
import { type Api, isEverywhere, knownApis } from "@layercode/browser-testing/old-browsers";
import ts from "typescript";

/** A use of something that one of the oldest browsers does not have. */
export interface MissingUse {
  /** `URL.canParse`; `.toSorted` where the script does not say of what it is. */
  name: string;
  missingIn: readonly string[];
  /** What stands there. */
  code: string;
}

const apis = knownApis();
const byName = new Map(apis.map((api) => [nameOf(api), api]));
/** Members by their names alone, whoever has them. */
const byMember = new Map<string, Api[]>();
for (const api of apis) if (api.member !== null) byMember.set(api.member, [...(byMember.get(api.member) ?? []), api]);

/** Syntax that the bundler leaves as it is, by how to know it. */
const syntax: Readonly<Record<string, (node: ts.Node) => boolean>> = {
  "javascript.classes.static.initialization_blocks": ts.isClassStaticBlockDeclaration,
  "javascript.regular_expressions.lookbehind_assertion": (node) => isRegularExpression(node, /\(\?<[=!]/),
  "javascript.regular_expressions.modifier": (node) => isRegularExpression(node, /\(\?-?[ims]+(-[ims]+)?:/),
  "javascript.builtins.RegExp.unicodeSets": (node) => isRegularExpression(node, /\/[a-z]*v[a-z]*$/),
};

/**
 * What a script uses that one of the oldest browsers lacks. Of `list.toSorted()` it knows the name only: it reports that
 * where nothing of this name is in all of them, and it is none of the `own` names.
 */
export function missingUses(script: string, own: ReadonlySet<string> = new Set()): MissingUse[] {
  const { source, isGlobal } = parse(script);
  const uses: MissingUse[] = [];
  const report = (node: ts.Node, name: string, missingIn: readonly string[]) => {
    uses.push({ name, missingIn, code: node.getText(source).slice(-80) });
  };
  const check = (node: ts.Node, name: string): boolean => {
    const api = byName.get(name);
    if (api && api.missingIn.length > 0) report(node, name, api.missingIn);
    return api !== undefined;
  };
  const checkMember = (node: ts.Node, member: string) => {
    const all = byMember.get(member) ?? [];
    if (all.length === 0 || own.has(member) || all.some(({ missingIn }) => missingIn.length === 0)) return;
    report(node, `.${member}`, [...new Set(all.flatMap(({ missingIn }) => missingIn))]);
  };
  const visit = (node: ts.Node): void => {
    for (const [path, isUsed] of Object.entries(syntax))
      if (isUsed(node) && !isEverywhere(path)) report(node, path, []);
    if (ts.isPropertyAccessExpression(node)) {
      const owner = ownerOf(node.expression, isGlobal);
      const member = node.name.text;
      const known = owner !== null && check(node, owner === "" ? member : `${owner}.${member}`);
      if (!known) checkMember(node, member);
      // `{ ...rest }` reads no property of that name.
    } else if (ts.isBindingElement(node) && !node.dotDotDotToken && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name)) checkMember(node, name.text);
    } else if (ts.isIdentifier(node) && isGlobal(node)) {
      check(node, node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

/** The names of the properties that scripts make, or declarations declare: what is read by them is not the browser's. */
export function propertyNames(files: readonly string[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isMade =
      ts.isPropertyAssignment(node) ||
      ts.isShorthandPropertyAssignment(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isMethodSignature(node) ||
      ts.isPropertyDeclaration(node) ||
      ts.isPropertySignature(node) ||
      ts.isAccessor(node);
    if (isMade && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const text of files) visit(ts.createSourceFile("file.ts", text, ts.ScriptTarget.ESNext));
  return names;
}

function nameOf({ owner, member }: Api): string {
  return [owner, member].filter(Boolean).join(".");
}

/** Of what a member is read: a global object's name, `""` for the global scope, `null` where nobody can tell. */
function ownerOf(expression: ts.Expression, isGlobal: (node: ts.Identifier) => boolean): string | null {
  if (ts.isIdentifier(expression)) {
    if (/^(globalThis|window|self)$/.test(expression.text)) return "";
    return isGlobal(expression) ? expression.text : null;
  }
  if (!ts.isPropertyAccessExpression(expression)) return null;
  const owner = ownerOf(expression.expression, isGlobal);
  return owner === null ? null : [owner, expression.name.text].filter(Boolean).join(".");
}

function isRegularExpression(node: ts.Node, pattern: RegExp): boolean {
  return ts.isRegularExpressionLiteral(node) && pattern.test(node.text);
}

function parse(script: string): { source: ts.SourceFile; isGlobal: (node: ts.Identifier) => boolean } {
  const options = { allowJs: true, noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.ESNext };
  const host = ts.createCompilerHost(options, true);
  const source = ts.createSourceFile("script.js", script, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  host.getSourceFile = (name) => (name === "script.js" ? source : undefined);
  const checker = ts.createProgram(["script.js"], options, host).getTypeChecker();
  // What nobody declares in the script is the browser's.
  const isGlobal = (node: ts.Identifier) => {
    const { parent } = node;
    const isName = ts.isPropertyAccessExpression(parent) && parent.name === node;
    return (
      !isName &&
      ts.isExpression(node) &&
      checker.resolveName(node.text, node, ts.SymbolFlags.Value, false) === undefined
    );
  };
  return { source, isGlobal };
}
