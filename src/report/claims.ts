/** The claims of a result with their numbers, and where its figures show them. */
import type { Figure } from '../result/figure.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Verdict } from '../result/verdict.ts';
import { axesOf, partsOf } from './parts.ts';
import { isInside, type Ring } from './rings.ts';

/** A claim on a page. */
export interface PlacedClaim {
  readonly verdict: Verdict;
  /** The identifier of its row. */
  readonly id: string;
  /** Whether it is about clock values. */
  readonly clock: boolean;
  /** Absent where the result has no figure that shows it. */
  readonly place?: {
    readonly figure: Figure;
    /** The identifier of the ring or, without one, of the figure. */
    readonly target: string;
    /** Absent where no point is given, or one outside of what is drawn. */
    readonly ring?: Ring;
  };
}

/** All figures of a result, those of clock values last. */
export function figuresOf({ figures, timings }: RecipeResult): readonly Figure[] {
  return [...figures, ...(timings.figures ?? [])];
}

/** The identifier of a figure's section in the chapter of its result. */
export const figureId = (chapter: string, index: number): string => `${chapter}-figure-${index + 1}`;

/** All claims of a result, those about clock values last; `chapter` is the identifier of its article. */
export function placeClaims(result: RecipeResult, chapter: string): PlacedClaim[] {
  const { verdicts, timings } = result;
  const figures = figuresOf(result);
  return [...verdicts, ...(timings.verdicts ?? [])].map((verdict, index) => {
    const id = `${chapter}-claim-${index + 1}`;
    const claim = { verdict, id, clock: index >= verdicts.length };
    const shown = figures.findIndex((figure) => figure.id === verdict.figure?.id);
    const figure = figures[shown];
    if (figure === undefined) return claim;
    const ring = ringOf(verdict, figure, { id: `${id}-point`, number: index + 1 });
    const target = ring?.id ?? figureId(chapter, shown);
    return { ...claim, place: ring ? { figure, target, ring } : { figure, target } };
  });
}

/** The claim's point, if what is drawn holds it. */
function ringOf(
  { figure: place }: Verdict,
  figure: Figure,
  label: Pick<Ring, 'id' | 'number'>,
): Ring | undefined {
  const at = place?.at;
  if (at === undefined) return undefined;
  const panel = figure.kind === 'multiples' ? at.panel : 0;
  const part = panel === undefined ? undefined : partsOf(figure)[panel];
  if (panel === undefined || part === undefined || !isInside(axesOf(part), at)) return undefined;
  return { ...label, x: at.x, y: at.y, panel };
}
