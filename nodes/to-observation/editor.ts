import { opensByKey } from '../editor/acting-choice';
import { addStyle, ensureForm } from '../editor/style';
import { languageOf, translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { bindColumns, bindField, bindPaths } from './form/bindings';
import { atHome, emptyDraft, firstFault, getPath, homeZone, setPath, type Draft } from './form/mapping-state';
import { showPreview } from './form/preview-pane';
import css from './form/style.css';
import type { Guess } from './mapping/guess';
import type { SampleText } from './mapping/keeper';
import { PRESETS } from './mapping/presets';
import type { Preview } from './mapping/preview';

const t = translator('to-observation');
/** The preview follows the typing, but not every key of it. */
const WAIT = 300;

/** The zone that a new mapping begins with. */
function zoneHere(): string {
  const domains: { timeZone?: unknown }[] = [];
  RED.nodes.eachConfig((node: any) => void (node.type === 'ecdm-domain' && domains.push(node)));
  return homeZone(domains, new Intl.DateTimeFormat().resolvedOptions().timeZone);
}

function draftOf(saved: unknown): Draft {
  return typeof saved === 'object' && saved !== null ? (structuredClone(saved) as Draft) : emptyDraft(zoneHere());
}

const isUntouched = (draft: Draft): boolean => JSON.stringify(draft) === JSON.stringify(emptyDraft(zoneHere()));

function prepare(node: any): void {
  ensureForm(t);
  addStyle('to-observation-style', css);
  const root = $('.to-observation-form');
  const sample = root.find('#to-observation-sample');
  const pane = root.find('#to-observation-preview');
  const below = root.find('.to-observation-preview')[0] as HTMLElement;
  new ResizeObserver(() => root[0].style.setProperty('--to-observation-preview', `${below.offsetHeight}px`)).observe(below);
  let draft = draftOf(node.mapping);
  let kind: 'text' | 'object' = 'text';
  let topic: string | undefined;
  let received: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  node.draft = () => draft;

  const zone = zoneHere();
  const fail = (reason: unknown): void => void pane.empty().append($('<p class="city-fault">').text(t('common.failed', { reason })));
  const post = (what: string, more: object, then: (answer: any) => void): void => {
    $.ajax({
      url: `city-events/to-observation/${what}`,
      type: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ text: String(sample.val()), kind, topic, zone, language: languageOf(t), ...more }),
    })
      .done(then)
      .fail((xhr: any) => fail(xhr.responseJSON?.error ?? xhr.statusText));
  };
  const refresh = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (String(sample.val()).trim() === '') return void pane.empty().append($('<p>').text(t('form.noSample')));
      const mine = ++asked;
      const isLive = $('#node-input-mode').val() === 'live';
      post('preview', { mapping: draft, ...(isLive ? { received } : {}) }, (answer: Preview) => {
        // an older answer must not overwrite a newer one
        if (mine !== asked) return;
        root.find('#to-observation-columns').empty().append(answer.columns.map((name) => $('<option>').val(name)));
        // an empty form is no mistake yet
        if (isUntouched(draft)) pane.empty().append($('<p>').text(t('form.begin')));
        else showPreview(pane, t, answer);
      });
    }, WAIT);
  };

  const get = (): Draft => draft;
  const parts = [
    bindPaths(root, get, refresh),
    ...['thing', 'values.property', 'values.unit'].map((path) => bindField(root, path, t, get, refresh)),
    bindColumns(root, t, get, refresh),
  ];
  const layout = root.find('#to-observation-layout');
  const place = root.find('#to-observation-place');
  const showParts = (): void => {
    root.find('#to-observation-wide').toggle(layout.val() === 'wide');
    root.find('#to-observation-long').toggle(layout.val() === 'long');
    const from = String(place.val());
    root.find('[data-place]').each(function (this: HTMLElement) {
      $(this).toggle(this.dataset['place']!.split(' ').includes(from));
    });
  };
  const show = (): void => {
    for (const part of parts) part.show();
    layout.val(getPath(draft, 'values.layout') ?? 'wide');
    place.val(getPath(draft, 'place.from') ?? '');
    showParts();
    refresh();
  };
  layout.on('change', () => {
    draft['values'] = layout.val() === 'wide' ? { layout: 'wide', columns: [] } : { layout: 'long', value: 'value' };
    show();
  });
  place.on('change', () => {
    setPath(draft, 'place', place.val() === '' ? undefined : { from: place.val() });
    show();
  });

  const take = (from: Omit<SampleText, 'received'> & { received?: number }): void => {
    sample.val(from.text);
    kind = from.kind;
    topic = from.topic;
    received = from.received;
    refresh();
  };
  const last = (then?: () => void): void => {
    $.getJSON(`city-events/to-observation/${node.id}/last`)
      .done((answer: SampleText | null) => {
        if (answer === null) root.find('#to-observation-sample-hint').text(t('form.noLast'));
        else take(answer);
        then?.();
      })
      .fail(() => {
        root.find('#to-observation-sample-hint').text(t('form.notDeployed'));
        then?.();
      });
  };
  sample.on('input', () => {
    received = undefined;
    refresh();
  });
  $('#node-input-mode').on('change', refresh);
  root.find('#to-observation-last').on('click', () => last());
  root.find('#to-observation-guess').on('click', () =>
    post('guess', {}, ({ mapping, explanation }: Guess) => {
      draft = mapping;
      root.find('#to-observation-explanation').removeAttr('hidden').empty().append(explanation.map((line) => $('<li>').text(line)));
      show();
    }),
  );
  const preset = root.find('#to-observation-preset');
  for (const { id } of PRESETS) preset.append($('<option>').val(id).text(t(`form.presets.${id}`)));
  opensByKey(preset[0]);
  preset.on('change', () => {
    const chosen = PRESETS.find(({ id }) => id === preset.val());
    if (chosen === undefined) return;
    draft = atHome(chosen.mapping, zone);
    if (String(sample.val()).trim() === '') take({ text: chosen.sample, kind: 'text' });
    show();
  });
  const zones = (Intl as unknown as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.('timeZone') ?? [];
  const offered = new Set([zone, 'UTC', ...zones]);
  root.find('#to-observation-zones').append([...offered].map((one) => $('<option>').val(one)));
  show();
  last();
}

RED.nodes.registerType('to-observation', {
  category: 'city-events',
  color: '#9CCFC6',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    mapping: {
      value: null,
      label: t('form.mapping'),
      validate: reasons((value) => {
        const fault = firstFault(value);
        return fault === undefined || t(`invalid.${fault}`);
      }),
    },
    mode: { value: 'live' },
    whole: { value: false },
    remember: {
      value: '',
      label: t('common.remember.label'),
      validate: validators(t).number('common.remember.label', 0, 2000, true),
    },
  },
  inputs: 1,
  outputs: 2,
  icon: 'to-observation.svg',
  paletteLabel: 'to-observation',
  inputLabels: () => t('label.input'),
  outputLabels: (index: number) => t(index === 0 ? 'label.observations' : 'label.problems'),
  label(this: any) {
    return this.name || this.mapping?.name || t('label.node');
  },
  labelStyle(this: any) {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: any) {
    prepare(this);
  },
  oneditsave(this: any) {
    const draft = this.draft() as Draft;
    // what was never touched stays "no mapping yet"
    this.mapping = this.mapping === null && isUntouched(draft) ? null : draft;
    delete this.draft;
  },
  oneditcancel(this: any) {
    delete this.draft;
  },
});
