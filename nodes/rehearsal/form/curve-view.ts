/** Find a limit: many values of one setting in one go, and the chosen one taken over into the form. */
import type { EventDefinition } from '../../ecdm/definition';
import { translator } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import type { CurvePoint, CurveSetting, RehearsalResult, SavedNode } from '../contract';
import { curveSettingsOf, settingUnit, settingValue, withSetting } from '../curve-setting';
import { isLength, MOST_VALUES, readValue, usualRange, valuesOf, writeValue } from '../view/curve-values';
import { presetMarks } from '../view/preset-marks';
import { curveChart, type Mark } from './curve-chart';
import type { Host } from './host';
import { button, choiceOf, scroll, tableOf } from './table';
import type { Texts } from './texts';

const presetText = translator('ecdm-event');

interface Curve {
  setting: CurveSetting;
  values: number[];
}

export class CurveView {
  readonly element = make('div', { id: 'city-rehearse-panel-curve' });
  private settings: CurveSetting[] = [];
  private setting: CurveSetting | undefined;
  private result: RehearsalResult | undefined;
  /** Of the one key that is shown; all of them together else. */
  private key = '';
  private readonly select = make('select', { id: 'city-rehearse-setting' });
  private readonly fields = {
    from: make('input', { type: 'text', class: 'city-rehearse-value' }),
    to: make('input', { type: 'text', class: 'city-rehearse-value' }),
    step: make('input', { type: 'text', class: 'city-rehearse-value' }),
  };
  private readonly said = make('p', { class: 'city-count', role: 'status' });
  private readonly out = make('div', {});
  private readonly tools = make('div', { class: 'city-bar city-rehearse-tools' });

  constructor(
    private readonly host: Host,
    private readonly texts: Texts,
    private readonly run: (curve: Curve) => Promise<void>,
    private readonly taken: () => void,
  ) {
    const { say } = texts;
    const named = (name: keyof CurveView['fields']): HTMLElement =>
      make('label', { class: 'city-rehearse-choice' }, say(`curve.${name}`), ' ', this.fields[name]);
    const start = button(say('curve.run'), () => this.start());
    start.classList.remove('red-ui-button-small');
    start.id = 'city-rehearse-curve-run';
    this.tools.append(
      make('label', { class: 'city-rehearse-choice' }, say('curve.setting'), ' ', this.select),
      named('from'),
      named('to'),
      named('step'),
      start,
    );
    this.select.addEventListener('change', () => this.choose(this.settings[Number(this.select.value)]));
    this.element.replaceChildren(
      make('p', { class: 'city-count' }, say('curve.hint')),
      this.tools,
      this.said,
      this.out,
    );
    this.refresh();
  }

  /** What can be tried, as the form stands now. */
  refresh(): void {
    const node = this.host.settings();
    const names = this.settings.map((one) => this.nameOf(one, node)).join();
    this.settings = this.host.take ? curveSettingsOf(node) : [];
    const none = this.settings.length === 0;
    this.tools.hidden = none;
    if (none) this.said.textContent = this.texts.say('curve.none');
    if (this.settings.map((one) => this.nameOf(one, node)).join() === names) return;
    fillSelect(
      this.select,
      this.settings.map((one, i) => [String(i), this.nameOf(one, node)] as const),
      '0',
    );
    this.choose(this.settings[0]);
  }

  show(result: RehearsalResult): void {
    // the data are known only now: what is tried at first may lie elsewhere
    const first = this.result === undefined && result.curve === undefined;
    this.result = result;
    if (first) this.choose(this.setting);
    this.key = '';
    this.draw();
  }

  private choose(setting: CurveSetting | undefined): void {
    this.setting = setting;
    if (setting === undefined) return;
    const node = this.host.settings();
    const limit = settingValue(node, { ...setting, of: setting.of === 'clear' ? 'limit' : setting.of } as CurveSetting);
    const range = usualRange(setting, settingValue(node, setting), limit, this.dataRange());
    for (const name of ['from', 'to', 'step'] as const) this.fields[name].value = writeValue(setting, range[name]);
  }

  private dataRange(): { low: number; high: number } | undefined {
    const points = this.result?.series.flatMap(({ points: all }) => all) ?? [];
    if (points.length === 0) return undefined;
    return points.reduce(
      (range, { low, high }) => ({ low: Math.min(range.low, low), high: Math.max(range.high, high) }),
      { low: Infinity, high: -Infinity },
    );
  }

  private start(): void {
    const { setting } = this;
    if (setting === undefined) return;
    const [from, to, step] = (['from', 'to', 'step'] as const).map((name) =>
      readValue(setting, this.fields[name].value),
    );
    const node = this.host.settings();
    const own = settingValue(node, setting);
    const inside =
      from !== undefined && to !== undefined
        ? [...(own === undefined ? [] : [own]), ...this.marksOf(setting, node, from, to).map(({ value }) => value)]
        : [];
    const values =
      from === undefined || to === undefined || step === undefined
        ? undefined
        : (valuesOf({ from, to, step }, inside) ?? valuesOf({ from, to, step }, []));
    this.said.classList.toggle('city-fault', values === undefined);
    this.said.textContent = values === undefined ? this.texts.say('curve.range', { most: MOST_VALUES }) : '';
    if (values !== undefined) void this.run({ setting, values });
  }

