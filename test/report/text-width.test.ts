import { describe, expect, it } from 'vitest';
import { textWidth, wrapText } from '../../src/report/text-width.ts';

describe('textWidth', () => {
  it('counts a Chinese character as one em', () => {
    expect(textWidth('动量', 10)).toBe(20);
  });

  it('makes narrow letters narrower than wide ones', () => {
    expect(textWidth('ill', 10)).toBeLessThan(textWidth('abc', 10));
    expect(textWidth('abc', 10)).toBeLessThan(textWidth('MWM', 10));
  });
});

describe('wrapText', () => {
  const sizes = [8, 13, 20];

  it.each([
    'The larger the batch, the worse the test accuracy at the same number of epochs',
    '轮数相同时，批量越大，测试准确率越低。这是一个很长的标题，需要换行。',
    'Rosenbrock 弯曲山谷中的三种优化器 with a learning rate of 0.001',
    `one-${'very'.repeat(40)}-long-word`,
  ])('keeps every line within the width and loses nothing: %s', (text) => {
    for (const size of sizes) {
      const lines = wrapText(text, 150, size);
      for (const line of lines) expect(textWidth(line, size)).toBeLessThanOrEqual(150);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  it('breaks Latin text between words only', () => {
    expect(wrapText('alpha beta gamma', 60, 10)).toEqual(['alpha beta', 'gamma']);
  });

  it('starts no line with closing punctuation', () => {
    const lines = wrapText('轮数相同时，批量越大，测试准确率越低。', 60, 10);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).not.toMatch(/^[，。]/);
  });

  it('is one empty line for no text', () => {
    expect(wrapText('', 100, 13)).toEqual(['']);
  });
});
