/** `npm run api`: rewrites test/api.txt, for a change of the public API that is meant. */
import { writeFileSync } from 'node:fs';
import { describeApi } from './api.ts';

writeFileSync('test/api.txt', describeApi());
