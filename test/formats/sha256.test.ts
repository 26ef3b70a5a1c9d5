import { expect, test } from 'vitest';
import { sha256 } from '../../src/formats/sha256.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the examples of FIPS 180-4', async () => {
  expect(await sha256(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(await sha256()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('parts count as one after the other', async () => {
  expect(await sha256(bytes('a'), bytes(''), bytes('bc'))).toBe(await sha256(bytes('abc')));
});
