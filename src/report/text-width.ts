/** Text measured without fonts: widths in em, wide rather than narrow, for Latin and for Chinese, Japanese and Korean. */

const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [
    /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|\p{Extended_Pictographic}/u,
    1,
  ],
  [/[mwMW@%]/u, 0.92],
  [/[iljtf.,:;'’|!()[\] ]/u, 0.38],
  [/[A-Z0-9+−=<>×]/u, 0.68],
];

/** The estimated width of a line in the unit of `fontSize`. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? 0.6;
  return em * fontSize;
}

/** Text broken into lines of at most `width`: between words, and between any two Chinese characters; longer words are cut. */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of breakable(text.replace(/\s+/gu, ' ').trim(), width, fontSize)) {
    if (line !== '' && textWidth((line + piece).trimEnd(), fontSize) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** The pieces between which a line may break; closing punctuation stays with what it closes. */
export function piecesOf(text: string): string[] {
  const pieces = text.match(
    /(?:[\u2e80-\u2fff\u3040-\ua4cf\uf900-\ufaff]|[^\s\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60]+\s*|\s+)[、。，：；！？）」』”]*|./gu,
  );
  return [...(pieces ?? [])];
}

function breakable(text: string, width: number, fontSize: number): string[] {
  return piecesOf(text).flatMap((piece) =>
    textWidth(piece, fontSize) > width ? Array.from(piece) : [piece],
  );
}
