/** The imports of TypeScript files that exist at run time: `import type` is not among them, `import()` is. */
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** A file and what it imports. */
export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  /** Paths from the root for relative imports, else the name as it is written. */
  readonly imports: readonly string[];
}

/** Every TypeScript file below the folders, which are named from the working directory. */
export function readSources(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts'))
      .toSorted()
      .map((path) => ({ path, imports: readImports(path, readFileSync(path, 'utf8')) })),
  );
}

/** What the source text of one file imports. */
export function readImports(path: string, source: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined && ts.isStringLiteral(name)) names.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return names.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
}

/** The name in a statement or call that imports at run time. */
function importedName(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node))
    return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? undefined : node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}
