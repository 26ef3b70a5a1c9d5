import { describe, expect, it } from 'vitest';
import { Markup, cleanText, escape, markup } from '../../src/report/markup.ts';

describe('escape', () => {
  it('leaves no character that ends a text or an attribute', () => {
    expect(escape(`<b a="1" c='2'>&\`\u2028\u2029`)).toBe(
      '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#96;&#8232;&#8233;',
    );
  });

  it('keeps Chinese, emoji, tabs and line ends', () => {
    expect(escape('动量 😀\t\n')).toBe('动量 😀\t\n');
  });
});

describe('cleanText', () => {
  it('replaces what XML may not hold', () => {
    expect(cleanText('a\u0000b\u001fc\ud800d\uffffe')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
  });

  it('keeps a whole surrogate pair', () => {
    expect(cleanText('😀')).toBe('😀');
  });
});

describe('markup', () => {
  it('escapes text and numbers, also in lists, and keeps markup', () => {
    const inner = markup`<i>${'<'}</i>`;
    expect(markup`<p>${['a<', inner, 3, undefined]}</p>`.source).toBe('<p>a&lt;<i>&lt;</i>3</p>');
    expect(inner).toBeInstanceOf(Markup);
  });
});
