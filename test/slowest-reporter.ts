/** A vitest reporter that names the slowest tests, so that the suite stays quick. */
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

export class SlowestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .flatMap((module) => [...module.children.allTests()].map((test) => ({ module, test })))
      .map(({ module, test }) => ({
        name: `${module.relativeModuleId} > ${test.fullName}`,
        seconds: (test.diagnostic()?.duration ?? 0) / 1000,
      }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, SHOWN);
    const lines = tests.map(({ name, seconds }) => `  ${seconds.toFixed(2).padStart(6)} s  ${name}`);
    process.stdout.write(`\nThe ${tests.length} slowest tests:\n${lines.join('\n')}\n`);
  }
}
