/** Results of rule tests for the programs that run tests: TAP (version 14) and JUnit's XML. */
import type { Expected } from '../../nodes/ecdm/rule-test';
import type { TestResult } from '../../nodes/rehearsal/contract';

export interface FileResults {
  file: string;
  results: readonly TestResult[];
  seconds: number;
}

/** Why a test is red, one line for each reason. */
function reasons({ fault, missing, unexpected, differences }: TestResult): string[] {
  if (fault !== undefined) return [fault];
  const lines = [
    ...missing.map((one) => `expected, and does not come: ${episodeText(one)}`),
    ...unexpected.map((one) => `comes, and is not expected: ${episodeText(one)}`),
  ];
  return differences > lines.length ? [...lines, `and ${differences - lines.length} more`] : lines;
}

function episodeText({ event, key, since, until, severity }: Expected): string {
  const of = [event, key, severity].filter((part) => part !== undefined).join(', ');
  return `${of}: ${since} - ${until ?? 'still so at the end'}`;
}

/** One line, whatever stands in a name. */
const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export function tapText(files: readonly FileResults[]): string {
  const all = files.flatMap(({ file, results }) => results.map((result) => ({ file, result })));
  const lines = ['TAP version 14', `1..${all.length}`];
  all.forEach(({ file, result }, i) => {
    // a number sign begins a directive
    const name = line(`${file}: ${result.name}`).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
    lines.push(`${result.green ? 'ok' : 'not ok'} ${i + 1} - ${name}`);
    if (result.green) return;
    lines.push('  ---', '  reasons:', ...reasons(result).map((reason) => `    - ${JSON.stringify(reason)}`), '  ...');
  });
  return `${lines.join('\n')}\n`;
}

export function junitText(files: readonly FileResults[]): string {
  const suites = files.map(({ file, results, seconds }) => {
    const red = results.filter(({ green }) => !green).length;
    const cases = results.map((result) => {
      const head = `    <testcase classname="${xml(file)}" name="${xml(result.name)}"`;
      if (result.green) return `${head}/>\n`;
      const told = reasons(result);
      return `${head}>\n      <failure message="${xml(told[0] ?? '')}">${xml(told.join('\n'))}</failure>\n    </testcase>\n`;
    });
    const numbers = `tests="${results.length}" failures="${red}" time="${seconds.toFixed(3)}"`;
    return `  <testsuite name="${xml(file)}" ${numbers}>\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

const MARKS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Text of an attribute or element; what XML 1.0 has no way to write is left out. */
function xml(text: string): string {
  const known = [...text].filter((mark) => mark >= ' ' || mark === '\n' || mark === '\t');
  return known.join('').replaceAll(/[&<>"\n\ufffe\uffff]/g, (mark) => MARKS[mark] ?? '');
}
