/** How much of a picture is drawn: pixels that differ between two screenshots, counted in the browser itself. */
import type { Page } from 'playwright-core';

/** A colour channel differs from here on; anti-aliased edges that hardly show do not count. */
const VISIBLE = 24;

/** @param page - A page without a content security policy, such as about:blank. */
export async function differentPixels(page: Page, first: Buffer, second: Buffer): Promise<number> {
  const images = [first, second].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  return page.evaluate(
    async ({ sources, visible }) => {
      const pixels = [];
      for (const source of sources) {
        const image = new Image();
        image.src = source;
        await image.decode();
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.drawImage(image, 0, 0);
        pixels.push(context.getImageData(0, 0, image.width, image.height).data);
      }
      const [a, b] = pixels;
      if (a === undefined || b === undefined || a.length !== b.length)
        throw new Error('the screenshots differ in size');
      const isDifferent = (start: number): boolean =>
        [0, 1, 2].some(
          (channel) => Math.abs((a[start + channel] ?? 0) - (b[start + channel] ?? 0)) > visible,
        );
      let count = 0;
      for (let start = 0; start < a.length; start += 4) if (isDifferent(start)) count += 1;
      return count;
    },
    { sources: images, visible: VISIBLE },
  );
}