  /** The limit that is deployed. */
  private deployed(setting: CurveSetting, node: SavedNode, write: (value: number) => string): Mark[] {
    if (setting.of !== 'limit') return [];
    const { id } = eventsOf(node)[setting.event] ?? {};
    const found = this.result?.limits.find(({ of, rule }) => of === 'now' && rule === id);
    if (found === undefined) return [];
    return [
      { value: found.value, name: `${this.texts.say('curve.deployed')}: ${write(found.value)}`, kind: 'deployed' },
    ];
  }

  /** Guidelines for the limit of an event. */
  private marksOf(setting: CurveSetting, node: SavedNode, from: number, to: number): Mark[] {
    if (setting.of !== 'limit') return [];
    const event = eventsOf(node)[setting.event];
    if (event === undefined) return [];
    return presetMarks(event, settingUnit(node, setting), from, to).map(({ id, value }) => ({
      value,
      name: presetText(`preset.${id}`),
      kind: 'preset',
    }));
  }

  private draw(): void {
    const { result, texts } = this;
    const curve = result?.curve;
    if (curve === undefined || curve.points.length === 0) {
      this.out.replaceChildren();
      return;
    }
    const { setting, unit } = curve;
    const { say } = texts;
    const node = this.host.settings();
    const weeks = this.weeks(curve.points);
    const points = this.key === '' ? curve.points : curve.points.map((point) => ofKey(point, this.key, weeks));
    const write = (value: number): string => (isLength(setting) ? texts.length(value) : texts.value(value, unit));
    const own = settingValue(node, setting);
    const [from, to] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0];
    const marks: Mark[] = [
      ...(own === undefined ? [] : [{ value: own, name: `${say('curve.own')}: ${write(own)}`, kind: 'own' } as const]),
      ...this.deployed(setting, node, write),
      ...this.marksOf(setting, node, from, to),
    ].filter(({ value }) => value >= from && value <= to);
    const at = ({ value, count, perWeek, hoursPerWeek }: CurvePoint): string =>
      say('curve.at', {
        value: write(value),
        count: texts.number(count),
        perWeek: texts.number(perWeek),
        hours: texts.number(hoursPerWeek),
      });
    const keys = new Map(
      curve.points.flatMap((point) => point.keys.map(({ key, name }): [string, string] => [key, name ?? key])),
    );
    const chosen = choiceOf(say('curve.key'), [['', say('curve.allKeys')], ...keys], (key) => {
      this.key = key;
      this.draw();
      this.out.querySelector('select')?.focus();
    });
    chosen.select.value = this.key;
    chosen.element.hidden = keys.size < 2;
    const take = (value: number): void => this.take(setting, value, write(value));
    const rows = points.map((point) => [
      write(point.value),
      texts.number(point.count),
      texts.number(point.perWeek),
      texts.number(point.hoursPerWeek),
      button(say('curve.take', { value: write(point.value) }), () => take(point.value)),
    ]);
    const heads = ['value', 'count', 'perWeek', 'hours', 'over'].map((name) => say(`curve.${name}`));
    this.out.replaceChildren(
      chosen.element,
      curveChart({
        points,
        marks,
        write,
        at,
        take,
        texts,
        label: this.nameOf(setting, node),
        lengths: isLength(setting),
        width: this.element.clientWidth - 12,
      }),
      ...(marks.length > 0
        ? [
            make(
              'p',
              { class: 'city-count' },
              say('curve.presets', { list: marks.map(({ name }) => name).join(' · ') }),
            ),
          ]
        : []),
      scroll(say('curve.table'), tableOf(say('curve.table'), heads, rows)),
    );
  }

  /** Weeks of the data, from a point that says both a sum and a sum per week. */
  private weeks(points: readonly CurvePoint[]): number {
    const { from, to } = this.result!;
    const known = points.find(({ count, perWeek }) => count > 0 && perWeek > 0);
    return known ? known.count / known.perWeek : ((to ?? 0) - (from ?? 0)) / (7 * 86_400_000);
  }

  private take(setting: CurveSetting, value: number, written: string): void {
    this.host.take?.(withSetting(this.host.settings(), setting, value), setting);
    this.draw();
    this.said.classList.remove('city-fault');
    this.said.textContent = this.texts.say('curve.taken', { value: written });
    this.taken();
  }

  private nameOf(setting: CurveSetting, node: SavedNode): string {
    const { say } = this.texts;
    if (setting.event === undefined) return say(`curve.of.${setting.of === 'for' ? 'lasting' : setting.of}`);
    const name = eventsOf(node)[setting.event]?.name ?? '';
    return say(`curve.of.${setting.of}`, { name });
  }
}

/** The point of one key. */
function ofKey({ value, keys }: CurvePoint, wanted: string, weeks: number): CurvePoint {
  const own = keys.filter(({ key }) => key === wanted);
  const count = own.reduce((sum, one) => sum + one.count, 0);
  const raisedMs = own.reduce((sum, one) => sum + one.raisedMs, 0);
  const per = (amount: number): number => (weeks > 0 ? amount / weeks : 0);
  return { value, count, perWeek: per(count), hoursPerWeek: per(raisedMs / 3_600_000), keys: own };
}

const eventsOf = ({ events }: SavedNode): readonly EventDefinition[] =>
  Array.isArray(events) ? (events as EventDefinition[]) : [];
