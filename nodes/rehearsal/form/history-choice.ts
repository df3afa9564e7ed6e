/** Which readings of the past are used: of a source, a server, the demo city or a file, and of which span. */
import { fillSelect, make, row } from '../../editor/zones/dom';
import type { History, Offer, Offers } from '../contract';
import { fromField, toField } from '../view/local-time';
import type { Texts } from './texts';

const FILE = 'file';
const MB = 1_000_000;
const WEEK = 7 * 86_400_000;

export interface ChosenHistory {
  /** A file is still to be sent. */
  history: Exclude<History, { from: 'file' }> | { from: 'file'; file: File; mapping?: unknown };
  since?: number;
  until?: number;
}

export class HistoryChoice {
  readonly element: HTMLElement;
  private offers: readonly Offer[] = [];
  /** Whether a person has chosen. */
  private isPicked = false;
  private readonly select = make('select', { id: 'city-rehearse-history' });
  private readonly said = make('p', { class: 'city-hint' });
  private readonly file = make('input', { type: 'file', accept: '.csv,.ndjson,.jsonl,.json,.txt' });
  private readonly mapping = make('select');
  private readonly fileHint = make('p', { class: 'city-hint' });
  private readonly fileRows: HTMLElement;
  private readonly since = make('input', { type: 'datetime-local', class: 'city-rehearse-time' });
  private readonly until = make('input', { type: 'datetime-local', class: 'city-rehearse-time' });

  constructor(
    private readonly texts: Texts,
    changed: () => void,
  ) {
    const { say } = texts;
    this.fileRows = make(
      'div',
      {},
      row(say('rehearse.file'), this.file),
      this.fileHint,
      row(say('rehearse.mapping'), this.mapping),
    );
    this.element = make(
      'div',
      {},
      row(say('rehearse.history'), this.select),
      this.said,
      this.fileRows,
      row(say('rehearse.from'), this.since),
      row(say('rehearse.until'), this.until),
      make('p', { class: 'city-hint' }, say('rehearse.zone', { zone: texts.zone })),
    );
    fillSelect(this.mapping, [['', say('rehearse.guessed')], ...mappings()], '');
    this.select.addEventListener('change', () => {
      this.isPicked = true;
      this.showChosen();
      changed();
    });
    for (const field of [this.file, this.mapping, this.since, this.until]) field.addEventListener('change', changed);
    this.show({ offers: [], deployed: false, uploadLimit: 200 * MB });
  }

  /** Shows what there is; what was chosen stays chosen. */
  show({ offers, uploadLimit }: Offers): void {
    const before = this.select.value;
    const { say } = this.texts;
    this.offers = offers;
    const choices = offers.map((offer, i): [string, string] => [String(i), this.nameOf(offer)]);
    fillSelect(this.select, [...choices, [FILE, say('source.file')]], before);
    if (!this.isPicked || this.select.selectedIndex < 0) {
      const usable = offers.findIndex(({ fault, readings }) => fault === undefined && readings !== 0);
      this.select.value = usable < 0 ? FILE : String(usable);
    }
    this.fileHint.textContent = say('rehearse.fileHint', { size: `${Math.round(uploadLimit / MB)} MB` });
    this.showChosen();
  }

  /** What is chosen, or what is wrong with it. */
  chosen(): ChosenHistory | string {
    const { say, zone } = this.texts;
    const since = fromField(this.since.value, zone);
    const until = fromField(this.until.value, zone);
    if (since !== undefined && until !== undefined && until < since) return say('rehearse.backwards');
    const span = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
    const offer = this.offers[Number(this.select.value)];
    if (this.select.value !== FILE && offer) {
      if (offer.fault !== undefined) return offer.fault;
      if (offer.history.from === 'server' && (since === undefined || until === undefined))
        return say('rehearse.noSpan');
      return { history: offer.history, ...span };
    }
    const file = this.file.files?.[0];
    if (!file) return say('rehearse.noFile');
    const mapping = this.mapping.value === '' ? undefined : (RED.nodes.node(this.mapping.value)?.mapping as unknown);
    return { history: { from: 'file', file, ...(mapping === undefined ? {} : { mapping }) }, ...span };
  }

  private nameOf({ history, name }: Offer): string {
    return history.from === 'demo' ? this.texts.say('source.demo') : this.texts.say(`source.${history.from}`, { name });
  }

  private showChosen(): void {
    const offer = this.select.value === FILE ? undefined : this.offers[Number(this.select.value)];
    this.fileRows.hidden = offer !== undefined;
    this.said.textContent = offer === undefined ? '' : this.told(offer);
    this.said.hidden = this.said.textContent === '';
    this.said.classList.toggle('city-fault', offer?.fault !== undefined);
    // a server is not read without bounds: what it has, or else the last week, is a start to narrow down
    if (offer?.history.from !== 'server') return;
    const { zone } = this.texts;
    const until = offer.until ?? Date.now();
    if (this.until.value === '') this.until.value = toField(until, zone);
    if (this.since.value === '') this.since.value = toField(offer.since ?? until - WEEK, zone);
  }

  private told({ fault, readings, since, until, history }: Offer): string {
    const { texts } = this;
    if (fault !== undefined) return fault;
    if (readings === 0 && history.from === 'remembered') return texts.say('source.empty');
    const parts: string[] = [];
    if (readings !== undefined) parts.push(texts.say('source.readings', { n: texts.number(readings) }));
    if (since !== undefined && until !== undefined)
      parts.push(texts.say('source.span', { from: texts.time(since), to: texts.time(until) }));
    return parts.join(', ');
  }
}

/** The mappings that the nodes of the workspace have, for a file whose columns are not to be guessed. */
function mappings(): [string, string][] {
  const found: [string, string][] = [];
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'to-observation' && node.mapping) found.push([node.id as string, String(node.name || node.id)]);
  });
  return found;
}
