/** What a backend is and why another is not: plain data, the same on every run of one machine. */

/** The backends that can be asked for, best first. */
export const BACKEND_NAMES = ['tensorflow', 'wasm', 'cpu'] as const;

/** A tfjs backend: TensorFlow's C library, WebAssembly, or plain JavaScript. */
export type BackendName = (typeof BACKEND_NAMES)[number];

/** The most threads that wasm can have: tfjs made its build with workers for so many. */
export const MOST_THREADS = 8;

/** The backend in use. */
export interface BackendInfo {
  readonly name: BackendName;
  /** One phrase for people: `CPU (WebAssembly, SIMD)`. */
  readonly device: string;
  readonly isGpu: boolean;
  /** How many threads compute, or null where the backend does not say. */
  readonly threads: number | null;
  /** Why there are fewer threads than were asked for; absent where there are as many. */
  readonly threadLimit?: string;
  /** Whether WebAssembly uses SIMD instructions; null on other backends. */
  readonly simd: boolean | null;
  /** Versions by name: `tfjs`, the backend's own package, `node`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The better backends that were tried first and cannot be used here; empty when this one was asked for by name. */
  readonly others: readonly UnavailableBackend[];
}

/** A backend that cannot be used here, and how to change that. */
export interface UnavailableBackend {
  readonly name: BackendName;
  readonly reason: string;
  readonly cure: string;
}

/** Makes a backend the active one with this package's kernels, or says why it cannot; never throws. */
export type OpenBackend = () => Promise<Omit<BackendInfo, 'others'> | UnavailableBackend>;
