/** Rule tests: what the settings make of a sample is kept with the node, and each test is shown green or red. */
import type { Expected, RuleTest } from '../../ecdm/rule-test';
import { parseTime } from '../../ecdm/time';
import { make } from '../../editor/zones/dom';
import type { TestResult } from '../contract';
import { post } from './client';
import type { Host } from './host';
import { flowOf } from './request';
import { button, scroll } from './table';
import type { Texts } from './texts';

/** Of one node, as in nodes/ecdm/rule-test.ts, which would bring the library of its schema along. */
const MOST_TESTS = 100;

/** Runs the tests one by one: their samples together may be more than one question may hold. */
export async function runTests(host: Host, tests: readonly RuleTest[]): Promise<TestResult[]> {
  const results: TestResult[] = [];
  const flow = flowOf(host);
  for (const test of tests)
    results.push(...(await post<TestResult[]>('test', { ...flow, node: { ...flow.node, tests: [test] } })));
  return results;
}

export class TestsView {
  readonly element = make('fieldset', { class: 'city-part' });
  private results = new Map<string, TestResult>();
  private job: string | undefined;
  private readonly name = make('input', { type: 'text', maxlength: '200', id: 'city-rehearse-test-name' });
  private readonly keep: HTMLButtonElement;
  private readonly run: HTMLButtonElement;
  private readonly list = make('ul', { class: 'city-rehearse-tests' });
  private readonly said = make('p', { class: 'city-count', role: 'status' });

  constructor(
    private readonly host: Host,
    private readonly tests: RuleTest[],
    private readonly texts: Texts,
  ) {
    const { say } = texts;
    this.keep = button(say('tests.keep'), () => void this.keepIt());
    this.run = button(say('tests.run'), () => void this.runAll());
    this.name.placeholder = say('tests.name');
    this.name.setAttribute('aria-label', say('tests.name'));
    this.name.addEventListener('input', () => this.draw());
    this.element.append(
      make('legend', {}, say('tests.title')),
      make('p', { class: 'city-count' }, say('tests.hint')),
      this.list,
      make('div', { class: 'city-bar city-rehearse-tools' }, this.name, this.keep, this.run),
      this.said,
    );
    this.draw();
    if (tests.length > 0) void this.runAll();
  }

  /** @param job a rehearsal of the settings as they stand in the form; `undefined` where there is none */
  offer(job: string | undefined): void {
    this.job = job;
    this.draw();
  }

  private async keepIt(): Promise<void> {
    await this.busy(async () => {
      const test = await post<RuleTest>('keep', { job: this.job!, name: this.name.value.trim() });
      this.tests.push(test);
      this.name.value = '';
      this.said.textContent = this.texts.say('tests.kept', { name: test.name, n: test.expect.length });
      for (const result of await runTests(this.host, [test])) this.results.set(result.id, result);
    });
  }

  private async runAll(): Promise<void> {
    await this.busy(async () => {
      this.said.textContent = this.texts.say('tests.running');
      const results = await runTests(this.host, this.tests);
      this.results = new Map(results.map((result) => [result.id, result]));
      const red = results.filter(({ green }) => !green).length;
      this.said.textContent = this.texts.say('tests.ran', { green: results.length - red, red });
    });
  }

  private async busy(act: () => Promise<void>): Promise<void> {
    this.keep.disabled = this.run.disabled = true;
    this.said.classList.remove('city-fault');
    try {
      await act();
    } catch (error) {
      this.said.classList.add('city-fault');
      this.said.textContent = this.texts.say('tests.failed', {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    this.draw();
  }

  private draw(): void {
    const { tests } = this;
    this.keep.disabled = this.job === undefined || this.name.value.trim() === '' || tests.length >= MOST_TESTS;
    this.run.disabled = tests.length === 0;
    this.list.replaceChildren(...tests.map((test) => this.line(test)));
  }

  private line(test: RuleTest): HTMLElement {
    const { say } = this.texts;
    const result = this.results.get(test.id);
    const state = result === undefined ? 'unknown' : result.green ? 'green' : 'red';
    const icon = { unknown: 'question-circle-o', green: 'check-circle', red: 'times-circle' }[state];
    const remove = button('', () => {
      this.tests.splice(this.tests.indexOf(test), 1);
      this.draw();
    });
    remove.setAttribute('aria-label', say('tests.remove', { name: test.name }));
    remove.title = say('tests.remove', { name: test.name });
    remove.append(make('i', { class: 'fa fa-trash', 'aria-hidden': 'true' }));
    return make(
      'li',
      {},
      make('i', { class: `fa fa-${icon} city-rehearse-test-${state}`, 'aria-hidden': 'true' }),
      ' ',
      make('strong', {}, say(`tests.${state}`)),
      ` ${test.name} (${say('tests.expects', { n: test.expect.length })}) `,
      remove,
      ...(result && !result.green ? [this.differences(result)] : []),
    );
  }

  private differences({ fault, missing, unexpected, differences }: TestResult): HTMLElement {
    const { say } = this.texts;
    if (fault !== undefined) return make('p', { class: 'city-fault' }, fault);
    const lines = [
      ...missing.map((one) => say('tests.missing', { what: this.told(one) })),
      ...unexpected.map((one) => say('tests.unexpected', { what: this.told(one) })),
    ];
    if (differences > lines.length) lines.push(say('result.more', { n: differences - lines.length }));
    return scroll(say('tests.differences'), make('ul', {}, ...lines.map((line) => make('li', {}, line))));
  }

  private told({ key, since, until }: Expected): string {
    const time = (text: string): number => parseTime(text) ?? 0;
    const span = this.texts.span({ since: time(since), ...(until === undefined ? {} : { until: time(until) }) });
    return `${key}, ${span}`;
  }
}
