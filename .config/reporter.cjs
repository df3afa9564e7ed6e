// The spec reporter, which also writes how many tests passed, failed and were left out, for the total of all suites, and
// which ones failed, so that whoever reads only the end of a long log knows.
const { appendFileSync } = require('node:fs');
const Spec = require('mocha/lib/reporters/spec');

module.exports = class Counting extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${String(error.message).split('\n')[0]}`));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.CITY_TEST_COUNTS)
        appendFileSync(process.env.CITY_TEST_COUNTS, `${JSON.stringify({ passes, failures, pending, failed })}\n`);
    });
  }
};
