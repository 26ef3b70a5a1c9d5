import { describe, expect, it } from 'vitest';
import { SERIES_COLORS, seriesStyle } from '../../src/report/palette.ts';

describe('the palette', () => {
  it('gives 18 series looks that differ, the first six by colour', () => {
    const looks = Array.from({ length: 18 }, (_, index) => seriesStyle(index));
    expect(new Set(looks.map(({ color, dash }) => `${color} ${dash ?? ''}`)).size).toBe(18);
    expect(new Set(looks.slice(0, 6).map(({ color }) => color)).size).toBe(6);
  });

  it('has a contrast of at least 3 to white paper and of 4.5 to the dark page', () => {
    for (const { light, dark } of SERIES_COLORS) {
      expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(3);
      expect(contrast(dark, '#15181b')).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** WCAG 2.2: the ratio of relative luminances. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
