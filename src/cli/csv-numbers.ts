/** A CSV file of numbers: rows of one length, each cell a finite number, under a header or without. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { DataError, FileError, quote } from '../errors.ts';

export interface CsvNumbers {
  /** The names in the first row; null where that row holds numbers alone and counts as one of them. */
  readonly header: readonly string[] | null;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly values: Float32Array;
}

/** Digits with an optional point and exponent, blanks around them: not hexadecimal, not a comma, not nothing. */
const NUMBER = /^[ \t]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?[ \t]*$/i;
/** Characters of one row: more is an open quote, or no table. */
const LONGEST_ROW = 2 ** 24;

/**
 * Reads UTF-8 with or without a byte-order mark, lines ended by \n, \r\n or \r, cells in quotes or without; empty lines
 * count for nothing. Throws a FileError if the file cannot be read, a DataError with line, column and value for what
 * is no table of numbers.
 */
export async function readCsvNumbers(path: string): Promise<CsvNumbers> {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    // Rows of another length are told of below, with where they are.
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  });
  const file = createReadStream(path).on('error', (error) => parser.destroy(error));
  const table = new Table(path);
  try {
    for await (const row of file.pipe(parser) as AsyncIterable<string[]>) table.add(row);
  } catch (error) {
    if (error instanceof DataError) throw error;
    if (!(error instanceof Error) || 'syscall' in error) throw new FileError(path, 'cannot read', error);
    throw new DataError(`${path} is no CSV: ${error.message}`);
  } finally {
    file.destroy();
  }
  return table.finish();
}

/** Rows as they come, in one array that grows. */
class Table {
  readonly #path: string;
  #header: readonly string[] | null = null;
  #columns: number | undefined;
  #values = new Float32Array(1024);
  #size = 0;
  /** The last one of the row. */
  #line = 0;

  constructor(path: string) {
    this.#path = path;
  }

  add(cells: readonly string[]): void {
    this.#line++;
    if (cells.length === 1 && cells[0] === '') return;
    if (this.#columns === undefined) {
      this.#columns = cells.length;
      if (!cells.every((cell) => NUMBER.test(cell))) {
        this.#header = cells;
        // Only a name can go over several lines: a number cannot.
        this.#line += cells.join('').match(/\r\n|[\r\n]/g)?.length ?? 0;
        return;
      }
    }
    const columns = this.#columns;
    if (cells.length !== columns)
      throw this.#problem(`has ${cells.length} columns, and the first row has ${columns}`);
    if (this.#size + columns > this.#values.length) this.#grow(columns);
    for (let column = 0; column < columns; column++)
      this.#values[this.#size++] = this.#number(cells[column] ?? '', column);
  }

  finish(): CsvNumbers {
    const columns = this.#columns ?? 0;
    if (this.#size === 0)
      throw new DataError(
        `${this.#path}: holds ${this.#header === null ? 'nothing' : 'a header and no row under it'}`,
      );
    const values = this.#values.subarray(0, this.#size);
    return { header: this.#header, rows: this.#size / columns, columns, values };
  }

  #grow(columns: number): void {
    const values = new Float32Array(2 * this.#values.length + columns);
    values.set(this.#values);
    this.#values = values;
  }

  #number(cell: string, column: number): number {
    const value = NUMBER.test(cell) ? Math.fround(Number(cell)) : Number.NaN;
    if (Number.isFinite(value)) return value;
    const name = this.#header?.[column];
    const place = `column ${column + 1}${name === undefined ? '' : ` (${quote(name)})`}`;
    throw this.#problem(`${place} must be a finite number, received ${quote(cell)}`);
  }

  #problem(rule: string): DataError {
    return new DataError(`${this.#path}, line ${this.#line}: ${rule}`);
  }
}
