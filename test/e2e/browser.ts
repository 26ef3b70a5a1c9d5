/** Debian's chromium, driven by playwright-core. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Fails where there is none: .ci/run installs it. */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`${CHROMIUM} is missing: apt-get install chromium fonts-dejavu-core`);
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
