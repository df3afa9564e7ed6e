import type { Translate } from '../../../editor/texts';
import { fillSelect, make } from '../../../editor/zones/dom';

export interface Tools {
  example: () => void;
  clear: () => void;
  stations: (count: number) => void;
  zoom: (closer: boolean) => void;
}

const STATIONS = 3;

export function toolBar(t: Translate, tools: Tools): { element: HTMLElement; showStations: (count: number) => void } {
  const button = (text: string, act: () => void, attributes: Record<string, string> = {}): HTMLElement => {
    const made = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small', ...attributes }, text);
    made.addEventListener('click', act);
    return made;
  };
  const stations = make('select', { class: 'city-try-stations', id: 'city-try-stations' });
  fillSelect(
    stations,
    Array.from({ length: STATIONS }, (_, i) => [String(i + 1), t('tryout.stations', { n: i + 1 })] as const),
    '1',
  );
  stations.setAttribute('aria-label', t('tryout.stationCount'));
  stations.addEventListener('change', () => tools.stations(Number(stations.value)));
  const element = make(
    'div',
    { class: 'city-bar city-try-tools' },
    button(t('tryout.example'), tools.example, { id: 'city-try-example' }),
    button(t('tryout.clear'), tools.clear, { id: 'city-try-clear' }),
    stations,
    button('−', () => tools.zoom(false), { title: t('tryout.zoomOut'), 'aria-label': t('tryout.zoomOut') }),
    button('+', () => tools.zoom(true), { title: t('tryout.zoomIn'), 'aria-label': t('tryout.zoomIn') }),
  );
  return { element, showStations: (count) => (stations.value = String(count)) };
}
