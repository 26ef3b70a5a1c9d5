/** This package's name and version; a test compares them with package.json. */
export const PACKAGE = { name: 'tfjs-recipes', version: '0.1.0' } as const;
