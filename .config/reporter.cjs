// The spec reporter, which also writes how many tests passed, failed and were left out, for the total of all suites.
const { appendFileSync } = require('node:fs');
const Spec = require('mocha/lib/reporters/spec');

module.exports = class Counting extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.CITY_TEST_COUNTS) appendFileSync(process.env.CITY_TEST_COUNTS, `${passes} ${failures} ${pending}\n`);
    });
  }
};
