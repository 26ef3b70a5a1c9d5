/** The public API as text: every name that an entry exports, with its signature on one line. */
import ts from 'typescript';

/** The entries by the names that users import. */
const ENTRIES = {
  'tfjs-recipes': 'src/index.ts',
  'tfjs-recipes/node': 'src/node.ts',
  'tfjs-recipes/recipes': 'recipes/index.ts',
} as const;

const FORMAT = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;

const printer = ts.createPrinter({ removeComments: true });

/** The text of test/api.txt: a heading per entry, then a line per name. */
export function describeApi(): string {
  const config: { config?: unknown } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, '.');
  const program = ts.createProgram(Object.values(ENTRIES), options);
  return Object.entries(ENTRIES)
    .map(([name, path]) => `# ${name}\n${entryLines(program, path).join('\n')}\n`)
    .join('\n');
}

function entryLines(program: ts.Program, path: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const entry = source && checker.getSymbolAtLocation(source);
  if (entry === undefined) throw new Error(`${path} is not a module`);
  return checker
    .getExportsOfModule(entry)
    .map((symbol) => describeExport(checker, symbol))
    .map((line) => line.replaceAll(/import\([^)]*\)\./g, '').replaceAll(/\s+/g, ' '))
    .toSorted();
}

function describeExport(checker: ts.TypeChecker, exported: ts.Symbol): string {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined) throw new Error(`${exported.name} is declared nowhere`);
  if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration))
    return printed(declaration).replace(/^export /, '');
  if (ts.isClassDeclaration(declaration)) return describeClass(checker, declaration, symbol);
  const kind = ts.isFunctionDeclaration(declaration) ? 'function' : 'const';
  return `${kind} ${exported.name}: ${typeText(checker, symbol, declaration)}`;
}

/** What a class itself declares for its users; what it inherits stands with its parent. */
function describeClass(checker: ts.TypeChecker, declaration: ts.ClassDeclaration, symbol: ts.Symbol): string {
  const constructors = checker
    .getTypeOfSymbol(symbol)
    .getConstructSignatures()
    .map((signature) => `new ${checker.signatureToString(signature, declaration, FORMAT)}`);
  const members = declaration.members.flatMap((member) => {
    const flags = ts.getCombinedModifierFlags(member);
    if (ts.isConstructorDeclaration(member) || (flags & ts.ModifierFlags.Private) !== 0) return [];
    if (member.name === undefined || ts.isPrivateIdentifier(member.name)) return [];
    const own = checker.getSymbolAtLocation(member.name);
    if (own === undefined) return [];
    const label = (flags & ts.ModifierFlags.Static) === 0 ? own.name : `static ${own.name}`;
    return [`${label}: ${typeText(checker, own, declaration)}`];
  });
  const heritage = (declaration.heritageClauses ?? []).map((clause) => `${printed(clause)} `).join('');
  const parameters = (declaration.typeParameters ?? []).map(printed).join(', ');
  const name = `${symbol.name}${parameters === '' ? '' : `<${parameters}>`}`;
  return `class ${name} ${heritage}{ ${[...constructors, ...members].join('; ')} }`;
}

function typeText(checker: ts.TypeChecker, symbol: ts.Symbol, place: ts.Node): string {
  return checker.typeToString(checker.getTypeOfSymbolAtLocation(symbol, place), place, FORMAT);
}

function printed(node: ts.Node): string {
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
}
