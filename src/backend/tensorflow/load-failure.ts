/** Why TensorFlow's Node package could not be used, told from what it threw, and how to mend it. */

/** The packages that bring TensorFlow's C library, best first. */
export type TensorFlowPackage = '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node';

export interface LoadFailure {
  readonly isInstalled: boolean;
  readonly reason: string;
  readonly cure: string;
}

/** Reads the message that Node, the dynamic linker or tfjs-node itself wrote. */
export function explainLoadFailure(packageName: TensorFlowPackage, error: unknown): LoadFailure {
  const message = error instanceof Error ? error.message : String(error);
  const rebuild = `run "npm rebuild ${packageName}"`;

  if (new RegExp(`(Cannot find|Failed to resolve).*['"]${packageName}['"]`).test(message)) {
    const cure = `run "npm install ${packageName}"`;
    return { isInstalled: false, reason: `${packageName} is not installed`, cure };
  }
  const library = /(\S+): cannot open shared object file/.exec(message)?.[1];
  if (library !== undefined) {
    const reason = `${packageName} needs the shared library ${library}, which this system does not have`;
    return failure(
      reason,
      /libtensorflow/.test(library)
        ? `${rebuild}, which downloads it`
        : 'install CUDA 11.2 with cuDNN 8.1, or @tensorflow/tfjs-node for the CPU',
    );
  }
  if (/isNullOrUndefined/.test(message)) {
    const reason = `${packageName} calls util.isNullOrUndefined, which Node 23 and later no longer have`;
    return failure(reason, 'use Node 20 or 22');
  }
  if (/tfjs_binding\.node/.test(message) && /can ?not (be found|find)/i.test(message)) {
    const reason = `${packageName} is installed without its native addon: its install script was blocked or failed`;
    return failure(reason, `${rebuild} (with npm 12, first "npm install-scripts approve ${packageName}")`);
  }
  return failure(`${packageName} does not load: ${message.split('\n')[0] ?? ''}`, rebuild);
}

const failure = (reason: string, cure: string): LoadFailure => ({ isInstalled: true, reason, cure });
