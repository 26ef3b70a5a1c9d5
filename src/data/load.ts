/** The three real data sets that come with the package; each is fetched and unpacked only when its loader is called. */
import { DataError } from '../errors.ts';
import { Dataset, type Source, type Task } from './dataset.ts';

/** What a module of `bundled/` holds; written by `bundled/generate.py`. */
export interface BundledData<T extends Task> {
  readonly name: string;
  readonly task: T;
  readonly rows: number;
  /** Inputs are [rows, columns]. */
  readonly columns: number;
  /** How a number is stored; float32 is little-endian. */
  readonly inputType: StoredType;
  readonly targetType: StoredType;
  readonly classNames: readonly string[] | null;
  readonly featureNames: readonly string[];
  readonly source: Source;
  /** Of the bytes before deflate: all inputs row by row, then all targets. */
  readonly sha256: string;
  /** Base64, in lines, of the bytes deflated (zlib format, RFC 1950). */
  readonly deflated: string;
}

type StoredType = 'uint8' | 'float32';

const BYTES: Readonly<Record<StoredType, number>> = { uint8: 1, float32: 4 };

/**
 * Handwritten digits: 1797 images of 8 × 8 pixels, row by row as [1797, 64], each pixel 0 (white) to 16 (black), not
 * rescaled; classes '0' to '9'. The test part of UCI's Optical Recognition of Handwritten Digits (Alpaydin & Kaynak
 * 1998, CC BY 4.0), as in scikit-learn.
 */
export async function loadDigits(): Promise<Dataset<'classification'>> {
  return unpack((await import('./bundled/digits.ts')).digits);
}

/**
 * Breast Cancer Wisconsin (Diagnostic): 30 measures of the cell nuclei in 569 images of biopsies, [569, 30], in the
 * units of the source; class 0 malignant (212), 1 benign (357). UCI (Wolberg, Mangasarian, Street & Street 1995,
 * CC BY 4.0), as in scikit-learn.
 */
export async function loadBreastCancer(): Promise<Dataset<'classification'>> {
  return unpack((await import('./bundled/breast-cancer.ts')).breastCancer);
}

/**
 * Diabetes: age (years), sex (1 or 2), body mass index (kg/m²), blood pressure and six blood serum measures of 442
 * patients, [442, 10], unscaled; target [442, 1]: disease progression after one year, 25 to 346. Efron, Hastie,
 * Johnstone & Tibshirani 2004, as in scikit-learn with `scaled=False`; no licence is stated for it.
 */
export async function loadDiabetes(): Promise<Dataset<'regression'>> {
  return unpack((await import('./bundled/diabetes.ts')).diabetes);
}

async function unpack<T extends Task>(data: BundledData<T>): Promise<Dataset<T>> {
  const { name, task, rows, columns, inputType, targetType, classNames, featureNames, source } = data;
  const inputBytes = rows * columns * BYTES[inputType];
  const bytes = await inflate(data.deflated);
  const expected = inputBytes + rows * BYTES[targetType];
  if (bytes.byteLength !== expected) {
    throw new DataError(
      `${name}: the bundled data have ${bytes.byteLength} bytes, expected ${expected}; install the package again`,
    );
  }
  return new Dataset({
    name,
    task,
    inputs: { values: numbers(bytes, inputType, 0, rows * columns), shape: [rows, columns] },
    targets: {
      values: numbers(bytes, targetType, inputBytes, rows),
      shape: task === 'classification' ? [rows] : [rows, 1],
    },
    classes: classNames?.length ?? 0,
    classNames,
    featureNames,
    source,
  });
}

async function inflate(base64: string): Promise<DataView<ArrayBuffer>> {
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new DataView(await new Response(stream).arrayBuffer());
}

function numbers(bytes: DataView, type: StoredType, start: number, count: number): Float32Array {
  const read = (i: number): number =>
    type === 'uint8' ? bytes.getUint8(start + i) : bytes.getFloat32(start + 4 * i, true);
  return Float32Array.from({ length: count }, (_, i) => read(i));
}
